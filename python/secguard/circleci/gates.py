"""Who can make the jobs of a workflow run, past filters, approvals and the jobs they require."""

from __future__ import annotations

from dataclasses import dataclass

from secguard.circleci.events import EVERYONE, Access, Event, Reach, access
from secguard.circleci.filters import Parameters, admits
from secguard.circleci.model import Job, Requirement, Workflow
from secguard.circleci.order import Order


@dataclass(frozen=True)
class Gate:
    """What has to happen before a job runs."""

    access: Access
    approved: bool
    """True where somebody has to approve."""


def gates(workflow: Workflow, parameters: Parameters) -> dict[int, Gate]:
    """Work out the gates of a workflow's jobs, by `id(job)`."""
    base = workflow.access
    if not workflow.runs:
        base = Access(Reach.NOBODY, False)
    elif workflow.schedules:
        base = Access(Reach.SCHEDULED, False)
    order = Order(workflow)
    found: dict[int, Gate] = {}
    for job in order.sorted:
        own = base.within(_filtered(job, parameters))
        needed = [
            (one, other, found[id(other)])
            for one, other in order.required(job)
            if id(other) in found
        ]
        if needed:
            # NOTE: a required job that its filter keeps from running is not waited for, but one
            # whose required jobs are all kept from running does not run itself.
            reach = min(gate.access.reach for _, _, gate in needed)
            own = own.within(Access(reach, any(gate.access.forks for _, _, gate in needed)))
        waits = [one for one in needed if one[2].access.reach <= own.reach]
        found[id(job)] = Gate(own, any(_approves(*one) for one in waits))
    return found


def running(order: Order, event: Event, parameters: Parameters) -> dict[int, bool | None]:
    """Say which jobs of a workflow run for an event, by `id(job)`; None where that is not known."""
    found: dict[int, bool | None] = {}
    for job in order.sorted:
        runs = admits(job.filters, event, parameters)
        needed = [found[id(one)] for _, one in order.required(job) if id(one) in found]
        if needed and True not in needed and runs is not False:
            runs = None if None in needed else False
        found[id(job)] = runs
    return found


def _filtered(job: Job, parameters: Parameters) -> Access:
    if job.filters is None:
        return EVERYONE

    def holds(event: Event) -> bool | None:
        return admits(job.filters, event, parameters)

    return access(holds)


def _approves(requirement: Requirement, job: Job, gate: Gate) -> bool:
    """Say whether to wait for a job is to wait for an approval."""
    statuses = set(requirement.statuses)
    if job.type == "approval":
        return statuses <= {"success"}
    return gate.approved and statuses <= {"success", "failed"}

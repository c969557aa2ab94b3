"""Who can make the jobs of a workflow run, past filters, approvals and the jobs they require."""

from __future__ import annotations

from dataclasses import dataclass

from secguard.circleci.events import EVERYONE, Access, Event, Reach, access
from secguard.circleci.filters import Parameters, admits
from secguard.circleci.model import Job, Requirement, Workflow


@dataclass(frozen=True)
class Gate:
    """What has to happen before a job runs."""

    access: Access
    approved: bool
    """True where somebody has to approve."""


class Gates:
    """The gates of one workflow's jobs."""

    def __init__(self, workflow: Workflow, parameters: Parameters) -> None:
        """Take a workflow, and the declared pipeline parameters."""
        self._workflow = workflow
        self._parameters = parameters
        self._by_name: dict[str, list[Job]] = {}
        for job in workflow.jobs:
            for name in dict.fromkeys((job.name, *job.names)):
                self._by_name.setdefault(name, []).append(job)
        self._known: dict[int, Gate] = {}

    def required(self, job: Job) -> tuple[tuple[Requirement, Job], ...]:
        """Give the jobs that a job requires, each with what asks for it."""
        return tuple(
            (requirement, other)
            for requirement in job.requires
            for other in self._by_name.get(requirement.name.text, ())
            if other is not job
        )

    def of(self, job: Job) -> Gate:
        """Work out a job's gate."""
        waiting, begun = [job], set()
        while waiting:
            top = waiting.pop()
            if id(top) in self._known:
                continue
            first = [one for _, one in self.required(top) if id(one) not in self._known]
            if first and id(top) not in begun:
                begun.add(id(top))
                waiting += [top, *first]
            else:  # jobs that need each other are taken as they come
                self._known[id(top)] = self._work_out(top)
        return self._known[id(job)]

    def _work_out(self, job: Job) -> Gate:
        own = self._base().within(self._filtered(job))
        needed = [
            (one, other, self._known[id(other)])
            for one, other in self.required(job)
            if id(other) in self._known
        ]
        if needed:
            # NOTE: a required job that its filter keeps from running is not waited for, but one
            # whose required jobs are all kept from running does not run itself.
            reach = min(gate.access.reach for _, _, gate in needed)
            own = own.within(Access(reach, any(gate.access.forks for _, _, gate in needed)))
        waits = [one for one in needed if one[2].access.reach <= own.reach]
        return Gate(own, any(_approves(*one) for one in waits))

    def _base(self) -> Access:
        workflow = self._workflow
        if not workflow.runs:
            return Access(Reach.NOBODY, False)
        return Access(Reach.SCHEDULED, False) if workflow.schedules else workflow.access

    def _filtered(self, job: Job) -> Access:
        if job.filters is None:
            return EVERYONE

        def holds(event: Event) -> bool | None:
            return admits(job.filters, event, self._parameters)

        return access(holds)


def _approves(requirement: Requirement, job: Job, gate: Gate) -> bool:
    """Say whether to wait for a job is to wait for an approval."""
    statuses = set(requirement.statuses)
    if job.type == "approval":
        return statuses <= {"success"}
    return gate.approved and statuses <= {"success", "failed"}

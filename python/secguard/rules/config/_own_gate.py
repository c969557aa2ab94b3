"""The jobs in which this checker itself runs as a gate."""

from __future__ import annotations

from secguard.circleci.config import Config
from secguard.circleci.model import Job, Step
from secguard.circleci.orb_calls import full_name, orb_names

_CHECK = "/secguard/check"


def checking_jobs(config: Config) -> list[Job]:
    """Give the jobs of the config's workflows that run the orb's check."""
    names = orb_names(config.expansion)
    return [
        job
        for workflow in config.expansion.workflows
        for job in workflow.jobs
        if full_name(job.reference, names).endswith(_CHECK)
        or any(is_check(step, names) for step in job.steps)
    ]


def is_check(step: Step, names: dict[str, str]) -> bool:
    """Say whether a step belongs to the orb's command that checks."""
    return any(full_name(call.name, names).endswith(_CHECK) for call in step.calls)


def written_name(job: Job) -> str:
    """Give a job's name without the number that CircleCI adds where a name is used again."""
    base = job.names[-1] if job.names else ""
    numbered = job.name.startswith(base + "-") and job.name[len(base) + 1 :].isdigit()
    return base if base and numbered else job.name

"""Makes a `run` of a `deploy` step."""

from __future__ import annotations

from typing import Iterator

from secguard.fix.edit import GONE, Edit, Fix
from secguard.fix.places import Task


def deploy_step(task: Task) -> Iterator[Fix]:
    """Rename the step; unsafe in a parallel job, where `deploy` runs once and `run` everywhere."""
    parallel = {
        id(step.node)
        for job, step in task.config.steps("deploy")
        if job.data is not None and job.data.get("parallelism") is not None
    }
    for step, key in task.steps("deploy"):
        body = step.node.get("deploy")
        if body is None or step.node.get("run") is not None:
            continue
        sets = (((*step.node.path, "deploy"), GONE), ((*step.node.path, "run"), body))
        yield Fix(
            "deploy-step",
            "makes a 'run' of 'deploy'",
            key.location(),
            key.file,
            (Edit(key.start, key.end, "run"),),
            sets,
            id(step.node) not in parallel,
        )

"""The exposure of a config's jobs as plain data; the JSON form of `secguard graph`."""

from __future__ import annotations

import re
from typing import Any, Dict

from secguard.circleci.config import Config
from secguard.circleci.exposure import Exposure
from secguard.circleci.model import Job, Workflow

Data = Dict[str, Any]


def graph(config: Config) -> Data:
    """Describe the workflows of a config, their jobs, and what each job is exposed to."""
    return {
        "version": 1,
        "file": config.uri,
        "workflows": [_workflow(config, one) for one in config.expansion.workflows],
        "opaque": list(config.expansion.opaque),
    }


def _workflow(config: Config, workflow: Workflow) -> Data:
    names: dict[str, list[str]] = {}
    for job in workflow.jobs:
        for name in (job.name, *job.names):
            names.setdefault(name, []).append(job.name)
    return {
        "name": workflow.name,
        "runs": workflow.runs,
        "jobs": [_job(config.exposure(job), job, names) for job in workflow.jobs],
    }


def _job(exposure: Exposure, job: Job, names: dict[str, list[str]]) -> Data:
    requires = [
        found
        for requirement in job.requires
        for found in names.get(requirement.name.display, [requirement.name.display])
    ]
    span = (job.invocation or job.node).location().span
    return {
        "name": job.name,
        "type": job.type,
        "line": span.line if span else 0,
        "requires": list(dict.fromkeys(requires)),
        "started_by": str(exposure.reach),
        "approval": exposure.approved,
        "contexts": list(exposure.contexts),
        "secrets": list(exposure.secrets),
        "ssh_keys": any(step.kind == "add_ssh_keys" for step in job.steps),
        "foreign": [
            {"kind": one.kind, "name": one.name, "pinned": one.pinned} for one in exposure.foreign
        ],
        "outlets": [
            {"kind": one.kind, "paths": [path.display for path in one.paths]}
            for one in exposure.outlets
        ],
        "opaque": bool(job.opaque) or any(step.kind == "call" for step in job.steps),
    }


def risk(job: Data) -> str:
    """Grade a job for colouring: `danger`, `guarded`, `unseen`, `holds nothing`, `approval`."""
    if job["type"] == "approval":
        return "approval"
    if not (job["contexts"] or job["secrets"] or job["ssh_keys"]):
        return "unseen" if job["opaque"] else "holds nothing"
    broad = re.match("any|a condition", str(job["started_by"])) is not None
    return "danger" if broad and not job["approval"] else "guarded"

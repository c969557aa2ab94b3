"""What a fake CircleCI says of pipelines, workflows and jobs, and of what they printed."""

from __future__ import annotations

from typing import Any, Iterator

from tests.fakes.circleci_state import LATER, MOMENT, SOMEBODY, Job, Pipeline, Project, named_id

Data = Any


def pipeline(one: Project, had: Pipeline) -> Data:
    """A pipeline."""
    here = f"https://github.com/{one.slug.partition('/')[2]}"
    return {
        "id": had.id,
        "errors": [],
        "project_slug": one.slug,
        "updated_at": had.created,
        "number": had.number,
        "trigger_parameters": {},
        "state": "created",
        "created_at": had.created,
        "trigger": {
            "type": had.trigger,
            "received_at": had.created,
            "actor": {"login": had.actor, "avatar_url": "https://avatars.example/1"},
        },
        "vcs": {
            "provider_name": one.provider,
            "target_repository_url": here,
            "origin_repository_url": had.origin or here,
            "branch": had.branch,
            "revision": had.revision,
            "commit": {"subject": "Change", "body": ""},
        },
    }


def pipeline_config(had: Pipeline) -> Data:
    """The config that a pipeline ran with."""
    setup = {"setup-config": had.setup, "compiled-setup-config": had.compiled_setup}
    return {"source": had.source, "compiled": had.compiled, **(setup if had.setup else {})}


def workflow_id(had: Pipeline, name: str) -> str:
    """The id of a workflow."""
    return named_id(had.id, "workflow", name)


def workflow(one: Project, had: Pipeline, name: str) -> Data:
    """A workflow."""
    return {
        "pipeline_id": had.id,
        "id": workflow_id(had, name),
        "name": name,
        "project_slug": one.slug,
        "status": "success",
        "started_by": SOMEBODY["id"],
        "pipeline_number": had.number,
        "created_at": had.created,
        "stopped_at": LATER,
    }


def workflows(one: Project, had: Pipeline) -> list[Data]:
    """The workflows of a pipeline."""
    return [workflow(one, had, name) for name in had.workflows]


def job_id(workflow: str, name: str) -> str:
    """The id of a job."""
    return named_id(workflow, "job", name)


def job_of_workflow(one: Project, workflow: str, had: Job) -> Data:
    """A job as its workflow lists it."""
    approval = {"approval_request_id": job_id(workflow, had.name)}
    if had.approved_by:
        approval["approved_by"] = had.approved_by
    needed = [job_id(workflow, name) for name in had.requires]
    return {
        "dependencies": needed,
        "requires": {name: ["success"] for name in needed},
        "id": job_id(workflow, had.name),
        "name": had.name,
        "project_slug": one.slug,
        "status": had.status,
        "type": had.type,
        "started_at": MOMENT,
        "stopped_at": LATER,
        **({"job_number": had.number} if had.type == "build" else approval),
    }


def job(one: Project, had: Pipeline, name: str, ran: Job) -> Data:
    """A job with its details."""
    where = f"https://app.circleci.com/pipelines/{one.slug}/{had.number}"
    return {
        "web_url": where,
        "project": {"id": one.id, "slug": one.slug, "name": one.name, "external_url": where},
        "parallel_runs": [{"index": at, "status": ran.status} for at in range(ran.parallel)],
        "started_at": MOMENT,
        "latest_workflow": {"id": workflow_id(had, name), "name": name},
        "name": ran.name,
        "executor": {"resource_class": "medium", "type": "docker"},
        "parallelism": ran.parallel,
        "status": ran.status,
        "number": ran.number,
        "pipeline": {"id": had.id},
        "duration": 1000,
        "created_at": had.created,
        "messages": [],
        "contexts": [{"name": one} for one in ran.contexts],
        "organization": {"name": one.slug.split("/")[1]},
        "queued_at": MOMENT,
        "stopped_at": LATER,
    }


def job_v1(one: Project, had: Pipeline, ran: Job, storage: str) -> Data:
    """A job as the first version of the API has it: with its steps, and where their output is."""
    steps = []
    for number, step in enumerate(ran.steps):
        actions = []
        for index in range(ran.parallel):
            where = f"{storage}/output/{one.slug}/{ran.number}/{number}/{index}?X-Amz-Signature=0"
            action = {
                "name": step.name,
                "bash_command": step.command,
                "type": step.kind,
                "step": number + 101,
                "index": index,
                "parallel": ran.parallel > 1,
                "background": False,
                "status": "success",
                "exit_code": 0,
                "run_time_millis": 10,
                "start_time": MOMENT,
                "end_time": LATER,
                "has_output": bool(step.output or step.error),
                "messages": [],
            }
            actions.append({**action, "output_url": where} if action["has_output"] else action)
        steps.append({"name": step.name, "actions": actions})
    return {
        "build_num": ran.number,
        "status": ran.status,
        "branch": had.branch,
        "vcs_revision": had.revision,
        "committer_name": "Alice",
        "committer_email": "alice@mail.example",
        "subject": "Change",
        "start_time": MOMENT,
        "stop_time": LATER,
        "steps": steps,
        "outcome": "success",
        "lifecycle": "finished",
        "messages": [],
        "build_parameters": {"CIRCLE_JOB": ran.name},
    }


def output(ran: Job, step: int) -> Data:
    """What a step printed, as the storage has it."""
    had = ran.steps[step]
    said = (("out", had.output), ("err", had.error))
    return [{"type": kind, "time": MOMENT, "message": text} for kind, text in said if text]


def job_v3(one: Project, had: Pipeline, workflow: str, ran: Job) -> Data:
    """A job as the third version of the API has it."""
    steps = [
        {"name": step.name, "type": step.kind, "num": number + 101, "command": step.command}
        for number, step in enumerate(ran.steps)
    ]
    return {
        "data": {
            "id": job_id(workflow, ran.name),
            "attributes": {
                "name": ran.name,
                "type": ran.type,
                "parallel_executions": [{"steps": steps} for _ in range(ran.parallel)],
            },
            "references": {"project": {"id": one.id}, "pipeline": {"id": had.id}},
        }
    }


def artifacts(one: Project, ran: Job, host: str) -> list[Data]:
    """What a job stored."""
    return [
        {
            "path": path,
            "node_index": 0,
            "url": f"{host}/artifacts/{one.slug}/{ran.number}/{path}",
        }
        for path in ran.artifacts
    ]


def tests(ran: Job) -> list[Data]:
    """The results of a job's tests."""
    plain = {
        "message": "",
        "source": "pytest",
        "run_time": 0.1,
        "file": "test_it.py",
        "result": "success",
        "name": "test_it",
        "classname": "tests",
    }
    return [{**plain, **one} for one in ran.tests]


def jobs(one: Project) -> Iterator[tuple[Pipeline, str, Job]]:
    """Go through all jobs of a project, with their pipeline and the name of their workflow."""
    for had in one.pipelines:
        for name, all_of_it in had.workflows.items():
            for ran in all_of_it:
                yield had, name, ran

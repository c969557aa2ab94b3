"""Which path of a fake CircleCI leads to which answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Callable, Iterator

from tests.fakes import circleci_answers as says
from tests.fakes import circleci_runs as runs
from tests.fakes.circleci_state import SOMEBODY, NotThere, Organisation
from tests.fakes.http_server import Asked, Reply

if TYPE_CHECKING:
    from tests.fakes.circleci import CircleCI

PAGE = 20
"""Items on a page."""

_LONG = {"gh": "github", "bb": "bitbucket"}
_SHORT = {long: short for short, long in _LONG.items()}


def _slug(slug: str) -> str:
    """Write a slug as the second version of the API does."""
    host, _, rest = slug.partition("/")
    return f"{_SHORT.get(host, host)}/{rest}"


def _paged(asked: Asked, found: list[Any]) -> Any:
    start = int(asked.query.get("page-token") or 0)
    more = start + PAGE < len(found)
    page = {"items": found[start : start + PAGE]}
    return {**page, "next_page_token": str(start + PAGE) if more else None}


def _collaborations(fake: CircleCI) -> Iterator[Any]:
    for one in fake.organisations.values():
        host = _LONG.get(one.slug[:2], "circleci")
        plain = {"id": one.id, "vcs-type": host, "name": one.name, "slug": one.slug}
        yield {**plain, "avatar_url": "https://avatars.example/2"}


def _organisation(one: Organisation) -> Any:
    host = _LONG.get(one.slug[:2], "circleci")
    return {"id": one.id, "name": one.name, "slug": one.slug, "vcs_type": host}


def _groups(fake: CircleCI, asked: Asked, org: str) -> Any:
    found = fake.owner(org).groups
    return {**_paged(asked, found), "total_count": len(found)}


def _contexts(fake: CircleCI, asked: Asked) -> Any:
    org = fake.owner(asked.query.get("owner-id") or asked.query.get("owner-slug", ""))
    return _paged(asked, [says.context(one) for one in org.contexts])


def _runner_classes(fake: CircleCI, asked: Asked) -> Any:
    org = fake.organisations.get(f"gh/{asked.query.get('namespace')}", fake.org)
    return {"items": [{"id": one, "resource_class": one} for one in org.runner_classes]}


def _runner_tokens(fake: CircleCI, asked: Asked) -> Any:
    wanted = asked.query.get("resource-class")
    found = [one for one in fake.org.runner_tokens if one["resource_class"] == wanted]
    return {"items": found}


def _followed(fake: CircleCI) -> Iterator[Any]:
    for org in fake.organisations.values():
        for slug in org.slugs:
            host, owner, name = slug.split("/")
            domain = {"gh": "github.com", "bb": "bitbucket.org"}.get(host, "circleci.com")
            names = {"username": owner, "reponame": name, "vcs_type": _LONG.get(host, "circleci")}
            yield {"vcs_url": f"https://{domain}/{owner}/{name}", **names, "branches": {}}


def _listed(fake: CircleCI, asked: Asked) -> Any:
    page = _paged(asked, fake.owner(asked.query.get("organization-id", "")).slugs)
    items = [{"slug": slug, "name": slug.split("/")[-1]} for slug in page["items"]]
    return {**page, "items": items}


def _active(fake: CircleCI, org: str) -> Any:
    names = [slug.split("/")[-1] for slug in fake.owner(org).slugs]
    whole = ("total_runs", "total_duration_secs", "total_credits_used")
    numbers = {**dict.fromkeys(whole, 0), "success_rate": 1.0, "throughput": 1.0}
    data = {"metrics": numbers, "trends": numbers}
    return {"org_data": data, "org_project_data": [], "all_projects": names}


def _triggers(fake: CircleCI, project: str, definition: str) -> Any:
    found = says.triggers(fake.project(project)[1], definition)
    if found is None:
        raise NotThere
    return {"items": found}


def _org_pipelines(fake: CircleCI, asked: Asked) -> Any:
    org = fake.owner(asked.query.get("org-slug", ""))
    found = [(project, had) for project in org.known.values() for had in project.pipelines]
    found.sort(key=lambda one: one[1].created, reverse=True)
    return _paged(asked, [runs.pipeline(*one) for one in found])


def _pipelines(fake: CircleCI, asked: Asked, slug: str) -> Any:
    one, branch = fake.project(slug)[1], asked.query.get("branch")
    found = [had for had in one.pipelines if branch in (None, had.branch)]
    return _paged(asked, [runs.pipeline(one, had) for had in found])


def _jobs(fake: CircleCI, asked: Asked, workflow: str) -> Any:
    one, had, name = fake.workflow(workflow)
    found = [runs.job_of_workflow(one, workflow, ran) for ran in had.workflows[name]]
    return _paged(asked, found)


def _job(fake: CircleCI, slug: str, number: str) -> Any:
    one, (had, name), ran = fake.job(slug, number)
    return runs.job(one, had, name, ran)


def _job_v1(fake: CircleCI, slug: str, number: str) -> Any:
    one, (had, _), ran = fake.job(_slug(slug), number)
    return runs.job_v1(one, had, ran, fake.storage.url)


def _job_v3(fake: CircleCI, job: str) -> Any:
    one, had, name, ran = fake.job_by_id(job)
    return runs.job_v3(one, had, runs.workflow_id(had, name), ran)


def _artifacts(fake: CircleCI, asked: Asked, slug: str, number: str) -> Any:
    one, _, ran = fake.job(slug, number)
    return _paged(asked, runs.artifacts(one, ran, fake.url))


def _artifact(fake: CircleCI, asked: Asked, slug: str, number: str, rest: str) -> Reply:
    found = fake.job(slug, number)[2].artifacts.get(rest)
    if found is None:
        raise NotThere
    if fake.artifacts_elsewhere:
        return Reply(b"", 302, {"Location": f"{fake.storage.url}{asked.path}?X-Amz-Signature=0"})
    return Reply(found, 200, {"Content-Type": "application/octet-stream"})


def _output(fake: CircleCI, asked: Asked, job: str, stream: str) -> str:
    steps = fake.job_by_id(job)[3].steps
    number = int(asked.query.get("filter[step_num]", "0")) - 101
    if stream not in ("stdout", "stderr") or not 0 <= number < len(steps):
        raise NotThere
    return steps[number].output if stream == "stdout" else steps[number].error


Route = Callable[..., Any]

GET: dict[str, Route] = {
    "/api/v2/me": lambda f, a: SOMEBODY,
    "/api/v2/me/collaborations": lambda f, a: list(_collaborations(f)),
    "/api/v2/organization/{org}": lambda f, a, o: _organisation(f.owner(o)),
    "/api/v2/organization/{org}/url-orb-allow-list": lambda f, a, o: {"items": f.owner(o).url_orbs},
    "/api/v2/organizations/{org}/groups": _groups,
    "/api/v2/organizations/{org}/audit-log/configs": lambda f, a, o: {
        "items": f.owner(o).audit_logs
    },
    "/api/v2/org/{org}/contacts": lambda f, a, o: f.owner(o).contacts,
    "/api/v2/org/{org}/oidc-custom-claims": lambda f, a, o: says.claims(f.owner(o), None),
    "/api/v2/org/{org}/project/{project}/oidc-custom-claims": lambda f, a, o, p: says.claims(
        f.owner(o), f.project(p)[1]
    ),
    "/api/v2/owner/{org}/context/{kind}/decision/settings": lambda f, a, o, k: {
        "enabled": f.owner(o).policies_enabled
    },
    "/api/v2/owner/{org}/context/{kind}/policy-bundle": lambda f, a, o, k: says.policy_bundle(
        f.owner(o)
    ),
    "/api/v3/orgs/{org}/settings": lambda f, a, o: {
        "data": {"id": f.owner(o).id, "attributes": f.owner(o).settings}
    },
    "/api/v1.1/organization/{vcs}/{org}/settings": lambda f, a, v, o: {
        "feature_flags": f.owner(_slug(f"{v}/{o}")).features
    },
    "/api/v3/runner/resource": _runner_classes,
    "/api/v3/runner/token": _runner_tokens,
    "/api/v2/context": _contexts,
    "/api/v2/context/{context}": lambda f, a, c: says.context_alone(*f.context(c)),
    "/api/v2/context/{context}/environment-variable": lambda f, a, c: _paged(
        a, says.context_variables(f.context(c)[1])
    ),
    "/api/v2/context/{context}/restrictions": lambda f, a, c: _paged(
        a, says.restrictions(f.context(c)[1])
    ),
    "/api/v2/insights/{org}/summary": lambda f, a, o: _active(f, o),
    "/api/v1.1/projects": lambda f, a: list(_followed(f)),
    "/api/private/project": _listed,
    "/api/v2/project/{slug}": lambda f, a, s: says.project(*f.project(s)),
    "/api/v2/project/{slug}/settings": lambda f, a, s: {"advanced": f.project(s)[1].settings},
    "/api/v3/projects/{project}/settings": lambda f, a, p: says.project_settings_v3(
        f.project(p)[1]
    ),
    "/api/v1.1/project/{slug}/settings": lambda f, a, s: says.project_settings_v1(
        f.project(_slug(s))[1]
    ),
    "/api/v1.1/project/{slug}/token": lambda f, a, s: says.tokens(f.project(_slug(s))[1]),
    "/api/v2/project/{slug}/envvar": lambda f, a, s: _paged(a, says.variables(f.project(s)[1])),
    "/api/v2/project/{slug}/checkout-key": lambda f, a, s: _paged(
        a, says.checkout_keys(f.project(s)[1])
    ),
    "/api/v2/project/{slug}/schedule": lambda f, a, s: _paged(a, says.schedules(f.project(s)[1])),
    "/api/v2/webhook": lambda f, a: _paged(
        a, says.webhooks(f.project(a.query.get("scope-id", ""))[1])
    ),
    "/api/v2/projects/{project}/pipeline-definitions": lambda f, a, p: {
        "items": says.definitions(f.project(p)[1])
    },
    "/api/v2/projects/{project}/pipeline-definitions/{definition}/triggers": (
        lambda f, a, p, d: _triggers(f, p, d)
    ),
    "/api/v2/pipeline": _org_pipelines,
    "/api/v2/project/{slug}/pipeline": _pipelines,
    "/api/v2/pipeline/{pipeline}": lambda f, a, p: runs.pipeline(*f.pipeline(p)),
    "/api/v2/pipeline/{pipeline}/config": lambda f, a, p: runs.pipeline_config(f.pipeline(p)[1]),
    "/api/v2/pipeline/{pipeline}/values": lambda f, a, p: f.pipeline(p)[1].values,
    "/api/v2/pipeline/{pipeline}/workflow": lambda f, a, p: _paged(
        a, runs.workflows(*f.pipeline(p))
    ),
    "/api/v2/workflow/{workflow}": lambda f, a, w: runs.workflow(*f.workflow(w)),
    "/api/v2/workflow/{workflow}/job": _jobs,
    "/api/v2/project/{slug}/job/{number}": lambda f, a, s, n: _job(f, s, n),
    "/api/v1.1/project/{slug}/{number}": lambda f, a, s, n: _job_v1(f, s, n),
    "/api/v2/project/{slug}/{number}/artifacts": _artifacts,
    "/api/v2/project/{slug}/{number}/tests": lambda f, a, s, n: _paged(
        a, runs.tests(f.job(s, n)[2])
    ),
    "/artifacts/{slug}/{number}/{rest}": _artifact,
    "/api/v3/jobs/{job}": lambda f, a, j: _job_v3(f, j),
    "/api/v3/jobs/{job}/{stream}": _output,
}
POST: dict[str, Route] = {
    "/api/v2/owner/{org}/context/{kind}/decision": lambda f, a, o, k: f.owner(o).decision,
    "/api/v2/compile-config-with-defaults": lambda f, a: f.compile(
        json.loads(a.body)["config_yaml"]
    ),
}


def _pattern(template: str) -> re.Pattern[str]:
    """Read a template: `{slug}` stands for three segments, `{rest}` for all, others for one."""
    text = template.replace(".", r"\.").replace("{slug}", "([^/]+/[^/]+/[^/]+)")
    return re.compile(re.sub(r"\{[a-z]+\}", "([^/]+)", text.replace("{rest}", "(.+)")))


ROUTES = [
    (method, template, _pattern(template), route)
    for method, routes in (("GET", GET), ("POST", POST))
    for template, route in routes.items()
]

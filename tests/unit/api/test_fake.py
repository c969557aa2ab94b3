"""The fake CircleCI answers as the descriptions of its API say, but for differences it names."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.fakes.circleci import DIFFERENCES, UNDESCRIBED, CircleCI
from tests.fakes.circleci_routes import ROUTES
from tests.fakes.circleci_state import Job, Organisation, Project, Restriction, Step, Variable
from tests.fakes.http_server import Asked
from tests.unit.api.asking import api_for

OPENAPI = Path(__file__).parents[4] / "shared" / "openapi"
needs_description = pytest.mark.skipif(
    not OPENAPI.is_dir(), reason="the descriptions of the API, in ../shared/openapi"
)
NAMED = [f"{method} {template}" for method, template, _, _ in ROUTES]


def full() -> Organisation:
    """Make an organisation with something of everything."""
    org = Organisation(
        groups=[{"id": "8d3b6c4e-0000-4000-8000-000000000001", "name": "g", "description": ""}],
        url_orbs=[{"id": "1", "name": "n", "prefix": "https://x.example/", "auth": "none"}],
        claims={"audience": ["a"], "ttl": "1h", "ttl_updated_at": "2026-01-01T00:00:00Z"},
        policies={"only_main": "package org"},
        runner_classes=["acme/linux"],
    )
    held = org.context("deploy", *(f"V{number}" for number in range(45)))
    held.restrictions = [
        Restriction("project", "8d3b6c4e-0000-4000-8000-000000000002", "app"),
        Restriction("group", org.id, "All members"),
        Restriction("expression", 'pipeline.git.branch == "main"'),
    ]
    app = org.project("app", oss=True)
    app.variables.append(Variable("TOKEN"))
    for held_here in (app.keys, app.tokens, app.webhooks, app.schedules, app.ssh_keys):
        held_here.append({})
    app.definitions = [{"name": "a", "triggers": [{}, {"event_preset": "only-tags"}]}]
    steps = [Step("test", "out", "make test", "err"), Step("quiet")]
    built = Job("test", steps, artifacts={"a/b.txt": b"x"}, tests=[{}], contexts=["deploy"])
    waits = Job("hold", type="approval", status="success", approved_by=org.id, requires=["test"])
    app.pipeline(built, waits, setup="version: 2.1\n", values={"pipeline.number": 1})
    return org


@needs_description
def test_every_path_that_is_served_is_described_or_named_as_undescribed() -> None:
    described = {where for where, _ in _described()}
    for method, template, _, _ in ROUTES:
        named = any(
            template.startswith(one) if one.endswith("/") else template == one
            for one in UNDESCRIBED
        )
        assert ((method, _shape(template)) in described) != named, template


@needs_description
@pytest.mark.parametrize("name", NAMED)
def test_answers_are_as_described(name: str) -> None:
    method, _, template = name.partition(" ")
    schema = dict(_described()).get((method, _shape(template)))
    with CircleCI(full()) as fake:
        asked = _question(fake, method, template)
        reply = fake.answer(asked)
        assert reply.status == 200, (asked.path, asked.query)
        if schema is None:
            return
        data = json.loads(reply.data)
    for difference in DIFFERENCES:
        if difference.path in ("", template):
            _take_out(data, difference.field)
    jsonschema = import_module("jsonschema")
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    faults = [f"{error.json_path}: {error.message}" for error in checker.iter_errors(data)]
    assert faults == []


def _question(fake: CircleCI, method: str, template: str) -> Asked:
    org, project = fake.org, fake.org.known["gh/acme/app"]
    had = project.pipelines[0]
    ran = had.workflows["main"][0]
    with_api = api_for(fake.api)
    (workflow,) = with_api.pages(f"/api/v2/pipeline/{had.id}/workflow")
    (job, _) = with_api.pages(f"/api/v2/workflow/{workflow['id']}/job")
    definition = with_api.get(f"/api/v2/projects/{project.id}/pipeline-definitions")["items"][0]
    values = {
        "slug": project.slug if "v1.1" not in template else project.slug.replace("gh", "github"),
        "org": "acme" if "{vcs}" in template else org.id,
        "vcs": "github",
        "kind": "config",
        "context": org.contexts[0].id,
        "project": project.id,
        "definition": definition["id"],
        "pipeline": had.id,
        "workflow": workflow["id"],
        "number": str(ran.number),
        "job": job["id"],
        "stream": "stdout",
        "rest": "a/b.txt",
    }
    path = re.sub(r"\{([a-z]+)\}", lambda found: values[found[1]], template)
    query = {
        "owner-id": org.id,
        "organization-id": org.id,
        "scope-id": project.id,
        "org-slug": org.slug,
        "namespace": "acme",
        "resource-class": "acme/linux",
        "filter[step_num]": "101",
    }
    body = json.dumps({"config_yaml": "version: 2.1"}).encode()
    return Asked(method, path, query, {"circle-token": fake.token}, body, 0.0)


def _shape(path: str) -> str:
    path = re.sub(r"\{(project-slug|provider\}/\{organization\}/\{project)\}", "{slug}", path)
    path = re.sub(r"\{vcs-type\}/\{username\}/\{project\}", "{slug}", path)
    return re.sub(r"\{(?!slug\})[^}]+\}", "{}", path)


def _described() -> Iterator[tuple[tuple[str, str], Any]]:
    for version in ("1.1", "2"):
        document = json.loads((OPENAPI / f"circleci-v{version}.json").read_text(encoding="utf-8"))
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                answers = operation.get("responses", {}) if isinstance(operation, dict) else {}
                answer = _seen(document, answers.get("200") or answers.get("default") or {})
                content = answer.get("content", {}).get("application/json", {})
                where = (method.upper(), _shape(f"/api/v{version}{path}"))
                yield where, _strict(document, content.get("schema", {}))


def _seen(document: Any, schema: Any) -> Any:
    while "$ref" in schema:
        found = document
        for key in schema["$ref"][2:].split("/"):
            found = found[key]
        schema = found
    return schema


def _strict(document: Any, schema: Any) -> Any:
    """Turn OpenAPI 3.0 into JSON Schema in which an object has no field that is not described."""
    schema = dict(_seen(document, schema))
    nullable = schema.pop("nullable", False)
    if "properties" in schema:
        inner = schema["properties"].items()
        schema["properties"] = {name: _strict(document, one) for name, one in inner}
        schema.setdefault("additionalProperties", False)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            schema[key] = _strict(document, schema[key])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            schema[key] = [_strict(document, one) for one in schema[key]]
    return {"anyOf": [schema, {"type": "null"}]} if nullable else schema


def _take_out(data: Any, field: str) -> None:
    if isinstance(data, dict):
        if field == "next_page_token" and field in data:
            data[field] = data[field] or ""
        else:
            data.pop(field, None)
        data = data.get("items", ())
    if isinstance(data, list):
        for one in data:
            _take_out(one, field)


def test_ten_thousand_projects_are_named_and_made_one_by_one() -> None:
    org = Organisation()
    made: list[int] = []

    def make(project: Project, number: int) -> None:
        made.append(number)
        project.variables.append(Variable(f"V{number}"))

    org.many(10_000, make)
    with CircleCI(org) as fake:
        api = api_for(fake.api)
        names = api.get("/api/v2/insights/gh%2Facme/summary")["all_projects"]
        assert (len(names), names[-1], made) == (10_000, "p009999", [])
        slug = f"gh/acme/{names[-1]}"
        (variable,) = api.pages(f"/api/v2/project/{slug}/envvar")
        assert variable["name"] == "V9999"
        id = api.get(f"/api/v2/project/{slug}")["id"]
        assert api.get(f"/api/v3/projects/{id}/settings")["data"]["id"] == id


def test_a_token_that_it_does_not_know_gets_nothing() -> None:
    with CircleCI() as fake:
        fake.token = "another"
        asked = Asked("GET", "/api/v2/me", {}, {}, b"", 0.0)
        assert fake.answer(asked).status == 401

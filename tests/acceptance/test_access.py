"""`secguard access` from the command line, against a CircleCI in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from tests.acceptance.runs import Run, Secguard, runner
from tests.fakes import circleci_state as state
from tests.fakes.circleci import TOKEN, CircleCI
from tests.unit.images.checkouts import write
from tests.unit.rules.access.estates import GOOD, OPEN_JOB

OTHERS = ("review-overdue", "secret-age-unknown", "secret-overdue")
"""Rules that have something to say of every organisation here."""
SECRET = "wJalrXUtnFEMI-of-nobody-9f3c"


def sound() -> state.Organisation:
    """Make an organisation with nothing to say against."""
    org = state.Organisation(contacts={"security": ["security@acme.example"]})
    org.settings["is_context_group_restriction_required"] = True
    org.policies_enabled, org.policies = True, {"orbs": "package org"}
    app = org.project("app", disable_ssh=True, write_settings_requires_admin=True)
    prod = org.context("prod", "AWS_SECRET_ACCESS_KEY")
    prod.variables[0].value = SECRET
    prod.restrictions = [
        state.Restriction("project", app.id),
        state.Restriction("expression", GOOD),
    ]
    return org


@pytest.fixture
def circleci() -> Iterator[CircleCI]:
    with CircleCI(sound()) as fake:
        yield fake


@pytest.fixture
def secguard(
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    circleci: CircleCI,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Run]:
    """Run `access` in a checkout whose one job has the context of the organisation."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIRCLE_TOKEN", TOKEN)
    monkeypatch.delenv("CIRCLE_PIPELINE_ID", raising=False)
    write(tmp_path, {".circleci/config.yml": OPEN_JOB})
    run: Secguard = runner(capfd)

    def access(*arguments: str) -> Run:
        others = [part for rule in OTHERS for part in ("--ignore", rule)]
        day = ("--today", "2026-11-25")
        done = run("access", "--host", circleci.url, *others, *day, *arguments)
        assert TOKEN not in done.out + done.err and SECRET[-4:] not in done.out + done.err
        return done

    return access


def by_rule(run: Run) -> dict[str, dict[str, Any]]:
    return {one["rule"]: one for one in json.loads(run.out)["findings"]}


def test_a_sound_organisation_passes(secguard: Secguard) -> None:
    run = secguard("--project", "gh/acme/app")
    assert (run.status, run.err) == (0, "")
    assert "No findings" in run.out
    assert "127.0.0.1 told of 1 project and of 'gh/acme', 1 context with 1 variable" in run.out
    assert "joined with 1 config here, by which 1 job may hold contexts" in run.out


def test_settings_and_config_make_one_finding(secguard: Secguard, circleci: CircleCI) -> None:
    circleci.org.contexts[0].restrictions.clear()
    circleci.org.contexts[0].restrictions.append(
        state.Restriction("group", circleci.org.id, "All members")
    )
    run = secguard("--project", "gh/acme/app", "--output-format", "json")
    assert run.status == 1
    found = by_rule(run)
    assert list(found) == ["context-unrestricted"]
    one = found["context-unrestricted"]
    assert (one["severity"], one["where"]["uri"]) == ("high", "context:prod")
    (related,) = one["related"]
    assert related["uri"] == ".circleci/config.yml"
    assert related["note"] == "'test' has it, run by any branch"


def test_the_running_pipeline_names_the_project(
    secguard: Secguard, circleci: CircleCI, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = circleci.org.known["gh/acme/app"]
    app.settings["disable_ssh"] = False
    monkeypatch.setenv("CIRCLE_PIPELINE_ID", app.pipeline().id)
    run = secguard("--output-format", "json")
    assert list(by_rule(run)) == ["ssh-reruns"]
    assert run.status == 0  # it is of low severity


def test_a_pipeline_that_is_not_there_names_nothing(
    secguard: Secguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCLE_PIPELINE_ID", "00000000-0000-4000-8000-000000000000")
    run = secguard()
    assert run.status == 3
    assert "the project is not known: 127.0.0.1 has no such thing" in run.err


def test_an_organisation_alone_is_judged_without_projects(secguard: Secguard) -> None:
    run = secguard("--org", "github/acme")
    assert run.status == 0
    assert "told of 0 projects and of 'gh/acme'" in run.out
    assert "which project these configs belong to is not known" in run.out


def test_what_cannot_be_seen_is_no_pass(secguard: Secguard, circleci: CircleCI) -> None:
    circleci.refuse("/contacts")
    circleci.refuse("/api/v1.1/project/github/acme/app/token", 404)
    run = secguard("--project", "gh/acme/app")
    assert run.status == 3
    assert "the security contacts of 'gh/acme' could not be verified" in run.out
    assert "the API tokens of 'gh/acme/app' could not be verified" in run.out
    ignored = secguard(
        "--project",
        "gh/acme/app",
        "--ignore",
        "security-contact-missing",
        "--ignore",
        "project-token",
    )
    assert ignored.status == 0


def test_a_token_without_any_rights_verifies_nothing(
    secguard: Secguard, circleci: CircleCI
) -> None:
    circleci.refuse("", 401)
    run = secguard("--project", "gh/acme/app")
    assert run.status == 3
    assert "No findings in what could be checked" in run.out
    assert "whose contexts could not be read" in run.out


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("html", {}),
        ("garbage", {}),
        ("deep", {}),
        ("digits", {}),
        ("redirect", {}),
        ("status", {"status": 429, "headers": {"Retry-After": "3600"}}),
        ("status", {"status": 503, "headers": {"Retry-After": "3600"}}),
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v2/context/"], ids=["everywhere", "contexts"])
def test_a_broken_api_is_no_pass_and_no_finding(
    secguard: Secguard, circleci: CircleCI, kind: str, more: dict[str, Any], path: str
) -> None:
    circleci.fail(kind, path, **more)
    run = secguard("--project", "gh/acme/app", "--output-format", "json")
    assert run.status == 3
    report = json.loads(run.out)
    assert report["findings"] == []
    assert report["problems"] and not circleci.storage.log


def test_policy_and_baseline_decide_about_findings(
    secguard: Secguard, circleci: CircleCI, tmp_path: Path
) -> None:
    circleci.org.contexts[0].restrictions.clear()
    arguments = ("--project", "gh/acme/app")
    assert secguard(*arguments).status == 1
    policy = (
        "exceptions:\n  - rule: context-unrestricted\n    subject: prod\n    reason: being moved\n"
    )
    write(tmp_path, {"policy.yml": policy})
    excepted = secguard(*arguments, "--policy", "policy.yml", "--policy-ref", "checkout")
    assert excepted.status == 0
    assert secguard(*arguments, "--write-baseline", "known.json").status == 0
    known = secguard(*arguments, "--baseline", "known.json", "--policy-ref", "checkout")
    assert (known.status, "1 by baseline" in known.out) == (0, True)


def test_no_report_holds_the_token_or_any_part_of_a_value(
    secguard: Secguard, circleci: CircleCI, tmp_path: Path
) -> None:
    app = circleci.org.known["gh/acme/app"]
    for name in ("a", "b", "c"):
        one = circleci.org.project(name)
        one.variables = [state.Variable("NPM_TOKEN", SECRET)]
    app.webhooks = [{"url": f"https://u:{SECRET}@hooks.example/?token={SECRET}"}]
    slugs = [part for name in "abc" for part in ("--project", f"gh/acme/{name}")]
    run = secguard(
        *slugs,
        "--project",
        "gh/acme/app",
        "--strict",
        "--report-dir",
        "reports",
        "--output-format",
        "json",
    )
    assert "secret-copied" in by_rule(run)
    written = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert len(written) == 4
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert TOKEN not in text and SECRET not in text and "9f3c" not in text
    assert not circleci.storage.log


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "no project is named"),
        (("--project", "app"), "'app' is no project"),
        (("--org", "gh/acme", "--token-variable", "NOBODYS_TOKEN"), "no API token"),
        (("--org", "gh/acme", "--select", "no-such-rule"), "there is no rule 'no-such-rule'"),
    ],
)
def test_a_run_without_what_it_needs_says_so(
    secguard: Secguard, arguments: tuple[str, ...], says: str
) -> None:
    run = secguard(*arguments)
    assert run.status == 2
    assert says in run.err


def test_a_folder_without_configs_is_judged_by_settings(secguard: Secguard, tmp_path: Path) -> None:
    (tmp_path / ".circleci" / "config.yml").unlink()
    run = secguard("--project", "gh/acme/app")
    assert run.status == 0
    assert "there is no config here, so settings were judged by themselves" in run.out
    named = secguard("nowhere", "--project", "gh/acme/app")
    assert named.status in (2, 3)

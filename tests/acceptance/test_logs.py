"""`secguard logs` finds what jobs leaked, shows none of it, and keeps the token to its hosts."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tarfile
import urllib.parse
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.acceptance.audited import PASSWORD, audit, findings, in_pieces
from tests.acceptance.scanned import CANARY, shown
from tests.fakes.circleci import TOKEN, CircleCI
from tests.fakes.circleci_state import Job, Step
from tests.fakes.http_server import Asked, Reply
from tests.unit.secrets.samples import sample

FORMATS = ("text", "json", "sarif", "junit", "html")
BEFORE = "\x1b[2mfirst\x1b[0m line\r\n"
BASE64 = base64.b64encode(f"bot:{CANARY}".encode()).decode()
LEAKS = {
    "plain": f"token is {CANARY}\r\n",
    "base64": f"Authorization: Basic {BASE64}\r\n",
    "percent": f"GET /?p={urllib.parse.quote(PASSWORD, safe='')}\r\n",
    "two lines": f"{CANARY[:10]}\r\n{CANARY[10:]}\r\n",
    "coloured": f"\x1b[32m{CANARY[:10]}\x1b[1m{CANARY[10:]}\x1b[0m\r\n",
    "set -x": "+ curl -u 'it'\\''s a 7Qx\"2Vb9L$Pz' https://x.io\r\n",
    "of a provider": f"created {sample('github')}\r\n",
}
CLEAN = "export TOKEN=****\r\ncurl -u bot:**** https://bot:****@example.org/\r\n+ login ****\r\n"


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.fixture
def fake() -> Iterator[CircleCI]:
    """Run a CircleCI with a pipeline that leaked in every way, after one that did not."""
    with CircleCI() as fake:
        project = fake.org.project("shop")
        quiet = Job("test", [Step("Run tests", CLEAN)], artifacts={"a.txt": b"nothing"})
        project.pipeline(quiet)
        steps = [Step(name, BEFORE + text) for name, text in LEAKS.items()]
        steps += [
            Step("on stderr", "fine\r\n", error=f"{CANARY}\r\n"),
            Step("command", "", command=f"#!/bin/bash\ncurl -H 'X: {CANARY}' https://x.io"),
        ]
        leaky = Job(
            "deploy",
            steps,
            artifacts={"out/app.tar.gz": archive(**{"etc/app.conf": f"x\nt={CANARY}\n".encode()})},
            tests=[{"message": f"assert 'x' == '{PASSWORD}'", "name": "test_login"}],
        )
        project.pipeline(leaky, Job("after", [Step("Echo", CLEAN)], status="blocked"))
        yield fake


def test_a_secret_is_found_wherever_it_was_written(fake: CircleCI, tmp_path: Path) -> None:
    in_pieces(fake, 5)
    found = findings(tmp_path, fake, "--last", "2", "--project", "gh/acme/shop")
    places = {}
    for one in found:
        span = one["where"]["span"]
        job, _, rest = one["where"]["uri"].partition("!")
        assert job == "job:gh/acme/shop/200 deploy"
        places[rest] = (one["rule"], one["subject"], span and span["line"])
    log, file = "secret-in-log", "secret-in-file"
    assert places == {
        "0-101 plain": (log, "SHOP_TOKEN", 2),
        "0-102 base64": (log, "SHOP_TOKEN", 2),
        "0-103 percent": (log, "SHOP_PASSWORD", 2),
        "0-104 two lines": (log, "SHOP_TOKEN", 2),
        "0-105 coloured": (log, "SHOP_TOKEN", 2),
        "0-106 set -x": (log, "SHOP_PASSWORD", 2),
        "0-107 of a provider": ("token-in-log", "", 2),
        "0-108 on stderr!stderr": (log, "SHOP_TOKEN", 1),
        "0-109 command!command": (log, "SHOP_TOKEN", 2),
        "artifacts/0/out/app.tar.gz!etc/app.conf": (file, "SHOP_TOKEN", 2),
        "tests!tests.test_login": (log, "SHOP_PASSWORD", 1),
    }
    messages = {one["message"] for one in found}
    assert "the value of 'SHOP_TOKEN' is in this log, as base64" in messages
    assert "the value of 'SHOP_PASSWORD' is in this log, as shell quoting" in messages


def test_no_report_shows_a_secret_in_any_form(fake: CircleCI, tmp_path: Path) -> None:
    leaky = fake.org.known["gh/acme/shop"].pipelines[0].workflows["main"][0]
    leaky.name = f"deploy {CANARY}"
    leaky.steps.append(Step(f"login {CANARY}", f"{CANARY}\n{PASSWORD}\n"))
    leaky.artifacts[f"{CANARY}.txt"] = PASSWORD.encode()
    leaky.tests.append({"message": CANARY, "classname": CANARY, "name": f"[{PASSWORD}]"})
    fake.storage.fail("status", "/output/gh/acme/shop/200/3", status=500)
    values = (CANARY, PASSWORD, TOKEN, sample("github"))
    for format in FORMATS:
        wanted = ("--output-format", format, "--color", "always", "--report-dir", "reports")
        done = audit(tmp_path, fake, "--job", "gh/acme/shop/200", "--strict", *wanted)
        assert done.returncode == 3
        assert "0-104" in done.stdout
        assert shown(done.stdout + done.stderr, *values) == []
        assert "X-Amz" not in done.stdout
    written = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert len(written) == 4
    for path in written:
        assert shown(path.read_text("utf-8"), *values) == []


def test_a_pipeline_that_leaked_nothing_passes(fake: CircleCI, tmp_path: Path) -> None:
    done = audit(tmp_path, fake, "--job", "gh/acme/shop/100")
    assert (done.returncode, done.stderr) == (0, "")
    assert "searched 1 output and 0 test results of 1 job, 1 artifact" in done.stdout
    assert "secrets in 3 variables" in done.stdout


def test_the_token_goes_to_the_api_alone(fake: CircleCI, tmp_path: Path) -> None:
    fake.artifacts_elsewhere = True
    found = findings(tmp_path, fake, "--last", "2", "--project", "gh/acme/shop")
    assert "secret-in-file" in {one["rule"] for one in found}
    assert fake.api.knows(TOKEN)
    assert fake.storage.asked("/output/") and fake.storage.asked("/artifacts/")
    assert not fake.storage.knows(TOKEN)
    assert {one.method for one in (*fake.log, *fake.storage.log)} == {"GET"}


def test_the_running_pipeline_is_searched_without_the_running_job(
    fake: CircleCI, tmp_path: Path
) -> None:
    had = fake.org.known["gh/acme/shop"].pipelines[0]
    own = Job("audit", [Step("Search", CANARY)], number=209, status="running")
    other = Job("e2e", [Step("Test", "fine")], number=208, status="running")
    had.workflows["main"] += [own, other]
    running: Any = {"CIRCLE_PIPELINE_ID": had.id, "CIRCLE_BUILD_NUM": "209"}
    done = audit(tmp_path, fake, **running)
    assert done.returncode == 1
    assert "200 deploy" in done.stdout
    assert "209" not in done.stdout
    assert "job:gh/acme/shop/208 e2e" in done.stdout
    assert "it still runs, and may write more" in done.stdout
    assert "no log was there of 1 job that did not run" in done.stdout
    assert "the running job itself was left out" in done.stdout


@pytest.mark.parametrize("kind", ["--workflow", "--pipeline", "--job", "--last"])
def test_what_is_searched_can_be_said_in_four_ways(
    fake: CircleCI, tmp_path: Path, kind: str
) -> None:
    had = fake.org.known["gh/acme/shop"].pipelines[0]
    workflow = fake.api.answer(
        Asked("GET", f"/api/v2/pipeline/{had.id}/workflow", {}, {"circle-token": TOKEN}, b"", 0)
    ).body["items"][0]["id"]
    values = {"--workflow": workflow, "--pipeline": had.id, "--job": "200", "--last": "1"}
    found = findings(tmp_path, fake, kind, values[kind], CIRCLE_PIPELINE_ID=had.id)
    assert len(found) == 11


def test_pipelines_of_a_branch(fake: CircleCI, tmp_path: Path) -> None:
    fake.org.known["gh/acme/shop"].pipelines[0].branch = "next"
    wanted = ("--project", "gh/acme/shop", "--last", "5", "--branch")
    assert audit(tmp_path, fake, *wanted, "main").returncode == 0
    assert audit(tmp_path, fake, *wanted, "next").returncode == 1
    done = audit(tmp_path, fake, *wanted, "nothing")
    assert done.returncode == 3
    assert "no job was found" in done.stdout


def test_what_is_gone_is_said_and_does_not_pass(fake: CircleCI, tmp_path: Path) -> None:
    fake.fail("status", "/artifacts/", status=404)
    fake.storage.fail("status", "/output/", status=410)
    done = audit(tmp_path, fake, "--job", "gh/acme/shop/100")
    assert done.returncode == 1
    assert "medium[log-not-inspected]" in done.stdout
    assert "medium[not-inspected]" in done.stdout
    assert done.stdout.count("it is not kept any more") == 2


@pytest.mark.parametrize(
    "path", ["/api/v2/project/gh/acme/shop/job", "/api/v1.1/", "/artifacts", "/tests", "/output/"]
)
@pytest.mark.parametrize("kind", ["status", "html", "cut", "silent"])
def test_what_cannot_be_read_is_no_pass(
    fake: CircleCI, tmp_path: Path, path: str, kind: str
) -> None:
    server = fake.storage if path == "/output/" else fake
    server.fail(kind, path, status=403)
    done = audit(tmp_path, fake, "--job", "gh/acme/shop/100")
    # A page instead of an output is one that was read, and is no list of messages.
    assert done.returncode == (1 if (path, kind) == ("/output/", "html") else 3), done.stdout
    assert "not" in done.stdout and "100" in done.stdout
    assert TOKEN not in done.stdout + done.stderr


def test_more_than_the_limits_is_said(fake: CircleCI, tmp_path: Path) -> None:
    job = fake.org.known["gh/acme/shop"].pipelines[1].workflows["main"][0]
    job.steps[0].output = "x" * 3000
    job.artifacts["a.txt"] = b"y" * 3000
    done = audit(tmp_path, fake, "--job", "gh/acme/shop/100", "--max-bytes", "2000")
    assert done.returncode == 1
    assert done.stdout.count("it holds more than --max-bytes allows") == 2


def test_no_time_is_no_pass(fake: CircleCI, tmp_path: Path) -> None:
    fake.storage.fail("stall", "/output/", pause=9)
    done = audit(tmp_path, fake, "--job", "gh/acme/shop/100", "--max-seconds", "1")
    assert done.returncode == 3
    assert "not checked: " in done.stdout


def test_artifacts_can_be_left_out(fake: CircleCI, tmp_path: Path) -> None:
    done = audit(tmp_path, fake, "--job", "gh/acme/shop/200", "--no-artifacts")
    assert "app.tar.gz" not in done.stdout
    assert "artifacts were not read, as you said" in done.stdout
    assert not fake.api.asked("artifacts")


def test_an_output_may_be_compressed_or_cut_off(fake: CircleCI, tmp_path: Path) -> None:
    whole = fake.storage.answer

    def answer(asked: Asked) -> Reply:
        body = [*whole(asked).body, {"type": "out", "truncated": True, "message": ""}]
        return Reply(gzip.compress(json.dumps(body).encode()))

    fake.storage.answer = answer
    found = findings(tmp_path, fake, "--job", "gh/acme/shop/200", "--no-artifacts")
    assert {"secret-in-log", "log-not-inspected"} == {one["rule"] for one in found} - {
        "token-in-log"
    }
    assert "CircleCI kept only a part of it" in {one["message"].partition(": ")[2] for one in found}


def test_the_policy_accepts_findings_by_rule_and_place(fake: CircleCI, tmp_path: Path) -> None:
    (tmp_path / ".circleci").mkdir()
    (tmp_path / ".circleci" / "secguard.yml").write_text(
        "version: 1\nexceptions:\n"
        "  - rule: secret-in-log\n    files: ['job:gh/acme/shop/* deploy!*']\n    reason: rotated\n"
        "  - rule: secret-in-file\n    subject: SHOP_TOKEN\n    reason: rotated\n"
        "  - rule: token-in-log\n    reason: a test\n"
    )
    done = audit(tmp_path, fake, "--job", "gh/acme/shop/200")
    assert done.returncode == 0, done.stdout
    assert "11 by policy" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "no running pipeline"),
        (("--job", "gh/acme/shop/1", "--last", "3"), "say different things"),
        (("--job", "shop"), "is no job"),
        (("--job", "7"), "no project is named"),
        (("--job", "../../x/7"), "is no"),
        (("--last", "3", "--project", "shop"), "is no project"),
        (("--last", "3", "--token-variable", "NOT_SET"), "no API token in NOT_SET"),
    ],
)
def test_what_makes_no_sense_is_refused(
    fake: CircleCI, tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    done = audit(tmp_path, fake, *arguments)
    assert done.returncode == 2, done.stdout
    assert word in done.stderr
    assert not fake.log

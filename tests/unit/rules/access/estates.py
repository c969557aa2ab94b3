"""Makes estates out of plain data, and runs one rule over them."""

from __future__ import annotations

from datetime import date
from typing import Any, Mapping

from secguard.access.estate import Estate
from secguard.access.model import (
    Context,
    Organisation,
    Project,
    ProjectSettings,
    Restriction,
    Variable,
)
from secguard.circleci.config import make_config
from secguard.finding import Finding
from secguard.rules import rules
from secguard.source.text import TextFile
from secguard.source.tree import parse

TODAY = date(2026, 11, 25)
APP = "circleci/acme/app"
TOKENS = (Variable("AWS_SECRET_ACCESS_KEY"), Variable("NPM_TOKEN"))
GOOD = (
    'pipeline.git.branch == "main" and not job.ssh.enabled '
    'and not (pipeline.config_source starts-with "api")'
)
OPEN_JOB = """\
version: 2.1
jobs:
  test:
    docker:
      - image: cimg/base:2026.08
    steps:
      - run: make test
workflows:
  main:
    jobs:
      - test:
          context: prod
"""
GATED_JOB = OPEN_JOB + "          filters: {branches: {only: main}}\n"


def context(
    *restrictions: tuple[str, str],
    name: str = "prod",
    variables: tuple[Variable, ...] | None = TOKENS,
    unread: bool = False,
) -> Context:
    """Make a context; each restriction is a kind with a value."""
    found = tuple(Restriction(kind, value) for kind, value in restrictions)
    return Context(f"id of {name}", name, None, variables, None if unread else found)


def project(slug: str = APP, **parts: Any) -> Project:
    """Make a project; keywords that are switches go to its settings."""
    switches = {name: parts.pop(name) for name in tuple(parts) if name in _SWITCHES}
    settings = ProjectSettings(**switches) if switches else None
    return Project(slug, id=f"id of {slug}", settings=settings, **parts)


_SWITCHES = ProjectSettings.__dataclass_fields__


def organisation(*contexts: Context, slug: str = "circleci/acme", **parts: Any) -> Organisation:
    """Make an organisation."""
    return Organisation(slug, id="id of the org", contexts=contexts, **parts)


def estate(
    org: Organisation | None = None,
    *projects: Project,
    configs: Mapping[str, str] | None = None,
    complete: bool = False,
) -> Estate:
    """Put an estate together; configs are texts by the slug of their project."""
    read = tuple(
        (slug, make_config(parse(TextFile(f"{slug}/config.yml", text)), "config"))
        for slug, text in (configs or {}).items()
    )
    return Estate(TODAY, org, projects, read, complete)


def found(rule: str, target: Estate) -> list[Finding]:
    """Run one rule."""
    name = rule.replace("-", "_")
    (one,) = rules("access", only=(name,))
    return list(one.check(target))


def told(rule: str, target: Estate) -> list[str]:
    """Run one rule, and give its findings in short."""
    return [f"{one.severity} {one.where.uri}: {one.message}" for one in found(rule, target)]

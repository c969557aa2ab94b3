"""Options that say how registries are asked, and what they come to."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Sequence, TypeVar

import click

from secguard.cli.api import wire_to
from secguard.errors import UsageError
from secguard.settings import Settings

if TYPE_CHECKING:
    from secguard.circleci.config import Config
    from secguard.cli.policy import Decided
    from secguard.images.check import Images
    from secguard.images.resolve import Answers
    from secguard.net.wire import Wire
    from secguard.oci.client import Client
    from secguard.oci.reference import Reference
    from secguard.targets import Loaded, Sources

F = TypeVar("F", bound=Callable[..., Any])


def registry_options(function: F) -> F:
    """Add the options about registries and the lock file."""
    for option in reversed(
        (
            click.option(
                "--lock",
                type=click.Path(dir_okay=False, path_type=Path),
                help="The lock file; by default secguard.lock beside the config.",
            ),
            click.option(
                "--offline", is_flag=True, help="Ask nobody, and check what needs no answer."
            ),
            click.option(
                "--docker-config",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Take logins from this docker config, and from the helpers it names.",
            ),
            click.option(
                "--config-auth",
                is_flag=True,
                help="Log in as the config does: with the variables that its `auth` names, and "
                "with the job's identity token.",
            ),
            click.option(
                "--private-registry",
                multiple=True,
                metavar="HOST",
                help="A registry that may lie at a private address (repeatable).",
            ),
            click.option(
                "--plain-registry",
                multiple=True,
                metavar="HOST",
                help="A registry that is spoken to without TLS (repeatable).",
            ),
            click.option(
                "--ca-file",
                type=click.Path(dir_okay=False, path_type=Path),
                help="More certificates of authorities to trust.",
            ),
            click.option(
                "--time-limit",
                type=click.IntRange(1, 3_600),
                default=60,
                show_default=True,
                help="Seconds that all questions may take together.",
            ),
        )
    ):
        function = option(function)
    return function


@dataclass
class Checkout:
    """The images of a checkout, and the way to its registries."""

    images: Images
    configs: Sequence[Config]
    loaded: Loaded
    sources: Sources
    paths: tuple[str, ...]
    lock_path: Path
    given: Decided
    end: float
    wire: Wire | None = None
    """None where nobody may be asked."""
    client: Client | None = None
    """None where no registry may be asked."""


def checkout(ctx: click.Context, paths: tuple[str, ...], options: dict[str, Any]) -> Checkout:
    """Read configs, Dockerfiles, policy and lock; raise UsageError for what cannot be used."""
    from secguard.cli.options import settings_from
    from secguard.cli.policy import decided
    from secguard.cli.sources import sources_from
    from secguard.images.check import Images
    from secguard.images.inventory import inventory, reader_of
    from secguard.images.lock import NAME, read_lock
    from secguard.masks import cover
    from secguard.source.discover import read
    from secguard.targets import load

    if options.get("offline"):
        options["online"] = False
    wanted = tuple(path for path in paths if path) or (".",)
    flags = settings_from(options) if "fail_on" in options else Settings()
    given = decided(ctx, wanted, options, flags)
    sources = replace(sources_from(options), policy=given.grounds.policy)
    configs = tuple(name for name in wanted if not _is_other(name, reader_of))
    loaded = load(configs, sources)
    cover(loaded)
    found = inventory(loaded.configs, wanted)
    loaded.problems = [one for one in loaded.problems if not _is_empty(one, found.uses)]
    loaded.problems += found.problems
    loaded.sources.update((source.uri, source) for source in found.sources)
    path = options.get("lock") or _home(wanted[0]) / NAME
    if os.path.lexists(path) and not path.is_file():
        raise UsageError(f"the lock file {path} is no file", "remove it, or name another one")
    lock = read_lock(read(path, path.as_posix())) if path.is_file() else None
    policy = given.grounds.policy.images
    names = ("private_registry", "plain_registry")
    private, plain = (tuple(options.get(name, ())) for name in names)
    policy = replace(
        policy,
        private_registries=(*policy.private_registries, *private),
        plain_registries=(*policy.plain_registries, *plain),
    )
    images = Images(found.uses, policy, given.grounds.today, lock)
    end = time.monotonic() + options.get("time_limit", 0)
    made = Checkout(images, loaded.configs, loaded, sources, wanted, path, given, end)
    if not options.get("offline", True):
        private, plain = policy.private_registries, policy.plain_registries
        made.wire = wire_to(ctx, options, private, plain, end)
        made.client = _client(made.wire, images, options)
    return made


def answers_of(found: Checkout, wanted: dict[str, Reference]) -> Answers:
    """Ask the registries; raise UsageError where none may be asked."""
    from secguard.images.resolve import resolve

    if found.client is None:
        raise UsageError("no registry may be asked", "leave out --offline")
    known = found.images.lock.entries if found.images.lock is not None else {}
    return resolve(found.client, wanted, known, found.images.today.isoformat(), found.end)


def _home(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        return path.parent
    return path / ".circleci" if (path / ".circleci").is_dir() else path


def _is_other(name: str, reader_of: Callable[[Path], object]) -> bool:
    return Path(name).is_file() and reader_of(Path(name)) is not None


def _is_empty(problem: Any, uses: Sequence[object]) -> bool:
    """Say whether a folder without any config matters: it does not where it names images."""
    return bool(uses) and "holds no CircleCI config" in problem.message


def _client(wire: Wire, images: Images, options: dict[str, Any]) -> Client:
    from secguard.images.logins import Logins
    from secguard.oci.client import Client
    from secguard.oci.cloud import Clouds
    from secguard.oci.docker_config import DockerConfig

    environment = dict(os.environ)
    docker = None
    if options["docker_config"] is not None:
        docker = DockerConfig(options["docker_config"], environment.get("PATH", "")).login
    if not options["config_auth"]:
        return Client(wire, docker or (lambda _: None))
    now = datetime.now(timezone.utc)
    allowed = (use for use in images.uses if use.reference in images.wanted.values())
    return Client(wire, Logins(allowed, environment, Clouds(wire, now), docker).find)

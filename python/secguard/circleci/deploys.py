"""Which jobs bring something out: to a server, a cluster, a registry, a store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable, Iterator, Sequence

from secguard.circleci.model import Expansion, Job
from secguard.circleci.orb_calls import full_name, orb_names
from secguard.circleci.script import Script
from secguard.circleci.values import Scalar
from secguard.finding import Location
from secguard.secrets.hosts import is_local_host
from secguard.shell import SHELLS, Command, Word
from secguard.shell import Script as Shell

# The words have to come in this order; others may stand between them.
_COMMANDS = tuple(
    tuple(line.split())
    for line in """
    anaconda upload, aws cloudformation deploy, aws deploy create-deployment
    aws ecs update-service, aws elasticbeanstalk update-environment
    aws lambda update-function-code, az functionapp deployment, az webapp deploy
    az webapp deployment, bun publish, cap deploy, cargo publish, cdk deploy, cf push
    cf zero-downtime-push, changeset publish, circleci orb publish, copilot deploy
    dotnet push, eb deploy, ecs-deploy, firebase deploy, flit publish, fly deploy
    flyctl deploy, gcloud app deploy, gcloud functions deploy, gcloud run deploy, gem push
    gh release create, gh release upload, ghr, git push heroku, goreleaser release
    helm install, helm push, helm upgrade, helmfile apply, helmfile sync
    heroku container:release, hub release create, kubectl apply, kubectl replace
    kubectl rollout restart, kubectl set image, lerna publish, mix hex.publish, mvn deploy
    mvnw deploy, netlify deploy --prod, npm publish, nuget push, ovsx publish, pnpm publish
    pod trunk push, poetry publish, pulumi up, sam deploy, serverless deploy, sls deploy
    snapcraft upload, terraform apply, terragrunt apply, tofu apply, twine upload, uv publish
    vercel --prod, vsce publish, wrangler deploy, wrangler publish, yarn publish
    """.replace(",", "\n")
    .strip()
    .splitlines()
)
# These count only in a job that says it deploys.
_TRANSFERS = tuple(
    tuple(line.split())
    for line in """
    aws s3 cp, aws s3 sync, docker push, docker image push, gcloud builds submit, gsutil cp
    gsutil rsync, rsync, scp, ssh
    """.replace(",", "\n")
    .strip()
    .splitlines()
)
_RUNNERS = frozenset("bundle bunx npx pipenv pnpm poetry python python3 uv uvx yarn".split())
_TASKS = frozenset("fab gradle gradlew grunt gulp invoke just make npm pnpm rake task yarn".split())
_ON_CLUSTERS = frozenset(("kubectl", "helm", "helmfile"))
_TEST_CLUSTERS = frozenset("ctlptl k3d k3s kind microk8s minikube".split())
_HARMLESS = re.compile(
    r"--dry-?run(?:=(?!none).*)?|--snapshot|--help|-h|--skip-publish|(?:--repository=)?testpypi"
    r"|.*@dev:.*|https?://(?:localhost|127\.0\.0\.1).*"
)
_WORD = re.compile(r"e2e|[a-z]+")
_NAMES = frozenset("deploy deploys deployment publish release promote".split())
_REHEARSALS = frozenset(
    (
        "canary check checks dev develop development draft dry e2e int integration nightly pr "
        "preview qa review sandbox snapshot staging test testing tests uat validate verify"
    ).split()
)
_NOT_NAMES = _REHEARSALS | frozenset(
    (
        "approval approve block build can config delete docker docs hold image images lint local "
        "no notes notification notify prepare remove setup skip start status unit update version "
        "wait without"
    ).split()
)
_ORB_COMMANDS = re.compile(
    r"(?:[\w.-]+/[\w.-]+)/(?:deploy|publish|release)(?:[-_](?!dev|notif|param|note|version)[\w-]+)?"
    r"|circleci/aws-ecs/update.service|circleci/helm/(?:upgrade|install).helm.chart"
    r"|circleci/kubernetes/(?:create.or.update.resource|update.container.image)"
    r"|circleci/terraform/apply|circleci/orb-tools/dev-promote-\w[\w-]*"
)
_ORB_KIT = ("circleci/orb-tools/publish", "circleci/orb-tools/publish-dev")
_REFS = ("CIRCLE_BRANCH", "CIRCLE_TAG", "pipeline.git.branch", "pipeline.git.tag")


@dataclass(frozen=True)
class Deployment:
    """That a job brings something out."""

    what: str
    """What tells so, e.g. `kubectl apply`; empty where only the job's name does."""
    where: Location
    guarded: bool
    """True where a script of the job asks for the branch or the tag, or ends the job early."""


def deployments(expansion: Expansion, scripts: Iterable[Script]) -> dict[int, Deployment]:
    """Find the jobs that bring something out, rehearsals left out, by `id(job)`."""
    read: dict[int, _Read] = {}
    by_job: dict[int, list[tuple[Script, _Read]]] = {}
    for script in scripts:
        if script.shell is not None:
            known = read.get(id(script.shell))
            if known is None:
                known = read[id(script.shell)] = _read(script.shell)
            by_job.setdefault(id(script.job), []).append((script, known))
    orbs = orb_names(expansion)
    found: dict[int, Deployment] = {}
    for job in expansion.jobs:
        if job.type not in ("approval", "no-op"):
            for made in _of(job, by_job.get(id(job), []), orbs):
                found[id(job)] = made
                break
    return found


@dataclass(frozen=True)
class _Read:
    """What one text says, wherever it runs."""

    found: tuple[tuple[Command, str, str], ...]
    """Commands that bring something out: always (`sure`), or as a `task` or a `transfer`."""
    asks: bool
    testing: bool
    """True where it makes a cluster for itself."""


def _read(shell: Shell) -> _Read:
    found = []
    for command in shell.commands():
        for kind, tell in (("sure", _brings_out), ("task", _task), ("transfer", _transfers)):
            what = tell(command)
            if what:
                found.append((command, kind, what))
                break
    testing = any(command.name in _TEST_CLUSTERS for command in shell.commands())
    return _Read(tuple(found), _asks(shell), testing)


def _rehearses(job: Job) -> bool:
    # NOTE: `test-deploy` is where the Orb Development Kit tests an orb.
    own, workflow = _words(job.name), _words(job.workflow)
    if job.workflow == "test-deploy" or workflow & {"e2e", "integration"} or own & _REHEARSALS:
        return True
    return bool(_words(job.reference) & _REHEARSALS) and not _says_so(own)


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(name.lower()))


def _says_so(words: frozenset[str]) -> bool:
    return not words.isdisjoint(_NAMES) and words.isdisjoint(_NOT_NAMES)


def _of(
    job: Job, scripts: Sequence[tuple[Script, _Read]], orbs: dict[str, str]
) -> Iterator[Deployment]:
    full = full_name(job.reference, orbs)
    if job.invocation is not None:
        where = job.invocation.location()
        produces = "production" in [one.text for _, one in job.arguments if isinstance(one, Scalar)]
        if full.startswith("circleci/orb-tools/dev-promote") or (full in _ORB_KIT and produces):
            yield Deployment(job.reference, where, False)
    if _rehearses(job):
        return
    guarded = any(known.asks or _pastes(script) for script, known in scripts)
    testing = any(known.testing for _, known in scripts)
    own = _words(job.name)
    named = _says_so(own) or (_says_so(_words(job.reference)) and not own & _NOT_NAMES)
    counts = {
        "sure": True,
        "task": bool(job.contexts) or (named and "deploy" in own),
        "transfer": named,
    }
    for script, known in scripts:
        for command, kind, what in known.found:
            if counts[kind] and not (testing and command.name in _ON_CLUSTERS):
                where = script.text.at(command.start, command.words[-1].end)
                yield Deployment(what, where, guarded or bool(script.step.conditions))
    for step in job.steps:
        for call in step.calls:
            called = full_name(call.name, orbs)
            if called not in _ORB_KIT and _ORB_COMMANDS.fullmatch(called):
                yield Deployment(call.name, call.node.location(), guarded or bool(step.conditions))
    if job.invocation is not None and full not in _ORB_KIT:
        if _ORB_COMMANDS.fullmatch(full):
            yield Deployment(job.reference, where, guarded)
        elif job.contexts and named:
            yield Deployment("", where, guarded)


def _brings_out(command: Command) -> str:
    texts = [word.text for word in command.args]
    if any(_HARMLESS.fullmatch(text) for text in texts):
        return ""
    if command.name == "docker" and "push" in texts[:2]:
        latest = any(text.endswith(":latest") and not _local(text) for text in texts)
        return "docker push :latest" if latest else ""
    return _matching(command, texts, _COMMANDS)


def _matching(command: Command, texts: list[str], table: tuple[tuple[str, ...], ...]) -> str:
    starts = [command.name, *(texts[:3] if command.name in _RUNNERS else ())]
    for wanted in table:
        if wanted[0] in starts:
            said = iter(texts[starts.index(wanted[0]) :])
            if all(word in said for word in wanted[1:]):
                return " ".join(wanted)
    return ""


def _transfers(command: Command) -> str:
    texts = [word.text for word in command.args]
    what = _matching(command, texts, _TRANSFERS)
    target = texts[-1] if texts else ""
    remote = ":" in target or command.name in ("docker", "gcloud", "ssh")
    return what if remote and not _local(target) else ""


def _task(command: Command) -> str:
    """Name a script or a task that says in its name that it deploys or publishes."""
    name = command.name
    words: Sequence[Word] = command.words[command.argv_start : command.argv_start + 1]
    if name in _TASKS:
        words = command.args
    elif name in SHELLS:
        words = [word for word in command.args if not word.text.startswith("-")][:1]
    for word in words:
        text = word.text.rpartition("/")[2]
        if "=" not in text and not text.startswith("-") and " " not in text:
            said = _words(text)
            if said & {"deploy", "publish"} and _says_so(said):
                return text if name not in _TASKS else f"{name} {text}"
    return ""


def _local(target: str) -> bool:
    host = target.rpartition("@")[2].partition("/")[0].partition(":")[0]
    return ("/" in target or ":" in target) and (
        host == "localhost" or ("." in host and is_local_host(host))
    )


def _pastes(script: Script) -> bool:
    return any(unknown.name in _REFS for unknown in script.text.unknowns)


def _asks(shell: Shell) -> bool:
    for command in shell.commands():
        if command.name in ("circleci", "circleci-agent"):
            if [word.text for word in command.args[:2]] == ["step", "halt"]:
                return True
        if command.name in ("[", "[[", "test") or command.piped_into:
            if _of_ref(command.words):
                return True
    made = [one.value for one in shell.assignments()]
    return _of_ref([*made, *(word for block in shell.block.blocks() for word in block.head)])


def _of_ref(words: Sequence[Word]) -> bool:
    return any(one.name in _REFS for word in words for one in word.variables())

"""Variables about the job that say something else than its identity token."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.identity import Identity
from secguard.runtime.snapshot import Snapshot

_IDS = (
    ("org-id", "CIRCLE_ORGANIZATION_ID"),
    ("project-id", "CIRCLE_PROJECT_ID"),
    ("pipeline-id", "CIRCLE_PIPELINE_ID"),
    ("workflow-id", "CIRCLE_WORKFLOW_ID"),
)
_REF = re.compile(r"refs/(heads|tags)/(.+)")
_FORKED = re.compile(r"pull/\d+(?:/.*)?")
_REPOSITORY = re.compile(
    r"(?:\w{1,10}://)?(?:[^@/\s]{0,200}@)?([^/:@\s]{1,300})(?::\d{1,5}(?=/))?[:/](\S{1,500})"
)


@rule(
    "job-identity-mismatch",
    summary="variables of the job that its identity token contradicts",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-345", "CWE-807", "CICD-SEC-4"),
    family="runtime",
)
def job_identity_mismatch(snapshot: Snapshot) -> Iterator[Finding]:
    """Report variables on branch, tag, repository, project and pipeline that are not true."""
    identity = snapshot.identity
    if identity is None:
        return
    for name, said, claimed in _contradicted(snapshot, identity):
        yield job_identity_mismatch.finding(
            Location(f"env:{name}"),
            f"'{name}' says '{said}' and the job's identity token '{claimed}': something has "
            "replaced one of them, and whatever trusts it is deceived",
            hint="look for the variable in `environment`, in `BASH_ENV`, in contexts and in the "
            "project's settings, and take it out there",
            subject=name,
        )


def _contradicted(snapshot: Snapshot, identity: Identity) -> Iterator[tuple[str, str, str]]:
    """Yield variables with what they say and what the token says."""
    for claim, name in _IDS:
        said, claimed = snapshot.get(name), identity.texts.get(claim, "")
        if said and claimed and said.lower() != claimed.lower():
            yield name, said, claimed
    if snapshot.fork:
        return
    name, said = _ref(snapshot, identity.ref)
    if name:
        yield name, said, identity.ref
    said = _repository(snapshot.get("CIRCLE_REPOSITORY_URL"))
    if said and identity.origin and said.lower() != identity.origin.lower():
        yield "CIRCLE_REPOSITORY_URL", said, identity.origin


def _ref(snapshot: Snapshot, ref: str) -> tuple[str, str]:
    """Give the variable that says something else about what is built, and what it says."""
    match = _REF.fullmatch(ref)
    if match is None:
        return "", ""
    names = ("CIRCLE_BRANCH", "CIRCLE_TAG")
    own, other = names if match[1] == "heads" else names[::-1]
    said = snapshot.get(own)
    if said and said != match[2] and not _FORKED.fullmatch(said):
        return own, said
    said_of_other = snapshot.get(other)
    if said_of_other and (own == "CIRCLE_BRANCH" or not said):
        return other, said_of_other
    return "", ""


def _repository(url: str) -> str:
    """Give host and path, without anything that logs in."""
    match = _REPOSITORY.fullmatch(url.strip())
    if match is None:
        return ""
    path = match[2].strip("/")
    return f"{match[1]}/{path[:-4] if path.endswith('.git') else path}"

"""Machine images and Xcode versions that CircleCI's catalog does not have."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.lifecycle import machine_image, xcode
from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key
from secguard.rule import rule

_PREFIX = {"machine": "", "xcode": "xcode:"}
_KNOWN = {"machine": machine_image, "xcode": xcode}


@rule(
    "image-not-offered",
    summary="machine image that CircleCI's catalog does not have today",
    severity=Severity.MEDIUM,
    refs=("CWE-1104", "CICD-SEC-7"),
    family="images",
)
def image_not_offered(images: Images) -> Iterator[Finding]:
    """Report what has left the catalog, but for what is known to have ended without asking."""
    if images.offered is None:
        return
    for use, others in by_key(images.uses):
        if use.kind not in _PREFIX or use.open or _KNOWN[use.kind](use.text) is not None:
            continue
        name = _PREFIX[use.kind] + use.text
        ending = name in images.offered.ending
        if name in images.offered.names and not ending:
            continue
        why = "is announced to be removed" if ending else "is not offered: jobs with it fail"
        yield image_not_offered.finding(
            use.where,
            f"'{name}' {why}, says CircleCI's catalog",
            severity=Severity.LOW if ending else Severity.MEDIUM,
            hint=_hint(name, images.offered.names - images.offered.ending),
            related=others,
            subject=name,
        )


def _hint(name: str, names: frozenset[str]) -> str:
    family = name.partition(":")[0] + ":"
    same = sorted(one for one in names if one.startswith(family))
    return f"take one of these: {', '.join(same[-6:])}" if same else "take one of another family"

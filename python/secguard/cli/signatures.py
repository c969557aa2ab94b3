"""What signatures are checked by: keys of the repository, a trusted root, and maybe cosign."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Sequence

from secguard.errors import UsageError

if TYPE_CHECKING:
    from secguard.cli.registries import Checkout
    from secguard.images.check import Images
    from secguard.images.signed import Verdict
    from secguard.images.signing import Check
    from secguard.signatures.root import TrustedRoot

MAX_AGE = 90
"""Days after which the trusted root that is shipped is called old."""
MAX_ROOT = 1024 * 1024


def signatures_of(
    found: Checkout, target: Images, options: dict[str, Any]
) -> tuple[dict[str, Verdict], Sequence[str]]:
    """Check the signatures that the policy wants; raise UsageError for what cannot be used."""
    from secguard.images.signed import required

    if found.client is None or not any(required(target)):
        return {}, ()
    from secguard.images.cosign import cosign, find
    from secguard.images.signing import both, native, verdicts
    from secguard.signatures.keys import read_key, read_pem
    from secguard.signatures.refused import Refused

    texts, notes = _keys(found, target, options)
    try:
        keys = {path: read_key(read_pem(text)) for path, text in texts.items()}
    except Refused as error:
        raise UsageError(
            f"a key that the policy names cannot be used: {error.message}", "see docs/signatures.md"
        ) from None
    checks: list[Check] = []
    if target.policy.verifier != "cosign":
        root, note = _root(options["trusted_root"], target.today)
        notes += [note] if note else []
        checks.append(native(found.client, keys, root))
    if target.policy.verifier != "native":
        environment = dict(os.environ)
        program = find(environment.get("PATH", ""), _top(found))
        checks.append(cosign(program, texts, environment))
    check = both(*checks) if len(checks) == 2 else checks[0]
    return verdicts(target, check, found.end), notes


def _top(found: Checkout) -> Path:
    path = Path(found.paths[0])
    folder = path if path.is_dir() else path.parent
    return folder.parent if folder.name == ".circleci" else folder


def _keys(
    found: Checkout, target: Images, options: dict[str, Any]
) -> tuple[dict[str, str], list[str]]:
    """Read the keys as the policy is read: a change cannot bring the key that it is signed with."""
    from secguard.images.signed import required
    from secguard.policy.images import Key
    from secguard.policy.trusted import trusted

    top = _top(found)
    real = Path(os.path.realpath(str(top)))
    texts: dict[str, str] = {}
    notes: list[str] = []
    signers = (one for use in required(target) for one in target.required(use).signed_by or ())
    for name in sorted({one.path for one in signers if isinstance(one, Key)}):
        path = top / name
        inside = real in Path(os.path.realpath(str(path))).parents
        if os.path.isabs(name) or not inside or ".." in Path(name).parts:
            raise UsageError(
                f"the policy names a key outside of the checkout: {name!r}",
                "name it by its path in the repository",
            )
        file = trusted(path, options["policy_ref"], os.environ.get("PATH", ""))
        if file.counts is None:
            raise UsageError(
                f"the policy names the key {name!r}, which is not there",
                "a key counts once it is where the policy counts, on the base branch",
            )
        texts[name] = file.counts.text
        notes += [file.note] if file.note else []
    return texts, notes


def _root(path: Path | None, today: date) -> tuple[TrustedRoot, str]:
    """Read the trusted root that is named, or the one that is shipped."""
    from secguard.signatures import production
    from secguard.signatures.refused import Refused
    from secguard.signatures.root import read_root

    if path is None:
        age = (today - date.fromisoformat(production.DATE)).days
        note = f"the trusted root for signatures was taken over {age} days ago, on "
        note += f"{production.DATE}: newer logs and authorities are not known"
        shipped = production.JSON.replace("\n", "").encode("ascii")
        return read_root(shipped), note if age > MAX_AGE else ""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ROOT)
        return read_root(data), ""
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except Refused as error:
        reason = error.message
    raise UsageError(f"cannot use the trusted root {path.as_posix()}: {reason}", "name another one")

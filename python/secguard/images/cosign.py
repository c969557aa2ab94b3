"""Asks cosign whether an image is signed: a second opinion, where the policy wants one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator, Mapping

from secguard.images.signed import State, Verdict
from secguard.images.signing import Check, Signers
from secguard.oci.reference import Reference
from secguard.policy.images import Key

SECONDS = 60
"""How long it may take for one image and one signer."""

_PASSED = (
    "DOCKER_CONFIG",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "https_proxy",
    "http_proxy",
    "no_proxy",
)
"""Variables that it may see: none that change whom it trusts."""
_WORD = re.compile(r"[\x21-\x7e]{1,1000}")
_NAME = re.compile(r"[A-Za-z0-9._:/\[\]-]{1,400}")


def find(search: str, checkout: Path) -> str | None:
    """Find the program; folders of the checkout are never searched for it."""
    top = Path(os.path.realpath(str(checkout)))
    folders = [one for one in search.split(os.pathsep) if os.path.isabs(one)]
    real = [Path(os.path.realpath(one)) for one in folders]
    outside = [str(one) for one in real if top != one and top not in one.parents]
    return shutil.which("cosign", path=os.pathsep.join(outside)) if outside else None


def cosign(program: str | None, keys: Mapping[str, str], environment: Mapping[str, str]) -> Check:
    """Check with a program; `keys` are the texts of public keys by their paths."""
    passed = {name: environment[name] for name in _PASSED if name in environment}

    def check(reference: Reference, digest: str, signers: Signers) -> Verdict:
        if program is None:
            return Verdict(State.UNKNOWN, "the policy wants cosign for it, which is not there")
        image = f"{reference.name}@{digest}"
        with tempfile.TemporaryDirectory() as folder:
            for at, signer in enumerate(signers):
                if isinstance(signer, Key):
                    path = Path(folder, f"{at}.pub")
                    path.write_text(keys[signer.path], encoding="utf-8")
                    options = [f"--key={path}"]
                else:
                    options = list(_named(signer.identity, signer.issuer))
                if not _NAME.fullmatch(reference.name) or not all(map(_WORD.fullmatch, options)):
                    return Verdict(State.UNKNOWN, "cosign cannot be asked for such a name")
                done = _status([program, "verify", *options, image], passed, folder)
                if done is None:
                    return Verdict(State.UNKNOWN, "cosign did not come to an end")
                if done == 0:
                    return Verdict(State.SIGNED)
        return Verdict(State.INVALID, "cosign accepts none of its signatures")

    return check


def _named(name: str, issuer: str) -> Iterator[str]:
    if "*" in name:
        pattern = "[^/]*".join(map(re.escape, name.split("*")))
        yield f"--certificate-identity-regexp=^{pattern}$"
    else:
        yield f"--certificate-identity={name}"
    yield f"--certificate-oidc-issuer={issuer}"


def _status(command: list[str], environment: Mapping[str, str], folder: str) -> int | None:
    """Run it; what it prints could hold anything and is not kept."""
    try:
        return subprocess.run(  # noqa: S603 - a program of the user's, no shell, checked words
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            cwd=folder,
            timeout=SECONDS,
        ).returncode
    except (OSError, subprocess.SubprocessError):
        return None

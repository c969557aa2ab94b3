"""An authority and a certificate for 127.0.0.1, made with openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.orb import needs


class Certificates(NamedTuple):
    """Files in PEM."""

    authority: str
    certificate: str
    key: str


def certificates(folder: Path, *hosts: str, days: int = 2) -> Certificates:
    """Make an authority and have it sign a certificate."""
    openssl = needs.tool("openssl")
    folder.mkdir(parents=True, exist_ok=True)
    names = folder / "names"
    known = ",".join(f"DNS:{host}" for host in ("registry.example", *hosts))
    names.write_text(f"subjectAltName=IP:127.0.0.1,{known}\nauthorityKeyIdentifier=keyid\n")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    subject = ("-subj", "/CN=tests")
    signs = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    run("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", *subject, *signs)
    run("req", *new, "-keyout", "key.pem", "-out", "request", "-subj", "/CN=registry")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", str(names))
    run("x509", "-req", "-in", "request", *signed, "-out", "cert.pem", "-days", str(days))
    return Certificates(*(str(folder / name) for name in ("ca.pem", "cert.pem", "key.pem")))

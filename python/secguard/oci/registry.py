"""Registries that many share, by host."""

from __future__ import annotations

import re

_HOSTS = {
    "docker.io": "dockerhub",
    "ghcr.io": "ghcr",
    "quay.io": "quay",
    "public.ecr.aws": "ecr-public",
    "mcr.microsoft.com": "mcr",
    "registry.gitlab.com": "gitlab",
    "registry.k8s.io": "k8s",
    "k8s.gcr.io": "k8s",
    "cgr.dev": "chainguard",
    "nvcr.io": "vendor",
    "docker.elastic.co": "vendor",
    "docker.mirror.hashicorp.services": "vendor",
    "container-registry.oracle.com": "vendor",
    "lscr.io": "vendor",
    "registry.access.redhat.com": "vendor",
    "registry.redhat.io": "vendor",
    "registry.fedoraproject.org": "vendor",
    "registry.suse.com": "vendor",
    "registry.opensuse.org": "vendor",
    "registry.heroku.com": "vendor",
    "registry.digitalocean.com": "vendor",
    "icr.io": "vendor",
}
"""Hosts with their kind; `vendor` is a company's own, known under its name."""

_PATTERNS = (
    ("ecr", r"\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?"),
    ("ecr", r"\d{12}\.dkr-ecr\.[a-z0-9-]+\.on\.aws"),
    ("gcr", r"(?:[a-z]+\.)?gcr\.io"),
    ("gar", r"[a-z0-9-]+-docker\.pkg\.dev"),
    ("acr", r"[a-z0-9-]+\.azurecr\.(?:io|cn|us)"),
    ("jfrog", r"[a-z0-9-]+\.jfrog\.io"),
    ("icr", r"[a-z0-9-]+\.icr\.io"),
    ("ocir", r"[a-z0-9-]+\.ocir\.io"),
    ("local", r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?"),
)
_KINDS = tuple((kind, re.compile(pattern, re.ASCII)) for kind, pattern in _PATTERNS)


def registry_kind(host: str) -> str:
    """Name the kind of registry that a host is: `dockerhub`, `ecr`, `local`; else `other`."""
    known = _HOSTS.get(host)
    if known:
        return known
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(host)), "other")


def known_hosts() -> tuple[str, ...]:
    """List the hosts that are known by their exact name."""
    return tuple(_HOSTS)

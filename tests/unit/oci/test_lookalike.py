from __future__ import annotations

import pytest

from secguard.oci.lookalike import imitates, imitates_host
from secguard.oci.registry import known_hosts

NAMES = ("circleci", "cimg", "hashicorp", "docker")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("circle-ci", "circleci"),
        ("circlecl", "circleci"),
        ("cirlceci", "circleci"),
        ("circleeci", "circleci"),
        ("circeci", "circleci"),
        ("circleco", "circleci"),
        ("cirdeci", ""),
        ("clmg", "cimg"),
        ("cirng", "cimg"),
        ("cigm", "cimg"),
        ("cimgs", "cimg"),
        ("ccimg", "cimg"),
        ("c1mg", "cimg"),
        ("hashicrop", "hashicorp"),
        ("dcoker", "docker"),
    ],
)
def test_a_near_name_is_found(name: str, other: str) -> None:
    assert imitates(name, NAMES) == other


@pytest.mark.parametrize(
    "name",
    "circleci cimg img cmg cims cimb circle circleci-labs circle-labs rocker dockerx node".split(),
)
def test_an_honest_name_is_left_alone(name: str) -> None:
    assert imitates(name, NAMES) == ""


@pytest.mark.parametrize(
    ("host", "other"),
    [
        ("ghcr.io.evil.com", "ghcr.io"),
        ("docker.io.evil.example", "docker.io"),
        ("ghrc.io", "ghcr.io"),
        ("gchr.io", "ghcr.io"),
        ("quay.lo", "quay.io"),
        ("quay.io:8443", ""),
        ("gcr.io", ""),
        ("registry.example.com", ""),
        ("dockerhub.io", ""),
    ],
)
def test_a_near_host_is_found(host: str, other: str) -> None:
    assert imitates_host(host, (*known_hosts(), "gcr.io")) == other

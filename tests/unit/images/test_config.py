"""The images of a config: each concrete value, where it stands, and what runs it."""

from __future__ import annotations

import pytest

from secguard.circleci.values import HOLE
from secguard.images.use import Use
from tests.unit.images.checkouts import DIGEST, job, script, texts, uses


def at(use: Use) -> str:
    """Give the text that the use can be rewritten at."""
    assert use.site is not None, use.fixed
    return use.site.file.text[use.site.start : use.site.end]


def test_executors_services_machines_and_engines_are_uses() -> None:
    text = """
version: 2.1
executors:
  unused: {docker: [{image: cimg/go:1.22}]}
orbs:
  inner:
    executors:
      e: {docker: [{image: cimg/rust:1.80}]}
    jobs:
      j: {executor: e, steps: [checkout]}
jobs:
  build:
    docker: [{image: cimg/node:22.1}, {image: redis:7}]
    steps: [{setup_remote_docker: {version: docker27}}]
  mach: {machine: {image: "ubuntu-2204:current"}, steps: [checkout]}
  mac: {macos: {xcode: 26.5.0}, steps: [checkout]}
  self: {machine: true, resource_class: acme/runner, steps: [checkout]}
workflows: {w: {jobs: [build, mach, mac, self, inner/j]}}
"""
    assert texts(uses(text)) == [
        ("docker", "cimg/go:1.22"),
        ("docker", "cimg/rust:1.80"),
        ("docker", "cimg/node:22.1"),
        ("service", "redis:7"),
        ("remote-docker", "docker27"),
        ("machine", "ubuntu-2204:current"),
        ("xcode", "26.5.0"),
    ]


def test_each_value_of_a_matrix_is_a_use() -> None:
    text = """
version: 2.1
jobs:
  build:
    parameters: {v: {type: string}}
    docker: [{image: "cimg/node:<< parameters.v >>"}]
    steps: [checkout]
workflows: {w: {jobs: [build: {matrix: {parameters: {v: ["20.1", "22.1"]}}}]}}
"""
    found = uses(text)
    assert texts(found) == [("docker", "cimg/node:20.1"), ("docker", "cimg/node:22.1")]
    assert {one.site for one in found} == {None}
    assert found[0].fixed == "is put together by templates"


def test_each_choice_of_an_enum_is_a_use() -> None:
    parameters = "parameters: {s: {type: enum, enum: [a, b], default: a}}\n"
    body = 'docker: [{image: "cimg/<< pipeline.parameters.s >>:1.0"}]\nsteps: [checkout]'
    assert texts(uses(job(body, parameters))) == [
        ("docker", "cimg/a:1.0"),
        ("docker", "cimg/b:1.0"),
    ]


def test_a_whole_image_from_a_parameter_is_rewritten_where_it_is_written() -> None:
    parameters = "parameters: {image: {type: string, default: cimg/base:2026.09}}\n"
    body = "docker: [{image: << pipeline.parameters.image >>}]\nsteps: [checkout]"
    (found,) = uses(job(body, parameters))
    assert found.text == at(found) == "cimg/base:2026.09"
    assert found.where.path == ("parameters", "image", "default")
    assert found.related


def test_a_parameter_without_a_value_is_open() -> None:
    for default in ("", ", default: ''"):
        parameters = f"parameters: {{image: {{type: string{default}}}}}\n"
        body = "docker: [{image: << pipeline.parameters.image >>}]\nsteps: [checkout]"
        (found,) = uses(job(body, parameters))
        assert (found.text, found.key, found.fault) == ("<< pipeline.parameters.image >>", "", "")


def test_one_place_used_by_many_jobs_is_one_use() -> None:
    text = """
version: 2.1
x: &image {image: redis:7}
jobs:
  a: {docker: [*image], steps: [checkout]}
  b: {docker: [{image: cimg/base:current}, *image], steps: [checkout]}
workflows: {w: {jobs: [a, b: {context: prod}]}}
"""
    redis = next(one for one in uses(text) if one.text == "redis:7")
    assert (redis.kind, redis.exposed) == ("docker", True)
    assert len(uses(text)) == 2


@pytest.mark.parametrize(
    ("size", "platform"),
    [
        ("", "linux/amd64"),
        ("resource_class: large\n", "linux/amd64"),
        ("resource_class: arm.medium\n", "linux/arm64"),
        ("resource_class: acme/runner\n", ""),
        ("resource_class: << pipeline.parameters.size >>\n", ""),
    ],
)
def test_the_resource_class_says_the_platform(size: str, platform: str) -> None:
    body = f"docker: [{{image: cimg/base:current}}]\n{size}steps: [checkout]"
    parameters = "parameters: {size: {type: string}}\n"
    assert uses(job(body, parameters))[0].platform == platform


def test_what_the_config_logs_in_with_is_kept_and_never_shown() -> None:
    body = """docker:
  - image: acme/app:1
    auth: {username: me, password: $PASSWORD}
  - image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1
    aws_auth: {oidc_role_arn: "arn:aws:iam::123456789012:role/pull"}
steps: [checkout]"""
    first, second = uses(job(body))
    assert dict(first.auth) == {"username": "me", "password": "$PASSWORD"}
    assert "oidc_role_arn" in dict(second.auth)
    assert "PASSWORD" not in repr(first)


@pytest.mark.parametrize(
    ("image", "key"),
    [
        ("node", "docker.io/library/node:latest"),
        ("docker.io/library/node:22", "docker.io/library/node:22"),
        ("index.docker.io/node:22", "docker.io/library/node:22"),
        (f"node:22@{DIGEST}", "docker.io/library/node:22"),
        (f"node@{DIGEST}", f"docker.io/library/node@{DIGEST}"),
        ("ghcr.io/a/b:1", "ghcr.io/a/b:1"),
        ("node@latest", ""),
    ],
)
def test_an_image_has_one_name_however_it_is_written(image: str, key: str) -> None:
    assert uses(job(f"docker: [{{image: '{image}'}}]\nsteps: [checkout]"))[0].key == key


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("docker run --rm -v $PWD:/x -e A=b alpine:3 sh -c 'ls'", [("run", "alpine:3")]),
        ("docker -H tcp://x run alpine:3", [("run", "alpine:3")]),
        ("docker container run --name x alpine:3", [("run", "alpine:3")]),
        ("docker pull --platform linux/amd64 alpine:3", [("pull", "alpine:3")]),
        ("docker image pull alpine:3", [("pull", "alpine:3")]),
        ("podman pull docker://quay.io/a/b:1", [("pull", "quay.io/a/b:1")]),
        ("sudo docker pull alpine:3", [("pull", "alpine:3")]),
        ("sh -c 'docker pull alpine:3'", [("pull", "alpine:3")]),
        ("bash -c \"docker pull 'alpine:3'\"", [("pull", "alpine:3")]),
        ("IMAGE=alpine:3\ndocker run $IMAGE", [("run", "alpine:3")]),
        ("docker run $IMAGE", [("run", "$IMAGE")]),
        ('docker run --health-cmd "x y" --ip6 ::1 alpine:3', [("run", "alpine:3")]),
        ("docker run ghcr.io/acme/$NAME:1", [("run", "ghcr.io/acme/$NAME:1")]),
        (
            "docker buildx build --build-context base=docker-image://alpine:3 .",
            [("from", "alpine:3")],
        ),
        ("docker build -t mine:1 . && docker run mine:1", []),
        ("docker build --tag=acme/mine:$SHA . && docker run acme/mine:latest", []),
        ("docker tag a:1 b:1 && docker run b:1", []),
        ("docker buildx create --use --name builder", []),
        ("docker network create net", []),
        ("docker exec db psql", []),
        ("docker login -u me registry.example.com", []),
        ("echo docker pull alpine:3", []),
        ("docker run --pull=never --rm acme/app:built --version", []),
        ("podman run --pull never acme/app:built", []),
        ("docker run alpine:3 x --pull=never", [("run", "alpine:3")]),
        ("docker run --pull=always alpine:3", [("run", "alpine:3")]),
        ("docker build --cache-from alpine:3 .", []),
    ],
)
def test_scripts_pull_and_start_images(command: str, found: list[tuple[str, str]]) -> None:
    assert texts(one for one in uses(script(command)) if one.kind != "machine") == found


def test_an_image_in_a_script_is_rewritten_where_it_stands() -> None:
    (found,) = (one for one in uses(script("sh -c 'docker pull alpine:3'")) if one.kind == "pull")
    assert at(found) == "alpine:3"


@pytest.mark.parametrize("command", ["X=alpine:3\ndocker pull $X", 'docker pull alp"ine":3'])
def test_what_the_shell_puts_together_is_left_alone(command: str) -> None:
    (found,) = (one for one in uses(script(command)) if one.kind == "pull")
    assert (found.site, found.fixed) == (None, "is put together by the shell")


def test_an_image_with_escapes_is_left_alone() -> None:
    (found,) = uses(job('docker: [{image: "\\u0063img/go:1.22"}]\nsteps: [checkout]'))
    assert (found.text, found.site) == ("cimg/go:1.22", None)
    assert found.fixed == "is written with escapes"


def test_of_too_many_values_the_rest_stays_open() -> None:
    values = ", ".join(f"v{number}" for number in range(60))
    parameters = f"parameters: {{x: {{type: enum, enum: [{values}], default: v0}}}}\n"
    text = job("docker: [{image: acme/<< pipeline.parameters.x >>}]\nsteps: [checkout]", parameters)
    found = uses(text)
    assert len(found) == 51
    references = [one.reference for one in found if one.reference is not None]
    assert [one.path for one in references if one.holes] == [f"acme/{HOLE}"]

"""Which jobs bring something out, and which only look like it."""

from __future__ import annotations

import pytest

from secguard.circleci.config import make_config
from secguard.circleci.deploys import Deployment
from secguard.source.text import TextFile
from secguard.source.tree import parse

CONFIG = """\
version: 2.1
orbs:
  helm: circleci/helm@3.0.0
  ecs: circleci/aws-ecs@6.0.0
  kit: circleci/orb-tools@12.4.0
  own: acme/release@1.0.0
jobs:
  {name}:
    docker: [{{image: cimg/base:2026.08}}]
    steps:
      - {step}
workflows:
  {workflow}:
    jobs:
      - {name}: {call}
"""


def _deployment(
    step: str, name: str = "job", call: str = "{}", workflow: str = "main"
) -> Deployment | None:
    text = CONFIG.format(step=step, name=name, call=call, workflow=workflow)
    config = make_config(parse(TextFile("config.yml", text)), "config")
    assert not config.expansion.errors, config.expansion.errors
    (job,) = config.expansion.workflows[0].jobs
    return config.deployments.get(id(job))


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("kubectl apply -f app.yml", "kubectl apply"),
        ("kubectl --context prod apply -f app.yml", "kubectl apply"),
        ("sudo helm upgrade --install app ./chart", "helm upgrade"),
        ("npx lerna publish from-git", "lerna publish"),
        ("npm publish --access public", "npm publish"),
        ("yarn npm publish", "npm publish"),
        ("python3 -m twine upload dist/*", "twine upload"),
        ("git push heroku main", "git push heroku"),
        ("docker push acme/app:latest", "docker push :latest"),
        ("aws ecs update-service --cluster c --service s", "aws ecs update-service"),
        ("circleci orb publish orb.yml acme/app@1.0.0", "circleci orb publish"),
        ("circleci orb publish orb.yml acme/app@dev:first", ""),
        ("npm publish --dry-run", ""),
        ("npm publish --registry http://localhost:4873", ""),
        ("kubectl apply --dry-run=server -f app.yml", ""),
        ("kubectl apply --dry-run=none -f app.yml", "kubectl apply"),
        ("kubectl get pods", ""),
        ("helm template app ./chart", ""),
        ("terraform plan", ""),
        ("docker push localhost:5000/app:latest", ""),
        ("docker push acme/app:$CIRCLE_SHA1", ""),
        ("goreleaser release --snapshot", ""),
        ("echo kubectl apply", ""),
        ("kind create cluster && kubectl apply -f app.yml", ""),
        ("make publish", ""),
    ],
)
def test_commands_bring_something_out(command: str, what: str) -> None:
    made = _deployment(f"run: {command}")
    assert (made.what if made else "") == what


@pytest.mark.parametrize(
    ("name", "command", "what"),
    [
        ("deploy", "./scripts/deploy.sh", "deploy.sh"),
        ("deploy", "bash scripts/deploy.sh --all", "deploy.sh"),
        ("deploy", "make -C app deploy-prod", "make deploy-prod"),
        ("deploy", "npm run deploy", "npm deploy"),
        ("deploy", "rsync -a site/ web@acme.com:/srv", "rsync"),
        ("deploy", "aws s3 sync site s3://www.acme.com", "aws s3 sync"),
        ("deploy", "aws s3 sync s3://www.acme.com site", ""),
        ("deploy", "docker push acme/app:$CIRCLE_SHA1", "docker push"),
        ("build", "docker push acme/app:$CIRCLE_SHA1", ""),
        ("deploy", "make test-deploy", ""),
        ("publish", "./publish.sh", ""),
        ("deploy-preview", "kubectl apply -f app.yml", ""),
        ("e2e", "kubectl apply -f app.yml", ""),
        ("deploy_uat", "kubectl apply -f app.yml", ""),
    ],
)
def test_a_job_that_says_it_deploys_needs_less(name: str, command: str, what: str) -> None:
    made = _deployment(f"run: {command}", name)
    assert (made.what if made else "") == what


@pytest.mark.parametrize(
    ("name", "call", "counts"),
    [
        ("release", "{context: prod}", True),
        ("release", "{}", False),
        ("publish-docs", "{context: prod}", False),
        ("release-notes", "{context: prod}", False),
        ("build", "{context: prod, name: Deploy}", True),
        ("deploy", "{context: prod, name: deploy-staging}", False),
    ],
)
def test_a_name_counts_with_a_context(name: str, call: str, counts: bool) -> None:
    made = _deployment("run: ./do-it", name, call)
    assert (made is not None) == counts
    assert made is None or made.what == ""


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ("helm/upgrade-helm-chart", "helm/upgrade-helm-chart"),
        ("ecs/update_service", "ecs/update_service"),
        ("own/publish-app", "own/publish-app"),
        ("own/release", "own/release"),
        ("own/release-notes", ""),
        ("own/publish-dev", ""),
        ("kit/publish-dev", ""),
        ("kit/publish", ""),
    ],
)
def test_orb_commands_bring_something_out(step: str, what: str) -> None:
    made = _deployment(step)
    assert (made.what if made else "") == what


@pytest.mark.parametrize(
    ("job", "counts"),
    [
        ("kit/publish: {pub_type: production, orb_name: acme/app}", True),
        ("kit/publish: {orb_name: acme/app, context: orbs}", False),
        ("kit/dev-promote-prod-from-commit-subject: {orb-name: acme/app}", True),
        ("own/deploy", True),
        ("own/deploy: {name: deploy-staging}", False),
    ],
)
def test_orb_jobs_bring_something_out(job: str, counts: bool) -> None:
    orbs = CONFIG[: CONFIG.index("jobs:")]
    text = f"{orbs}workflows:\n  main:\n    jobs:\n      - {job}\n"
    config = make_config(parse(TextFile("config.yml", text)), "config")
    assert bool(config.deployments) == counts


@pytest.mark.parametrize(
    "command",
    [
        'if [ "$CIRCLE_BRANCH" = main ]; then kubectl apply -f app.yml; fi',
        "case $CIRCLE_TAG in v*) kubectl apply -f app.yml;; esac",
        "echo $CIRCLE_BRANCH | grep -q main && kubectl apply -f app.yml",
        "test -f go || circleci-agent step halt; kubectl apply -f app.yml",
        "kubectl apply -f << pipeline.git.branch >>.yml",
        "BRANCH=$CIRCLE_BRANCH; kubectl apply -f app.yml",
    ],
)
def test_a_script_that_asks_for_the_branch_guards_the_job(command: str) -> None:
    made = _deployment(f"run: {{command: '{command}'}}")
    assert made is not None and made.guarded


def test_a_script_that_only_names_the_branch_guards_nothing() -> None:
    made = _deployment("run: docker tag app app:$CIRCLE_BRANCH; kubectl apply -f app.yml")
    assert made is not None and not made.guarded


@pytest.mark.parametrize("workflow", ["test-deploy", "integration-tests", "e2e"])
def test_a_workflow_for_tests_brings_nothing_out(workflow: str) -> None:
    assert _deployment("run: kubectl apply -f app.yml", workflow=workflow) is None

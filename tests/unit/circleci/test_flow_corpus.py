"""Flows in real configs: those that are known are found, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from secguard import engine
from secguard.circleci.config import kind_of, make_config
from secguard.rules.config.bash_env_injection import bash_env_injection
from secguard.rules.config.template_injection import template_injection
from secguard.rules.config.variable_injection import variable_injection
from secguard.source.text import TextFile
from secguard.source.tree import parse

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
RULES = (bash_env_injection, template_injection, variable_injection)

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of configs is not here")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("twilio__twilio-video.js.yml", [101, 279, 283]),
        ("giantswarm__releases.yml", [50]),
        ("ethereum-optimism__optimism.yml", [376, 1201]),
        ("OpenLineage__OpenLineage.yml", [98, 100]),
        ("digital-asset__canton.yml", [1217]),
        ("PennLINC__xcp_d__continue_config.yml", [250]),
        ("snyk__kubernetes-monitor__old-2020-04-02.yml", [330]),
        ("CircleCI-Public__cimg-python.yml", []),
        ("DataDog__dd-trace-php.yml", []),
        ("DataDog__dd-trace-php__continue_config.yml", []),
        ("electron__electron__config-base.yml", []),
        ("fecgov__fec-cms.yml", []),
        ("garden-io__garden__continue-config.yml", []),
        ("hashicorp__boundary.yml", []),
        ("nipreps__fmriprep.yml", []),
        ("ovotech__circleci-orbs__continue_config.yml", []),
    ],
)
def test_the_flows_of_a_real_config_are_known(name: str, lines: list[int]) -> None:
    path = CORPUS / name
    if not path.is_file():
        pytest.skip(f"{name} is not in the corpus")
    root = parse(TextFile(name, path.read_text(encoding="utf-8")))
    config = make_config(root, kind_of(root))
    findings, problems = engine.check(RULES, [(name, config)])
    assert not problems
    found = [one.where.span.line for one in findings if one.where.span and one.severity > 0]
    assert found == lines

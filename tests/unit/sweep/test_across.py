"""Which rules a node leaves to the one that puts all together."""

from __future__ import annotations

import inspect
import re

from secguard.rules import ACCESS, rules
from secguard.sweep.look import ACROSS

_OF_ALL = re.compile(r"estate\.(?:uses|complete|without_ssh)\b")


def test_rules_that_need_all_uses_are_left_to_the_merge() -> None:
    of_all = {
        rule.id for rule in rules("access", only=ACCESS) if _OF_ALL.search(_source(rule.check))
    }
    assert of_all and of_all <= ACROSS


def test_every_rule_that_is_left_to_the_merge_is_one() -> None:
    assert {rule.id for rule in rules("access", only=ACCESS)} >= ACROSS


def _source(check: object) -> str:
    module = inspect.getmodule(check)
    assert module is not None
    return inspect.getsource(module)

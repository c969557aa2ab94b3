"""The table of rules is made from the rules and replaces only itself."""

from __future__ import annotations

import pytest

from secguard.rules import rules
from tools.rule_table import renewed, table


def test_every_rule_has_a_row() -> None:
    rows = [line for line in table().splitlines() if line.startswith("| [`")]
    assert len(rows) == len(rules())


def test_only_the_part_between_the_markers_changes() -> None:
    text = "before\n<!-- begin: rules -->\nstale text\n<!-- end: rules -->\nafter\n"
    new = renewed(text)
    assert new.startswith("before\n<!-- begin: rules -->\n\n### ")
    assert new.endswith("|\n\n<!-- end: rules -->\nafter\n")
    assert "stale text" not in new
    assert renewed(new) == new


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="begin: rules"):
        renewed("no table here\n")

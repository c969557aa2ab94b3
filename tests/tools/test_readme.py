"""The generated parts of README are made from the code and replace only themselves."""

from __future__ import annotations

import pytest

from secguard.rules import rules
from tools.build_bundle import ROOT
from tools.readme import README, renewed, table


def test_every_rule_has_a_row() -> None:
    rows = [line for line in table().splitlines() if line.startswith("| [`")]
    assert len(rows) == len(rules())


PAGE = """before
<!-- begin: report -->
old report
<!-- end: report -->
between
<!-- begin: rules -->
old rules
<!-- end: rules -->
after
"""


def test_only_the_parts_between_markers_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    new = renewed(PAGE)
    assert new.startswith("before\n<!-- begin: report -->\n\n```text\n")
    assert "\n<!-- end: report -->\nbetween\n<!-- begin: rules -->\n\n### " in new
    assert new.endswith("|\n\n<!-- end: rules -->\nafter\n")
    assert "old report" not in new and "old rules" not in new
    assert renewed(new) == new


def test_the_readme_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = README.read_text(encoding="utf-8")
    assert renewed(page) == page, "write it with `make table`"


def test_a_page_without_markers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(ValueError, match="begin: report"):
        renewed("nothing here\n")

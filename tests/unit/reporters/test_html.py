"""Tests for the HTML report."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

from secguard.finding import Confidence, RuleInfo, Severity
from secguard.reporters.html import render
from tests.unit.reporters.reports import EMPTY, RICH, UNCHECKED


def test_the_policy_allows_the_style_sheet_of_the_page_and_nothing_else() -> None:
    page = render(RICH)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'" in page


def test_the_page_needs_nothing_else() -> None:
    page = render(RICH)
    assert not re.search(r"<(script|img|link|iframe)|\bstyle=|\son\w+=|url\(|@import", page)


def test_problems_come_before_findings() -> None:
    page = render(RICH)
    assert page.index("Not checked, so not passed") < page.index("<article")


def test_a_page_with_problems_alone_does_not_claim_to_be_clean() -> None:
    assert "<h1>Not everything was checked</h1>" in render(UNCHECKED)
    assert "<h1>No findings</h1>" in render(EMPTY)
    assert "<h1>Nothing was checked</h1>" in render(replace(EMPTY, rules=()))


def test_the_span_is_marked_in_its_line() -> None:
    line = "<span>3</span>  node: <mark>circleci/node@volatile</mark>"
    assert line in render(RICH)


def test_addresses_that_are_not_https_are_no_links() -> None:
    rule = RuleInfo("odd", "x", "config", Severity.LOW, Confidence.HIGH, (), "javascript:alert(1)")
    page = render(replace(EMPTY, rules=(rule,)))
    assert "<code>odd</code>" in page
    assert "javascript" not in page

"""A pipeline's config beside the files of the checkout."""

from __future__ import annotations

from secguard.access.used import Used
from secguard.finding import Finding, Span
from secguard.rules.access.config_not_from_checkout import config_not_from_checkout
from secguard.source.text import TextFile

MAIN = ".circleci/config.yml"


def _found(pipeline: str, **files: str) -> list[Finding]:
    names = {"main": MAIN, "other": ".circleci/other.yml"}
    sources = tuple(TextFile(names[name], text).source for name, text in files.items())
    used = Used(TextFile("pipeline:config", pipeline), files=sources)
    return list(config_not_from_checkout.check(used))


def test_what_any_file_holds_is_not_told() -> None:
    assert _found("a\nb\n", main="a\r\nb") == []
    assert _found("a\nb\n", main="x", other="a\nb\n") == []


def test_the_first_line_that_differs_is_told_on_both_sides() -> None:
    (one,) = _found("a\nevil\nc\n", main="a\nb\nc\n")
    assert (one.where.uri, one.where.span) == ("pipeline:config", Span(2, 1, 2, 5))
    (there,) = one.related
    assert (there.uri, there.span) == (MAIN, Span(2, 1, 2, 2))
    assert f"'{MAIN}'" in one.message and one.hint


def test_a_text_that_ends_before_the_other_has_a_place_too() -> None:
    (one,) = _found("a\n", main="a\nb\nc\n")
    assert one.where.span == Span(2, 1, 2, 1)
    (one,) = _found("a\nb\nc\nd", main="a")
    assert one.related[0].span == Span(1, 1, 1, 2)


def test_a_checkout_without_a_config_has_none_to_compare() -> None:
    (one,) = _found("a\n", other="b")
    assert one.where.uri == "pipeline:config" and one.related == ()

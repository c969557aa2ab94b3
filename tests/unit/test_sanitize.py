"""Tests for what may be shown: printable text, masked lines, clean reports."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secguard.finding import Confidence, Finding, Location, Report, Severity, Source, Span
from secguard.sanitize import MASK, Secrets, cleaned, mask_line, printable, split_line

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain, 配備 and é", "plain, 配備 and é", id="letters-stay"),
        pytest.param("\x1b[2J\x07", "\\x1b[2J\\x07", id="escape-sequence"),
        pytest.param("\x9b31m", "\\x9b31m", id="one-byte-escape-sequence"),
        pytest.param("a\u202eb\u2066c", "a\\u202eb\\u2066c", id="bidi-controls"),
        pytest.param("a\u200bb\ufeff", "a\\u200bb\\ufeff", id="zero-width"),
        pytest.param("\ue000\U000f1234", "\\ue000\\U000f1234", id="private-use"),
        pytest.param("\ud83d", "\\ud83d", id="surrogate"),
        pytest.param("\U000e0041", "\\U000e0041", id="tag-character"),
        pytest.param("\u3164", "\\u3164", id="blank-letter"),
        pytest.param("one\r\n\ttwo\n", "one two ", id="line-breaks-become-a-space"),
        pytest.param("one\u2028two\x85three", "one\\u2028two\\x85three", id="other-line-breaks"),
    ],
)
def test_what_a_reader_can_not_see_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_text_is_cut_at_the_limit() -> None:
    assert printable("a" * 50, 10) == "a" * 9 + "…"
    assert printable("\x1b" * 50, 10) == "\\x1b\\x1b\\…"
    assert printable("a" * 10, 10) == "a" * 10


@given(ANY_TEXT)
def test_printable_text_has_no_controls_and_stays_as_it_is(text: str) -> None:
    shown = printable(text, 40)
    assert len(shown) <= 40
    assert not [x for x in shown if unicodedata.category(x) in ("Cc", "Cs", "Co", "Zl", "Zp")]
    assert printable(shown, 40) == shown


def test_each_secret_in_a_line_gets_one_mask_of_fixed_length() -> None:
    spans = [Span(3, 6, 3, 9), Span(3, 14, 3, 30), Span(4, 1, 4, 5)]
    assert mask_line("user=abc pass=a-long-password!", 3, spans) == "user=**** pass****!"
    assert mask_line("user=abc pass=a-long-password!", 9, spans) == "user=abc pass=a-long-password!"


def test_overlapping_and_touching_secrets_are_one() -> None:
    spans = [Span(1, 1, 1, 4), Span(1, 3, 1, 6), Span(1, 6, 1, 8)]
    assert mask_line("abcdefghij", 1, spans) == "****hij"


def test_lines_of_a_secret_keep_their_indentation_only() -> None:
    span = Span(1, 6, 4, 1)
    assert mask_line("key: |", 1, [span]) == "key: ****"
    assert mask_line("  secret", 2, [span]) == "  ****"
    assert mask_line("", 3, [span]) == ""
    assert mask_line("next: 1", 4, [span]) == "next: 1"


def test_what_is_marked_grows_to_the_whole_secret() -> None:
    line = split_line("pass: top-secret # no", 7, Span(7, 11, 7, 14), ((6, 16),))
    assert (line.before, line.marked, line.after) == ("pass: ", MASK, " # no")


def test_long_lines_are_cut_around_the_span() -> None:
    line = split_line("a" * 5000 + "HERE" + "b" * 5000, 1, Span(1, 5001, 1, 5005), ())
    assert (line.before, line.marked, line.after) == ("…" + "a" * 40, "HERE", "b" * 74 + "…")


def test_a_long_span_is_cut() -> None:
    line = split_line("x: " + "s" * 5000, 1, Span(1, 4, 1, 5004), ())
    assert (line.before, line.marked, line.after) == ("x: ", "s" * 116 + "…", "")


def test_a_long_secret_does_not_show_how_long_it_is() -> None:
    line = split_line("x: " + "s" * 5000, 1, Span(1, 4, 1, 5004), ((3, 5003),))
    assert (line.before, line.marked, line.after) == ("x: ", MASK, "")


@given(st.text(), st.integers(-3, 90), st.integers(-3, 90), st.integers(-3, 90))
def test_any_span_splits_any_line(text: str, column: int, end: int, secret: int) -> None:
    span = Span(1, column, 2, end)
    ranges = ((max(secret, 0), max(secret, 0) + 5),)
    for number in (1, 2):
        line = split_line(text, number, span, ranges)
        assert line.number == number


def _report(*secrets: Span, lines: tuple[str, ...], message: str = "message") -> Report:
    where = Location("a.yml", Span(1, 1, 1, 2))
    finding = Finding(
        "rule", Severity.LOW, Confidence.HIGH, message, where, secrets=secrets, hint=message
    )
    return Report((finding,), (), (), (Source("a.yml", lines),), (), "1")


@pytest.mark.parametrize(
    ("line", "message", "shown"),
    [
        pytest.param("hunter2", "not hunter2!", "not ****!", id="in-a-message"),
        pytest.param('"hunter2"', "not hunter2!", "not ****!", id="without-its-quotes"),
        pytest.param("password", "password auth", "password auth", id="a-word-stays"),
        pytest.param("abc12", "abc12", "abc12", id="a-short-text-stays"),
        pytest.param("correcthorsestaple", "correcthorsestaple", "****", id="a-long-word"),
    ],
)
def test_the_text_of_a_secret_is_masked_elsewhere(line: str, message: str, shown: str) -> None:
    report = _report(Span(1, 1, 1, len(line) + 1), lines=(line,), message=message)
    clean = cleaned(report, Secrets.of(report))
    assert (clean.findings[0].message, clean.findings[0].hint) == (shown, shown)


def test_the_longer_of_two_secrets_that_begin_alike_is_masked() -> None:
    report = _report(Span(1, 1, 1, 9), Span(2, 1, 2, 13), lines=("token-12", "token-123456"))
    assert Secrets.of(report).hide("a token-123456 b token-12 c") == "a **** b **** c"


def test_a_second_mention_in_any_file_is_masked() -> None:
    secrets = Secrets.of(_report(Span(1, 1, 1, 8), lines=("hunter2",)))
    assert secrets.ranges("other.yml", 5, "x: hunter2") == ((3, 10),)


def test_secrets_do_not_show_in_a_repr() -> None:
    assert "hunter2" not in repr(Secrets.of(_report(Span(1, 1, 1, 8), lines=("hunter2",))))


def test_a_clean_report_has_no_source_and_keeps_fingerprints() -> None:
    report = _report(lines=("one",), message="odd \x1b name")
    clean = cleaned(report, Secrets.of(report))
    assert clean.inputs == (Source("a.yml", ()),)
    assert clean.findings[0].message == "odd \\x1b name"
    assert clean.findings[0].fingerprint == report.findings[0].fingerprint


def test_a_clean_report_is_sorted() -> None:
    report = _report(lines=("one",))
    first = report.findings[0]
    later = replace(first, where=Location("b.yml"))
    given_order = replace(report, findings=(later, first), opaque=("z", "a", "z"))
    clean = cleaned(given_order, Secrets.of(given_order))
    assert [item.where.uri for item in clean.findings] == ["a.yml", "b.yml"]
    assert clean.opaque == ("a", "z")


@pytest.mark.parametrize(
    ("span", "mended"),
    [
        (Span(2, 3, 2, 7), Span(2, 3, 2, 7)),
        (Span(0, 0, 0, 0), Span(1, 1, 1, 1)),
        (Span(5, 4, 3, 9), Span(5, 4, 5, 4)),
        (Span(2, 9, 3, 0), Span(2, 9, 3, 1)),
    ],
)
def test_spans_of_a_clean_report_are_in_order(span: Span, mended: Span) -> None:
    report = _report(lines=("one",))
    odd = replace(report, findings=(replace(report.findings[0], where=Location("a.yml", span)),))
    assert cleaned(odd, Secrets.of(odd)).findings[0].where.span == mended

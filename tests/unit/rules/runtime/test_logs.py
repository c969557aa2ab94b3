"""What was found in logs is said with its place, its variable and its form, and not too often."""

from __future__ import annotations

from secguard.finding import Finding, Severity, Span
from secguard.logs.found import Searched
from secguard.rules.runtime.log_not_inspected import log_not_inspected
from secguard.rules.runtime.secret_in_log import secret_in_log
from secguard.rules.runtime.token_in_log import token_in_log
from secguard.runtime.content import Hit
from secguard.runtime.inspect import Closed

LOG = "job:gh/acme/shop/7 build!0-101 Echo"


def told(*hits: Hit) -> list[Finding]:
    searched = Searched(list(hits))
    return [*secret_in_log.check(searched), *token_in_log.check(searched)]


def test_a_value_is_told_with_its_place_form_and_number() -> None:
    (one,) = told(Hit(LOG, ("A", "B"), "", "hex", line=7, column=3, length=40, count=2))
    assert one.message == "the value of 'A' and 'B' is in this log, as hex, 2 times"
    assert (one.rule, one.severity, one.subject) == ("secret-in-log", Severity.HIGH, "A")
    assert (one.where.uri, one.where.span) == (LOG, Span(7, 3, 7, 43))


def test_a_part_of_a_value_and_a_name_are_told_as_such() -> None:
    (one,) = told(Hit(LOG, ("A",), "its password", "", in_name=True))
    assert one.message == "a secret that 'A' holds is in the name of this log: its password"
    assert one.where.span is None


def test_one_value_in_many_logs_is_one_finding_as_grave_as_one() -> None:
    hits = [Hit(f"job:gh/acme/shop/{at} build", ("A",), "", "", line=1) for at in range(51)]
    assert len(told(*hits[:50])) == 50
    (one,) = told(*hits)
    assert one.message == "the value of 'A' is in 51 logs"
    assert one.severity is Severity.HIGH
    assert len(one.related) == 3


def test_a_token_is_as_grave_as_it_is_sure() -> None:
    sure, unsure = Hit(LOG, (), "GitHub token", "hmac:1"), Hit(LOG, (), "password", "", False)
    assert [(one.rule, one.severity, one.subject) for one in told(sure, unsure)] == [
        ("token-in-log", Severity.HIGH, "hmac:1"),
        ("token-in-log", Severity.MEDIUM, ""),
    ]


def test_what_was_not_searched_is_told_with_the_reason() -> None:
    (one,) = log_not_inspected.check(Searched(closed=[Closed(LOG, "it is damaged")]))
    assert one.message == "this was not searched to its end: it is damaged"
    assert one.severity is Severity.MEDIUM

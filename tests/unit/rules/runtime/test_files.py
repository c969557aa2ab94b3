"""What the rules about files say of what a search found."""

from __future__ import annotations

import pytest

from secguard.finding import Confidence, Location, Severity, Span
from secguard.rules.runtime.not_inspected import not_inspected
from secguard.rules.runtime.secret_in_file import secret_in_file
from secguard.rules.runtime.token_in_file import token_in_file
from secguard.runtime.content import Hit
from secguard.runtime.inspect import Closed
from secguard.runtime.scan import Scanned


@pytest.mark.parametrize(
    ("hit", "message"),
    [
        (Hit("a", ("X",), "", ""), "the value of 'X' is in this file"),
        (Hit("a", ("X", "Y"), "", "hex"), "the value of 'X' and 'Y' is in this file, as hex"),
        (
            Hit("a", ("X",), "password in a URL", "", count=3),
            "a secret that 'X' holds is in this file, 3 times: password in a URL",
        ),
        (Hit("a", ("X",), "", "", in_name=True), "the value of 'X' is in the name of this file"),
    ],
)
def test_a_secret_is_told_by_its_variable_and_its_form(hit: Hit, message: str) -> None:
    (finding,) = secret_in_file.check(Scanned([hit]))
    assert (finding.message, finding.subject, finding.severity) == (message, "X", Severity.HIGH)
    assert not list(token_in_file.check(Scanned([hit])))


@pytest.mark.parametrize(
    ("hit", "place"),
    [
        (Hit("a", ("X",), "", "", line=2, column=3, length=4), Location("a", Span(2, 3, 2, 7))),
        (Hit("a", ("X",), "", "", offset=70), Location("a", note="at byte 70")),
        (
            Hit("a", ("X",), "", "", offset=-1),
            Location("a", note="beside the members of the archive"),
        ),
        (Hit("a", ("X",), "", "", in_name=True), Location("a")),
    ],
)
def test_the_place_is_as_exact_as_is_known(hit: Hit, place: Location) -> None:
    (finding,) = secret_in_file.check(Scanned([hit]))
    assert finding.where == place


def test_a_value_in_more_than_fifty_files_is_doubted() -> None:
    hits = [Hit(f"{number:02}", ("X",), "", "") for number in range(51)]
    (one,) = secret_in_file.check(Scanned([*hits, Hit("z", ("X",), "", "hex")]))
    assert (one.severity, one.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)
    assert [place.uri for place in one.related] == ["01", "02", "03"]
    assert len(list(secret_in_file.check(Scanned(hits[:50])))) == 50


@pytest.mark.parametrize(("is_sure", "severity"), [(True, Severity.HIGH), (False, Severity.MEDIUM)])
def test_a_token_is_graded_by_how_sure_its_format_is(is_sure: bool, severity: Severity) -> None:
    (one,) = token_in_file.check(Scanned([Hit("a", (), "GitHub token", "hmac:1", is_sure)]))
    assert (one.message, one.severity) == ("a credential is in this file: 'GitHub token'", severity)
    assert one.subject == "hmac:1"


def test_what_has_no_content_is_only_mentioned() -> None:
    closed = [Closed("a", "it is encrypted"), Closed("b", "a pipe", False)]
    file, pipe = not_inspected.check(Scanned([], closed))
    assert (file.severity, pipe.severity) == (Severity.MEDIUM, Severity.INFO)
    assert "it is encrypted" in file.message
    assert "a pipe" in pipe.message

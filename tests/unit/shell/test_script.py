"""A script answers questions about the whole of it."""

from __future__ import annotations

import pytest

from secguard.shell import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=b", [("A", "b", False)]),
        ("A=", [("A", "", False)]),
        ("A=b C='d e' f", [("A", "b", False), ("C", "'d e'", False)]),
        ("A+=b", [("A", "b", False)]),
        ("A[0]=b", [("A", "b", False)]),
        ("A=$(b)", [("A", "$(b)", False)]),
        ('export A=b C D="$E"', [("A", "b", True), ("D", '"$E"', True)]),
        ('export "A=b $C"', [("A", "b $C", True)]),
        ("export -n A=b", [("A", "b", True)]),
        ("readonly A=b", [("A", "b", False)]),
        ("local A=b", [("A", "b", False)]),
        ("declare -x A=b", [("A", "b", True)]),
        ("declare -A M=([a]=b)", [("M", "([a]=b)", False)]),
        ("\ue000=b", [("\ue000", "b", False)]),
        ("sh -c 'export A=b'", [("A", "b", True)]),
        ("echo A=b", []),
        ("'A=b' c", [("A", "b", False)]),
        ("1A=b", []),
    ],
)
def test_assignments(text: str, expected: list[tuple[str, str, bool]]) -> None:
    script = parse(text)
    found = list(script.assignments())
    assert [(each.name, each.value.raw, each.exported) for each in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("set -x", [(4, "xtrace", True)]),
        ("set +x", [(4, "xtrace", False)]),
        ("set -o xtrace", [(7, "xtrace", True)]),
        ("set +o errexit", [(7, "errexit", False)]),
        (
            "set -euxo pipefail",
            [
                (4, "errexit", True),
                (4, "nounset", True),
                (4, "xtrace", True),
                (10, "pipefail", True),
            ],
        ),
        ("set -e +x", [(4, "errexit", True), (7, "xtrace", False)]),
        ("set -- -x", []),
        ("set a -x", []),
        ("set", []),
        ("set -o", []),
        ("bash -x script -e", [(5, "xtrace", True)]),
        ("bash --norc -xc 'set +v'", [(12, "xtrace", True), (21, "verbose", False)]),
        ("a\n{ set -x; b; } 2>/dev/null\nset +x", [(8, "xtrace", True), (33, "xtrace", False)]),
    ],
)
def test_set_options(text: str, expected: list[tuple[int, str, bool]]) -> None:
    found = list(parse(text).set_options())
    assert [(each.start, each.name, each.on) for each in found] == expected


def test_words_are_all_words_in_source_order() -> None:
    text = 'A=1 b $C > d <<E\n$F\nE\nfor g in "$H"; do i; done > j; ${K:-$L} $(m)'
    assert " ".join(word.raw for word in parse(text).words()) == (
        '1 b $C d E $F\n "$H" i j ${K:-$L} $(m) m'
    )


def test_a_script_without_text_has_nothing() -> None:
    script = parse("")
    assert script.commands() == ()
    assert script.words() == ()
    assert (script.errors, script.incomplete) == ((), None)

"""Keeps the table of rules in README.md equal to the rules that exist."""

from __future__ import annotations

import argparse
import sys

from secguard.cli.rules import markdown
from secguard.rule import Rule
from secguard.rules import FAMILIES, rules
from tools.build_bundle import ROOT

README = ROOT / "README.md"
_BEGIN, _END = "<!-- begin: rules -->\n", "<!-- end: rules -->"


def table() -> str:
    """Write one table for each family, in the order of the ids."""
    parts = (f"\n### {name}\n\n{markdown(rules(name), 'docs/rules/')}" for name in FAMILIES)
    return "".join(parts) + "\n"


def renewed(text: str) -> str:
    """Put the table between its markers in the text of a page."""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"no {_BEGIN.strip()} … {_END} in the page")
    return before + begin + table() + end + after


def main() -> None:
    """Write the table, or with `--check` fail if it is not up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    check = parser.parse_args().check
    text = README.read_text(encoding="utf-8")
    missing = [rule.id for rule in rules() if not _page(rule)]
    for name in missing:
        print(f"docs/rules/{name}.md is missing", file=sys.stderr)
    new = renewed(text)
    if check and new != text:
        print("README.md: the table of rules is old; write it with `make table`", file=sys.stderr)
    elif not check:
        README.write_text(new, encoding="utf-8")
    sys.exit(bool(missing) or (check and new != text))


def _page(rule: Rule) -> bool:
    return (ROOT / "docs" / "rules" / f"{rule.id}.md").is_file()


if __name__ == "__main__":
    main()

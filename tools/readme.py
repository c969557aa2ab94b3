"""Keeps the table of rules and the report in README.md equal to what there is."""

from __future__ import annotations

import argparse
import os
import sys

from secguard import engine
from secguard.cli.rules import markdown
from secguard.finding import Severity
from secguard.reporters import text
from secguard.rule import Rule
from secguard.rules import FAMILIES, rules
from secguard.settings import Settings
from secguard.targets import load
from tools.build_bundle import ROOT

README = ROOT / "README.md"
EXAMPLE = "examples/webshop"
_SHOWN = ("template-injection", "tracing-secrets", "context-shared")


def table() -> str:
    """Write one table for each family, in the order of the ids."""
    parts = (f"\n### {name}\n\n{markdown(rules(name), 'docs/rules/')}" for name in FAMILIES)
    return "".join(parts) + "\n"


def report() -> str:
    """Give a part of the report on the example: the findings of some rules, and the last lines."""
    selected = engine.chosen(rules("config"), Settings())
    loaded = load((EXAMPLE,))
    found, problems = engine.check(selected, [(one.uri, one) for one in loaded.configs])
    made = engine.report(
        selected,
        found,
        [*loaded.problems, *problems],
        loaded.sources.values(),
        Settings(),
        opaque=(name for config in loaded.configs for name in config.expansion.opaque),
    )
    *blocks, last = text.render(made, color=False, fail_on=Severity.MEDIUM).strip().split("\n\n")
    shown = [next(one for one in blocks if f"[{rule}]" in one) for rule in _SHOWN]
    return "\n```text\n" + "\n\n".join([*shown, "…", last]) + "\n```\n\n"


def renewed(page: str) -> str:
    """Put the generated parts between their markers in the text of a page."""
    for name, part in (("report", report()), ("rules", table())):
        begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->"
        before, opened, rest = page.partition(begin)
        _, closed, after = rest.partition(end)
        if not opened or not closed:
            raise ValueError(f"no {begin.strip()} … {end} in the page")
        page = before + begin + part + end + after
    return page


def main() -> None:
    """Write the table, or with `--check` fail if it is not up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    check = parser.parse_args().check
    page = README.read_text(encoding="utf-8")
    missing = [rule.id for rule in rules() if not _page(rule)]
    for name in missing:
        print(f"docs/rules/{name}.md is missing", file=sys.stderr)
    os.chdir(ROOT)
    new = renewed(page)
    if check and new != page:
        print("README.md: generated parts are old; write them with `make table`", file=sys.stderr)
    elif not check:
        README.write_text(new, encoding="utf-8")
    sys.exit(bool(missing) or (check and new != page))


def _page(rule: Rule) -> bool:
    return (ROOT / "docs" / "rules" / f"{rule.id}.md").is_file()


if __name__ == "__main__":
    main()

"""`secguard rules`: the list of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

import click

if TYPE_CHECKING:
    from secguard.rule import Rule


@click.command()
@click.option(
    "--output-format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="What to print.",
)
def rules(output_format: str) -> None:
    """List every rule with its severity and what it finds."""
    from secguard.rules import FAMILIES
    from secguard.rules import rules as load

    if output_format == "markdown":
        click.echo(
            "\n".join(f"### {name}\n\n{markdown(load(name))}" for name in FAMILIES), nl=False
        )
        return
    found = sorted(load(), key=lambda one: one.id)
    click.echo(_json(found) if output_format == "json" else _text(found), nl=False)


def markdown(found: Sequence[Rule], pages: str = "") -> str:
    """Write a table of rules; `pages` is where their pages are, if not at their own address."""
    lines = ["| rule | finds | severity |", "| --- | --- | --- |"]
    for rule in sorted(found, key=lambda one: one.id):
        strict = " (with `--strict`)" if rule.strict else ""
        link = f"[`{rule.id}`]({f'{pages}{rule.id}.md' if pages else rule.url})"
        lines.append(f"| {link} | {rule.summary}{strict} | {rule.severity} |")
    return "\n".join(lines) + "\n"


def _text(found: Sequence[Rule]) -> str:
    rows = [
        (
            rule.id,
            str(rule.severity),
            str(rule.confidence),
            " ".join(rule.refs),
            rule.summary + (" (strict)" if rule.strict else ""),
        )
        for rule in found
    ]
    rows.insert(0, ("rule", "severity", "confidence", "references", "finds"))
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    cells = ([*(text.ljust(width) for text, width in zip(row, widths)), row[4]] for row in rows)
    return "".join("  ".join(row) + "\n" for row in cells)


def _json(found: Sequence[Rule]) -> str:
    import json

    rows: list[dict[str, Any]] = [
        {
            "id": rule.id,
            "family": rule.family,
            "severity": str(rule.severity),
            "confidence": str(rule.confidence),
            "strict": rule.strict,
            "refs": list(rule.refs),
            "summary": rule.summary,
            "url": rule.url,
        }
        for rule in found
    ]
    return json.dumps(rows, indent=2) + "\n"

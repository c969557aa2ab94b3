"""`secguard rules`: the list of rules."""

from __future__ import annotations

import click


@click.command()
def rules() -> None:
    """List every rule with its severity and what it finds."""
    from secguard.rules import rules as load

    for rule in sorted(load(), key=lambda one: one.id):
        click.echo(f"{rule.id:32} {rule.severity!s:8} {rule.summary}")

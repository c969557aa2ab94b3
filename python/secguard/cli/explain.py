"""`secguard explain`: the page of a rule, in the terminal."""

from __future__ import annotations

import click

from secguard.errors import UsageError


@click.command()
@click.argument("rule", envvar="SECGUARD_EXPLAIN_RULE")
def explain(rule: str) -> None:
    """Show what a rule finds, why it matters and how to fix it."""
    from secguard.rules import names, rules
    from secguard.suggest import nearest

    found = next((one for one in rules() if one.id == rule), None)
    if found is None:
        hint = nearest(rule, names(), "`secguard rules` lists them")
        raise UsageError(f"there is no rule {rule!r}", hint)
    page = _page(rule)
    if page is not None:
        click.echo(page, nl=False)
        return
    click.echo(f"{found.id}: {found.summary}")
    click.echo(f"severity {found.severity}, confidence {found.confidence}")
    click.echo(f"references: {', '.join(found.refs)}")
    click.echo(f"page: {found.url}")


def _page(rule: str) -> str | None:
    """Read the page from the package, else from the repository that the package lies in."""
    from pkgutil import get_data

    for place in (f"pages/{rule}.md", f"../../docs/rules/{rule}.md"):
        try:
            data = get_data("secguard", place)
        except OSError:
            continue
        if data is not None:
            return data.decode("utf-8")
    return None

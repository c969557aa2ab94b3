"""`secguard licenses`: the licences of secguard and of what is bundled with it."""

from __future__ import annotations

import click

from secguard.errors import SecguardError


@click.command()
def licenses() -> None:
    """Print the licences of secguard and of what is bundled with it."""
    from pkgutil import get_data

    try:
        text = get_data("secguard", "LICENSES.txt")
    except OSError:
        text = None
    if text is None:
        raise SecguardError(
            "the licences are only in the bundle",
            "read LICENSE and THIRD_PARTY_LICENSES in the repository",
        )
    click.echo(text.decode("utf-8"), nl=False)

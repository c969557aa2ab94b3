"""How findings name what has no file: contexts, projects, organisations."""

from __future__ import annotations

from secguard.access.model import Context, Organisation, Project
from secguard.finding import Location


def context_at(context: Context, note: str = "") -> Location:
    """Point at a context."""
    return Location(f"context:{context.name}", note=note)


def project_at(project: Project, note: str = "") -> Location:
    """Point at a project."""
    return Location(f"project:{project.slug}", note=note)


def organisation_at(organisation: Organisation, note: str = "") -> Location:
    """Point at an organisation."""
    return Location(f"org:{organisation.slug}", note=note)


def listed(names: tuple[str, ...], most: int = 5) -> str:
    """Name some things in quotes, and say how many more there are."""
    shown = ", ".join(f"'{name}'" for name in names[:most])
    more = len(names) - most
    return f"{shown} and {more} more" if more > 0 else shown

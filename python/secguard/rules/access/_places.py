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

"""What the words of a script spell: see `secguard.circleci.spelling`."""

from secguard.circleci.spelling import Values, way

__all__ = ["Values", "way"]

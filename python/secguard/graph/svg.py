"""The exposure graph as one self-contained SVG picture."""

from __future__ import annotations

from typing import Any, Dict, Iterator
from xml.sax.saxutils import escape

from secguard.graph.data import risk
from secguard.sanitize import printable

MAX_JOBS = 500
"""Jobs that are drawn; a picture of more than that shows nothing."""

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _PAD = 240, 74, 70, 18, 24
_COLOURS = {
    "danger": ("#fdecea", "#c0392b"),
    "guarded": ("#fff6e0", "#b7791f"),
    "unseen": ("#f1f2f4", "#7a828b"),
    "holds nothing": ("#eef6ee", "#4a7c59"),
    "approval": ("#eef1fb", "#4a5fa5"),
}
_LEGEND = {
    "danger": "holds secrets, and anyone who can push a branch can run it",
    "guarded": "holds secrets behind a filter, a schedule or an approval",
    "unseen": "no context seen, and an orb in it that could not be looked into",
    "holds nothing": "no context and no secret seen",
    "approval": "somebody has to approve",
}

Job = Dict[str, Any]


def render(data: dict[str, Any]) -> str:
    """Draw each workflow with its jobs from left to right in the order they run."""
    body: list[str] = []
    top, width = _PAD, 720
    drawn = 0
    for workflow in data["workflows"]:
        jobs = workflow["jobs"][: max(0, MAX_JOBS - drawn)]
        drawn += len(jobs)
        if not jobs:
            continue
        columns = _columns(jobs)
        name = _text(workflow["name"], 80)
        body.append(f'<text x="{_PAD}" y="{top + 14}" class="head">{name}</text>')
        top += 30
        body.extend(_workflow(columns, top))
        rows = max(len(column) for column in columns)
        top += rows * (_HEIGHT + _GAP_Y) + 20
        width = max(width, 2 * _PAD + len(columns) * (_WIDTH + _GAP_X) - _GAP_X)
    for kind, words in _LEGEND.items():
        fill, line = _COLOURS[kind]
        body.append(
            f'<rect x="{_PAD}" y="{top}" width="16" height="12" rx="3" fill="{fill}" '
            f'stroke="{line}"/><text x="{_PAD + 24}" y="{top + 11}" class="small">{words}</text>'
        )
        top += 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top + _PAD}" '
        f'viewBox="0 0 {width} {top + _PAD}" role="img">\n'
        f"<title>{_text(data['file'], 200)}</title>\n<style>{_STYLE}</style>\n"
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


_STYLE = (
    "text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;fill:#22262b}"
    ".head{font-size:15px;font-weight:600}.name{font-size:13px;font-weight:600}"
    ".small{font-size:11px;fill:#4b5259}path{fill:none;stroke:#aab2bb;stroke-width:1.4}"
)


def _columns(jobs: list[Job]) -> list[list[Job]]:
    names = {job["name"]: job for job in jobs}
    depth: dict[str, int] = {}
    for _ in range(len(jobs)):
        changed = False
        for job in jobs:
            needed = [depth.get(name, 0) + 1 for name in job["requires"] if name in names]
            wanted = min(max(needed, default=0), len(jobs))
            if depth.get(job["name"], -1) != wanted:
                depth[job["name"]] = wanted
                changed = True
        if not changed:
            break
    columns: list[list[Job]] = [[] for _ in range(max(depth.values()) + 1)]
    for job in jobs:
        columns[depth[job["name"]]].append(job)
    return [column for column in columns if column]


def _workflow(columns: list[list[Job]], top: int) -> Iterator[str]:
    places = {}
    for x, column in enumerate(columns):
        for y, job in enumerate(column):
            places[job["name"]] = (
                _PAD + x * (_WIDTH + _GAP_X),
                top + y * (_HEIGHT + _GAP_Y),
            )
    for column in columns:
        for job in column:
            x, y = places[job["name"]]
            for name in job["requires"]:
                if name in places:
                    from_x, from_y = places[name][0] + _WIDTH, places[name][1] + _HEIGHT // 2
                    bend = (from_x + x) // 2
                    to_y = y + _HEIGHT // 2
                    curve = f"M{from_x} {from_y} C{bend} {from_y} {bend} {to_y} {x} {to_y}"
                    yield f'<path d="{curve}"/>'
    for column in columns:
        for job in column:
            yield from _box(job, *places[job["name"]])


def _box(job: Job, x: int, y: int) -> Iterator[str]:
    fill, line = _COLOURS[risk(job)]
    approval = ", approved" if job["approval"] else ""
    holds = [*job["contexts"], *(f"${name}" for name in job["secrets"])]
    holds += ["SSH keys"] if job["ssh_keys"] else []
    loose = sum(1 for one in job["foreign"] if not one["pinned"])
    runs = f"{len(job['foreign'])} orbs and images, {loose} not pinned" if job["foreign"] else ""
    rows = [
        (f"{job['started_by']}{approval}", "small"),
        ("holds " + ", ".join(holds) if holds else "holds nothing seen", "small"),
        (runs, "small"),
    ]
    yield (
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="{fill}" '
        f'stroke="{line}" stroke-width="1.4"/>'
    )
    yield f'<text x="{x + 12}" y="{y + 20}" class="name">{_text(job["name"], 30)}</text>'
    for index, (text, style) in enumerate(rows):
        if text:
            yield (
                f'<text x="{x + 12}" y="{y + 36 + 14 * index}" class="{style}">'
                f"{_text(text, 40)}</text>"
            )


def _text(text: str, limit: int) -> str:
    shown = printable(str(text))
    return escape(shown if len(shown) <= limit else shown[: limit - 1] + "…")

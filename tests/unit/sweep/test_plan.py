"""Plans: the same for every node, written and read back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from secguard.errors import UsageError
from secguard.sweep.plan import Plan, Task, make_plan, read_plan, share

SLUGS = [f"gh/acme/app-{number}" for number in range(101)]


def _plan(costs: dict[str, float]) -> Plan:
    return make_plan("gh/acme", "2026-11-25", SLUGS, costs, ["a note"], ["a gap"])


def test_a_plan_is_the_same_when_read_back() -> None:
    plan = _plan({SLUGS[3]: 7.25})
    assert read_plan(plan.written(), "plan.json") == plan
    assert read_plan(plan.written(), "plan.json").digest == plan.digest
    assert read_plan(make_plan("gh/a", "2026-01-01", [], {}).written(), "p").tasks == ()


def test_a_project_of_unknown_cost_costs_as_much_as_the_middle_one() -> None:
    plan = _plan({SLUGS[0]: 1.0, SLUGS[1]: 5.0, SLUGS[2]: 90.0, SLUGS[3]: -4.0})
    costs = {task.slug: task.cost for task in plan.tasks}
    assert costs[SLUGS[2]] == 90.0
    assert costs[SLUGS[3]] == costs[SLUGS[4]] == 5.0


@pytest.mark.parametrize("name", ["acme", "gh/acme/app", "gh/a b"])
def test_a_plan_for_no_organisation_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no organisation"):
        make_plan(name, "2026-11-25", SLUGS, {})


@pytest.mark.parametrize("total", [1, 4, 16])
def test_every_project_has_exactly_one_node(total: int) -> None:
    tasks = _plan({slug: 1.0 + number % 7 for number, slug in enumerate(SLUGS)}).tasks
    shares = [share(tasks, index, total) for index in range(total)]
    assert sorted(task.slug for mine in shares for task in mine) == sorted(SLUGS)
    loads = [sum(task.cost for task in mine) for mine in shares]
    assert max(loads) - min(loads) <= max(task.cost for task in tasks)


def test_one_dear_project_has_a_node_of_its_own() -> None:
    dear = Task("gh/acme/monolith", 1000.0)
    tasks = [*map(Task, SLUGS), dear]
    assert [share(tasks, index, 2) for index in range(2)].count((dear,)) == 1


@pytest.mark.parametrize(("index", "total"), [(4, 4), (-1, 2), (0, 0), (0, 1000)])
def test_a_node_that_is_none_is_refused(index: int, total: int) -> None:
    with pytest.raises(UsageError, match="there is no node"):
        share([Task("gh/a/b")], index, total)


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2}', "[" * 100_000])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_plan(text, "plan.json")
    assert caught.value.message.startswith("plan.json ") and caught.value.hint


@pytest.mark.parametrize(
    "changed",
    [
        {"organisation": 3},
        {"organisation": "\ud800"},
        {"day": 20261125},
        {"day": "today"},
        {"notes": [1]},
        {"gaps": "all"},
        {"gaps": [None]},
        {"projects": [["gh/a/b"]]},
        {"projects": [["gh/a/b", -1]]},
        {"projects": [["gh/a/b", float("nan")]]},
        {"projects": [["gh/a/b", True]]},
        {"projects": [["gh/a/../../me", 1]]},
        {"projects": [["gh/a/..", 1]]},
        {"projects": [["gh/a/\ud800", 1]]},
    ],
)
def test_a_plan_with_something_odd_is_refused(changed: dict[str, Any]) -> None:
    plan = json.loads(make_plan("gh/a", "2026-11-25", ["gh/a/b"], {}).written())
    read_plan(json.dumps(plan), "plan.json")
    with pytest.raises(UsageError) as caught:
        read_plan(json.dumps({**plan, **changed}), "plan.json")
    assert caught.value.message.startswith("plan.json ") and caught.value.hint

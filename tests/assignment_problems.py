"""Hypothesis strategies for small assignment problems with every feature."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tsam_planner.solver import AssignmentProblem

_QUARTERS = st.integers(0, 24).map(lambda count: count / 4)


def _arrays(values: Any, *shape: int) -> Any:
    size = int(np.prod(shape))
    return st.lists(values, min_size=size, max_size=size).map(
        lambda numbers: np.array(numbers, dtype=float).reshape(shape)
    )


def _subsets(tasks: int) -> Any:
    return st.lists(st.integers(0, tasks - 1), min_size=1, max_size=tasks, unique=True).map(
        sorted
    )


def plain_problems(must_serve: bool = True) -> st.SearchStrategy[AssignmentProblem]:
    """Return problems with options, loads, capacities and unassigned costs only."""
    return _problems(with_extras=False, must_serve=must_serve)


def full_problems(must_serve: bool = True) -> st.SearchStrategy[AssignmentProblem]:
    """Return problems in which every feature may occur."""
    return _problems(with_extras=True, must_serve=must_serve)


@st.composite
def _problems(draw: st.DrawFn, *, with_extras: bool, must_serve: bool) -> AssignmentProblem:
    tasks, agents = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    resources, options = draw(st.integers(1, 2)), draw(st.integers(0, 7))
    unassigned = st.integers(0, 40).map(lambda count: count / 4)
    if must_serve:
        unassigned = st.one_of(unassigned, st.just(np.inf))
    index = {"min_size": options, "max_size": options}
    capacity = st.one_of(_QUARTERS, st.just(np.inf))
    basic = {
        "option_task": draw(st.lists(st.integers(0, tasks - 1), **index)),
        "option_agent": draw(st.lists(st.integers(0, agents - 1), **index)),
        "option_cost": draw(_arrays(st.integers(-12, 24).map(lambda n: n / 4), options)),
        "option_load": draw(_arrays(_QUARTERS, options, resources)),
        "capacity": draw(_arrays(capacity, agents, resources)),
        "unassigned_cost": draw(_arrays(unassigned, tasks)),
    }
    extras = draw(_extras(tasks, agents, resources, options)) if with_extras else {}
    return AssignmentProblem(**basic, **extras)


@st.composite
def _extras(
    draw: st.DrawFn, tasks: int, agents: int, resources: int, options: int
) -> dict[str, Any]:
    extras: dict[str, Any] = {
        "groups": draw(st.lists(st.tuples(_subsets(tasks), _QUARTERS), max_size=2)),
        "exclusive": draw(st.lists(_subsets(tasks), max_size=2)),
        "budgets": draw(
            st.lists(st.tuples(_arrays(_QUARTERS, options), _QUARTERS), max_size=1)
        ),
    }
    if draw(st.booleans()):
        price = st.sampled_from([0.0, 0.25, 0.5, 1.0, 3.0, 0.125])
        extras["soft_capacity"] = draw(_arrays(_QUARTERS, agents, resources))
        extras["overload_cost"] = draw(_arrays(price, agents, resources))
    if draw(st.booleans()):
        counts = st.lists(st.integers(1, 2), min_size=agents, max_size=agents)
        extras["agent_count"] = draw(counts)
        extras["agent_cost"] = draw(_arrays(_QUARTERS, agents))
    if draw(st.booleans()):
        small = st.integers(-3, 3).map(float)
        extras["second_option_cost"] = draw(_arrays(small, options))
        extras["second_unassigned_cost"] = draw(_arrays(small, tasks))
    return extras

"""What must hold for the arrays of a problem; each check returns sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tsam_planner.solver.problem import AssignmentProblem

Array = npt.NDArray[np.float64] | npt.NDArray[np.int64]


def check_shapes(problem: "AssignmentProblem") -> list[str]:
    """Say which arrays do not have the shape that the others imply."""
    capacity, costs = problem.capacity, problem.unassigned_cost
    if capacity.ndim != 2:
        return [f"expected capacity of shape (agents, resources), got {capacity.shape}"]
    if costs.ndim != 1:
        return [f"expected unassigned_cost of shape (tasks,), got {costs.shape}"]
    options, tasks = (problem.option_task.size,), costs.shape
    agents, loads = capacity.shape[:1], problem.option_load.shape
    expected: list[tuple[str, tuple[int, ...] | None, tuple[int, ...], str]] = [
        ("option_task", problem.option_task.shape, options, "(options,)"),
        ("option_agent", problem.option_agent.shape, options, "(options,)"),
        ("option_cost", problem.option_cost.shape, options, "(options,)"),
        ("option_load", loads, (*options, capacity.shape[1]), "(options, resources)"),
    ]
    for name, shape, meaning in (
        ("soft_capacity", capacity.shape, "(agents, resources)"),
        ("overload_cost", capacity.shape, "(agents, resources)"),
        ("agent_count", agents, "(agents,)"),
        ("agent_cost", agents, "(agents,)"),
        ("second_option_cost", options, "(options,)"),
        ("second_unassigned_cost", tasks, "(tasks,)"),
    ):
        array = getattr(problem, name)
        if array is not None:
            expected.append((name, array.shape, shape, meaning))
    for number, (amounts, _) in enumerate(problem.budgets):
        place = f"amounts of budget {number}"
        expected.append((place, amounts.shape, options, "(options,)"))
    return [
        f"expected {name} of shape {meaning} = {shape}, got {found}"
        for name, found, shape, meaning in expected
        if found != shape
    ]


def check_indices(problem: "AssignmentProblem") -> list[str]:
    """Say which indices are not whole numbers or point at nothing."""
    return [
        *_outside("option_task", problem.option_task, problem.num_tasks, "tasks"),
        *_outside("option_agent", problem.option_agent, problem.num_agents, "agents"),
    ]


def check_values(problem: "AssignmentProblem") -> list[str]:
    """Say which numbers are impossible: not a number, negative, infinite."""
    problems = [
        *_finite("option_cost", problem.option_cost),
        *_at_least_zero("option_load", problem.load_amount),
        *_at_least_zero("capacity", problem.capacity, infinite=True),
        *_bad(
            "unassigned_cost",
            problem.unassigned_cost,
            np.isnan(problem.unassigned_cost) | (problem.unassigned_cost == -np.inf),
            "a number or inf (must be served)",
        ),
        *_at_least_zero("agent_cost", problem.agent_cost),
        *_finite("second_option_cost", problem.second_option_cost),
        *_finite("second_unassigned_cost", problem.second_unassigned_cost),
        *_check_overload(problem),
        *_check_counts(problem.agent_count),
    ]
    for number, (amounts, limit) in enumerate(problem.budgets):
        problems += _at_least_zero(f"amounts of budget {number}", amounts)
        if not limit >= 0:
            problems.append(f"expected a limit >= 0 of budget {number}, got {limit}")
    return problems


def check_sets(problem: "AssignmentProblem") -> list[str]:
    """Say which sets name a task twice or a task that does not exist."""
    problems: list[str] = []
    for number, (tasks, cost) in enumerate(problem.groups):
        problems += _check_set(f"group {number}", np.asarray(tasks), problem.num_tasks)
        if not 0 <= cost < np.inf:
            problems.append(f"expected finite cost >= 0 of group {number}, got {cost}")
    for number, tasks in enumerate(problem.exclusive):
        problems += _check_set(f"exclusive set {number}", np.asarray(tasks), problem.num_tasks)
    return problems


def _check_overload(problem: "AssignmentProblem") -> Iterator[str]:
    soft, cost = problem.soft_capacity, problem.overload_cost
    if (soft is None) != (cost is None):
        given, missing = ("soft_capacity", "overload_cost")
        if soft is None:
            given, missing = missing, given
        yield f"{given} is given without {missing}; give both or neither"
    yield from _at_least_zero("soft_capacity", soft, infinite=True)
    yield from _at_least_zero("overload_cost", cost)


def _check_counts(counts: Array | None) -> Iterator[str]:
    if counts is None:
        return
    if counts.dtype.kind != "i":
        yield f"expected whole numbers in agent_count, got {counts.dtype}"
    else:
        yield from _bad("agent_count", counts, counts < 1, "at least 1")


def _check_set(place: str, tasks: Array, num_tasks: int) -> Iterator[str]:
    if tasks.ndim != 1:
        yield f"expected task indices in one dimension in {place}, got {tasks.shape}"
        return
    yield from _outside(place, tasks, num_tasks, "tasks")
    values, counts = np.unique(tasks, return_counts=True)
    if (counts > 1).any():
        yield f"{place} names task {values[counts > 1][0]} more than once"


def _outside(place: str, indices: Array, count: int, noun: str) -> Iterator[str]:
    if indices.dtype.kind != "i":
        yield f"expected whole numbers in {place}, got {indices.dtype}"
        return
    wrong = (indices < 0) | (indices >= count)
    yield from _bad(place, indices, wrong, f"an index of the {count} {noun}")


def _finite(place: str, values: Array | None) -> Iterator[str]:
    if values is not None:
        yield from _bad(place, values, ~np.isfinite(values), "a finite number")


def _at_least_zero(
    place: str, values: Array | None, *, infinite: bool = False
) -> Iterator[str]:
    if values is not None:
        wrong = ~(values >= 0) if infinite else ~((values >= 0) & (values < np.inf))
        range_ = "a number >= 0 or inf (no limit)" if infinite else "a finite number >= 0"
        yield from _bad(place, values, wrong, range_)


def _bad(
    place: str, values: Array, wrong: npt.NDArray[np.bool_], expected: str
) -> Iterator[str]:
    """Name the first wrong value of an array and how many there are."""
    if wrong.any():
        where = tuple(int(axis[0]) for axis in np.nonzero(wrong))
        position = where[0] if len(where) == 1 else where
        yield (
            f"{place}: expected {expected}, got {values[where]} at position {position} "
            f"({int(wrong.sum())} wrong in all)"
        )

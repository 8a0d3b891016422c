"""The problem in the coarsest whole numbers that keep it exact, as a user would write it."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from tsam_planner.solver.integers import NO_LIMIT, to_integers
from tsam_planner.solver.problem import AssignmentProblem, IntArray


@dataclass(frozen=True, eq=False, kw_only=True)
class WholeProblem:
    """
    Arrays as in `AssignmentProblem`; one point is ``points`` units of cost.

    Unlimited capacities are ``NO_LIMIT``. ``loads`` has shape (options, resources).
    """

    option_task: IntArray
    option_agent: IntArray
    option_cost: IntArray
    loads: "sparse.csc_array[np.int64, tuple[int, int]]"
    capacity: IntArray
    soft_capacity: IntArray
    overload_cost: IntArray
    unassigned_cost: IntArray
    must_serve: np.ndarray
    groups: list[tuple[list[int], int]]
    exclusive: list[list[int]]
    points: float


def whole(problem: AssignmentProblem) -> WholeProblem:
    """Scale loads and costs by their common divisors."""
    form = to_integers(problem)
    soft = form.soft_capacity[form.overload_cost > 0]
    load_unit = _divisor(form.load_amount, soft[soft < NO_LIMIT])
    group_costs = np.array([cost for _, cost in form.groups], dtype=np.int64)
    cost_unit = _divisor(
        form.option_cost, form.unassigned_cost, group_costs, form.overload_cost * load_unit
    )
    loads = sparse.csr_array(
        (form.load_amount // load_unit, form.load_resource, form.load_start),
        shape=(len(form.option_task), form.num_resources),
    )
    return WholeProblem(
        option_task=form.option_task,
        option_agent=form.option_agent,
        option_cost=form.option_cost // cost_unit,
        loads=loads.tocsc(),
        capacity=_divided(form.capacity, load_unit),
        soft_capacity=_divided(form.soft_capacity, load_unit),
        overload_cost=form.overload_cost * load_unit // cost_unit,
        unassigned_cost=form.unassigned_cost // cost_unit,
        must_serve=form.must_serve,
        groups=[(tasks.tolist(), cost // cost_unit) for tasks, cost in form.groups],
        exclusive=[tasks.tolist() for tasks in form.exclusive],
        points=form.scale / cost_unit,
    )


def _divisor(*arrays: IntArray) -> int:
    return int(np.gcd.reduce(np.concatenate([array.ravel() for array in arrays]))) or 1


def _divided(limits: IntArray, unit: int) -> IntArray:
    return np.where(limits >= NO_LIMIT, NO_LIMIT, limits // unit)

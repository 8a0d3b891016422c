"""The grid that the costs of all plans lie on, and bounds rounded up to it."""

import numpy as np
import pytest
from hypothesis import given, settings

import brute_force
from assignment_problems import full_problems
from tsam_planner.solver import AssignmentProblem
from tsam_planner.solver.integers import to_integers
from tsam_planner.solver.limits import Clock
from tsam_planner.solver.record import Record


@given(full_problems())
@settings(max_examples=100, deadline=None)
def test_every_plan_costs_a_multiple_of_the_grid(problem: AssignmentProblem):
    """Options, unassigned tasks, overload, groups and agents all lie on it."""
    integers = to_integers(problem)
    for plan in brute_force.every_plan(problem):
        costs = brute_force.costs_of(problem, plan)
        assert costs is None or costs[0] * integers.scale % integers.grid() == 0


@pytest.mark.parametrize(("offered", "kept"), [(1, 3_000_000), (3_000_001, 6_000_000)])
def test_bound_is_rounded_up_to_the_grid(offered, kept):
    """With costs of 3 and 9 points no plan costs between two multiples of 3."""
    problem = AssignmentProblem.from_dense([[3.0]], [[1.0]], [[1.0]], [9.0])
    record = Record(to_integers(problem), Clock(None))
    assert record.bound == 3_000_000
    record.offer_bound(offered)
    assert record.bound == kept


def test_grid_of_overload_follows_loads_and_prices():
    """Loads of 4, a soft capacity of 6 and 5 points an hour: steps of 10 points."""
    problem = AssignmentProblem(
        [0],
        [0],
        [20.0],
        [[4.0]],
        [[9.0]],
        [40.0],
        soft_capacity=np.array([[6.0]]),
        overload_cost=np.array([[5.0]]),
    )
    assert to_integers(problem).grid() == 10_000_000

"""Scaling to whole numbers: exact, once, never in the user's favor."""

import numpy as np
import pytest

from tsam_planner.errors import ProblemError
from tsam_planner.proof import StopReason
from tsam_planner.solver import AssignmentProblem, solve_assignment
from tsam_planner.solver.integers import NO_LIMIT, to_integers


def one_option(cost=0.0, load=1.0, capacity=1.0, **more) -> AssignmentProblem:
    """Return a problem of one task and one agent."""
    return AssignmentProblem(
        option_task=[0],
        option_agent=[0],
        option_cost=[cost],
        option_load=[[load]],
        capacity=[[capacity]],
        unassigned_cost=[100.0],
        **more,
    )


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [
        (0.1 + 0.2, 300_000, 300_000),  # 0.30000000000000004: noise, not a remainder
        (1e-7, 1, 0),
        (2.0000001, 2_000_001, 2_000_000),
        (1e6, 10**12, 10**12),
    ],
)
def test_loads_go_up_and_capacities_down(value, up, down):
    """A plan that fits in whole numbers fits in the given ones."""
    problem = to_integers(one_option(load=value, capacity=value))
    assert problem.load_amount.tolist() == [up]
    assert problem.capacity.tolist() == [[down]]


def test_costs_go_up_also_below_zero():
    """-0.0000015 points are a gain of one millionth only."""
    assert to_integers(one_option(cost=1e-7)).option_cost.tolist() == [1]
    assert to_integers(one_option(cost=-1.5e-6)).option_cost.tolist() == [-1]


@pytest.mark.parametrize(
    ("price", "whole", "scale"),
    [
        (3.0, 3, 10**6),
        (0.5, 5, 10**7),
        (0.125, 125, 10**9),
        (1 / 3, 333_334, 10**12),  # no decimal fraction: rounded up
    ],
)
def test_unit_of_cost_shrinks_until_prices_are_whole(price, whole, scale):
    """Cost = whole price x whole load, in units of 1 / scale points."""
    problem = to_integers(one_option(cost=2.0, soft_capacity=[[0.5]], overload_cost=[[price]]))
    assert problem.overload_cost.tolist() == [[whole]]
    assert problem.scale == scale
    assert problem.option_cost.tolist() == [2 * scale]


def test_price_of_overload_is_exact():
    """Half an hour above the soft capacity at 0.125 points an hour: 0.0625 points."""
    problem = one_option(soft_capacity=[[0.5]], overload_cost=[[0.125]])
    result = solve_assignment(problem, num_workers=1)
    assert result.objective == result.bound == result.costs["overload"] == 0.0625


def test_infinite_capacity_is_no_limit():
    """A capacity without end, or beyond all loads, never binds."""
    assert to_integers(one_option(capacity=np.inf)).capacity.tolist() == [[NO_LIMIT]]
    assert to_integers(one_option(capacity=1e300)).capacity.tolist() == [[NO_LIMIT]]


def test_copies_are_limited_to_what_can_be_used():
    """A thousand identical agents with one possible task are one agent."""
    assert to_integers(one_option(agent_count=[1000])).copies.tolist() == [1]


def test_option_that_breaks_a_limit_alone_is_not_usable():
    """Two hours do not fit into one, nor into a budget of one."""
    assert not to_integers(one_option(load=2.0)).usable.any()
    assert not to_integers(one_option(budgets=[([2.0], 1.0)])).usable.any()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"cost": 1e13}, "option_cost"),
        ({"load": 1e13, "capacity": 1e14}, "option_load"),
        ({"budgets": [([1e13], 1.0)]}, "budgets"),
        ({"agent_cost": [1e13]}, "agent_cost"),
        ({"second_option_cost": [1e13]}, "second_option_cost"),
        ({"groups": [([0], 1e13)]}, "groups"),
        (
            {"load": 1e6, "soft_capacity": [[0.0]], "overload_cost": [[1e7]]},
            "overload_cost",
        ),
    ],
)
def test_sums_beyond_64_bits_are_refused(change, name):
    """The message names the array to rescale."""
    with pytest.raises(ProblemError, match=f"sums of {name} could leave 64-bit"):
        to_integers(one_option(**change))


def test_billions_are_solved_exactly():
    """Costs and loads of 10^9 with a millionth in it keep every digit."""
    problem = one_option(cost=1e9 + 1e-6, load=1e9, capacity=1e9)
    result = solve_assignment(problem, num_workers=1)
    assert result.agent_of_task.tolist() == [-1]
    assert result.objective == 100.0
    dear = AssignmentProblem.from_dense(
        [[1e9 + 1e-6], [1e9 + 2e-6]], [[1e9]], [[1e9], [1e9]], [2e9]
    )
    result = solve_assignment(dear, num_workers=1)
    assert result.agent_of_task.tolist() == [0]


def test_proof_is_exact_where_floats_are_not():
    """A third of a point an hour needs units of 10^-12: 30 000 points pass 2^53 of them."""
    problem = AssignmentProblem(
        option_task=[0, 1],
        option_agent=[0, 0],
        option_cost=[10_000.0, 10_000.0],
        option_load=[[3.0], [3.0]],
        capacity=[[5.0]],
        unassigned_cost=[20_000.0, 20_000.000001],
        soft_capacity=[[0.0]],
        overload_cost=[[1 / 3]],
    )
    result = solve_assignment(problem, num_workers=1)
    assert result.stop_reason is StopReason.PROVEN_OPTIMAL
    # Task 1 is dearer to leave: 10 000 + 20 000 + 3 h x 0.333334.
    assert result.objective == pytest.approx(30_001.000002, abs=1e-9)

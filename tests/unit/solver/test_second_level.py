"""The second level of cost: among plans of the least first cost, the least second cost."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import brute_force
from tsam_planner.proof import StopReason
from tsam_planner.solver import AssignmentProblem, solve_assignment
from tsam_planner.solver.costing import Choice
from tsam_planner.solver.formulation import formulate
from tsam_planner.solver.integers import to_integers
from tsam_planner.solver.limits import Clock, Limits
from tsam_planner.solver.record import Record
from tsam_planner.solver.scip import ScipSearch
from tsam_planner.units import MICRO

QUICK = settings(max_examples=25, deadline=None)
# Whole points and few of them, so that many plans are equal on the first level; margins are
# hundredths of either sign, which floating point does not hold exactly.
POINTS = st.integers(0, 3).map(float)
MARGINS = st.integers(-99_999, 99_999).map(lambda cents: cents / 100)


LIMITS = Limits(time_limit=None, work_limit=None, relative_gap=0.0, num_workers=2, seed=0)


@st.composite
def tied_problems(draw):
    """Draw up to four tasks that two agents may take, each as it is or with a sale."""
    tasks = draw(st.integers(2, 4))
    options = [
        (task, agent, sold)
        for task in range(tasks)
        for agent in range(2)
        for sold in ((False, True) if draw(st.booleans()) else (False,))
    ]
    count = len(options)
    points = {(task, agent): draw(POINTS) for task, agent in {option[:2] for option in options}}
    second = [draw(MARGINS) if sold else 0.0 for *_, sold in options]
    load = [draw(st.integers(1, 4)) + 3.5 * sold for *_, sold in options]
    return AssignmentProblem(
        option_task=np.array([option[0] for option in options]),
        option_agent=np.array([option[1] for option in options]),
        option_cost=np.array([points[option[:2]] for option in options]),
        option_load=np.array(load).reshape(count, 1),
        capacity=np.array([[draw(st.integers(0, 16))] for _ in range(2)], dtype=float),
        unassigned_cost=np.full(tasks, 10.0),
        groups=[(list(range(min(tasks, 3))), 1.0)],
        soft_capacity=np.full((2, 1), 6.0),
        overload_cost=np.full((2, 1), draw(st.sampled_from([0.0, 0.5]))),
        second_option_cost=np.array(second),
    )


def best_of(problem):
    """Return both least costs as numbers, by trying every plan."""
    first, second = brute_force.best_costs(problem)
    return float(first), float(second)


@QUICK
@given(tied_problems(), st.integers(0, 3), st.sampled_from([1, 2]))
def test_the_best_margin_among_the_fewest_points_is_found_and_proven(problem, seed, workers):
    """With one worker, and with SCIP beside CP-SAT."""
    first, second = best_of(problem)
    event("a sale pays" if second < 0 else "no sale pays")
    result = solve_assignment(problem, num_workers=workers, seed=seed)
    assert result.stop_reason is StopReason.PROVEN_OPTIMAL
    assert result.objective == result.bound == first
    assert result.second_objective == result.second_bound == pytest.approx(second, abs=1e-9)


@QUICK
@given(tied_problems())
def test_scip_alone_finds_the_best_margin_and_bounds_it(problem):
    """Given a plan of the fewest points and any margin, its bound never beats the best."""
    first, second = best_of(problem)
    whole = to_integers(problem)
    record = Record(whole, Clock(60.0))
    record.offer(plain_choice(problem, first))
    assert record.costs is not None
    record.offer_bound(record.costs.total)
    form = formulate(whole, lambda: False)
    assert form is not None
    ScipSearch(form, record, Clock(60.0), LIMITS, is_second=True).run()
    assert record.costs.total / whole.scale == first
    assert record.costs.second / MICRO == pytest.approx(second, abs=1e-9)
    assert record.second_bound is not None
    assert record.second_bound <= round(second * MICRO)
    # Hundredths are a coarse grid: what SCIP finds, it proves, unless nothing is for sale.
    assert record.is_second_proven or not problem.second_option_cost.any()


def plain_choice(problem, first):
    """Return the plan of the least first cost with the worst second cost."""
    plans = [
        (costs[1], plan)
        for plan in brute_force.every_plan(problem)
        if (costs := brute_force.costs_of(problem, plan)) is not None
        and float(costs[0]) == first
    ]
    _, plan = max(plans, key=lambda pair: pair[0])
    options = [-1 if place is None else place[0] for place in plan]
    copies = [-1 if place is None else place[1] for place in plan]
    return Choice(np.array(options), np.array(copies))


@QUICK
@given(tied_problems(), st.sampled_from(["work", "time", "stop", "gap"]))
def test_the_second_bound_holds_whatever_stops_the_search(problem, what):
    """Where there is one, it is no more than the least; points come first in any case."""
    limits = {
        "work": {"work_limit": 1e-6, "num_workers": 1},
        "time": {"time_limit": 1e-6, "num_workers": 2},
        "stop": {"should_stop": lambda: True},
        "gap": {"relative_gap": 0.3, "num_workers": 2},
    }
    first, second = best_of(problem)
    result = solve_assignment(problem, **limits[what])
    assert result.bound <= first + 1e-9
    assert (result.objective, result.second_objective) >= (first, second - 1e-9)
    if result.second_bound is not None:
        # A second bound is about plans of the fewest points.
        assert result.objective == first
        assert result.second_bound <= second + 1e-9
    if result.stop_reason is StopReason.PROVEN_OPTIMAL:
        assert result.second_objective == pytest.approx(second, abs=1e-9)


def test_a_sale_that_costs_a_point_is_not_made():
    """
    One agent with room for 6 h without strain, one task of 5 h, or 8 h with a sale.

    Two hours above cost a point in sum: 1000 of margin do not outweigh it. With strain free,
    the sale is made.
    """
    fields = {
        "option_task": [0, 0],
        "option_agent": [0, 0],
        "option_cost": [0.0, 0.0],
        "option_load": [[5.0], [8.0]],
        "capacity": [[10.0]],
        "unassigned_cost": [100.0],
        "soft_capacity": [[6.0]],
        "second_option_cost": [0.0, -1000.0],
    }
    strained = solve_assignment(AssignmentProblem(**fields, overload_cost=[[0.5]]))
    assert (strained.chosen_option.tolist(), strained.second_objective) == ([0], 0.0)
    free = solve_assignment(AssignmentProblem(**fields, overload_cost=[[0.0]]))
    assert (free.chosen_option.tolist(), free.second_objective) == ([1], -1000.0)

"""What holds for every plan, whatever the portfolio."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from budgets import examples
from every_plan import fewest_points
from strategies import portfolios
from tsam_planner.facts import gather_facts
from tsam_planner.planning.primaries import find_primaries
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import Deadline, Searcher, SolveOptions
from tsam_planner.proof import StopReason
from tsam_planner.verify.verification import verify_plan

EXACT = SolveOptions(relative_gap=0.0, num_workers=1, time_limit=60)


def planned(portfolio, horizon, options=EXACT):
    """Make a plan for a drawn portfolio."""
    return make_plan(portfolio, start=horizon.start, weeks=horizon.weeks, options=options)


@examples(40)
@given(portfolios())
def test_a_returned_plan_breaks_no_rule_and_costs_what_the_checker_says(drawn):
    """The checker, given only the assignments, finds no violation and the same points."""
    portfolio, horizon = drawn
    plan = planned(portfolio, horizon)
    check = verify_plan(portfolio, plan.assignments, start=horizon.start, weeks=horizon.weeks)
    assert check.ok, str(check)
    assert check.objective == pytest.approx(plan.objective, abs=1e-6)
    assert check.goals.sum() == pytest.approx(plan.objective, abs=1e-6)
    assert plan.bound <= plan.objective
    if plan.stop_reason is StopReason.PROVEN_OPTIMAL:
        assert plan.bound == plan.objective
        assert plan.gap == 0


def searched(portfolio, horizon):
    """Return the managers of a drawn portfolio, as they were searched."""
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    return find_primaries(facts, Searcher(EXACT, Deadline(60)))


@examples(25)
@given(portfolios(managers=3, contracts=4))
def test_brute_force_over_all_assignments_finds_the_same_optimum(drawn):
    """Trying everybody for every stretch of weeks with the checker alone is never better."""
    points = fewest_points(searched(*drawn).model, at_most=1500)
    plan = planned(*drawn)
    event(plan.stop_reason)
    assert plan.bound - 1e-4 <= points <= plan.objective + 1e-4
    if plan.stop_reason is StopReason.PROVEN_OPTIMAL:
        assert plan.objective == pytest.approx(points, abs=1e-4)


@examples(40)
@given(portfolios(), st.sampled_from([0.001, 0.05]), st.integers(0, 3))
def test_bound_never_exceeds_objective_whatever_the_stop(drawn, limit, seed):
    """Stopped by the clock, by work or by the user, a plan is verified and bounded."""
    portfolio, horizon = drawn
    options = SolveOptions(time_limit=limit, work_limit=limit, num_workers=1, seed=seed)
    plan = make_plan(
        portfolio,
        start=horizon.start,
        weeks=horizon.weeks,
        options=options,
        should_stop=lambda: seed == 0,
    )
    assert plan.bound is None or 0 <= plan.bound <= plan.objective
    assert plan.gap is None or plan.gap >= 0
    assert verify_plan(portfolio, plan).ok

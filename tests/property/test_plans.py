"""What holds for every plan, whatever the portfolio."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from every_plan import fewest_points
from examples import updated
from second_engine import best_objective
from strategies import portfolios
from tsam_planner.facts import gather_facts
from tsam_planner.planning.primaries import find_primaries
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import Deadline, Searcher, SolveOptions
from tsam_planner.proof import StopReason
from tsam_planner.verify.verification import verify_plan

EXACT = SolveOptions(relative_gap=0.0, num_workers=1, time_limit=60)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def planned(portfolio, horizon, options=EXACT):
    """Make a plan for a drawn portfolio."""
    return make_plan(portfolio, start=horizon.start, weeks=horizon.weeks, options=options)


@SLOW
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


def priced(portfolio, horizon):
    """Return the points of the best plan."""
    return planned(portfolio, horizon).objective


def searched(portfolio, horizon):
    """Return the managers of a drawn portfolio, as they were searched."""
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    return find_primaries(facts, Searcher(EXACT, Deadline(60)))


@settings(SLOW, max_examples=25)
@given(portfolios())
def test_a_second_engine_finds_the_same_optimum(drawn):
    """Another solver on another formulation agrees on the best objective."""
    found = searched(*drawn)
    if found.model.problem.num_tasks:
        best = best_objective(found.model.problem)
        assert best == pytest.approx(found.result.objective, abs=1e-4)


@settings(SLOW, max_examples=25)
@given(portfolios(managers=3, contracts=4))
def test_brute_force_over_all_assignments_finds_the_same_optimum(drawn):
    """Trying everybody for every stretch of weeks with the checker alone is never better."""
    points = fewest_points(searched(*drawn).model, at_most=1500)
    plan = planned(*drawn)
    assert plan.bound - 1e-4 <= points
    assert plan.objective == pytest.approx(points, abs=1e-4)


@SLOW
@given(portfolios(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(drawn, random):
    """Shuffled tables cost the same."""
    portfolio, horizon = drawn
    shuffled = {
        name: tuple(random.sample(rows, len(rows)))
        for name in ("contracts", "managers", "companies", "assignments", "absences")
        if (rows := getattr(portfolio, name))
    }
    other = updated(portfolio, **shuffled)
    assert priced(other, horizon) == pytest.approx(priced(portfolio, horizon), abs=1e-4)


@SLOW
@given(portfolios())
def test_names_of_managers_do_not_matter(drawn):
    """Renamed managers, sorting the other way round, cost the same."""
    portfolio, horizon = drawn
    new_name = {
        manager.manager_id: f"X-{9 - number}"
        for number, manager in enumerate(portfolio.managers)
    }

    def renamed(rows, *fields):
        return tuple(
            updated(row, **{name: new_name.get(getattr(row, name)) for name in fields})
            for row in rows
        )

    other = updated(
        portfolio,
        assignments=renamed(portfolio.assignments, "manager_id", "backup_id"),
        **{
            name: renamed(getattr(portfolio, name), "manager_id")
            for name in ("managers", "absences", "pins")
        },
    )
    assert priced(other, horizon) == pytest.approx(priced(portfolio, horizon), abs=1e-4)


@SLOW
@given(portfolios(managers=2))
def test_one_more_manager_never_costs_more(drawn):
    """A colleague without any obligation, who is there all the time, can only help."""
    portfolio, horizon = drawn
    twin = updated(portfolio.managers[0], manager_id="M-9", start_date=None, end_date=None)
    larger = updated(portfolio, managers=(*portfolio.managers, twin))
    assert priced(larger, horizon) <= priced(portfolio, horizon) + 1e-4


@SLOW
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

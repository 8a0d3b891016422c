"""What holds for every plan, whatever the portfolio."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import updated
from second_engine import best_objective
from strategies import portfolios
from tsam_planner.facts import gather_facts
from tsam_planner.model.primaries import model_primaries
from tsam_planner.plan.decisions import Decision
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.proof import StopReason
from tsam_planner.verify.verification import verify_decisions, verify_plan

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
    assert plan.stop_reason is StopReason.PROVEN_OPTIMAL
    assert plan.bound == plan.objective
    assert plan.gap == 0


@settings(SLOW, max_examples=25)
@given(portfolios())
def test_a_second_engine_finds_the_same_optimum(drawn):
    """Another solver on another formulation agrees on the best objective."""
    portfolio, horizon = drawn
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    problem = model_primaries(facts).problem
    plan = planned(portfolio, horizon)
    if problem.num_tasks:
        assert best_objective(problem) == pytest.approx(plan.objective, abs=1e-4)


@settings(SLOW, max_examples=12)
@given(portfolios(managers=3, contracts=4))
def test_brute_force_over_all_assignments_finds_the_same_optimum(drawn):
    """Trying every manager for every contract with the checker alone is never better."""
    portfolio, horizon = drawn
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    best = min(
        check.points.total
        for check in (verify_decisions(facts, decisions) for decisions in _all_decisions(facts))
        if check.ok
    )
    plan = planned(portfolio, horizon)
    assert plan.objective == pytest.approx(best / 1e6, abs=1e-6)


def _all_decisions(facts):
    """Yield every way to give each planned contract one manager or none."""
    choices = []
    for row, contract in enumerate(facts.contracts):
        if not facts.planned[row]:
            continue
        first, last = facts.first_and_last_week(row)
        people = [None, *(manager.manager_id for manager in facts.managers)]
        choices.append(
            [
                Decision(
                    contract_id=contract.contract_id,
                    status="assigned" if name else "unassigned",
                    manager_id=name,
                    from_week=facts.horizon.mondays[first],
                    to_week=facts.horizon.mondays[last],
                )
                for name in people
            ]
        )
    for chosen in product(*choices):
        yield list(chosen)


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
    assert planned(other, horizon).objective == pytest.approx(
        planned(portfolio, horizon).objective, abs=1e-6
    )


@SLOW
@given(portfolios())
def test_names_of_managers_do_not_matter(drawn):
    """Renamed managers, sorting the other way round, cost the same."""
    portfolio, horizon = drawn
    new_name = {
        manager.manager_id: f"X-{9 - number}"
        for number, manager in enumerate(portfolio.managers)
    }

    def renamed(rows):
        return tuple(updated(row, manager_id=new_name[row.manager_id]) for row in rows)

    other = updated(
        portfolio,
        **{
            name: renamed(getattr(portfolio, name))
            for name in ("managers", "assignments", "absences", "pins")
        },
    )
    assert planned(other, horizon).objective == pytest.approx(
        planned(portfolio, horizon).objective, abs=1e-6
    )


@SLOW
@given(portfolios(managers=2))
def test_one_more_manager_never_costs_more(drawn):
    """A colleague without any obligation can only help."""
    portfolio, horizon = drawn
    twin = updated(portfolio.managers[0], manager_id="M-9")
    larger = updated(portfolio, managers=(*portfolio.managers, twin))
    before, after = planned(portfolio, horizon), planned(larger, horizon)
    assert after.objective <= before.objective + 1e-6


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

"""
Plans of portfolios that differ in a known way: what this does to points is known, too.

A plan that is proven is compared by its points. Of others only the bound is a promise: no
plan of what cannot be worse costs less than the bound of what cannot be better.
"""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from budgets import examples
from every_plan import decisions_of
from examples import EXACT, updated
from strategies import portfolios
from transformations import (
    in_other_hours,
    in_other_zones,
    later,
    renamed,
    shuffled,
    with_own_holidays,
    with_stated_needs,
    without_contract,
)
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Pin
from tsam_planner.proof import StopReason
from tsam_planner.studies.frontier import handover_frontier
from tsam_planner.studies.replanning import replan
from tsam_planner.studies.standing import standing_of
from tsam_planner.units import MICRO

ROUNDING = 1e-4
FEW = 4


def planned(portfolio, horizon):
    """Make a plan for a drawn portfolio."""
    return make_plan(portfolio, start=horizon.start, weeks=horizon.weeks, options=EXACT)


def assert_no_worse(one, other, factor=1.0):
    """Hold that one plan costs at most the points of another times a factor."""
    most = factor * other.objective + ROUNDING * factor
    assert one.bound <= most
    if one.stop_reason is StopReason.PROVEN_OPTIMAL:
        assert one.objective <= most
    else:
        event("not proven")


def assert_as_good(one, other, factor=1.0):
    """Hold that one plan costs the points of another times a factor."""
    assert_no_worse(one, other, factor)
    assert_no_worse(other, one, 1 / factor)


@examples(FEW)
@given(portfolios())
def test_names_of_managers_contracts_and_companies_do_not_matter(drawn):
    """Renamed so that all of them sort the other way round, they cost the same."""
    portfolio, horizon = drawn
    assert_as_good(planned(renamed(portfolio), horizon), planned(portfolio, horizon))


@examples(FEW)
@given(portfolios(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(drawn, random):
    """Tables in another order cost the same."""
    portfolio, horizon = drawn
    assert_as_good(planned(shuffled(portfolio, random), horizon), planned(portfolio, horizon))


@examples(FEW)
@given(portfolios(managers=2))
def test_one_more_manager_never_costs_more(drawn):
    """A colleague without any obligation, who is there all the time, can only help."""
    portfolio, horizon = drawn
    twin = updated(portfolio.managers[0], manager_id="M-9", start_date=None, end_date=None)
    larger = updated(portfolio, managers=(*portfolio.managers, twin))
    assert_no_worse(planned(larger, horizon), planned(portfolio, horizon))


@examples(FEW)
@given(portfolios(), st.data())
def test_one_contract_fewer_never_costs_more(drawn, data):
    """
    The others can be served as before.

    A company that wants one manager is left out: its contracts are cut where any of them
    would be, so that one fewer may leave fewer weeks at which the rest can change hands.
    """
    portfolio, horizon = drawn
    assume(len(portfolio.contracts) > 1)
    treatment = {row.company_id: row.same_manager for row in portfolio.companies}
    gone = data.draw(st.sampled_from(portfolio.contracts))
    assume((treatment[gone.company_id] or portfolio.policy.same_manager) != "require")
    fewer = without_contract(portfolio, gone.contract_id)
    assert_no_worse(planned(fewer, horizon), planned(portfolio, horizon))


@examples(FEW)
@given(portfolios())
def test_all_goals_twice_are_twice_the_points(drawn):
    """What is best does not hang on the unit of points."""
    portfolio, horizon = drawn
    goals = portfolio.policy.goals
    hours = "unassigned_minimum_hours"
    twice = {name: 2 * value for name, value in goals if name not in ("strain", hours)}
    strain = tuple(2 * price for price in goals.strain)
    policy = updated(portfolio.policy, goals=updated(goals, strain=strain, **twice))
    other = planned(updated(portfolio, policy=policy), horizon)
    assert_as_good(other, planned(portfolio, horizon), 2.0)


@examples(FEW)
@given(portfolios())
def test_priorities_twice_are_as_points_of_being_served_twice(drawn):
    """A priority weighs what a contract without a manager costs, and nothing else."""
    portfolio, horizon = drawn
    goals = portfolio.policy.goals
    twice = {name: 2 * getattr(goals, name) for name in ("unassigned", "unassigned_incumbent")}
    policy = updated(portfolio.policy, goals=updated(goals, **twice))
    first = tuple(updated(row, priority=2 * row.priority) for row in portfolio.contracts)
    one = planned(updated(portfolio, contracts=first), horizon)
    assert_as_good(one, planned(updated(portfolio, policy=policy), horizon))


@examples(FEW)
@given(portfolios())
def test_fifty_two_weeks_later_the_plan_is_the_same(drawn):
    """
    With all dates and holidays moved, the same people serve the same weeks.

    All clocks of the zones drawn change on the same weekdays of 2027 and 2028.
    """
    portfolio, horizon = drawn
    portfolio = with_own_holidays(portfolio, horizon)
    year = dt.timedelta(weeks=52)
    one = planned(portfolio, horizon)
    moved = later(portfolio, year.days)
    other = make_plan(moved, start=horizon.start + year, weeks=horizon.weeks, options=EXACT)
    assert (one.objective, one.bound) == (other.objective, other.bound)
    weeks = ["from_week", "to_week"]
    people = ["contract_id", "manager_id", "backup_id", "status"]
    pd.testing.assert_frame_equal(one.assignments[people], other.assignments[people])
    then = (one.assignments[weeks] + year).astype("datetime64[s]")
    pd.testing.assert_frame_equal(then, other.assignments[weeks])


@examples(FEW)
@given(portfolios())
def test_zones_with_the_same_clocks_give_the_same_plan(drawn):
    """Berlin for Rome, Toronto for New York: not a call is at another time."""
    portfolio, horizon = drawn
    one, other = planned(portfolio, horizon), planned(in_other_zones(portfolio), horizon)
    assert (one.objective, one.bound) == (other.objective, other.bound)
    pd.testing.assert_frame_equal(one.assignments, other.assignments)
    columns = ["contract_id", "week", "start", "manager_id"]
    pd.testing.assert_frame_equal(one.calls[columns], other.calls[columns])


@examples(FEW)
@given(portfolios(exact=True))
def test_the_unit_of_hours_does_not_matter(drawn):
    """Twice the hours that are needed and worked, at half the points an hour."""
    portfolio, horizon = with_stated_needs(drawn[0]), drawn[1]
    twice = in_other_hours(portfolio, 2.0)
    assert_as_good(planned(twice, horizon), planned(portfolio, horizon))


def without_limits_of_people(portfolio):
    """Let everybody have any number of contracts, and more cases."""
    team = tuple(updated(row, max_contracts=None, max_cases=50) for row in portfolio.managers)
    return updated(portfolio, managers=team)


def without_limit_of_handovers(portfolio):
    """Let any number of contracts change hands."""
    return updated(portfolio, policy=updated(portfolio.policy, max_handovers=None))


def without_reserve(portfolio):
    """Let books fill the hours that were kept free for cover."""
    return updated(portfolio, policy=updated(portfolio.policy, cover_reserve=0.0))


def without_pins(portfolio):
    """Let anybody serve what was pinned or forbidden, where that cuts no contract."""
    forbids = tuple(pin for pin in portfolio.pins if pin.rule == "pin")
    return updated(portfolio, pins=forbids)


def without_companies_apart(portfolio):
    """Let one manager serve several contracts of companies that forbade it."""
    companies = tuple(
        updated(row, same_manager="allow" if row.same_manager == "forbid" else row.same_manager)
        for row in portfolio.companies
    )
    return updated(portfolio, companies=companies)


def with_longer_averages(portfolio):
    """Let a book fit over twice as many weeks."""
    weeks = 2 * portfolio.policy.averaging_weeks
    return updated(portfolio, policy=updated(portfolio.policy, averaging_weeks=weeks))


LOOSER = (
    without_limits_of_people, without_limit_of_handovers, without_reserve, without_pins,
    without_companies_apart, with_longer_averages,
)  # fmt: skip


@pytest.mark.parametrize("loosen", LOOSER)
@examples(2)
@given(drawn=portfolios())
def test_a_looser_limit_never_costs_more(loosen, drawn):
    """Whatever fits within a limit fits within a wider one."""
    portfolio, horizon = drawn
    if loosen is with_longer_averages:
        # Over a horizon of three weeks, pairs of weeks do not say what all three hold.
        assume(2 * portfolio.policy.averaging_weeks <= horizon.weeks)
    assert_no_worse(planned(loosen(portfolio), horizon), planned(portfolio, horizon))


@examples(FEW)
@given(portfolios())
def test_pinning_the_plan_costs_the_same(drawn):
    """Pins on whoever serves alone leave the plan as good as it is."""
    portfolio, horizon = drawn
    plan = planned(portfolio, horizon)
    rows = plan.assignments
    alone = rows[~rows["contract_id"].duplicated(keep=False) & (rows["status"] == "assigned")]
    pins = {
        row.contract_id: Pin(contract_id=row.contract_id, manager_id=row.manager_id, rule="pin")
        for row in alone.itertuples()
    }
    kept = [
        pin for pin in portfolio.pins if pin.rule == "forbid" or pin.contract_id not in pins
    ]
    again = planned(updated(portfolio, pins=(*kept, *pins.values())), horizon)
    assert_as_good(again, plan)


@examples(FEW)
@given(portfolios(exact=True))
def test_planning_again_with_nothing_changed_is_never_worse_than_keeping_the_plan(drawn):
    """
    By the points of today's people being those of the plan.

    A limit of handovers is left out: of a new contract that changes hands inside the plan, it
    counts the change only once somebody has it.
    """
    portfolio, horizon = without_limit_of_handovers(drawn[0]), drawn[1]
    plan = planned(portfolio, horizon)
    again = replan(plan, options=EXACT)
    kept = standing_of(again.facts, decisions_of(plan, again.facts))
    assert not kept.violations
    assert again.stop_reason is StopReason.PROVEN_OPTIMAL
    assert again.objective <= kept.points.total / MICRO + ROUNDING


@examples(2)
@given(portfolios(exact=True))
def test_more_handovers_never_cost_more_points(drawn):
    """Along the frontier points and bounds fall, and nobody moves more than may."""
    portfolio, horizon = drawn
    frontier = handover_frontier(planned(portfolio, horizon), [0, 1, 2, 6], options=EXACT)
    assert frontier["points"].is_monotonic_decreasing
    assert frontier["bound"].is_monotonic_decreasing
    assert (frontier["bound"] <= frontier["points"]).all()
    assert (frontier["handovers"] <= frontier["max_handovers"]).all()

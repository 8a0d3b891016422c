"""What holds for substitutes and calls of every plan, whatever the portfolio."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from budgets import examples
from day_by_day import DayByDay
from every_plan import decisions_of, least_backup_points
from examples import EXACT, updated
from strategies import portfolios
from tsam_planner.facts import gather_facts
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.planning.recipe import make_plan
from tsam_planner.verify.verification import verify_plan


def planned(portfolio, horizon):
    """
    Make a plan for a drawn portfolio.

    That it is made at all is a claim of its own: a plan whose points of substitutes are not
    those of the search, or whose calls break a rule, raises an error.
    """
    return make_plan(portfolio, start=horizon.start, weeks=horizon.weeks, options=EXACT)


def ledger_of(portfolio, horizon):
    """Return facts, decisions and ledger of the plan of a drawn portfolio."""
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    decisions = decisions_of(planned(portfolio, horizon), facts)
    return facts, decisions, keep_ledger(facts, decisions)


@examples(25)
@given(portfolios())
def test_nobody_is_in_two_calls_at_once_nor_without_a_pause(drawn):
    """Sorted by time, each call of a person ends a pause before the next begins."""
    portfolio, horizon = drawn
    calls = planned(portfolio, horizon).calls
    pause = dt.timedelta(minutes=portfolio.policy.call_buffer_minutes)
    for _, own in calls.groupby("manager_id"):
        rows = own.sort_values("start")[["start", "minutes"]].itertuples(index=False)
        for one, other in pairwise(rows):
            assert one.start + dt.timedelta(minutes=one.minutes) + pause <= other.start


@examples(25)
@given(portfolios())
def test_a_call_lies_inside_both_windows_on_a_whole_day_of_both(drawn):
    """By the clocks of customer and caller, on a day that neither of them has off."""
    portfolio, horizon = drawn
    days = DayByDay(portfolio, horizon, portfolio.policy)
    contracts = {item.contract_id: item for item in portfolio.contracts}
    managers = {item.manager_id: item for item in portfolio.managers}
    for call in planned(portfolio, horizon).calls.itertuples():
        customer, caller = contracts[call.contract_id], managers[call.manager_id]
        opens = customer.window_start or portfolio.policy.window_start
        closes = customer.window_end or portfolio.policy.window_end
        here = call.start.astimezone(ZoneInfo(customer.zone))
        there = call.start.astimezone(ZoneInfo(caller.time_zone))
        length = dt.timedelta(minutes=call.minutes)
        assert opens <= here.time() <= (here + length).time() <= closes
        assert caller.work_start <= there.time() <= (there + length).time() <= caller.work_end
        assert here.date() - call.week.date() in [dt.timedelta(day) for day in range(5)]
        assert days.weight(customer, here.date()) == 1
        assert days.presence(caller, there.date()) == 1


@examples(25)
@given(portfolios())
def test_every_week_of_a_served_contract_has_a_call_or_a_reason(drawn):
    """One row in one of two tables for each week with a working day, and no other rows."""
    portfolio, horizon = drawn
    plan = planned(portfolio, horizon)
    days = DayByDay(portfolio, horizon, portfolio.policy)
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    due = [
        (row.contract_id, horizon.mondays[week])
        for row in decisions_of(plan, facts)
        if row.manager_id is not None
        and facts.contract(row.contract_id).offering != "saas_standard"
        for week in row.weeks(horizon)
        if days.week_weight(facts.contract(row.contract_id), week) > 0
    ]
    rows = [
        (row.contract_id, row.week.date())
        for table in (plan.calls, plan.missing_calls)
        for row in table.itertuples()
    ]
    assert sorted(rows) == sorted(due)
    assert all(plan.missing_calls["reason"])


@examples(25)
@given(portfolios())
def test_no_hour_of_cover_is_counted_twice(drawn):
    """What contracts have covered is what people carry, week by week, and was asked of them."""
    _, _, ledger = ledger_of(*drawn)
    covered = (ledger.due - ledger.uncovered).sum(axis=0)
    assert covered.tolist() == ledger.cover.sum(axis=0).tolist()
    assert (ledger.cover >= 0).all()
    assert (ledger.cover <= ledger.asked).all()
    assert (ledger.uncovered >= 0).all()
    assert (ledger.uncovered <= ledger.due).all()


@examples(25)
@given(portfolios())
def test_own_hours_and_cover_fit_into_the_hours_of_everybody(drawn):
    """Nobody is planned into overtime, not even in a colleague's absence."""
    facts, _, ledger = ledger_of(*drawn)
    assert (ledger.load + ledger.cover <= facts.manager_weeks.available).all()


@examples(25)
@given(portfolios(), st.data())
def test_a_substitute_who_is_there_more_covers_no_less(drawn, data):
    """Without one of its absences, a substitute leaves no more hours uncovered in any week."""
    portfolio, horizon = drawn
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    decisions = decisions_of(planned(portfolio, horizon), facts)
    # Somebody with no book of its own, whom an absence cannot relieve of own work; with
    # the absences of the managers, so that there is something to lose.
    spare = updated(portfolio.managers[0], manager_id="M-9")
    away = [updated(item, manager_id="M-9") for item in portfolio.absences]
    assume(away)
    lost = data.draw(st.sampled_from(away))
    decisions = [replace(row, backup_id="M-9") if row.manager_id else row for row in decisions]

    def uncovered(absences):
        people = (*portfolio.managers, spare)
        other = updated(portfolio, managers=people, absences=(*portfolio.absences, *absences))
        other_facts = gather_facts(other, horizon, portfolio.policy)
        return keep_ledger(other_facts, decisions).uncovered.sum(axis=0)

    fewer = [item for item in away if item is not lost]
    assert (uncovered(fewer) <= uncovered(away) + len(decisions)).all()


@examples(20)
@given(portfolios(managers=4, contracts=4))
def test_brute_force_over_all_substitutes_finds_no_better_ones(drawn):
    """
    Trying everybody for every served contract gives the same points by the checker.

    Substitutes a hundredth off the best are as good: the search may stop there, and says so.
    """
    portfolio, horizon = drawn
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    plan = planned(portfolio, horizon)
    best = least_backup_points(facts, decisions_of(plan, facts), at_most=300)
    points, proof = plan.backup_goals.sum(), plan.backup_proof
    assert proof.bound - 1e-4 <= best <= points + 1e-4
    assert points <= best / 0.99 + 1e-4
    if proof.gap == 0:
        assert points == pytest.approx(best, abs=1e-4)


@examples(25)
@given(portfolios())
def test_a_plan_with_its_calls_passes_the_checker(drawn):
    """Read as tables, with all points of substitutes and calls worked out again."""
    portfolio, horizon = drawn
    plan = planned(portfolio, horizon)
    check = verify_plan(portfolio, plan)
    assert check.ok, str(check)
    backups, calls = check.backup_points.by_goal(), check.call_points.by_goal()
    assert {goal: points / 1e6 for goal, points in backups.items()} == dict(plan.backup_goals)
    assert {goal: points / 1e6 for goal, points in calls.items()} == dict(plan.call_goals)
    uncovered = check.contract_weeks["uncovered_hours"]
    assert np.array_equal(uncovered, plan.contract_weeks["uncovered_hours"])

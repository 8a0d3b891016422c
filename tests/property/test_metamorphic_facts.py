"""Facts and figures of inputs that differ in a known way: arithmetic before any decision."""

import datetime as dt

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from budgets import examples
from examples import updated
from strategies import portfolios
from transformations import later, with_own_holidays
from tsam_planner.demand.draws import draw_demand
from tsam_planner.facts import gather_facts
from tsam_planner.finance.overage import assess_overage
from tsam_planner.model.pairs import pair_loads
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.portfolio.records import Absence, DemandWeek, Holiday
from tsam_planner.units import MICRO

ONE_DAY = dt.timedelta(days=1)
PARTS = {
    "manager_days": ("presence", "employed"),
    "manager_weeks": ("available", "deployable", "bookable", "long_absent", "max_cases"),
    "contract_weeks": ("weight", "term", "need", "allowance", "planned", "unfunded", "cases"),
}
GRADES = ("none", "watch", "recommend")


def facts_of(portfolio, horizon):
    """Gather facts under the portfolio's own policy."""
    return gather_facts(portfolio, horizon, portfolio.policy)


def assert_same_facts(one, other, *, within=0):
    """Hold that all figures are equal, or differ by a few millionths."""
    for part, names in PARTS.items():
        for name in names:
            figures = [getattr(getattr(facts, part), name) for facts in (one, other)]
            np.testing.assert_allclose(*figures, rtol=0, atol=within, err_msg=name)


@examples(12)
@given(portfolios())
def test_a_list_of_the_same_holidays_changes_nothing(drawn):
    """Calendars of the package, written out as the company's own."""
    portfolio, horizon = drawn
    own = with_own_holidays(portfolio, horizon)
    assert_same_facts(facts_of(own, horizon), facts_of(portfolio, horizon))


@examples(12)
@given(portfolios(), st.data())
def test_a_purchase_in_two_parts_is_the_purchase(drawn, data):
    """Split at a day, and each part in two of half the hours."""
    portfolio, horizon = drawn
    assume(portfolio.purchased_hours)
    whole, *others = portfolio.purchased_hours
    day = data.draw(st.sampled_from(horizon.weekdays))
    assume(whole.start_date < day <= whole.end_date)
    half = whole.hours_per_week / 2
    parts = [
        updated(whole, hours_per_week=half, start_date=first, end_date=last)
        for first, last in (
            (whole.start_date, day - ONE_DAY),
            (day, whole.end_date),
        )
        for _ in range(2)
    ]
    other = updated(portfolio, purchased_hours=(*others, *parts))
    # One sum may be rounded in as many pieces as it has.
    assert_same_facts(facts_of(other, horizon), facts_of(portfolio, horizon), within=4)


@examples(12)
@given(portfolios(), st.data())
def test_an_absence_in_two_parts_is_the_absence(drawn, data):
    """Cut in two at any day, it takes the same hours."""
    portfolio, horizon = drawn
    assume(portfolio.absences)
    place = data.draw(st.integers(0, len(portfolio.absences) - 1))
    whole = portfolio.absences[place]
    others = portfolio.absences[:place] + portfolio.absences[place + 1 :]
    days = (whole.end_date - whole.start_date).days
    assume(days > 0)
    day = whole.start_date + data.draw(st.integers(1, days)) * ONE_DAY
    parts = (updated(whole, end_date=day - ONE_DAY), updated(whole, start_date=day))
    other = updated(portfolio, absences=(*others, *parts))
    assert_same_facts(facts_of(other, horizon), facts_of(portfolio, horizon))


@examples(12)
@given(portfolios())
def test_all_hours_of_a_day_are_the_day(drawn):
    """Whole days away, said as hours: weekly hours / 5 a day."""
    portfolio, horizon = drawn
    daily = {row.manager_id: row.weekly_hours / 5 for row in portfolio.managers}
    hours = tuple(
        row
        if row.hours_per_day is not None
        else updated(row, hours_per_day=daily[row.manager_id])
        for row in portfolio.absences
    )
    other = updated(portfolio, absences=hours)
    assert_same_facts(facts_of(other, horizon), facts_of(portfolio, horizon))


@examples(12)
@given(portfolios(), st.data())
def test_a_holiday_is_an_absence_of_everybody_of_the_calendar(drawn, data):
    """One more day off, added to a calendar or entered for each of its managers."""
    portfolio, horizon = drawn
    day = data.draw(st.sampled_from(horizon.weekdays))
    own = [row for row in portfolio.managers if row.calendar == "IT"]
    assume(own)
    added = Holiday(calendar="IT", date=day, is_added=True)
    away = [Absence(manager_id=row.manager_id, start_date=day, end_date=day) for row in own]
    kept = tuple(row for row in portfolio.holidays if not (row.is_added and row.date == day))
    one = facts_of(updated(portfolio, holidays=(*kept, added)), horizon)
    other = facts_of(updated(portfolio, absences=(*portfolio.absences, *away)), horizon)
    np.testing.assert_array_equal(one.manager_days.presence, other.manager_days.presence)
    np.testing.assert_array_equal(one.manager_weeks.available, other.manager_weeks.available)


@examples(12)
@given(portfolios(), st.data())
def test_an_absence_adds_no_hour_of_anybody(drawn, data):
    """Nobody has more hours, no load is larger, and what is lost of a load is due as cover."""
    portfolio, horizon = drawn
    name = data.draw(st.sampled_from(portfolio.managers)).manager_id
    days = st.sampled_from(horizon.weekdays)
    first, last = sorted([data.draw(days), data.draw(days)])
    hours = data.draw(st.sampled_from([None, 2.5]))
    more = Absence(manager_id=name, start_date=first, end_date=last, hours_per_day=hours)
    before = facts_of(portfolio, horizon)
    after = facts_of(updated(portfolio, absences=(*portfolio.absences, more)), horizon)
    for figure in ("available", "deployable", "bookable"):
        was, now = (getattr(facts.manager_weeks, figure) for facts in (before, after))
        assert (now <= was).all()
    contracts = np.arange(len(before.contracts))
    manager = np.full(len(contracts), before.manager_index[name])
    loads = [pair_loads(facts, contracts, manager) for facts in (before, after)]
    assert (loads[1] <= loads[0]).all()
    for row in np.flatnonzero(after.planned):
        decision = Decision(
            contract_id=after.contracts[row].contract_id,
            status="assigned",
            manager_id=name,
            from_week=horizon.mondays[0],
            to_week=horizon.mondays[-1],
        )
        ledger = keep_ledger(after, [decision])
        own = (ledger.load - ledger.handover)[manager[0]]
        planned = after.contract_weeks.planned[row]
        np.testing.assert_allclose(own + ledger.due[row], planned, rtol=0, atol=2)


@examples(12)
@given(portfolios())
def test_a_forecast_of_what_is_needed_anyway_changes_nothing(drawn):
    """Rows of demand with each week's need and cases."""
    portfolio, horizon = drawn
    facts = facts_of(portfolio, horizon)
    rows = tuple(
        DemandWeek(
            contract_id=contract.contract_id,
            week=monday,
            need_hours=int(facts.contract_weeks.need[row, week]) / MICRO,
            cases=int(facts.contract_weeks.cases[row, week]),
        )
        for row, contract in enumerate(facts.contracts)
        for week, monday in enumerate(horizon.mondays)
    )
    other = updated(portfolio, demand=rows)
    assert_same_facts(facts_of(other, horizon), facts)


@examples(6)
@given(portfolios(), st.integers(0, 3))
def test_fifty_two_weeks_later_the_futures_are_the_same(drawn, seed):
    """Draws hang on a seed and on what is known, not on the year."""
    portfolio, horizon = drawn
    one = with_own_holidays(portfolio, horizon)
    year = dt.timedelta(weeks=52)
    moved = type(horizon)(horizon.start + year, horizon.weeks)
    futures = [
        draw_demand(records, weeks, portfolio.policy, draws=20, seed=seed)
        for records, weeks in ((one, horizon), (later(one, year.days), moved))
    ]
    np.testing.assert_array_equal(futures[0].open_cases, futures[1].open_cases)
    np.testing.assert_array_equal(futures[0].need, futures[1].need)


WEEKLY = st.lists(st.sampled_from([0.0, 8.0, 10.0, 10.5, 11.0, 12.5, 40.0]), max_size=14)


@examples(100)
@given(WEEKLY, st.data())
def test_more_hours_never_lower_the_grade_of_overage(hours, data):
    """Each condition asks for more: of the mean, the median, the weeks over and their run."""
    more = data.draw(
        st.lists(st.sampled_from([0.0, 0.5, 3.0]), min_size=len(hours), max_size=len(hours))
    )
    raised = [one + other for one, other in zip(hours, more, strict=True)]
    grades = [GRADES.index(assess_overage(weeks).grade) for weeks in (hours, raised)]
    assert grades[0] <= grades[1]


@examples(100)
@given(WEEKLY, st.sampled_from([0.25, 2.0, 64.0]))
def test_the_grade_of_overage_hangs_on_no_unit(hours, factor):
    """Hours and allowance in another unit are judged alike."""
    one = assess_overage(hours, 10.0)
    other = assess_overage([factor * week for week in hours], 10.0 * factor)
    assert one.grade == other.grade
    assert (one.weeks_over, one.longest_run) == (other.weeks_over, other.longest_run)

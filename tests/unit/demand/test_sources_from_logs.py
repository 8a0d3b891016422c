"""Need and planning cases that come from logs, and the order in which sources answer."""

import datetime as dt

import numpy as np
import pytest

from examples import FOUR_WEEKS, HORIZON, QUARTER, contract, manager, portfolio, updated
from hand_made import facts_of
from logs import always_open, case_log, time_sheets, weekly
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import DemandWeek, Holiday
from tsam_planner.service.offerings import cadence_hours
from tsam_planner.service.policy import Policy
from tsam_planner.units import MICRO

SILENT = contract(need_hours=None, cases=None)
# Six hours a week and two open cases, over the ten weeks before the plan.
SHEETS = weekly("C-1", [6.0] * 11)
CASES = always_open("C-1", 2, 10)


def records(*signed, sheets=(), cases=(), **tables):
    """Return a portfolio with two logs and one manager."""
    signed = signed or (SILENT,)
    logs = {"timesheets": time_sheets(*sheets), "cases": case_log(*cases)}
    return portfolio(signed, [manager()], **logs, **tables)


def figures(found, horizon=HORIZON, **policy):
    """Return weekly need and cases of the first contract, and their sources."""
    weeks = facts_of(found, horizon, **policy).contract_weeks
    need = [hours / MICRO for hours in weeks.need[0].tolist()]
    return need, weeks.cases[0].tolist(), weeks.need_sources[0], weeks.cases_sources[0]


def test_sources_answer_in_their_order():
    """Taking away one source after another, the next one gives need and cases."""
    stated = updated(SILENT, need_hours=5.0, cases=7)
    rows = [
        DemandWeek(contract_id="C-1", week=week, need_hours=9.0, cases=8)
        for week in HORIZON.mondays
    ]
    logs = {"sheets": SHEETS, "cases": CASES}
    told = [
        figures(records(stated, demand=rows, **logs)),
        figures(records(stated, **logs)),
        figures(records(**logs)),
        figures(records(cases=CASES)),
        figures(records()),
    ]
    assert [(need[0], cases[0]) for need, cases, *_ in told[:4]] == [
        # Two cases are 2 h, and the rhythm of the offering takes 3.25 h without any.
        (9.0, 8), (5.0, 7), (6.0, 2), (3.25, 2),
    ]  # fmt: skip
    assert told[4][0] == pytest.approx([cadence_hours("tsam", Policy())] * 4, abs=1e-6)
    assert told[4][1] == [0] * 4
    assert [row[2:] for row in told] == [
        ("demand", "demand"),
        ("contracts", "contracts"),
        ("timesheets", "cases"),
        ("cases", "cases"),
        ("cadence", "none"),
    ]


def test_a_source_that_answers_for_some_weeks_leaves_the_others_to_the_next():
    """One explicit week of hours stands between three of time sheets; texts say how many."""
    rows = [DemandWeek(contract_id="C-1", week=HORIZON.mondays[1], need_hours=9.0)]
    need, cases, *sources = figures(records(sheets=SHEETS, cases=CASES, demand=rows))
    assert need == [6.0, 9.0, 6.0, 6.0]
    assert cases == [2] * 4
    assert sources == ["demand (1 week), timesheets (3 weeks)", "cases"]


def test_each_contract_has_its_own_source():
    """C-1 has time sheets, C-2 cases, C-3 nothing: the plan's table says so."""
    signed = [updated(SILENT, contract_id=name) for name in ("C-1", "C-2", "C-3")]
    found = records(*signed, sheets=SHEETS, cases=always_open("C-2", 3, 10))
    assert make_plan(found, **FOUR_WEEKS).sources.to_numpy().tolist() == [
        ["C-1", "timesheets", "none"],
        ["C-2", "cases", "cases"],
        ["C-3", "cadence", "none"],
    ]


@pytest.mark.parametrize(
    ("days", "planned"),
    # Whole weeks of one case beside cases of some days in each of ten weeks.
    [(0, 1), (1, 2), (7, 2)],
)
def test_planning_cases_are_the_mean_rounded_up(days, planned):
    """Q4: means of 1, 1 1/7 and 2 open cases are planned as 1, 2 and 2."""
    first = HORIZON.start - dt.timedelta(weeks=10)
    more = [
        ("C-1", str(begin), str(begin + dt.timedelta(days=days)))
        for begin in (first + dt.timedelta(weeks=week) for week in range(10))
    ]
    assert figures(records(cases=always_open("C-1", 1, 10) + more))[1] == [planned] * 4


def test_a_mean_that_is_whole_but_for_rounding_is_not_rounded_up_further():
    """Three cases of a third of each week each are one case, not two."""
    first = HORIZON.start - dt.timedelta(weeks=9)
    cases = []
    for week in range(9):
        begin = np.datetime64(first + dt.timedelta(weeks=week), "ns")
        third = np.timedelta64(7 * 86_400_000_000_000 // 3, "ns")
        cases += [("C-1", str(begin), str(begin + third)) for _ in range(3)]
    cases += [("C-1", "2027-01-30", "2027-01-30")]
    assert figures(records(cases=cases))[1] == [1] * 4


def test_a_contract_that_was_quiet_for_half_a_year_has_no_cases_by_the_log():
    """Its only case closed 27 weeks before the plan: the log says 0; hours are the rhythm's."""
    closed = str(HORIZON.start - dt.timedelta(weeks=27))
    cases = [*always_open("C-9", 1, 30), ("C-1", "2026-06-15", closed)]
    found = records(SILENT, updated(SILENT, contract_id="C-9"), cases=cases)
    assert figures(found) == ([3.25] * 4, [0] * 4, "cases", "cases")


def test_a_case_closed_at_the_instant_it_opened_says_nothing():
    """Its contract is as unknown as one without any case: cadence, and no planning cases."""
    cases = [*always_open("C-9", 1, 10), ("C-1", "2027-01-05T09:00", "2027-01-05T09:00")]
    found = records(SILENT, updated(SILENT, contract_id="C-9"), cases=cases)
    assert figures(found)[1:] == ([0] * 4, "cadence", "none")


def test_a_holiday_week_needs_less_but_has_as_many_cases():
    """Epiphany is a day of five: 6 h a week are 4.8 h, two cases stay two."""
    italian = updated(SILENT, country="IT")
    start = QUARTER.start
    sheets = weekly("C-1", [6.0] * 4, before=dt.date(2026, 12, 7))
    found = records(italian, sheets=sheets, cases=always_open("C-1", 2, 10, before=start))
    need, cases, *_ = figures(found, QUARTER)
    assert need[:2] == [4.8, 6.0]
    assert cases[:2] == [2, 2]


def test_a_week_without_a_working_day_needs_nothing_whatever_the_log_says():
    """A company closed for a week has neither need nor cases in it."""
    closed = [
        Holiday(calendar="IT", date=HORIZON.mondays[1] + dt.timedelta(days=day))
        for day in range(5)
    ]
    found = records(updated(SILENT, country="IT"), sheets=SHEETS, cases=CASES, holidays=closed)
    need, cases, *sources = figures(found)
    assert need == [6.0, 0.0, 6.0, 6.0]
    assert cases == [2, 0, 2, 2]
    assert sources == ["timesheets", "cases"]


def test_hours_of_an_open_case_are_fitted_where_hours_and_cases_are_known():
    """C-2 took 6 h a week for 2 cases: the 4 cases of C-1 are taken for 12 h."""
    signed = [SILENT, updated(SILENT, contract_id="C-2")]
    cases = always_open("C-1", 4, 10) + always_open("C-2", 2, 10)
    found = records(*signed, sheets=weekly("C-2", [6.0] * 11), cases=cases)
    assert figures(found)[0] == pytest.approx([12.0] * 4)
    # What the policy says wins; without both, one hour is assumed.
    assert figures(found, hours_per_open_case=1.5)[0] == pytest.approx([6.0] * 4)
    many = records(cases=always_open("C-1", 7, 10))
    assert figures(many)[0] == pytest.approx([7.0] * 4)
    # Never less than the rhythm of the offering takes: 3.25 h.
    assert figures(found, hours_per_open_case=0.0)[0] == [3.25] * 4


def test_need_from_a_log_is_planned_up_to_the_allowance():
    """16 h a week by time sheets are 10 h planned and 6 h unfunded (R45, Q6)."""
    facts = facts_of(records(sheets=weekly("C-1", [16.0] * 11)))
    assert (facts.contract_weeks.planned[0] / MICRO).tolist() == [10.0] * 4
    assert (facts.contract_weeks.unfunded[0] / MICRO).tolist() == [6.0] * 4


def test_a_plan_for_the_past_does_not_know_what_came_after():
    """With the hours of the planned weeks in the log, the plan is the same."""
    later = weekly("C-1", [30.0] * 4, before=HORIZON.mondays[-1] + dt.timedelta(weeks=1))
    before, after = records(sheets=SHEETS), records(sheets=SHEETS + later)
    assert figures(before) == figures(after)

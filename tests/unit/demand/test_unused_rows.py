"""What a plan of four weeks from 1 February 2027 on does not use, in sentences."""

import datetime as dt

import pytest

from examples import EXACT, FOUR_WEEKS, HORIZON, contract, manager, portfolio
from logs import case_log, time_sheets
from tsam_planner.demand.unused_rows import unused_rows
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import DemandWeek


def told(sheets=(), cases=(), demand=()):
    """Return the sentences about C-1."""
    tables = {"cases": case_log(*cases), "timesheets": time_sheets(*sheets)}
    return unused_rows(portfolio([contract()], [], demand=demand, **tables), HORIZON)


def demand_of(*weeks):
    """Return explicit hours of C-1 in weeks given as ``MM-DD`` of 2027."""
    mondays = [dt.date.fromisoformat(f"2027-{week}") for week in weeks]
    return tuple(DemandWeek(contract_id="C-1", week=day, need_hours=3) for day in mondays)


def test_rows_from_the_first_planned_day_on_are_counted():
    """Sunday the 31st is used, Monday the 1st is not; one row stands as an example."""
    days = ["2027-01-31", "2027-02-01", "2072-01-15"]
    assert told(sheets=[("C-1", day, 1.0) for day in days]) == (
        "not used: 2 rows of timesheets dated on or after 2027-02-01, the first planned day, "
        "e.g. C-1 on 2027-02-01; a plan sees what was known before it",
    )
    assert told(cases=[("C-1", f"{day}T00:00", None) for day in days[:2]]) == (
        "not used: 1 row of cases opened on or after 2027-02-01, the first planned day, "
        "e.g. C-1 on 2027-02-01; a plan sees what was known before it",
    )


def test_cases_that_close_later_are_open_for_all_that_is_known():
    """The first closes a day before the plan, the second in it; the third is not used."""
    cases = [
        ("C-1", "2027-01-04T09:00", "2027-01-31T09:00"),
        ("C-1", "2027-01-04T09:00", "2027-02-03T09:00"),
        ("C-1", "2027-02-02T09:00", "2027-02-04T09:00"),
    ]
    not_used, taken_as_open = told(cases=cases)
    assert not_used.startswith("not used: 1 row of cases opened")
    assert taken_as_open.startswith("taken as open: 1 row of cases closed on or after")
    assert "e.g. C-1 on 2027-02-03;" in taken_as_open


def test_demand_for_other_weeks_is_counted():
    """The plan has the weeks of 1 to 22 February."""
    assert told(demand=demand_of("02-01", "02-22")) == ()
    assert told(demand=demand_of("01-25", "02-01", "03-01")) == (
        "not used: 2 rows of demand for weeks outside 2027-02-01 to 2027-02-28, e.g. C-1 in "
        "the week of 2027-01-25",
    )


@pytest.mark.parametrize("name", ["C-9", None])
def test_rows_of_no_known_contract_are_told_by_the_reader(name):
    """They are not used whatever their date."""
    assert told(sheets=[(name, "2027-02-02", 1.0)]) == ()


def test_a_plan_tells_it():
    """The sentence is one of the plan's notices."""
    records = portfolio([contract()], [manager()], demand=demand_of("03-01"))
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    (sentence,) = unused_rows(records, HORIZON)
    assert sentence in plan.warnings

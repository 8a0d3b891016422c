"""Records made in code are judged as rows that are read."""

import math

import pandas as pd
import pytest

from examples import contract, manager, portfolio
from tsam_planner.errors import PortfolioError
from tsam_planner.io.portfolios import check_portfolio, read_portfolio
from tsam_planner.io.record_checks import check_records
from tsam_planner.portfolio.records import Assignment, DemandWeek

IMPOSSIBLE = [
    {"time_zone": "Mars/Phobos"},
    {"need_hours": -5.0},
    {"deployment": "saas"},
    {"window_start": contract().start_date},
    {"requested_time_zone": "CET+1", "time_zone_authorized": True},
    {"priority": 0.5, "cases": -1},
    {"country": "XX"},
    {"extra_hour_rate": 100},
]


@pytest.mark.parametrize("fields", IMPOSSIBLE, ids=str)
def test_records_have_the_problems_of_the_same_rows(fields):
    """Column, rule and words are those of reading; neither can be planned."""
    wrong = contract().model_copy(update=fields)
    with pytest.raises(PortfolioError) as told:
        check_records(portfolio([wrong], [manager()]))
    tables = {
        "contracts": pd.DataFrame([{k: v for k, v in dict(wrong).items() if k != "products"}]),
        "managers": pd.DataFrame([{"manager_id": "M-1", "time_zone": "Europe/Rome"}]),
    }
    with pytest.raises(PortfolioError) as read:
        read_portfolio(tables)
    assert told.value.problems == read.value.problems


def test_ids_that_nobody_has_and_rows_that_stand_twice_are_problems():
    """A second C-1, and today's manager M-9."""
    records = portfolio([contract(), contract()], [manager()])
    records = records.model_copy(
        update={"assignments": (Assignment(contract_id="C-1", manager_id="M-9"),)}
    )
    found = [(item.file, item.row, item.column) for item in check_portfolio(records)]
    assert found == [("contracts", 3, "contract_id"), ("assignments", 2, "manager_id")]


def test_a_figure_that_is_no_number_is_not_taken_for_none_given():
    """In a file NaN is an empty cell; a record says None for that."""
    week = DemandWeek(
        contract_id="C-1", week=contract().start_date, need_hours=math.nan, cases=1
    )
    found = [
        str(item)
        for item in check_portfolio(portfolio([contract()], [manager()], demand=[week]))
    ]
    # 1 January 2026 is a Thursday, too.
    assert any(
        "column 'need_hours': expected a finite number, got nan" in text for text in found
    )
    assert any("expected a Monday, got 2026-01-01 (Thursday)" in text for text in found)


def test_a_warning_stops_nothing():
    """A zone that is requested and not authorized: the contract's own holds (R30)."""
    records = portfolio([contract(requested_time_zone="Asia/Tokyo")], [manager()])
    check_records(records)
    assert [item.severity for item in check_portfolio(records)] == ["warning"]

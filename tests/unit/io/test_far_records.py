"""Records of odd dates are findings: a log begins and ends without them."""

import datetime as dt

import pandas as pd
import pytest

from tsam_planner.cli.commands import run
from tsam_planner.io.portfolios import check_portfolio, read_portfolio

CONTRACT = {
    "contract_id": "C-1",
    "company_id": "K-1",
    "offering": "tsam",
    "deployment": "on_prem",
    "start_date": "2026-01-01",
    "end_date": "2027-12-31",
    "time_zone": "Europe/Rome",
}
MANAGER = {"manager_id": "M-1", "time_zone": "Europe/Rome", "products": ""}
FIRST = dt.date(2026, 7, 6)


def tables(**logs):
    """Return a portfolio of one contract with logs."""
    frames = {"contracts": [CONTRACT], "managers": [MANAGER], **logs}
    return {name: pd.DataFrame(rows) for name, rows in frames.items()}


def sheets(*odd, weeks=20):
    """Return time sheets of consecutive Mondays from 6 July 2026 on, then those of odd days."""
    days = [str(FIRST + dt.timedelta(weeks=week)) for week in range(weeks)]
    return [{"contract_id": "C-1", "date": day, "hours": 5} for day in [*days, *odd]]


def test_a_mistyped_year_is_a_finding_with_count_and_example():
    """Of 51 rows, one may stand apart: rows 2 to 51 are sane, row 52 is of 2006."""
    (found,) = check_portfolio(tables(timesheets=sheets("2006-07-06", weeks=50)))
    assert str(found) == (
        "timesheets, row 52, column 'date': 1 row: more than 8 weeks from the rest of the log, "
        "which is of 2026-07-06 to 2027-06-14, e.g. row 52; set aside as begin or end of the "
        "log; check the dates"
    )
    assert found.severity == "warning"


@pytest.mark.parametrize(
    ("odd", "columns"),
    [
        ("2026-05-11", []),  # eight weeks before the first
        ("2026-05-10", ["date"]),
        ("2027-01-11", []),  # eight weeks after the last, of 16 November
        ("2027-01-12", ["date"]),
    ],
)
def test_far_is_more_than_eight_weeks(odd, columns):
    """Twenty Mondays, 6 July to 16 November 2026, and one more day."""
    found = check_portfolio(tables(timesheets=sheets(odd)))
    assert [item.column for item in found] == columns


def test_many_rows_are_no_odd_ones():
    """Four of 24 are more than 2 %: the log had a long pause."""
    odd = [f"2026-01-{day}" for day in ("05", "12", "19", "26")]
    assert check_portfolio(tables(timesheets=sheets(*odd))) == ()


def test_openings_and_closings_are_one_log():
    """A closing in 2072 is far; an opening of May that closes in July is not."""
    log = [
        {
            "case_id": f"S-{number}",
            "contract_id": "C-1",
            "opened_at": f"2026-{month:02}-{day:02}T09:00",
            "closed_at": f"2026-{month + 1:02}-{day:02}T09:00",
        }
        for number, (month, day) in enumerate(
            (month, day) for month in range(5, 11) for day in (1, 8, 15, 22)
        )
    ]
    assert check_portfolio(tables(cases=log)) == ()
    log[3]["closed_at"] = "2072-08-22T09:00"
    (found,) = check_portfolio(tables(cases=log))
    assert (found.row, found.column) == (5, "closed_at")


@pytest.mark.parametrize("moment", ["9999-12-31", "9999-12-31T23:59:59+00:00", "0001-01-01"])
def test_a_moment_that_no_log_reaches_is_missing(moment):
    """Systems write it for "not yet": the case stays open, and the cell is told."""
    row = {"case_id": "S-1", "contract_id": "C-1", "opened_at": "2026-07-06"}
    source = tables(cases=[{**row, "closed_at": moment}])
    assert read_portfolio(source).cases["closed_at"].isna().all()
    (found,) = check_portfolio(source)
    assert (found.column, found.found) == ("closed_at", "1 row: no timestamp, e.g. row 2")


def test_rows_that_say_nothing_about_a_contract_are_not_judged_by_their_dates():
    """A row without a known contract is told as that, once."""
    rows = [*sheets(), {"contract_id": "C-9", "date": "2006-07-06", "hours": 5}]
    (found,) = check_portfolio(tables(timesheets=rows))
    assert found.column == "contract_id"


def test_check_shows_it_and_can_plan(tmp_path, capsys):
    """The command ends with 0."""
    for name, table in tables(timesheets=sheets("2006-07-06")).items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    assert run(["check", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "warning: timesheets.csv, row 22, column 'date': 1 row: more than 8 weeks" in shown
    assert shown.endswith("can be planned (1 warning)\n")

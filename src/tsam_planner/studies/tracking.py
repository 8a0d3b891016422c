"""
A plan against what happened since: hours, open cases and calls, and what has drifted.

Hours between a contract's planned ones and its need were foreseen when the plan was made (it
calls them unfunded): they are no drift, and planning again would change nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.plan.plan import Plan
from tsam_planner.studies.case_books import book_weeks, crowded_books
from tsam_planner.studies.drifts import CALLS, CASES, HOURS, contracts_of, share_off, team_of
from tsam_planner.studies.log_reach import Reach
from tsam_planner.studies.logged_weeks import (
    check_columns,
    planned_and_logged,
    reaches,
    weekly_hours,
)
from tsam_planner.studies.track_summary import summarize, team_drifts

_SHEET_COLUMNS = ("contract_id", "date", "hours")
_CASE_COLUMNS = ("contract_id", "opened_at", "closed_at")


@dataclass(frozen=True)
class Tracking:
    """
    What was planned and what happened, up to a day.

    Attributes
    ----------
    until
        Sunday of the last week that is over; only whole weeks are compared.
    contract_weeks
        ``contract_id, week``, hours, mean open cases and calls as planned and as they were.
        ``foreseen_hours`` is the need that the plan expected, of which it planned
        ``planned_hours``; both are 0 in weeks without a manager. What no log tells is missing;
        hours and calls of a contract that the plan serves and no time sheet names are 0.
    contracts
        The same by contract over the weeks that time sheets tell of (cases: means over those
        that their log tells of), with ``deviation`` (hours a week above foreseen or below
        planned ones, on average) and ``weeks_off`` (latest weeks in a row in which the mean so
        far was off by more than 20 % of planned hours and 1 h); ``case_deviation,
        case_weeks_off`` (2 open cases) and ``call_deviation, call_weeks_off`` (0.4 calls a
        week) alike; ``weeks_silent`` (weeks in which something was planned for a contract
        without any hour in time sheets, else 0) and ``drifts`` (one of the three was off for 3
        weeks at least).
    weeks
        The same for the team by week; planned figures are of contracts that the log knows or,
        for hours and calls, that the plan serves.
    load_deviation, case_deviation, call_deviation
        Hours above foreseen or below planned ones, open cases and calls above or below planned
        ones, as shares of what the team planned; missing without a log. Beyond 10 % they
        justify planning again, but for fewer cases than planned: planning figures are means
        rounded up by contract.
    hours_of_others
        Hours in these weeks on contracts that the plan does not plan.
    books
        Books whose open cases, in the latest week that the log tells of, are above their limit
        (R43; ``is_over``), or near it (90 %) and more than a case above the plan: ``week,
        planned_cases, open_cases, unlogged_cases, max_cases, is_over``. Contracts that the log
        does not name count with their planning figure (``unlogged_cases``). Whose books they
        are (``manager_id``) is told where hours of persons were asked for.
    left_out
        Which weeks are not compared, and why, in sentences.
    managers
        ``manager_id, week, planned_hours`` (own book and cover), ``actual_hours``, and
        ``planned_cases, open_cases, max_cases`` of the own book; None unless asked for.
    """

    until: dt.date
    contract_weeks: pd.DataFrame = field(repr=False)
    contracts: pd.DataFrame = field(repr=False)
    weeks: pd.DataFrame = field(repr=False)
    load_deviation: float
    case_deviation: float
    call_deviation: float
    hours_of_others: float
    books: pd.DataFrame = field(repr=False)
    left_out: tuple[str, ...] = ()
    managers: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def drifts(self) -> pd.DataFrame:
        """Contracts that have drifted, the largest deviation of hours first, then of cases."""
        rows = self.contracts[self.contracts["drifts"].astype(bool)]
        size = rows[["deviation", "case_deviation", "call_deviation"]].abs()
        order = size.sort_values(list(size.columns), ascending=False, kind="stable").index
        return rows.loc[order].reset_index(drop=True)

    @property
    def team_drifts(self) -> bool:
        """Whether the team's hours or calls are off, or its open cases above plan, by 10 %."""
        return any(off for _, _, off in team_drifts(self))

    @property
    def justifies_replanning(self) -> bool:
        """Whether a contract, a book or the team has drifted."""
        is_any = any(self.contracts["drifts"]) or not self.books.empty
        return self.team_drifts or is_any

    @property
    def summary(self) -> tuple[str, ...]:
        """Return the comparison in sentences."""
        return tuple(summarize(self))

    def __str__(self) -> str:
        return "\n".join(self.summary)


def track(
    plan: Plan,
    timesheets: pd.DataFrame | None = None,
    cases: pd.DataFrame | None = None,
    *,
    until: dt.date | str,
    call_activity: str = "weekly call",
    by_manager: bool = False,
) -> Tracking:
    """
    Compare a plan with what has happened since it began.

    Parameters
    ----------
    plan
        A plan, with its portfolio unless both logs are given.
    timesheets, cases
        Logs as in the input; those of the plan's portfolio by default.
    until
        Last day that is known; what is logged later is not looked at.
    call_activity
        What time sheets call the weekly call.
    by_manager
        Compare hours and open cases of persons, too. Whoever asks for it answers for what is
        done with it.

    Raises
    ------
    ArgumentError
        When no week of the plan is over, or a log lacks columns.
    """
    mondays = _weeks_over(plan, until)
    sheets = _log(plan, timesheets, "timesheets")
    check_columns(sheets, _SHEET_COLUMNS, "time sheets")
    log = _log(plan, cases, "cases")
    check_columns(log, _CASE_COLUMNS, "log of cases")
    found = reaches(sheets, log, mondays)
    weeks = planned_and_logged(plan, found, sheets, log, call_activity)
    books, team = book_weeks(plan, weeks), team_of(weeks)
    return Tracking(
        until=mondays[-1] + dt.timedelta(days=6),
        contract_weeks=weeks,
        contracts=contracts_of(weeks),
        weeks=team,
        load_deviation=share_off(team, HOURS),
        case_deviation=share_off(team, CASES),
        call_deviation=share_off(team, CALLS),
        hours_of_others=_hours_of_others(sheets, weeks, mondays),
        books=crowded_books(books, by_manager=by_manager),
        left_out=(
            *found.sheets.left_out("hours and calls", "time sheets have"),
            *found.cases.left_out("open cases", "the log of cases has"),
        ),
        managers=_managers(plan, sheets, found.sheets, books) if by_manager else None,
    )


def _weeks_over(plan: Plan, until: dt.date | str) -> Sequence[dt.date]:
    try:
        day = dt.date.fromisoformat(until) if isinstance(until, str) else until
    except ValueError:
        message = f"expected until as a day such as 2027-02-28, got {until!r}"
        raise ArgumentError(message) from None
    over = [monday for monday in plan.horizon.mondays if (day - monday).days >= 6]
    if not over:
        message = f"no week of the plan ({plan.horizon}) is over on {day}"
        raise ArgumentError(message)
    return over


def _log(plan: Plan, given: pd.DataFrame | None, name: str) -> pd.DataFrame:
    if given is not None:
        return given
    if plan.portfolio is None:
        message = f"the plan does not know its portfolio; give {name}=..."
        raise ArgumentError(message)
    log: pd.DataFrame = getattr(plan.portfolio, name)
    return log


def _hours_of_others(
    sheets: pd.DataFrame, weeks: pd.DataFrame, mondays: Sequence[dt.date]
) -> float:
    if sheets.empty:
        return 0.0
    days = pd.to_datetime(sheets["date"])
    end = pd.Timestamp(mondays[-1] + dt.timedelta(weeks=1))
    inside = (days >= pd.Timestamp(mondays[0])) & (days < end)
    other = ~sheets["contract_id"].isin(set(weeks["contract_id"]))
    return float(sheets.loc[inside & other, "hours"].sum())


def _managers(
    plan: Plan, sheets: pd.DataFrame, reach: Reach, books: pd.DataFrame
) -> pd.DataFrame:
    check_columns(sheets, ("manager_id",), "time sheets")
    grid = plan.manager_weeks
    grid = grid[grid["week"] <= pd.Timestamp(reach.mondays[-1])]
    grid = grid.sort_values(["manager_id", "week"], ignore_index=True)
    names = sorted(set(grid["manager_id"]))
    table = grid[["manager_id", "week"]].assign(
        planned_hours=grid["load_hours"] + grid["cover_hours"],
        actual_hours=np.nan,
        planned_cases=grid["cases"].astype(float),
        max_cases=grid["max_cases"],
    )
    if not sheets.empty:
        table["actual_hours"] = weekly_hours(sheets, "manager_id", names, reach).reshape(-1)
    told = books[["manager_id", "week", "open_cases"]]
    return table.merge(told, on=["manager_id", "week"], how="left")

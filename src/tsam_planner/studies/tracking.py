"""
A plan against what happened since: hours, open cases and calls, and what has drifted.

Hours between a contract's planned ones and its need were foreseen when the plan was made (it
calls them unfunded): they are no drift, and planning again would change nothing.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.plan.plan import Plan
from tsam_planner.studies.logged_weeks import (
    Floats,
    check_columns,
    planned_and_logged,
    weekly_hours,
)

DRIFT_HOURS, DRIFT_SHARE, DRIFT_WEEKS = 1.0, 0.20, 3
TEAM_SHARE = 0.10
_SHEET_COLUMNS = ("contract_id", "date", "hours")
_CASE_COLUMNS = ("contract_id", "opened_at", "closed_at")
_PAIRS = (
    "planned_hours", "foreseen_hours", "actual_hours", "planned_cases", "open_cases",
    "planned_calls", "calls",
)  # fmt: skip


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
        ``planned_hours``; both are 0 in weeks without a manager. What no log tells is missing.
    contracts
        The same by contract over the weeks that time sheets tell of (cases: means), with
        ``deviation`` (hours a week above foreseen or below planned ones, on average),
        ``weeks_off`` (latest weeks in a row in which the mean so far was off by more than 1 h
        and 20 % of planned hours) and ``drifts`` (3 weeks at least).
    weeks
        The same for the team by week, of contracts that time sheets know.
    load_deviation
        Hours above foreseen or below planned ones, as a share of the team's planned hours;
        missing without time sheets. Beyond 10 % it justifies planning again.
    hours_of_others
        Hours in these weeks on contracts that the plan does not plan.
    managers
        ``manager_id, week, planned_hours`` (own book and cover) and ``actual_hours``; None
        unless asked for.
    """

    until: dt.date
    contract_weeks: pd.DataFrame = field(repr=False)
    contracts: pd.DataFrame = field(repr=False)
    weeks: pd.DataFrame = field(repr=False)
    load_deviation: float
    hours_of_others: float
    managers: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def drifts(self) -> pd.DataFrame:
        """Contracts whose hours have drifted, the largest deviation first."""
        rows = self.contracts[self.contracts["drifts"]]
        order = rows["deviation"].abs().sort_values(ascending=False, kind="stable").index
        return rows.loc[order].reset_index(drop=True)

    @property
    def team_drifts(self) -> bool:
        """Whether the load of the whole team is off by more than 10 %."""
        return abs(self.load_deviation) > TEAM_SHARE + 1e-9

    @property
    def justifies_replanning(self) -> bool:
        """Whether a contract or the team has drifted."""
        return self.team_drifts or bool(self.contracts["drifts"].any())

    @property
    def summary(self) -> tuple[str, ...]:
        """Return the comparison in sentences."""
        return tuple(self._sentences())

    def __str__(self) -> str:
        return "\n".join(self.summary)

    def _sentences(self) -> Iterator[str]:
        told = self.weeks[self.weeks["actual_hours"].notna()]
        noun = "week" if len(self.weeks) == 1 else "weeks"
        yield f"{len(self.weeks)} {noun} of the plan are over, up to {self.until}."
        if told.empty:
            yield "No time sheet tells of them: nothing can be compared."
            return
        total = told[list(_PAIRS)].sum()
        yield (
            f"Hours: {total['actual_hours']:,.0f} worked, {total['planned_hours']:,.0f} "
            f"planned, {total['foreseen_hours']:,.0f} foreseen, in {len(told)} of them."
        )
        for planned, actual, words in (
            ("planned_cases", "open_cases", "Open cases, on average"),
            ("planned_calls", "calls", "Calls a week"),
        ):
            both = self.weeks[self.weeks[actual].notna()]
            if len(both):
                means = both[actual].mean(), both[planned].mean()
                yield f"{words}: {means[0]:,.1f}, planned {means[1]:,.1f}."
        if self.hours_of_others:
            yield f"{self.hours_of_others:,.0f} h went to contracts that the plan has not."
        if self.team_drifts:
            yield f"The team's load is off by {self.load_deviation:+.0%}: plan again."
        yield from self._drifts()

    def _drifts(self) -> Iterator[str]:
        for row in self.drifts.to_dict("records"):
            taken, planned = (
                row[name] / row["weeks"] for name in ("actual_hours", "planned_hours")
            )
            yield (
                f"{row['contract_id']} takes {taken:.1f} h a week, planned {planned:.1f} h: "
                f"off by {row['deviation']:+.1f} h for {row['weeks_off']} weeks."
            )
        if not self.justifies_replanning:
            yield "Nothing has drifted so far that planning again would be for."


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
        Compare hours of persons, too. Whoever asks for it answers for what is done with it.

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
    weeks = planned_and_logged(plan, mondays, sheets, log, call_activity)
    contracts = _contracts(weeks)
    planned = contracts["planned_hours"].sum()
    off = _deviation(*(np.array(contracts[name].sum()) for name in _PAIRS[:3]))
    return Tracking(
        until=mondays[-1] + dt.timedelta(days=6),
        contract_weeks=weeks,
        contracts=contracts,
        weeks=_team(weeks),
        load_deviation=float(off / planned) if planned else float("nan"),
        hours_of_others=_hours_of_others(sheets, weeks, mondays),
        managers=_managers(plan, sheets, mondays) if by_manager else None,
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


def _contracts(weeks: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, group in weeks.groupby("contract_id", sort=True):
        told = group[group["actual_hours"].notna()]
        deviation, weeks_off = _drift(*(told[key].to_numpy() for key in _PAIRS[:3]))
        cases = group[group["open_cases"].notna()]
        row = {
            "contract_id": name,
            "weeks": len(told),
            **{key: float(told[key].sum()) for key in _PAIRS},
            "planned_cases": cases["planned_cases"].mean(),
            "open_cases": cases["open_cases"].mean(),
            "calls": float(told["calls"].sum(min_count=1)),
            "deviation": deviation,
            "weeks_off": weeks_off,
            "drifts": weeks_off >= DRIFT_WEEKS,
        }
        rows.append(row)
    return pd.DataFrame(rows)


def _drift(planned: Floats, foreseen: Floats, actual: Floats) -> tuple[float, int]:
    """Return how far the mean is off by now, and for how many latest weeks it was so."""
    if not len(actual):
        return float("nan"), 0
    count = np.arange(1, len(actual) + 1)
    plan, most, done = (np.cumsum(hours) / count for hours in (planned, foreseen, actual))
    off = _deviation(plan, most, done)
    beyond = np.abs(off) > np.maximum(DRIFT_HOURS, DRIFT_SHARE * plan) + 1e-9
    direction = np.sign(off) * beyond
    same = (direction == direction[-1])[::-1]
    run = len(same) if same.all() else int(np.argmin(same))
    return float(off[-1]), run if direction[-1] else 0


def _deviation(planned: Floats, foreseen: Floats, actual: Floats) -> Floats:
    """Return hours above foreseen ones (> 0) or below planned ones (< 0)."""
    return np.maximum(actual - foreseen, 0.0) + np.minimum(actual - planned, 0.0)


def _team(weeks: pd.DataFrame) -> pd.DataFrame:
    known = weeks["contract_id"].isin(weeks.loc[weeks["actual_hours"].notna(), "contract_id"])
    told = weeks[known] if known.any() else weeks
    return told.groupby("week")[list(_PAIRS)].sum(min_count=1).reset_index()


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


def _managers(plan: Plan, sheets: pd.DataFrame, mondays: Sequence[dt.date]) -> pd.DataFrame:
    check_columns(sheets, ("manager_id",), "time sheets")
    grid = plan.manager_weeks
    grid = grid[grid["week"] <= pd.Timestamp(mondays[-1])]
    grid = grid.sort_values(["manager_id", "week"], ignore_index=True)
    names = sorted(set(grid["manager_id"]))
    table = grid[["manager_id", "week"]].assign(
        planned_hours=grid["load_hours"] + grid["cover_hours"], actual_hours=np.nan
    )
    if not sheets.empty:
        table["actual_hours"] = weekly_hours(sheets, "manager_id", names, mondays).reshape(-1)
    return table

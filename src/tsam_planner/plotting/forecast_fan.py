"""What a contract used in the past, and the fan of what it may need."""

import datetime as dt
from typing import Literal, get_args

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.demand.contract_weeks import contract_weeks
from tsam_planner.demand.forecast import Forecast
from tsam_planner.demand.history import LEVEL_WEEKS, read_history
from tsam_planner.errors import ArgumentError
from tsam_planner.plotting.labels import PLAIN
from tsam_planner.plotting.weeks import BLUE, RED, label_weeks, week_edges
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract, Prospect
from tsam_planner.units import MICRO

Floats = npt.NDArray[np.float64]
What = Literal["need", "cases"]

_BLACK, _GRAY = "0.15", "0.55"


def plot_forecast(
    forecast: Forecast,
    contract_id: str,
    *,
    portfolio: Portfolio | None = None,
    what: What = "need",
    ax: Axes | None = None,
) -> Axes:
    """
    Draw a contract's past weeks, then the range of what it may need.

    The band holds 8 of 10 futures of each week, the blue line is the middle one, and the
    dashed black line is the figure that a plan uses. The title says whether the contract has
    little history of its own, so that its range is borrowed from others.

    Parameters
    ----------
    forecast
        What `forecast_demand` returns.
    contract_id
        A contract or prospect with a contract day in these weeks.
    portfolio
        What the forecast was made from; it adds the past weeks and, for ``need``, the
        allowance. Of the past, 26 weeks are shown, or twice the weeks of the forecast.
    what
        ``need`` (hours a week) or ``cases`` (most cases open at once in a week).
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With weeks on the horizontal and hours or cases on the vertical axis.

    Raises
    ------
    ArgumentError
        When there is nothing to forecast for the contract, or ``what`` is another word.
    """
    if what not in get_args(What):
        message = f"expected what='need' or what='cases', got {what!r}"
        raise ArgumentError(message)
    contract = _contract(forecast, contract_id)
    table = _by_week(forecast, contract_id)
    if ax is None:
        _, ax = plt.subplots(figsize=(9.5, 4.2), layout="constrained")
    mondays = [week.date() for week in table.index]
    start = mondays[0]
    if portfolio is not None:
        shown = max(LEVEL_WEEKS, 2 * len(mondays))
        mondays = _draw_past(ax, forecast, contract_id, portfolio, what, start, shown) + mondays
    _draw_fan(ax, table, what)
    if portfolio is not None and what == "need":
        _draw_allowance(ax, contract, portfolio, table)
    label_weeks(ax, mondays, anchor=start)
    ax.set_ylim(bottom=0)
    ax.set_ylabel("hours a week" if what == "need" else "most cases open at once")
    if what == "cases":
        ax.yaxis.set_major_locator(MaxNLocator("auto", integer=True))
    ax.set_title(_finding(forecast, contract, table, what), loc="left", **PLAIN)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    return ax


def _contract(forecast: Forecast, contract_id: str) -> Contract:
    for contract in forecast.draws.contracts:
        if contract.contract_id == contract_id:
            return contract
    message = f"the forecast knows no contract {contract_id!r}"
    raise ArgumentError(message)


def _by_week(forecast: Forecast, contract_id: str) -> pd.DataFrame:
    """Return the forecast by week without gaps, missing where there is no contract day."""
    table = forecast.table[forecast.table["contract_id"] == contract_id].set_index("week")
    if table.empty:
        message = f"contract {contract_id!r} has no contract day in the weeks of the forecast"
        raise ArgumentError(message)
    first, last = forecast.table["week"].min(), forecast.table["week"].max()
    return table.reindex(pd.date_range(first, last, freq="7D"))


def _draw_past(
    ax: Axes,
    forecast: Forecast,
    contract_id: str,
    portfolio: Portfolio,
    what: What,
    before: dt.date,
    shown: int,
) -> list[dt.date]:
    """Draw what the logs say; return the weeks that are shown, none without a log."""
    # All contracts, for a log ends for all at once.
    contracts = forecast.draws.contracts
    history = read_history(portfolio, contracts, HolidayLists(portfolio.holidays), before)
    row = [contract.contract_id for contract in contracts].index(contract_id)
    values = (history.hours if what == "need" else history.open_peak)[row, -shown:]
    mondays = list(history.mondays[-shown:])
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return []
    values, mondays = values[known[0] :], mondays[known[0] :]
    ax.stairs(
        values,
        week_edges(mondays),
        baseline=None,
        color=_GRAY,
        linewidth=1.2,
        label="time sheets" if what == "need" else "case log",
    )
    return mondays


def _draw_fan(ax: Axes, table: pd.DataFrame, what: What) -> None:
    edges = week_edges([week.date() for week in table.index])
    name, expected = ("need", "need_hours") if what == "need" else ("peak", "cases")
    low, middle, high = (
        table[f"{name}_{level}"].to_numpy(dtype=float) for level in ("p10", "p50", "p90")
    )
    ax.stairs(
        high,
        edges,
        baseline=low,
        fill=True,
        color=BLUE,
        alpha=0.3,
        linewidth=0,
        label="8 of 10 futures",
    )
    for values, color, style, label in (
        (middle, BLUE, "-", "median"),
        (table[expected].to_numpy(dtype=float), _BLACK, "--", _EXPECTED[what]),
    ):
        ax.stairs(
            values,
            edges,
            baseline=None,
            color=color,
            linestyle=style,
            linewidth=1.5,
            label=label,
        )


_EXPECTED = {"need": "expected", "cases": "figure planned with"}


def _draw_allowance(
    ax: Axes, contract: Contract, portfolio: Portfolio, table: pd.DataFrame
) -> None:
    horizon = Horizon(table.index[0].date(), len(table))
    holidays = HolidayLists(portfolio.holidays)
    weeks = contract_weeks([contract], portfolio, holidays, horizon, portfolio.policy)
    if not weeks.has_allowance[0]:
        return
    ax.stairs(
        np.where(weeks.active[0], weeks.allowance[0] / MICRO, np.nan),
        week_edges(horizon.mondays),
        baseline=None,
        color=RED,
        linestyle=":",
        linewidth=2,
        label="allowance",
    )


def _finding(forecast: Forecast, contract: Contract, table: pd.DataFrame, what: What) -> str:
    means = table.drop(columns="contract_id").mean()
    if what == "need":
        text = (
            f"{means['need_hours']:.1f} h a week expected, "
            f"{means['need_p10']:.1f} to {means['need_p90']:.1f} h in 8 of 10 futures"
        )
    else:
        fewest, most = table["cases"].min(), table["cases"].max()
        planned = f"{most:.0f}" if fewest == most else f"{fewest:.0f} to {most:.0f}"
        text = (
            f"planned with {planned} open cases; peaks of "
            f"{means['peak_p10']:.0f} to {means['peak_p90']:.0f} in 8 of 10 futures"
        )
    rows = forecast.sources.set_index("contract_id")
    is_low = bool(rows.loc[contract.contract_id, "is_low_history"])
    second = (
        "low history: range borrowed from others" if is_low else "enough history of its own"
    )
    if isinstance(contract, Prospect):
        won = f"{100 * contract.win_probability:.0f} %"
        second = f"prospect, won with a chance of {won}; {second}"
    return f"{contract.contract_id}: {text}\n{second}"

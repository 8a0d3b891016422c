"""How full each manager's book is: hours and open cases against their limits."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tsam_planner.plan.plan import Plan
from tsam_planner.plotting.labels import (
    BLACK,
    GRAY,
    MARGIN,
    ROW,
    label_rows,
    legend_below,
    percent,
    say_nothing_to_draw,
)
from tsam_planner.plotting.weeks import BLUE
from tsam_planner.words import counted

# A book is nearly full from this share of a limit on.
_NEARLY = 0.9
_LIGHT = "#b3c8de"


def plot_books(plan: Plan, *, ax: Axes | None = None) -> Axes:
    """
    Draw hours a week and open cases of each manager against the limits.

    Dark bars are means over the weeks at work, light ones reach up to the week with most.
    Solid lines are limits: deployable hours in the mean of weeks, and open cases; the
    dotted one is what is available in the week with most hours, which no week may exceed.
    The fullest books stand on top.

    Parameters
    ----------
    plan
        The plan to show.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With two axes inside (``ax.child_axes``): hours on the left, cases on the right.
    """
    table = books_of(plan)
    if ax is None:
        _, ax = plt.subplots(figsize=books_size(plan), layout="constrained")
    if table.empty:
        return say_nothing_to_draw(ax, "Nobody is there: there are no books to show")
    # Long tables have their scales above them, too.
    ax.set_title(_finding(table), loc="left", pad=22 if len(table) > 30 else None)
    ax.set_axis_off()
    hours = ax.inset_axes((0.0, 0.0, 0.58, 1.0))
    cases = ax.inset_axes((0.62, 0.0, 0.38, 1.0))
    _draw_bars(hours, table["mean_hours"], table["most_hours"])
    limit = "limit: deployable hours, mean of weeks at work; open cases"
    _draw_limit(hours, table["deployable_hours"], "-", limit)
    _draw_limit(hours, table["available_hours"], ":", "available hours in the week with most")
    _draw_bars(cases, table["mean_cases"], table["most_cases"])
    _draw_limit(cases, table["max_cases"], "-", limit)
    label_rows(hours, list(table.index))
    cases.set_yticks([])
    for part, label in ((hours, "hours a week"), (cases, "open cases")):
        part.set_ylim(len(table) - 0.5, -0.5)
        part.set_xlim(left=0)
        part.set_xlabel(label)
        part.spines[["top", "right"]].set_visible(len(table) > 30)
        part.spines["right"].set_visible(False)
        part.tick_params(axis="x", top=len(table) > 30, labeltop=len(table) > 30)
    handles, _ = hours.get_legend_handles_labels()
    legend_below(ax, 0.55, handles=handles, ncols=2)
    return ax


def books_size(plan: Plan) -> tuple[float, float]:
    """Return the size in inches at which every book can be read."""
    return (9.5, MARGIN + 0.2 + ROW * max(3, plan.manager_weeks["manager_id"].nunique()))


def books_of(plan: Plan) -> pd.DataFrame:
    """
    Return one row per manager, the fullest first.

    Columns ``mean_hours, most_hours, deployable_hours, available_hours, mean_cases,
    most_cases, max_cases``: means over weeks with something deployable, ``available_hours``
    in the week with most hours.
    """
    weeks = plan.manager_weeks
    at_work = weeks[weeks["deployable_hours"] > 0].groupby("manager_id")
    per = weeks.groupby("manager_id")
    fullest = weeks.sort_values("load_hours", ascending=False, kind="stable")
    table = pd.DataFrame(
        {
            "mean_hours": at_work["load_hours"].mean(),
            "most_hours": per["load_hours"].max(),
            "deployable_hours": at_work["deployable_hours"].mean(),
            "available_hours": fullest.groupby("manager_id")["available_hours"].first(),
            "mean_cases": at_work["cases"].mean(),
            "most_cases": per["cases"].max(),
            "max_cases": per["max_cases"].max(),
        }
    )
    table = table.fillna(0.0).astype(float)
    fullness = _fullness(table).max(axis=1)
    return table.loc[fullness.sort_values(ascending=False, kind="stable").index]


def _fullness(table: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of the limits that a book fills: of hours, of cases."""
    hours = table["mean_hours"] / table["deployable_hours"].where(table["deployable_hours"] > 0)
    cases = table["most_cases"] / table["max_cases"].where(table["max_cases"] > 0)
    return pd.DataFrame({"hours": hours, "cases": cases}).fillna(0.0)


def _draw_bars(ax: Axes, mean: pd.Series, most: pd.Series) -> None:
    rows = np.arange(len(mean))
    ax.barh(rows, most, 0.72, color=_LIGHT, label="week with most")
    ax.barh(rows, mean, 0.44, color=BLUE, label="mean of weeks at work")


def _draw_limit(ax: Axes, limit: pd.Series, style: str, label: str) -> None:
    rows = np.arange(len(limit))
    color = BLACK if style == "-" else GRAY
    ax.vlines(limit, rows - 0.5, rows + 0.5, color=color, linestyle=style, label=label)


def _finding(table: pd.DataFrame) -> str:
    full = _fullness(table)
    near = full >= _NEARLY
    some = int(near.any(axis=1).sum())
    if not some:
        of_hours, of_cases = float(full["hours"].max()), float(full["cases"].max())
        reached = percent(max(of_hours, of_cases))
        what = "hours" if of_hours >= of_cases else "cases"
        return f"No book is nearly full: the fullest reaches {reached} of its limit of {what}"
    hours, cases = (int(near[what].sum()) for what in ("hours", "cases"))
    verb = "reaches" if some == 1 else "reach"
    return (
        f"{some} of {counted(len(table), 'book')} {verb} {percent(_NEARLY)} of a limit: "
        f"{hours} by hours, {cases} by cases"
    )

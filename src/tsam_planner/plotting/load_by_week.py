"""Whether the team fits the work, week by week."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import weeks_in
from tsam_planner.plotting.labels import BLACK, percent, say_nothing_to_draw
from tsam_planner.plotting.weeks import label_weeks, week_edges

# A bar is as wide as the days of a week less a gap.
_BAR_DAYS = 5.6


def plot_load(plan: Plan, *, ax: Axes | None = None) -> Axes:
    """
    Draw the team's load against its capacity by week.

    Bars stack the planned hours that are served, those that nobody serves (to be hired
    for) and the need beyond allowances (to be sold); lines show deployable and available
    hours.

    Parameters
    ----------
    plan
        The plan to show.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With weeks on the horizontal and hours on the vertical axis.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(9, 4.5), layout="constrained")
    hours = _hours_by_week(plan)
    if not hours.to_numpy().any():
        return say_nothing_to_draw(ax, "There is neither work nor anybody to do it")
    edges = week_edges(plan.horizon.mondays)
    bottom = pd.Series(0.0, index=hours.index)
    for name, color in (
        ("served", "#4477aa"),
        ("unassigned (to hire for)", "#cc6677"),
        ("above allowances (to sell)", "#ddcc77"),
    ):
        if name == "served" or hours[name].any():
            ax.bar(
                edges[:-1], hours[name], bottom=bottom, color=color, label=name,
                width=_BAR_DAYS, align="edge",
            )  # fmt: skip
        bottom += hours[name]
    for name, style in (("deployable", "-"), ("available", ":")):
        level = [*hours[name], hours[name].iloc[-1]]
        ax.step(edges, level, style, where="post", color=BLACK, label=name)
    label_weeks(ax, plan.horizon.mondays)
    ax.set_ylabel("hours a week, whole team")
    ax.set_ylim(0, 1.05 * max(bottom.max(), hours["available"].max()))
    ax.set_title(_finding(hours), loc="left")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    return ax


def _hours_by_week(plan: Plan) -> pd.DataFrame:
    stretches, weeks = plan.assignments, plan.contract_weeks
    # A contract may be served in some weeks only: its stretches say in which.
    planned = weeks_in(stretches[stretches["status"] != "not_planned"], weeks)
    left_out = weeks_in(stretches[stretches["status"] == "unassigned"], weeks)
    managers = plan.manager_weeks.groupby("week")
    hours = pd.DataFrame(
        {
            "served": managers["load_hours"].sum(),
            "unassigned (to hire for)": left_out.groupby("week")["planned_hours"].sum(),
            "above allowances (to sell)": planned.groupby("week")["unfunded_hours"].sum(),
            "deployable": managers["deployable_hours"].sum(),
            "available": managers["available_hours"].sum(),
        }
    )
    return hours.reindex(pd.DatetimeIndex(plan.horizon.mondays)).fillna(0.0)


def _finding(hours: pd.DataFrame) -> str:
    share = hours["served"].sum() / max(hours["deployable"].sum(), 1e-9)
    ratio = hours["served"] / hours["deployable"].where(hours["deployable"] > 0)
    if ratio.notna().any():
        busiest = pd.Timestamp(str(ratio.idxmax()))
        return (
            f"The team is loaded to {percent(share)} of deployable hours, "
            f"most in the week of {busiest.day} {busiest:%B} ({percent(ratio.max())})"
        )
    return "Nobody is deployable in these weeks"

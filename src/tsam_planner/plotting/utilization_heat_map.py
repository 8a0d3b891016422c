"""Who is how busy in which week."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm

from tsam_planner.plan.plan import Plan
from tsam_planner.plotting.cell_texts import Cell, write_in_cells
from tsam_planner.plotting.labels import (
    add_color_bar,
    heat_map_size,
    label_rows,
    percent,
    say_nothing_to_draw,
)
from tsam_planner.words import counted

_LIMITS = [0.0, 0.5, 0.7, 0.85, 0.95, 1.0, 1.25]


def plot_utilization(plan: Plan, *, ax: Axes | None = None) -> Axes:
    """
    Draw utilization by manager (rows) and week (columns) as a heat map.

    Each cell shows load over deployable hours in percent; a gray cell has nothing to
    deploy (away, or not employed). The busiest managers stand on top. Weeks may exceed
    100 % as long as every few weeks in a row do not.

    Parameters
    ----------
    plan
        The plan to show.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With one image, rows labeled by manager, columns by Monday.
    """
    table = plan.manager_weeks.pivot_table(
        index="manager_id", columns="week", values="utilization", dropna=False
    )
    table = table.loc[table.mean(axis=1).sort_values(ascending=False).index]
    rows, columns = table.shape
    if ax is None:
        _, ax = plt.subplots(figsize=heat_map_size(rows, columns), layout="constrained")
    if table.empty:
        return say_nothing_to_draw(ax, "Nobody is there: there is no utilization to show")
    colors = mpl.colormaps["YlOrRd"].resampled(len(_LIMITS) - 1).with_extremes(bad="0.88")
    norm = BoundaryNorm(_LIMITS, colors.N)
    shares = table.to_numpy(dtype=float)
    image = ax.imshow(np.ma.masked_invalid(shares), cmap=colors, norm=norm, aspect="auto")
    write_in_cells(ax, image, shares, _numbers(shares))
    ax.set_xticks(range(columns), [f"{week:%d %b}" for week in table.columns])
    ax.tick_params(axis="x", rotation=45)
    label_rows(ax, list(table.index))
    ax.set_xlabel("week (Monday)")
    ax.set_title(_finding(table), loc="left")
    bar = add_color_bar(ax, image, "load / deployable hours")
    bar.ax.set_yticks(_LIMITS, [percent(limit) for limit in _LIMITS])
    return ax


def _numbers(shares: npt.NDArray[np.float64]) -> dict[Cell, str]:
    return {
        (row, column): f"{100 * value:.0f}"
        for (row, column), value in np.ndenumerate(shares)
        if np.isfinite(value)
    }


def _finding(table: pd.DataFrame) -> str:
    strained = int((table > 0.95).any(axis=1).sum())
    if not strained:
        return "Nobody is above 95 % of deployable hours in any week"
    verb = "is" if strained == 1 else "are"
    team = counted(len(table), "manager")
    return f"{strained} of {team} {verb} above 95 % in at least one week"

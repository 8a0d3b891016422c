"""Whose absence hurts in which week."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from tsam_planner.plotting.labels import (
    add_color_bar,
    cell_color,
    color_on,
    heat_map_size,
    label_rows,
)
from tsam_planner.studies.absences import AbsenceTest

# Hours; what lies below the first (nothing) is white, what lies above the last is darkest.
_LIMITS = [1e-6, 0.5, 2.0, 5.0, 10.0, 20.0, 40.0]
_FRAME = "#0b3c8c"


def plot_absences(test: AbsenceTest, *, ax: Axes | None = None) -> Axes:
    """
    Draw what stays uncovered when one manager (rows) is away in one week (columns).

    Each cell shows the uncovered hours, nothing where all hours are covered; a gray cell
    serves nobody. Hatched cells are absences in the data, the others a whole week without
    notice. A frame marks weeks in which at least one customer would have nobody. The
    managers whose absences leave most uncovered stand on top.

    Parameters
    ----------
    test
        What `examine_absences` says of a plan.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With one image, rows labeled by manager, columns by Monday.
    """
    table = test.weeks.pivot_table(index="manager_id", columns="week", values="uncovered_hours")
    table = table.loc[table.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    rows, columns = table.shape
    if ax is None:
        _, ax = plt.subplots(figsize=heat_map_size(rows, columns), layout="constrained")
    ax.set_title(_finding(test.weeks), loc="left")
    if table.empty:
        ax.set_axis_off()
        return ax
    colors = mpl.colormaps["YlOrRd"].resampled(len(_LIMITS))
    colors = colors.with_extremes(bad="0.88", under="white")
    norm = BoundaryNorm(_LIMITS, colors.N, extend="max")
    cells = np.ma.masked_invalid(table.to_numpy(dtype=float))
    image = ax.imshow(cells, cmap=colors, norm=norm, aspect="auto")
    _write_hours(ax, table.to_numpy(dtype=float), image)
    _mark(ax, test.weeks, table)
    ax.set_xticks(range(columns), [f"{week:%d %b}" for week in table.columns])
    ax.tick_params(axis="x", rotation=45)
    label_rows(ax, list(table.index))
    marks = "hatched: absence in the data; framed: a customer has nobody"
    ax.set_xlabel(f"week (Monday)\n{marks}")
    bar = add_color_bar(ax, image, "hours that nobody covers")
    bar.ax.set_yticks(_LIMITS, [f"{limit:.3g}" for limit in (0, *_LIMITS[1:])])
    return ax


def _write_hours(ax: Axes, hours: npt.NDArray[np.float64], image: AxesImage) -> None:
    for (row, column), value in np.ndenumerate(hours):
        if value > 0:
            cell = cell_color(image, value)
            ax.text(
                column,
                row,
                f"{value:.0f}" if value >= 0.5 else "<1",
                ha="center",
                va="center",
                fontsize=8,
                color=color_on(cell),
                # What stands on hatches stays legible.
                path_effects=[withStroke(linewidth=2.5, foreground=cell)],
            )


def _mark(ax: Axes, weeks: pd.DataFrame, table: pd.DataFrame) -> None:
    """Hatch absences of the data, frame cells in which a customer has nobody."""
    places = zip(
        table.index.get_indexer(pd.Index(weeks["manager_id"])),
        table.columns.get_indexer(pd.Index(weeks["week"])),
        weeks["kind"] == "planned",
        weeks["without_anyone"] != "",
        strict=True,
    )
    for row, column, is_planned, has_nobody in places:
        if is_planned:
            ax.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5), 1, 1, fill=False, hatch="////", ec="0.55", lw=0
                )
            )
        if has_nobody:
            ax.add_patch(
                Rectangle(
                    (column - 0.42, row - 0.42), 0.84, 0.84, fill=False, ec=_FRAME, lw=1.5
                )
            )


def _finding(weeks: pd.DataFrame) -> str:
    if weeks.empty:
        return "Nobody serves anything: there is no absence to examine"
    nobody = weeks["without_anyone"] != ""
    if nobody.any():
        people, team = (rows["manager_id"].nunique() for rows in (weeks[nobody], weeks))
        return (
            f"{nobody.sum()} of {len(weeks)} single absences would leave a customer without\n"
            f"anyone; they concern {people} of {team} managers"
        )
    short = int((weeks["uncovered_hours"] > 0).sum())
    if short:
        return f"{short} of {len(weeks)} single absences would leave hours uncovered"
    return "Whoever is away in whichever week, substitutes cover every hour"

"""Whose absence hurts in which week."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import BoundaryNorm

from tsam_planner.plotting.cell_texts import Cell, Corners, squares, write_in_cells
from tsam_planner.plotting.labels import (
    add_color_bar,
    heat_map_size,
    label_rows,
)
from tsam_planner.studies.absences import AbsenceTest

# Hours; what lies below the first (nothing) is white, what lies above the last is darkest.
_LIMITS = [1e-6, 0.5, 2.0, 5.0, 10.0, 20.0, 40.0]
_FRAME = "#0b3c8c"
# What hatches leave free for a number, in cells.
_FREE = 0.36, 0.56


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
    hours = table.to_numpy(dtype=float)
    image = ax.imshow(np.ma.masked_invalid(hours), cmap=colors, norm=norm, aspect="auto")
    written = _hours(hours)
    write_in_cells(ax, image, hours, written)
    planned = _places(table, test.weeks[test.weeks["kind"] == "planned"])
    nobody = _places(table, test.weeks[test.weeks["without_anyone"] != ""])
    _mark(ax, squares(planned, 1, 1), hatch="////", edgecolor="0.55", linewidth=0)
    # What stands on hatches stays legible.
    on_hatches = [place for place in planned if place in written]
    fills = image.to_rgba(np.array([hours[place] for place in on_hatches]))
    _mark(ax, squares(on_hatches, *_FREE), facecolor=fills, linewidth=0)
    _mark(ax, squares(nobody, 0.84, 0.84), edgecolor=_FRAME, linewidth=1.5)
    ax.set_xticks(range(columns), [f"{week:%d %b}" for week in table.columns])
    ax.tick_params(axis="x", rotation=45)
    label_rows(ax, list(table.index))
    marks = "hatched: absence in the data; framed: a customer has nobody"
    ax.set_xlabel(f"week (Monday)\n{marks}")
    bar = add_color_bar(ax, image, "hours that nobody covers")
    bar.ax.set_yticks(_LIMITS, [f"{limit:.3g}" for limit in (0, *_LIMITS[1:])])
    return ax


def _hours(hours: npt.NDArray[np.float64]) -> dict[Cell, str]:
    return {
        (row, column): f"{value:.0f}" if value >= 0.5 else "<1"
        for (row, column), value in np.ndenumerate(hours)
        if value > 0
    }


def _places(table: pd.DataFrame, weeks: pd.DataFrame) -> list[Cell]:
    """Return row and column of absences."""
    rows = table.index.get_indexer(pd.Index(weeks["manager_id"]))
    columns = table.columns.get_indexer(pd.Index(weeks["week"]))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _mark(ax: Axes, boxes: Sequence[Corners], **how: Any) -> None:  # noqa: ANN401
    """Draw boxes, all of them at once."""
    if boxes:
        ax.add_collection(PolyCollection(boxes, **{"facecolor": "none", **how}))


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

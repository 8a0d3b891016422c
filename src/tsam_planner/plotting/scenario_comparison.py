"""Scenarios side by side: points with their bounds, contracts served, utilization."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from tsam_planner.plotting.labels import (
    BLACK,
    GRAY,
    PALE,
    PLAIN,
    legend_below,
    name_of,
    percent,
    say_nothing_to_draw,
    small_font,
)
from tsam_planner.plotting.weeks import BLUE, RED
from tsam_planner.studies.scenarios import ScenarioPlans
from tsam_planner.words import counted

_COLORS = {
    "": BLACK,
    "better": BLUE,
    "worse": RED,
    "not proven": GRAY,
    "other weeks": GRAY,
    "other weights": GRAY,
}
_WORDS = {
    "": "the first, compared with",
    "better": "better, proven",
    "worse": "worse, proven",
    "not proven": "no difference proven",
    "other weeks": "other weeks, not comparable",
    "other weights": "other weights, not comparable",
}
_ROW, _ROOM = 0.4, 1.9
_SERVED, _LEFT_OUT = "#88a9cf", "#ddcc77"


def plot_scenarios(scenarios: ScenarioPlans | pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """
    Draw points, contracts served and utilization of scenarios.

    A dot is the points of a plan, the line reaches down to its bound: the best plan of the
    scenario lies on it. Scenarios differ for certain only where lines do not overlap; the
    line of the first one is shaded over all rows. Colors say what is proven.

    Parameters
    ----------
    scenarios
        What `plan_scenarios` returns, or the table of `compare_plans`.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With three axes inside (``ax.child_axes``): points, contracts, utilization; rows in
        the order of the scenarios, those without a plan at the end.
    """
    if isinstance(scenarios, ScenarioPlans):
        table, broken = scenarios.table, list(scenarios.errors)
    else:
        table, broken = scenarios, []
    names = [*(table["plan"] if len(table) else ()), *broken]
    if ax is None:
        size = (10.5, _ROOM + _ROW * max(2, len(names)))
        _, ax = plt.subplots(figsize=size, layout="constrained")
    if not len(table):
        text = "No scenario has a plan" if broken else "There is no scenario to compare"
        return say_nothing_to_draw(ax, text)
    ax.set_title(_finding(table, broken), loc="left", **PLAIN)
    ax.set_axis_off()
    points = ax.inset_axes((0.0, 0.0, 0.5, 1.0))
    served = ax.inset_axes((0.54, 0.0, 0.22, 1.0))
    used = ax.inset_axes((0.8, 0.0, 0.2, 1.0))
    _draw_points(points, table)
    _draw_served(served, table)
    _draw_utilization(used, table)
    for row in range(len(table), len(names)):
        points.text(
            0.02, row, "no plan", transform=points.get_yaxis_transform(), va="center",
            color=GRAY,
        )  # fmt: skip
    for part in (points, served, used):
        part.set_ylim(len(names) - 0.5, -0.5)
        part.set_yticks([])
        part.spines[["top", "right"]].set_visible(False)
    points.set_yticks(range(len(names)), [name_of(name) for name in names], **PLAIN)
    legend_below(ax, 0.55, handles=_handles(table), ncols=4)
    return ax


def _draw_points(ax: Axes, table: pd.DataFrame) -> None:
    points = table["points"].to_numpy(dtype=float)
    bounds = table["bound"].to_numpy(dtype=float)
    if np.isfinite(bounds[0]):
        ax.axvspan(bounds[0], points[0], color=PALE, linewidth=1, zorder=0)
    for row, (point, bound) in enumerate(zip(points, bounds, strict=True)):
        color = _COLORS[table["against_first"].iloc[row]]
        if np.isfinite(bound):
            ax.plot([bound, point], [row, row], color=color, linewidth=4, alpha=0.5)
            ax.plot(bound, row, "|", color=color, markersize=12, markeredgewidth=2)
        ax.plot(point, row, "o", color=color, markersize=7)
        ax.annotate(
            f"{point:,.0f}", (point, row), (8, 0), textcoords="offset points", va="center",
            fontsize=small_font(),
        )  # fmt: skip
    known = np.concatenate([points, bounds[np.isfinite(bounds)]])
    low, high = float(known.min()), float(known.max())
    room = max(high - low, 0.02 * abs(high), 1.0)
    # To the right there is room for the numbers.
    ax.set_xlim(low - 0.08 * room, high + 0.25 * room)
    ax.set_xlabel("points, down to the bound (fewer are better)")
    ax.locator_params(axis="x", nbins=5)
    ax.xaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")


def _draw_served(ax: Axes, table: pd.DataFrame) -> None:
    planned = table["contracts planned"].to_numpy(dtype=float)
    served = table["contracts served in all weeks"].to_numpy(dtype=float)
    rows = np.arange(len(table))
    ax.barh(rows, planned - served, 0.55, left=served, color=_LEFT_OUT)
    ax.barh(rows, served, 0.55, color=_SERVED)
    for row in rows:
        ax.annotate(
            f"{served[row]:.0f} of {planned[row]:.0f}", (0, row), (5, 0),
            textcoords="offset points", va="center", fontsize=small_font(),
        )  # fmt: skip
    ax.set_xlim(0, 1.02 * max(float(planned.max()), 1.0))
    ax.set_xlabel("contracts served")
    ax.locator_params(axis="x", nbins=4)


def _draw_utilization(ax: Axes, table: pd.DataFrame) -> None:
    shares = 100 * table["utilization"].to_numpy(dtype=float)
    ax.barh(np.arange(len(table)), shares, 0.55, color=_SERVED)
    for row, share in enumerate(shares):
        ax.annotate(
            percent(share / 100), (0, row), (5, 0), textcoords="offset points", va="center",
            fontsize=small_font(),
        )  # fmt: skip
    ax.set_xlim(0, max(100.0, 1.02 * float(shares.max())))
    ax.set_xlabel("utilization (%)")


def _handles(table: pd.DataFrame) -> list[Line2D | Patch]:
    used = [kind for kind in _WORDS if kind in set(table["against_first"])]
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=_COLORS[kind], marker="o", linewidth=4, label=_WORDS[kind])
        for kind in used
    ]
    handles.append(Patch(color=_LEFT_OUT, label="not served in all weeks"))
    return handles


def _finding(table: pd.DataFrame, broken: list[str]) -> str:
    first, others = name_of(table["plan"].iloc[0]), table["against_first"].iloc[1:]
    counts = others.value_counts()
    parts = [
        f"{counts[kind]} {words}"
        for kind, words in (
            ("better", "proven better"),
            ("worse", "proven worse"),
            ("not proven", "without a proven difference"),
            ("other weeks", "of other weeks"),
            ("other weights", "by other weights"),
        )
        if kind in counts
    ]
    if broken:
        parts.append(f"{len(broken)} without a plan")
    if not parts:
        return f"{first}: {table['points'].iloc[0]:,.0f} points"
    number = counted(len(others) + len(broken), "scenario")
    return f"Of {number} against {first}: {', '.join(parts)}"

"""What changes of hands are worth: points against how many of them are allowed."""

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from tsam_planner.plotting.labels import say_nothing_to_draw
from tsam_planner.plotting.weeks import BLUE, RED
from tsam_planner.proof import StopReason
from tsam_planner.words import counted

Floats = npt.NDArray[np.float64]

_CUT_SHORT = "search ended before"
# How sure plans are, by why their search stopped.
_FACES = {
    str(StopReason.PROVEN_OPTIMAL): BLUE,
    str(StopReason.GAP_REACHED): "#b3c8de",
    _CUT_SHORT: "white",
}
# From here on another change of hands is worth nothing: a share of all that can be saved.
_NOTHING = 0.01
# Labels that find room beside each other.
_MOST_LABELS = 12


def plot_frontier(frontier: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """
    Draw the points of the best plan against the number of handovers that are allowed.

    Dots are plans, the fuller the surer they are; no plan lies below the red bound. What
    no plan can do with more handovers, none can do with fewer: each bound holds for every
    smaller limit, too, and is drawn so. Below the limits stand the contracts that are
    served in all weeks.

    Parameters
    ----------
    frontier
        What `handover_frontier` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With handovers on the horizontal and points on the vertical axis.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(9, 4.5), layout="constrained")
    if frontier.empty:
        return say_nothing_to_draw(ax, "There is no limit of handovers to compare")
    table = frontier.sort_values("max_handovers")
    limits, points, bounds = (
        table[name].to_numpy(dtype=float) for name in ("max_handovers", "points", "bound")
    )
    bounds = np.minimum(points, np.fmax.accumulate(bounds[::-1])[::-1])
    ax.plot(limits, points, color="0.8", linewidth=1.2, zorder=1)
    ax.vlines(limits, bounds, points, color=RED, linewidth=5, alpha=0.3, zorder=1)
    ax.plot(
        limits, bounds, "_", color=RED, markersize=14, markeredgewidth=2.5,
        label="bound: no plan has fewer",
    )  # fmt: skip
    reasons = table["stop_reason"].astype(str)
    shown = [reason if reason in _FACES else _CUT_SHORT for reason in reasons]
    for reason, face in _FACES.items():
        chosen = np.array([one == reason for one in shown])
        if chosen.any():
            ax.plot(
                limits[chosen], points[chosen], "o", color=BLUE, markerfacecolor=face,
                markersize=8, label=f"plan, {reason}",
            )  # fmt: skip
    low, high = float(np.nanmin([bounds, points])), float(np.nanmax([bounds, points]))
    room = max(high - low, 0.05 * abs(high), 1.0)
    ax.set_ylim(low - 0.1 * room, high + 0.1 * room)
    span = max(float(limits[-1] - limits[0]), 1.0)
    ax.set_xlim(limits[0] - 0.05 * span, limits[-1] + 0.07 * span)
    places = _places(limits)
    served = table["contracts_served"].to_numpy(dtype=int)
    ax.set_xticks(limits[places], [f"{limits[at]:.0f}\n{served[at]:,}" for at in places])
    ax.yaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")
    ax.set_xlabel("handovers allowed; below: contracts served in all weeks")
    ax.set_ylabel("points (fewer are better)")
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(_finding(table), loc="left")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    return ax


def _places(limits: Floats) -> list[int]:
    """Return the places of limits that find room beside each other, the last one always."""
    apart = (limits[-1] - limits[0]) / _MOST_LABELS
    places = [len(limits) - 1]
    for place in range(len(limits) - 2, -1, -1):
        if limits[places[-1]] - limits[place] >= apart:
            places.append(place)
    return places[::-1]


def _finding(table: pd.DataFrame) -> str:
    first, best = table.iloc[0], float(table["points"].min())
    saved = float(first["points"]) - best
    if len(table) == 1:
        number = counted(int(first["max_handovers"]), "handover")
        return f"Only one limit was tried: {best:,.0f} points with {number}"
    if saved <= 1e-6:
        return f"More than {counted(int(first['max_handovers']), 'handover')} save no points"
    enough = table[table["points"] <= best + _NOTHING * saved].iloc[0]
    gain = int(enough["contracts_served"] - first["contracts_served"])
    more = f" and serve {counted(gain, 'contract')} more" if gain > 0 else ""
    return (
        f"{enough['max_handovers']} handovers instead of {first['max_handovers']} save "
        f"{float(first['points'] - enough['points']):,.0f} points{more};\n"
        + _rest(table, int(enough["max_handovers"]))
    )


def _rest(table: pd.DataFrame, enough: int) -> str:
    if enough == int(table["max_handovers"].iloc[-1]):
        return "whether more of them save more was not tried"
    return f"more than that save less than {100 * _NOTHING:.0f} % of it"

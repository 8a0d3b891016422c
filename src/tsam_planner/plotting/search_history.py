"""How a plan was found: the best plan and the bound over the time of the search."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from tsam_planner.plan.plan import Plan
from tsam_planner.plan.summary import proof as proof_in_words
from tsam_planner.plotting.labels import BLACK, say_nothing_to_draw
from tsam_planner.plotting.weeks import BLUE, RED
from tsam_planner.proof import StopReason

Floats = npt.NDArray[np.float64]
# From this many times the bound on, points stand on a scale of factors.
_WIDE = 8.0


def plot_search(plan: Plan, *, ax: Axes | None = None) -> Axes:
    """
    Draw the points of the best plan and the bound over the time of the search.

    No plan is below the bound: what lies between the lines is what was not known yet. The
    title says whether the plan is proven, or how far it can be from the best.

    Parameters
    ----------
    plan
        A plan whose ``run`` has a ``history``: one just made, or read back with its run.json.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With seconds on the horizontal and points on the vertical axis.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
    history = cast("Sequence[Mapping[str, Any]]", plan.run.get("history") or ())
    if not history:
        return say_nothing_to_draw(ax, f"{_finding(plan)}; no history of the search was kept")
    end = max(float(cast("float", plan.run.get("search_seconds", 0.0))), history[-1]["seconds"])
    seconds, points, bounds = (
        _column(history, name) for name in ("seconds", "objective", "bound")
    )
    seconds = np.append(seconds, end)
    points, bounds = np.append(points, plan.objective), np.append(bounds, bounds[-1])
    if plan.bound is not None:
        bounds[-1] = plan.bound
    ax.fill_between(seconds, bounds, points, step="post", color="0.9", label="not known yet")
    ax.step(seconds, points, where="post", color=BLUE, linewidth=1.8, label="best plan")
    ax.step(
        seconds, bounds, where="post", color=RED, linestyle="--", linewidth=1.8,
        label="bound: no plan has fewer",
    )  # fmt: skip
    ax.plot(end, plan.objective, "o", color=BLACK, label="the plan", clip_on=False, zorder=3)
    _scale(ax, points, bounds)
    ax.set_xlim(0, max(end, 1e-3))
    ax.set_xlabel("seconds of search")
    ax.set_ylabel("points (fewer are better)")
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(_finding(plan), loc="left")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    return ax


def _column(history: Sequence[Mapping[str, Any]], name: str) -> Floats:
    values = [np.nan if point[name] is None else float(point[name]) for point in history]
    return np.array(values)


def _scale(ax: Axes, points: Floats, bounds: Floats) -> None:
    """Use factors where the first plan is many times the bound and nothing is zero."""
    known = np.concatenate([points, bounds])
    known = known[np.isfinite(known)]
    low, high = float(known.min()), float(known.max())
    if low > 0 and high / low > _WIDE:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.set_ylim(low / 1.15, 1.15 * high)
    else:
        ax.set_ylim(0, 1.08 * max(high, 1.0))
    ax.yaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")


def _finding(plan: Plan) -> str:
    seconds = plan.run.get("search_seconds")
    time = ""
    if isinstance(seconds, float):
        spent = f"{seconds:,.1f} s" if seconds >= 0.1 else "less than 0.1 s"
        time = f" after {spent} of search"
    points = f"{plan.objective:,.0f} points"
    if plan.stop_reason is StopReason.PROVEN_OPTIMAL:
        return f"{points}, proven{time}: no plan has fewer"
    return f"{points}{time}: {proof_in_words(plan)}"

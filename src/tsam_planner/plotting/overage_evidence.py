"""The hours that a customer asked for, week by week, against what it has bought."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from tsam_planner.finance.evidence import Evidence
from tsam_planner.plotting.weeks import BLUE, RED

_GRAY = "#8a8f98"


def plot_overage(evidence: Evidence, *, ax: Axes | None = None) -> Axes:
    """
    Draw hours a week as bars, dark where the week is tested, against the allowance.

    Parameters
    ----------
    evidence
        What `gather_evidence` returns for one customer.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With weeks on the horizontal and hours a week on the vertical axis.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
    places = np.arange(len(evidence.weeks))
    for is_tested, color, label in (
        (True, BLUE, "tested weeks"),
        (False, _GRAY, "other weeks"),
    ):
        shown = [week for week in evidence.weeks if week.is_tested == is_tested]
        if any(week.hours is not None for week in shown):
            where = [
                place
                for place, week in zip(places, evidence.weeks, strict=True)
                if week in shown
            ]
            heights = [week.hours or 0.0 for week in shown]
            ax.bar(where, heights, color=color, width=0.75, label=label)
    allowance = [week.allowance for week in evidence.weeks]
    edges = np.append(places - 0.5, places[-1] + 0.5)
    ax.stairs(allowance, edges, baseline=None, color=RED, linewidth=1.8, label="allowance")
    ax.set_xticks(places, [f"{week.monday:%d %b}" for week in evidence.weeks], fontsize=8)
    ax.set_ylabel("hours a week")
    ax.set_xlabel("week of")
    ax.set_ylim(0, 1.25 * max(*allowance, *(week.hours or 0.0 for week in evidence.weeks), 1.0))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, ncols=3, loc="upper left", fontsize=8)
    return ax

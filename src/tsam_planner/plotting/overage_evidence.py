"""The hours that a customer asked for, week by week, against what it has bought."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from tsam_planner.finance.evidence import Evidence
from tsam_planner.plotting.weeks import BLUE, RED

_GRAY = "#5b6472"


def plot_overage(evidence: Evidence, *, ax: Axes | None = None) -> Axes:
    """
    Draw hours a week as bars against the allowance; weeks set aside have none.

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
    hours = [week.hours or 0.0 for week in evidence.weeks]
    ax.bar(places, hours, color=BLUE, width=0.75, label="hours asked for")
    for place, week in zip(places, evidence.weeks, strict=True):
        if week.hours is None:
            ax.annotate("set aside", (place, 0.3), rotation=90, color=_GRAY, ha="center")
    allowance = [week.allowance for week in evidence.weeks]
    edges = np.append(places - 0.5, places[-1] + 0.5)
    ax.stairs(allowance, edges, baseline=None, color=RED, linewidth=1.8, label="allowance")
    ax.set_xticks(places, [f"{week.monday:%d %b}" for week in evidence.weeks], fontsize=8)
    ax.set_ylabel("hours a week")
    ax.set_xlabel("week of")
    ax.set_ylim(0, 1.25 * max(*allowance, *hours, 1.0))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, ncols=3, loc="upper left", fontsize=8)
    return ax

"""What additional hours bring by month: bought already, renewed, newly sold."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from tsam_planner.errors import ArgumentError
from tsam_planner.finance.revenue import RevenueEstimate
from tsam_planner.plotting.weeks import BLUE

_COLORS = {"contracted": BLUE, "renewal": "#88a9cf", "new": "#e69f00"}
_WORDS = {"contracted": "bought already", "renewal": "renewed", "new": "newly sold"}


def plot_revenue(
    revenue: RevenueEstimate, *, currency: str | None = None, ax: Axes | None = None
) -> Axes:
    """
    Draw expected revenue by month and kind, with the range of 8 of 10 futures.

    Parameters
    ----------
    revenue
        What `estimate_revenue` returns.
    currency
        Which currency to show; may be left out where there is one only.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With months on the horizontal and amounts on the vertical axis.

    Raises
    ------
    ArgumentError
        When several currencies could be meant, or the named one has no revenue.
    """
    known = list(revenue.total["currency"])
    if currency is None and len(known) == 1:
        currency = known[0]
    if currency is None or currency not in known:
        message = f"name one currency of {', '.join(known) or 'none'}, got {currency}"
        raise ArgumentError(message)
    if ax is None:
        _, ax = plt.subplots(figsize=(8.4, 4.0), layout="constrained")
    months = [month.name for month in revenue.months]
    rows = revenue.details[revenue.details["currency"] == currency]
    bottom = np.zeros(len(months))
    for kind, color in _COLORS.items():
        own = rows[rows["kind"] == kind].groupby("month")["expected"].sum()
        heights = np.array([float(own.get(month, 0)) for month in months])
        if heights.any():
            ax.bar(months, heights, 0.6, bottom=bottom, color=color, label=_WORDS[kind])
        bottom += heights
    totals = revenue.by_month[revenue.by_month["currency"] == currency].set_index("month")
    low, high = (
        np.array([float(totals[name].get(month, 0)) for month in months])
        for name in ("p10", "p90")
    )
    below, above = np.maximum(0, bottom - low), np.maximum(0, high - bottom)
    ax.errorbar(
        months, bottom, yerr=[below, above], fmt="none", ecolor="#3b3f46", capsize=4,
        label="8 of 10 futures (P10 to P90)",
    )  # fmt: skip
    expected = revenue.total.set_index("currency")["expected"][currency]
    ax.set_title(f"{currency} {expected:,} expected from additional hours", loc="left")
    ax.set_xlabel("month")
    ax.set_ylabel(f"{currency} a month")
    ax.yaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9)
    ax.set_ylim(top=1.35 * max(float(high.max()), float(bottom.max()), 1.0))
    return ax

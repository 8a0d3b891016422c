"""How many cases a manager may have open at once, week by week."""

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tsam_planner.demand.draws import DemandDraws, draw_demand
from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.futures import are_of_plan, book_futures
from tsam_planner.plan.plan import Plan
from tsam_planner.plotting.labels import PLAIN
from tsam_planner.plotting.weeks import BLUE, RED, label_weeks, week_edges

_LEVELS = (0.1, 0.5, 0.9, 0.99)


def plot_open_cases(
    plan: Plan,
    manager_id: str,
    *,
    futures: DemandDraws | None = None,
    draws: int = 1000,
    seed: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw the most cases that a manager may have open at once in each week of a plan.

    The dark band holds 8 of 10 futures, the light one reaches up to what 1 future in 100
    exceeds. The title says how likely the limit is exceeded in at least one week.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    manager_id
        Whose cases to show; cases of contracts count while they are in the own book.
    futures
        Futures that are drawn already, of this portfolio and these weeks.
    draws, seed
        Number of futures to draw otherwise (>= 1), and what they follow from.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With weeks on the horizontal and cases on the vertical axis.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio, has no such manager, the futures
        are of another plan, or a number is out of range.
    """
    facts = plan.facts
    if manager_id not in facts.manager_index:
        message = f"the plan knows no manager {manager_id!r}"
        raise ArgumentError(message)
    if futures is None:
        futures = draw_demand(
            facts.portfolio, plan.horizon, plan.policy, draws=draws, seed=seed
        )
    peaks = _peaks(plan, facts, manager_id, futures)
    limit = int(facts.manager_weeks.max_cases[facts.manager_index[manager_id]])
    if ax is None:
        _, ax = plt.subplots(figsize=(9.5, 4.2), layout="constrained")
    edges = week_edges(facts.horizon.mondays)
    _draw_bands(ax, peaks, edges)
    ax.hlines(
        limit,
        edges[0],
        edges[-1],
        color=RED,
        linestyle="--",
        linewidth=1.8,
        label=f"limit of {limit} cases",
    )
    label_weeks(ax, facts.horizon.mondays)
    ax.set_ylim(0, 1.1 * max(limit, ax.get_ylim()[1] / 1.05))
    ax.set_ylabel("most cases open at once")
    ax.yaxis.set_major_locator(MaxNLocator("auto", integer=True))
    ax.set_title(_finding(manager_id, peaks, limit, facts), loc="left", **PLAIN)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)
    return ax


def _peaks(
    plan: Plan, facts: Facts, manager_id: str, futures: DemandDraws
) -> npt.NDArray[np.int16]:
    """Return the most open cases of a manager; shape ``(draws, weeks)``."""
    if not are_of_plan(futures, facts):
        message = "these futures are of another portfolio or of other weeks than the plan"
        raise ArgumentError(message)
    own = [
        row for row in decisions_from(plan.assignments, facts) if row.manager_id == manager_id
    ]
    peaks: npt.NDArray[np.int16] = book_futures(facts, own, futures).peak[
        :, facts.manager_index[manager_id]
    ]
    return peaks


def _draw_bands(ax: Axes, peaks: npt.NDArray[np.int16], edges: npt.NDArray[np.float64]) -> None:
    low, middle, high, most = np.quantile(peaks, _LEVELS, axis=0, method="inverted_cdf")
    for upper, lower, alpha, label in (
        (most, high, 0.15, "9 of 100 above them (to p99)"),
        (high, low, 0.35, "8 of 10 futures (from p10)"),
    ):
        ax.stairs(
            upper,
            edges,
            baseline=lower,
            fill=True,
            color=BLUE,
            alpha=alpha,
            linewidth=0,
            label=label,
        )
    ax.stairs(middle, edges, baseline=None, color=BLUE, linewidth=1.8, label="median")


def _finding(manager_id: str, peaks: npt.NDArray[np.int16], limit: int, facts: Facts) -> str:
    exceeds = peaks > limit
    chance = float(exceeds.any(axis=1).mean())
    if not peaks.any():
        return f"{manager_id} has no open cases in any of {len(peaks):,} futures"
    if chance == 0:
        return (
            f"{manager_id}: in none of {len(peaks):,} futures more than {limit} open cases "
            "in any week"
        )
    by_week = exceeds.mean(axis=0)
    worst = facts.horizon.mondays[int(by_week.argmax())]
    return (
        f"{manager_id}: {chance_in_words(chance)} of more than {limit} open cases in some week"
        f"\nmost likely in the week of {worst.day} {worst:%B %Y} ({100 * by_week.max():.0f} %)"
    )


def chance_in_words(chance: float) -> str:
    """
    Return a probability with its article, never rounded to certainty.

    Examples
    --------
    >>> chance_in_words(0.97), chance_in_words(0.084), chance_in_words(0.002)
    ('a 97 % chance', 'an 8 % chance', 'a chance below 1 %')
    >>> chance_in_words(0.997), chance_in_words(1.0)
    ('a chance above 99 %', 'a chance of practically 100 %')
    """
    if chance == 1:
        return "a chance of practically 100 %"
    if chance > 0.99:
        return "a chance above 99 %"
    if chance < 0.01:
        return "a chance below 1 %"
    percent = round(100 * chance)
    article = "an" if percent in {8, 11, 18} or 80 <= percent < 90 else "a"
    return f"{article} {percent} % chance"

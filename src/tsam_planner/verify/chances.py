"""
The accepted risk, held against futures that no plan was made with (Q4).

A chance is a share of draws and strays by itself: it counts as too high only where fewer
than one plan in a hundred that keeps the risk would show as much in any of its weeks.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.stats import binom

from tsam_planner.demand.draws import draw_demand
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.futures import book_futures, exceeds
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.units import micro
from tsam_planner.verify.cases import Violation

_DRAWS = 2000
_SURE = 0.99
# A seed that neither searches nor studies use.
_SEED = 4_073_709_551


def chances_stay_within_risk(
    facts: Facts, decisions: Sequence[Decision]
) -> Iterator[Violation]:
    """No manager-week has too many hours or cases more often than the policy accepts (Q4)."""
    accepted = facts.policy.risk
    if accepted is None or not facts.managers:
        return
    futures = draw_demand(
        facts.portfolio, facts.horizon, facts.policy, draws=_DRAWS, seed=_SEED
    )
    hours, cases = exceeds(facts, book_futures(facts, decisions, futures))
    limit = most_by_luck(accepted, draws=_DRAWS, places=2 * hours[0].size)
    for what, over in (("hours", hours), ("open cases at once", cases)):
        share = over.mean(axis=0)
        for row in np.flatnonzero((share > limit).any(axis=1)):
            week = int(share[row].argmax())
            manager = facts.managers[row]
            yield Violation(
                rule=HardRule.CHANCES_STAY_WITHIN_RISK,
                message=(
                    f"{manager.label} in the week of {facts.horizon.mondays[week]}: too many "
                    f"{what} in {share[row, week]:.1%} of futures, {accepted:.1%} accepted"
                ),
                manager_id=manager.manager_id,
                # The worst week moves with every change; the place is the manager.
                about=what,
                excess=micro(float(share[row, week]) - accepted),
            )


def most_by_luck(accepted: float, *, draws: int, places: int) -> float:
    """
    Return the share of draws that a chance as accepted exceeds by luck in 1 % of plans.

    ``places`` are the manager-weeks looked at, each for hours and for cases.

    Examples
    --------
    >>> most_by_luck(0.05, draws=2000, places=1)
    0.0615
    >>> most_by_luck(0.05, draws=2000, places=600)
    0.0715
    """
    sure = _SURE ** (1 / max(1, places))
    return float(binom.ppf(sure, draws, accepted)) / draws

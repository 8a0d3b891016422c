"""What one more manager of a profile is worth: the plan made again, with and without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts, gather_facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.served_weeks import managers_by_week
from tsam_planner.planning.primaries import find_primaries
from tsam_planner.planning.sales import sell
from tsam_planner.planning.searches import Searcher, SolveOptions
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.records import Profile
from tsam_planner.studies.hires import WEEKS_PER_MONTH, hired, joined
from tsam_planner.units import MICRO

HIRE_COLUMNS = (
    "profile_id", "contracts_served", "hours_served", "points_saved", "margin_gained",
    "cost", "currency", "pays_for_itself", "is_proven",
)  # fmt: skip


def weeks_with_manager(facts: Facts, decisions: Sequence[Decision]) -> npt.NDArray[np.bool_]:
    """Return the weeks in which contracts have a manager; shape ``(contracts, weeks)``."""
    return managers_by_week(facts, decisions) >= 0


@dataclass(frozen=True)
class _Reached:
    """What a team reaches: contracts and hours served, points, margin of sales."""

    contracts: int
    hours: float
    points: float
    margin: float | None
    is_proven: bool


class HireTrial:
    """Plans again with one more manager, and compares with the team as it is."""

    def __init__(self, facts: Facts, offers: pd.DataFrame, options: SolveOptions) -> None:
        policy = facts.policy.model_copy(update={"risk": None})
        # What is sold is decided anew, with and without the hire.
        self._facts = gather_facts(facts.portfolio, facts.horizon, policy)
        self._offers, self._options = offers, options
        self.unpriced = ""
        self._before = self._reach(self._facts)

    def value_of(self, profile: Profile) -> Mapping[str, object]:
        """Return a row of what a hire is worth."""
        facts, before = self._facts, self._before
        # Its cost is held against the margin as a whole, and must not be in it already.
        people = [
            hire.model_copy(update={"hourly_cost": None, "currency": None})
            for hire in hired([profile], facts.managers)
        ]
        portfolio = joined(facts.portfolio, people)
        after = self._reach(gather_facts(portfolio, facts.horizon, facts.policy))
        gained = None
        if after.margin is not None and before.margin is not None:
            gained = round(after.margin - before.margin, 2)
        cost, currency = self._cost(profile)
        return {
            "profile_id": profile.profile_id,
            "contracts_served": after.contracts - before.contracts,
            "hours_served": round(after.hours - before.hours, 6),
            "points_saved": round(before.points - after.points, 6),
            "margin_gained": gained,
            "cost": cost,
            "currency": currency,
            "pays_for_itself": None if gained is None or cost is None else gained >= cost,
            "is_proven": before.is_proven and after.is_proven,
        }

    def _reach(self, facts: Facts) -> _Reached:
        searcher = Searcher.of_study(self._options)
        found = find_primaries(facts, searcher)
        margin = None
        try:
            selling = sell(facts, found, self._offers, searcher)
        except ArgumentError as error:
            # Several currencies without rates: sales have no common measure.
            selling, self.unpriced = None, str(error)
        if selling is not None:
            found, margin = selling.primaries, selling.proof.objective
        served = weeks_with_manager(facts, found.decisions) & facts.planned[:, None]
        whole = (served | ~facts.contract_weeks.active).all(axis=1) & facts.planned
        hours = np.where(served, facts.contract_weeks.planned, 0).sum() / MICRO
        points = found.points / MICRO
        gap = abs(points - found.proven) <= self._options.relative_gap * max(points, 1.0)
        return _Reached(int(whole.sum()), float(hours), points, margin, bool(gap))

    def _cost(self, profile: Profile) -> tuple[float | None, str | None]:
        """Return what a hire costs over the plan's weeks, in the currency of margins."""
        if profile.monthly_cost is None or profile.currency is None:
            return None, None
        months = Decimal(self._facts.horizon.weeks) / WEEKS_PER_MONTH
        into = self._facts.policy.offers.currency or profile.currency
        exchange = Exchange.of(into, self._facts.portfolio.exchange_rates)
        try:
            rate = exchange.rate_of(profile.currency)
        except ArgumentError:
            return None, None
        return round(float(profile.monthly_cost * months * rate), 2), into

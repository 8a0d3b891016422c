"""
The goals of a plan in points, each worked out from the decisions alone.

Every figure is rounded to a millionth of a point where it is born; sums are exact.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.windows import Window, daily_overlap
from tsam_planner.facts import Facts, working_hours
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.handover_hours import changes_of_hands
from tsam_planner.plan.ledger import Ledger
from tsam_planner.units import MICRO, micro

GOALS = {
    "unassigned": "contracts that nobody serves",
    "handover": "contracts that change hands",
    "company_split": "companies served by more managers than one",
    "call_overlap": "short daily overlap between manager and contract",
    "strain": "manager-weeks above 85 % and 95 % of deployable hours",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points by goal, in whole millionths; fewer are better."""

    unassigned: int
    handover: int
    company_split: int
    call_overlap: int
    strain: int

    @property
    def total(self) -> int:
        """Sum over all goals: what a plan costs, in whole millionths."""
        return sum(self.by_goal().values())

    def by_goal(self) -> dict[str, int]:
        """Return the millionths of points of each goal."""
        return {goal: getattr(self, goal) for goal in GOALS}


def count_points(facts: Facts, decisions: Sequence[Decision], ledger: Ledger) -> Points:
    """Return the points of decisions by goal; ``ledger`` belongs to the decisions."""
    return Points(
        unassigned=sum(unassigned_points(facts, row) for row in decisions),
        handover=handover_points(facts, decisions),
        company_split=company_split_points(facts, decisions),
        call_overlap=sum(call_overlap_points(facts, row) for row in decisions),
        strain=strain_points(facts, ledger),
    )


def unassigned_points(facts: Facts, decision: Decision) -> int:
    """
    Return the points of a stretch without a manager.

    ``priority × (10 × max(10, planned hours) + 200 if somebody has it today)`` over the
    whole horizon, charged by the stretch's share of the term's weekdays.
    """
    if decision.status != "unassigned":
        return 0
    row = facts.contract_index[decision.contract_id]
    weights = facts.policy.goals
    planned = int(facts.contract_weeks.planned[row].sum()) / MICRO
    points = weights.unassigned * max(weights.unassigned_minimum_hours, planned)
    if decision.contract_id in facts.incumbents:
        points += weights.unassigned_incumbent
    share = share_of_term(facts, decision)
    return micro(facts.contracts[row].priority * points * share)


def handover_points(facts: Facts, decisions: Sequence[Decision]) -> int:
    """Return the points of every change of hands, from today's manager onward."""
    weight = facts.policy.goals.handover
    return sum(
        micro(weight * facts.contract(row.contract_id).handover_weight)
        for _, _, row in changes_of_hands(facts, decisions)
    )


def company_split_points(facts: Facts, decisions: Sequence[Decision]) -> int:
    """Return the points of companies that prefer one manager and have several (R47)."""
    managers: dict[str, set[str]] = {}
    for decision in decisions:
        contract = facts.contracts[facts.contract_index[decision.contract_id]]
        if (
            decision.manager_id is not None
            and facts.same_manager[contract.company_id] == "prefer"
        ):
            managers.setdefault(contract.company_id, set()).add(decision.manager_id)
    price = micro(facts.policy.goals.company_split)
    return sum(price * (len(several) - 1) for several in managers.values())


def call_overlap_points(facts: Facts, decision: Decision) -> int:
    """Return the points of a daily overlap below the target (R38, Q16)."""
    share = share_of_term(facts, decision)
    if decision.manager_id is None or not share:
        return 0
    overlap = smallest_overlap(facts, decision.contract_id, decision.manager_id)
    missing = max(0.0, facts.policy.target_daily_overlap_hours - overlap)
    return micro(facts.policy.goals.call_overlap * missing * share)


def smallest_overlap(facts: Facts, contract_id: str, manager_id: str) -> float:
    """
    Return the smallest daily overlap over all weekdays of the term, in hours.

    Holidays and absences do not matter here: it is about hours of the day.
    """
    row = facts.contract_index[contract_id]
    manager = facts.managers[facts.manager_index[manager_id]]
    term = facts.contract_weeks.term[row]
    first, last = (int(day) for day in np.flatnonzero(term)[[0, -1]])
    return _smallest_overlap(
        facts.window(facts.contracts[row]),
        working_hours(manager),
        facts.horizon.weekdays[first : last + 1],
    )


@lru_cache(maxsize=65536)
def _smallest_overlap(contract: Window, manager: Window, dates: tuple[dt.date, ...]) -> float:
    return min(daily_overlap(contract, manager, date) for date in dates)


def strain_points(facts: Facts, ledger: Ledger) -> int:
    """Return the points of manager-weeks loaded above the policy's strain shares."""
    total = 0.0
    for share, price in zip(facts.policy.strain_shares, facts.policy.goals.strain, strict=True):
        threshold = strain_threshold(facts, share)
        above = np.maximum(0, ledger.load - threshold).sum()
        total += price * int(above) / MICRO
    return micro(total)


def strain_threshold(facts: Facts, share: float) -> npt.NDArray[np.int64]:
    """Return the load above which a manager-week is strained, in whole millionths."""
    deployable = facts.manager_weeks.deployable / MICRO
    return micro(share * deployable)


def share_of_term(facts: Facts, decision: Decision) -> float:
    """Return the share of the weekdays of a contract's term in a stretch; 0 without any."""
    row = facts.contract_index[decision.contract_id]
    by_week = facts.contract_weeks.term[row].reshape(-1, 5).sum(axis=1)
    served = sum(int(by_week[week]) for week in decision.weeks(facts.horizon))
    return served / max(1, int(by_week.sum()))

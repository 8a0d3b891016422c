"""
Hours that changes of hands take, where the policy counts them (R13, R16).

Who receives a contract learns it in the first weeks of the new stretch; who gives it away
explains it in the last weeks of the old one or, when that ended before the plan, in the
first weeks of the new one. Weeks in which somebody does not work at all are skipped.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.units import micro

Hours = npt.NDArray[np.int64]


def handover_hours(facts: Facts, decisions: Sequence[Decision]) -> Hours:
    """
    Return the hours of handovers per manager-week in whole millionths.

    Shape ``(managers, weeks)``; all zero unless ``policy.plan_handover_hours``.
    """
    hours = np.zeros(facts.manager_weeks.available.shape, dtype=np.int64)
    if not facts.policy.plan_handover_hours:
        return hours
    rule = facts.policy.handover_hours
    for giver, before, row in changes_of_hands(facts, decisions):
        receiver = facts.manager_index[str(row.manager_id)]
        receiving = _weeks_there(facts, receiver, row)[: rule.weeks]
        _spread(hours, receiver, receiving, rule.receiving)
        giver_row = facts.manager_index[giver]
        if before is None:
            giving = _weeks_there(facts, giver_row, row)[: rule.weeks]
        else:
            giving = _weeks_there(facts, giver_row, before)[-rule.weeks :]
        _spread(hours, giver_row, giving, rule.giving)
    return hours


def _weeks_there(facts: Facts, manager: int, row: Decision) -> list[int]:
    """Return the weeks of a stretch in which a manager works at all."""
    available = facts.manager_weeks.available[manager]
    return [week for week in row.weeks(facts.horizon) if available[week] > 0]


def changes_of_hands(
    facts: Facts, decisions: Sequence[Decision]
) -> Iterator[tuple[str, Decision | None, Decision]]:
    """
    Yield who gives, its stretch (None before the plan) and the stretch that receives.

    Weeks without a manager undo no change of hands: who had it last gives.
    """
    for contract_id, stretches in by_contract(decisions).items():
        giver, before = facts.incumbents.get(contract_id), None
        for row in stretches:
            if row.manager_id is None:
                continue
            if giver not in (None, row.manager_id):
                yield str(giver), before, row
            giver, before = row.manager_id, row


def _spread(hours: Hours, manager: int, weeks: Sequence[int], amount: float) -> None:
    for week in weeks:
        hours[manager, week] += micro(amount / len(weeks))

"""
Days on which nobody can answer a customer: manager and substitute are away together.

The response goals (R22, R23; TSAM's is assumed, Q23) are targets, not guarantees (R24), and
R31 to R34 excuse absences. Gaps are therefore reported as risks and forbid nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.plan.served_weeks import served_weeks
from tsam_planner.plan.tables import typed

People = tuple[int, int | None]
"""Positions of manager and substitute; None where there is no substitute."""


def response_gaps_table(facts: Facts, decisions: Sequence[Decision]) -> pd.DataFrame:
    """
    Return one row per run of working days without anybody that exceeds the response goal.

    A working day of a contract has a weight above 0; somebody is there who is present for
    any part of it. Weekends and holidays of the contract neither count nor interrupt a run,
    a change of hands does not either. Days in weeks that nobody serves belong to no run:
    such a contract is unassigned, not waiting. What lies outside the horizon is not seen.

    Parameters
    ----------
    facts
        Presence of managers, working days of contracts, response goals of the policy.
    decisions
        Who serves which contract in which weeks.

    Returns
    -------
    DataFrame
        ``contract_id, first_day, last_day, working_days, goal_days, manager_id,
        backup_id``; several managers or substitutes of one run are joined by ``;``. In
        order of contract and first day.
    """
    rows = []
    for contract_id, stretches in sorted(by_contract(decisions).items()):
        contract = facts.contract_index[contract_id]
        served = served_weeks(stretches, facts.horizon)
        people = {week: _people(facts, stretch) for week, stretch in served.items()}
        goal = _goal_days(facts, contract)
        for run in _runs(facts, contract, people):
            if len(run) <= goal:
                continue
            concerned = [served[day // WEEKDAYS] for day in run]
            rows.append(
                (
                    contract_id,
                    facts.horizon.weekdays[run[0]],
                    facts.horizon.weekdays[run[-1]],
                    len(run),
                    goal,
                    _joined(stretch.manager_id for stretch in concerned),
                    _joined(stretch.backup_id for stretch in concerned),
                )
            )
    columns = [
        "contract_id", "first_day", "last_day", "working_days", "goal_days", "manager_id",
        "backup_id",
    ]  # fmt: skip
    return typed(pd.DataFrame(rows, columns=columns))


def absent_together_days(
    facts: Facts,
    contract_row: int,
    manager_row: int,
    backup_row: int | None,
    weeks: Iterable[int],
) -> int:
    """
    Return the working days without anybody beyond the response goal, of one pair.

    Parameters
    ----------
    facts
        Presence of managers, working days of contracts, response goals of the policy.
    contract_row, manager_row, backup_row
        Positions in ``facts.contracts`` and ``facts.managers``; ``backup_row`` is None
        without a substitute.
    weeks
        Consecutive weeks of the horizon that the pair serves.

    Returns
    -------
    int
        Working days >= 0: the sum over runs of ``max(0, working days - goal days)``.
    """
    people = dict.fromkeys(weeks, (manager_row, backup_row))
    goal = _goal_days(facts, contract_row)
    return sum(max(0, len(run) - goal) for run in _runs(facts, contract_row, people))


def _goal_days(facts: Facts, contract: int) -> int:
    return int(getattr(facts.policy.response_days, facts.contracts[contract].offering))


def _people(facts: Facts, stretch: Decision) -> People:
    backup = None if stretch.backup_id is None else facts.manager_index[stretch.backup_id]
    return facts.manager_index[str(stretch.manager_id)], backup


def _runs(facts: Facts, contract: int, people: Mapping[int, People]) -> Iterator[list[int]]:
    """Yield the runs of a contract's working days on which none of its people is there."""
    presence = facts.manager_days.presence

    def nobody_is_there(day: int) -> bool:
        pair = people.get(day // WEEKDAYS)
        return pair is not None and not any(
            presence[row, day] > 0 for row in pair if row is not None
        )

    # Only working days are looked at, so that others cannot interrupt a run.
    working_days = np.flatnonzero(facts.contract_weeks.weight[contract] > 0).tolist()
    for nobody, run in groupby(working_days, key=nobody_is_there):
        if nobody:
            yield list(run)


def _joined(ids: Iterable[str | None]) -> str | None:
    """Return each id once in order of time, None when there is none."""
    return ";".join(dict.fromkeys(name for name in ids if name is not None)) or None

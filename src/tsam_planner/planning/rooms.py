"""What a finished plan leaves: whether a task still fits beside a manager's book."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.handover_limit import changed_contracts
from tsam_planner.model.pairs import pair_loads
from tsam_planner.model.primaries import PrimaryModel
from tsam_planner.plan.ledger import Ledger
from tsam_planner.portfolio.records import Contract
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.units import MICRO

Hours = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Room:
    """
    What keeps a manager, who may serve a task, from taking it beside its book.

    ``free`` and ``needed`` are cases, contracts, or hours: those that the task needs a week in
    its weeks that are concerned, and how many of them would fit.
    """

    rule: HardRule
    free: float
    needed: float


@dataclass(frozen=True, slots=True)
class Situation:
    """
    A finished assignment: who has which stretch, and what the books hold.

    ``manager_of`` has one entry per stretch of ``model.pairs.stretches``.
    """

    model: PrimaryModel
    ledger: Ledger
    manager_of: Sequence[int | None]

    @property
    def facts(self) -> Facts:
        """Facts behind the plan."""
        return self.model.facts

    def contract(self, stretch: int) -> Contract:
        """Return the contract of a stretch."""
        return self.facts.contracts[self.model.pairs.stretches[stretch].contract]


def room_for(situation: Situation, task: Sequence[int], manager: int) -> Room | None:
    """Return the first limit that a task's stretches would break beside a manager's book."""
    facts, ledger = situation.facts, situation.ledger
    for rival in _apart(situation, task):
        if situation.manager_of[rival] == manager:
            return Room(HardRule.COMPANY_IS_KEPT_APART, 0, 1)
    if _is_one_handover_too_many(situation, task, manager):
        return Room(HardRule.HANDOVERS_STAY_WITHIN_LIMIT, 0, 1)
    limit = int(facts.manager_weeks.max_contracts[manager])
    held = int(ledger.contracts[manager].max())
    if 0 <= limit < held + len(task):
        return Room(HardRule.CONTRACTS_STAY_WITHIN_LIMIT, max(0, limit - held), len(task))
    return (
        _hours_room(situation, task, manager)
        or _cases_room(situation, task, manager)
        or _call_room(situation, task, manager)
    )


def _is_one_handover_too_many(situation: Situation, task: Sequence[int], manager: int) -> bool:
    """Say whether the policy's limit of handovers is used up, and this would be one."""
    facts, parts = situation.facts, situation.model.pairs.stretches
    limit = facts.policy.max_handovers
    today = facts.manager_today(parts[task[0]].contract)
    if limit is None or today in (None, manager):
        return False
    moved = changed_contracts(facts, parts, situation.manager_of)
    return parts[task[0]].contract not in moved and len(moved) >= limit


def _inside(situation: Situation, task: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Return the weeks of each stretch of a task, shape ``(stretches, weeks)``."""
    week = np.arange(situation.facts.horizon.weeks)
    parts = [situation.model.pairs.stretches[part] for part in task]
    return np.array([(part.first <= week) & (week <= part.last) for part in parts])


def _rows(situation: Situation, task: Sequence[int]) -> npt.NDArray[np.int64]:
    parts = situation.model.pairs.stretches
    return np.array([parts[part].contract for part in task], dtype=np.int64)


def _hours_room(situation: Situation, task: Sequence[int], manager: int) -> Room | None:
    """
    Return the room of the weeks in which the fewest of a task's hours fit.

    A limit holds over several weeks, in some of which the task may ask for nothing (they are
    before or after it) or for less (the manager is away). So the share of its load that fits
    is put into hours of the contract: with that many a week, the limit would hold.
    """
    facts, ledger = situation.facts, situation.ledger
    rows, inside = _rows(situation, task), _inside(situation, task)
    load = (pair_loads(facts, rows, np.full(len(rows), manager)) * inside).sum(axis=0)
    planned = (facts.contract_weeks.planned[rows] * inside).sum(axis=0)
    weeks = facts.manager_weeks
    rooms = []
    spans = (
        (HardRule.AVAILABLE_HOURS_SUFFICE, weeks.available[manager], 1),
        (
            HardRule.DEPLOYABLE_HOURS_SUFFICE,
            weeks.bookable[manager],
            min(facts.policy.averaging_weeks, facts.horizon.weeks),
        ),
    )
    for rule, hours, span in spans:
        free = _sums(hours - ledger.load[manager], span)
        needed = _sums(load, span)
        for first in np.flatnonzero(needed > np.maximum(free, 0)).tolist():
            asked = planned[first : first + span]
            weekly = asked.sum() / np.count_nonzero(asked) / MICRO
            share = max(0, free[first]) / needed[first]
            rooms.append((share, -weekly, Room(rule, share * weekly, weekly)))
    return min(rooms, key=lambda item: item[:2])[2] if rooms else None


def _cases_room(situation: Situation, task: Sequence[int], manager: int) -> Room | None:
    facts, ledger = situation.facts, situation.ledger
    weekly = facts.contract_weeks.cases[_rows(situation, task)] * _inside(situation, task)
    cases = weekly.sum(axis=0)
    spare = facts.manager_weeks.max_cases[manager] - ledger.cases[manager]
    worst = int(np.argmin(spare - cases))
    if cases[worst] > spare[worst]:
        free_cases = max(0, int(spare[worst]))
        return Room(HardRule.CASES_STAY_WITHIN_LIMIT, free_cases, int(cases[worst]))
    return None


def _call_room(situation: Situation, task: Sequence[int], manager: int) -> Room | None:
    """Return the part of the day in which the task's calls find no room, if there is one."""
    model, options = situation.model, situation.model.options
    if not np.isfinite(model.call_room.capacity[manager]).any():
        return None
    position = model.tasks.of_stretch[task[0]]
    own = np.flatnonzero(options.manager == manager)
    tasks = options.task[own]
    first = (model.tasks.items[row].stretches[0] for row in tasks)
    held = np.array([situation.manager_of[part] == manager for part in first], dtype=bool)
    load = model.call_room.load[own]
    needed = load[tasks == position].sum(axis=0)
    left = model.call_room.capacity[manager] - load[held].sum(axis=0)
    crowded = np.flatnonzero(needed > np.maximum(left, 0))
    if not crowded.size:
        return None
    worst = crowded[np.argmin((left - needed)[crowded])]
    return Room(HardRule.CALLS_FIND_ROOM, max(0.0, float(left[worst])), float(needed[worst]))


def _sums(hours: Hours, span: int) -> Hours:
    sums: Hours = np.convolve(hours, np.ones(span, dtype=np.int64), mode="valid")
    return sums


def _apart(situation: Situation, task: Sequence[int]) -> list[int]:
    """Return stretches that must not share a manager with a task (R47)."""
    facts, parts = situation.facts, situation.model.pairs.stretches
    own = parts[task[0]].contract
    company = facts.contracts[own].company_id
    if facts.same_manager[company] != "forbid":
        return []
    siblings = facts.siblings.get(company, ())
    return [
        position
        for position, part in enumerate(parts)
        if part.contract != own and part.contract in siblings
    ]

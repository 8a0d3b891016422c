"""What a finished plan leaves: whether a task still fits beside a manager's book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.handover_limit import changed_contracts
from tsam_planner.model.pairs import pair_loads
from tsam_planner.model.primaries import PrimaryModel
from tsam_planner.plan.ledger import Ledger
from tsam_planner.portfolio.records import Contract, Pin
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


@dataclass(frozen=True)
class Situation:
    """
    A finished assignment: who has which stretch, and what the books hold.

    ``manager_of`` has one entry per stretch of ``model.pairs.stretches``. What is asked again
    for every contract and manager is worked out once.
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

    @cached_property
    def moved(self) -> frozenset[int]:
        """Contracts that others than today's managers serve."""
        return changed_contracts(self.facts, self.model.pairs.stretches, self.manager_of)

    @cached_property
    def stretches_of(self) -> Mapping[int, Sequence[int]]:
        """Stretches of each contract, in order of time."""
        stretches: dict[int, list[int]] = {}
        for position, part in enumerate(self.model.pairs.stretches):
            stretches.setdefault(part.contract, []).append(position)
        return stretches

    @cached_property
    def pins_of(self) -> Mapping[str, Sequence[Pin]]:
        """Pins of each contract id that has some."""
        pins: dict[str, list[Pin]] = {}
        for pin in self.facts.portfolio.pins:
            pins.setdefault(pin.contract_id, []).append(pin)
        return pins

    def options_of(self, manager: int) -> Hours:
        """Return the options (positions) by which a manager may serve tasks."""
        order, ends = self._by_manager
        return order[ends[manager] : ends[manager + 1]]

    @cached_property
    def _by_manager(self) -> tuple[Hours, Hours]:
        managers = self.model.options.manager
        order = np.argsort(managers, kind="stable")
        return order, np.searchsorted(managers[order], np.arange(len(self.facts.managers) + 1))

    def call_room(self, manager: int) -> npt.NDArray[np.float64]:
        """Return the room that a manager's calls leave in each part of the day."""
        if manager not in self._call_rooms:
            model, own = self.model, self.options_of(manager)
            first = (
                model.tasks.items[task].stretches[0]
                for task in model.options.task[own].tolist()
            )
            held = np.array([self.manager_of[part] == manager for part in first], dtype=bool)
            room = model.call_room
            self._call_rooms[manager] = room.capacity[manager] - room.load[own[held]].sum(
                axis=0
            )
        return self._call_rooms[manager]

    @cached_property
    def _call_rooms(self) -> dict[int, npt.NDArray[np.float64]]:
        return {}


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
    moved = situation.moved
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
    own = situation.options_of(manager)
    asking = own[options.task[own] == model.tasks.of_stretch[task[0]]]
    needed, left = model.call_room.load[asking].sum(axis=0), situation.call_room(manager)
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
    facts = situation.facts
    own = situation.model.pairs.stretches[task[0]].contract
    company = facts.contracts[own].company_id
    if facts.same_manager[company] != "forbid":
        return []
    others = (contract for contract in facts.siblings.get(company, ()) if contract != own)
    return [part for contract in others for part in situation.stretches_of[contract]]

"""
Which manager may serve which contract, for all pairs at once.

Every pair carries the first hard rule that blocks it, so that a contract without a manager
can say why; open pairs carry their daily overlap and their weekly load.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.calendars.windows import Window, overlap_table
from tsam_planner.facts import Facts, working_hours
from tsam_planner.model.stretches import Stretch, cut_contracts
from tsam_planner.portfolio.records import PinRule
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.units import MICRO, micro

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """
    Every pair of a contract's stretch and a manager.

    Attributes
    ----------
    stretches
        The stretches of all planned contracts, by contract and time.
    uncut
        Contracts (positions) that somebody who joins could take over, had they been cut.
    blocked_by
        Position in ``rules`` of the first rule that blocks the pair, -1 where none does;
        shape ``(stretches, managers)``.
    overlap
        Smallest daily overlap over the weekdays of the term, in hours; shape
        ``(contracts, managers)``.
    rules
        The rules in the order in which they are held against a pair.
    """

    stretches: tuple[Stretch, ...]
    uncut: frozenset[int]
    blocked_by: npt.NDArray[np.int8]
    overlap: npt.NDArray[np.float64]
    rules: tuple[HardRule, ...]

    @property
    def eligible(self) -> Flags:
        """Pairs that no rule blocks, shape ``(stretches, managers)``."""
        return self.blocked_by < 0

    def blocking_rule(self, stretch: int, manager: int) -> HardRule | None:
        """Return the first rule that keeps a manager from a stretch."""
        position = int(self.blocked_by[stretch, manager])
        return None if position < 0 else self.rules[position]


def match_pairs(facts: Facts, also: Collection[int] = ()) -> Pairs:
    """
    Cut the contracts into stretches and hold every manager against each, rule by rule.

    ``also`` are contracts (positions) to be cut where somebody joins (see `cut_contracts`).
    """
    overlap = smallest_overlaps(facts)
    standing = standing_rules(facts, overlap)
    standing[HardRule.PINS_ARE_KEPT] = _allowed_by_pins(facts, "pin")
    stretches, uncut = cut_contracts(
        facts, np.logical_and.reduce(list(standing.values())), also
    )
    owner = np.array([stretch.contract for stretch in stretches], dtype=np.int64)
    rules = {rule: holds[owner] for rule, holds in standing.items()}
    rules[HardRule.EMPLOYED_THROUGHOUT] = employed_throughout(facts, stretches)
    rules[HardRule.PRESENT_IN_THE_LONG_RUN] = present_in_the_long_run(facts, stretches)
    blocked_by = np.full((len(stretches), len(facts.managers)), -1, dtype=np.int8)
    # Rules are held against a pair in the order in which they are listed.
    names = tuple(rule for rule in HardRule if rule in rules)
    for position, rule in enumerate(names):
        blocked_by[(blocked_by < 0) & ~rules[rule]] = position
    return Pairs(stretches, uncut, blocked_by, overlap, names)


def standing_rules(facts: Facts, overlap: npt.NDArray[np.float64]) -> dict[HardRule, Flags]:
    """
    Return the rules of a pair that time does not change, for managers and substitutes alike.

    Each has shape ``(contracts, managers)`` and is True where the rule holds.
    """
    return {
        HardRule.OFFERING_IS_SERVED: _has(
            facts,
            lambda contract: (contract.offering,),
            lambda manager: manager.offerings,
        ),
        HardRule.PRODUCTS_ARE_KNOWN: _has(
            facts, lambda contract: contract.products, lambda manager: manager.products
        ),
        HardRule.LANGUAGE_IS_SPOKEN: _has(
            facts,
            lambda contract: (contract.language,),
            lambda manager: manager.languages,
        ),
        HardRule.WINDOW_OVERLAPS: overlap >= facts.policy.min_daily_overlap_hours,
        HardRule.PINS_ARE_KEPT: _allowed_by_pins(facts, "forbid"),
    }


def allowed_pairs(facts: Facts, stretches: Sequence[Stretch], pins: PinRule = "pin") -> Flags:
    """
    Return who may serve each stretch by every rule of a pair, shape ``(stretches, managers)``.

    Substitutes are asked for with ``pins="forbid"``: a pin of a contract leaves them free.
    """
    owner = np.array([part.contract for part in stretches], dtype=np.int64)
    standing = standing_rules(facts, smallest_overlaps(facts))
    standing[HardRule.PINS_ARE_KEPT] = _allowed_by_pins(facts, pins)
    allowed = np.logical_and.reduce([holds[owner] for holds in standing.values()])
    allowed &= employed_throughout(facts, stretches)
    allowed &= present_in_the_long_run(facts, stretches)
    return np.asarray(allowed, dtype=bool)


def pair_loads(
    facts: Facts, contracts: npt.NDArray[np.int64], managers: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """
    Return the weekly load of pairs in whole millionths of an hour.

    Parameters
    ----------
    contracts, managers
        Positions of the two sides of each pair, shape ``(pairs,)``.

    Returns
    -------
    ndarray
        Shape ``(pairs, weeks)``: planned hours that fall on the manager's presence,
        ``sum_d p(m, d) * planned(c, w) * q(c, d) / sum_w q``.
    """
    weeks = facts.horizon.weeks
    weight = facts.contract_weeks.weight.reshape(-1, weeks, WEEKDAYS)
    total = weight.sum(axis=2, keepdims=True)
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    presence = facts.manager_days.presence.reshape(-1, weeks, WEEKDAYS)
    # Day by day: all at once would take five times the memory.
    carried = np.zeros((len(contracts), weeks))
    for day in range(WEEKDAYS):
        carried += share[contracts, :, day] * presence[managers, :, day]
    return micro(facts.contract_weeks.planned[contracts] / MICRO * carried)


def smallest_overlaps(facts: Facts) -> npt.NDArray[np.float64]:
    """Return the smallest daily overlap of every pair over the weekdays of the term."""
    contract_windows = [facts.window(contract) for contract in facts.contracts]
    manager_windows = [working_hours(manager) for manager in facts.managers]
    kinds, kind_of = _distinct(contract_windows)
    manager_kinds, manager_kind_of = _distinct(manager_windows)
    table = overlap_table(kinds, manager_kinds, facts.horizon.weekdays)
    result = np.zeros((len(contract_windows), len(manager_windows)))
    for row, term in enumerate(facts.contract_weeks.term):
        if term.any():
            result[row] = table[kind_of[row]][:, term].min(axis=1)[manager_kind_of]
    return result


def _distinct(windows: Iterable[Window]) -> tuple[list[Window], npt.NDArray[np.int64]]:
    positions: dict[Window, int] = {}
    kind_of = [positions.setdefault(window, len(positions)) for window in windows]
    return list(positions), np.array(kind_of, dtype=np.int64)


def _has(
    facts: Facts,
    needed: Callable[..., Iterable[str]],
    offered: Callable[..., Iterable[str]],
) -> Flags:
    """Return where a manager offers everything that a contract needs."""
    names = sorted({name for contract in facts.contracts for name in needed(contract)})
    column = {name: position for position, name in enumerate(names)}
    needs = np.zeros((len(facts.contracts), len(names)), dtype=np.int64)
    lacks = np.ones((len(facts.managers), len(names)), dtype=np.int64)
    for row, contract in enumerate(facts.contracts):
        needs[row, [column[name] for name in needed(contract)]] = 1
    for row, manager in enumerate(facts.managers):
        lacks[row, [column[name] for name in offered(manager) if name in column]] = 0
    complete: Flags = needs @ lacks.T == 0
    return complete


def employed_throughout(facts: Facts, stretches: Sequence[Stretch]) -> Flags:
    """Return where a manager is employed on every weekday of the term in a stretch."""
    away = (~facts.manager_days.employed).astype(np.float32)
    days = [
        facts.contract_weeks.term[part.contract] & within_weeks(facts, part)
        for part in stretches
    ]
    term = np.array(days, dtype=np.float32).reshape(len(stretches), away.shape[1])
    throughout: Flags = term @ away.T == 0
    return throughout


def present_in_the_long_run(facts: Facts, stretches: Sequence[Stretch]) -> Flags:
    """Return where no week of a stretch lies in the midst of a manager's long absence."""
    absent = facts.manager_weeks.long_absent
    present = [~absent[:, part.first : part.last + 1].any(axis=1) for part in stretches]
    return np.array(present, dtype=bool).reshape(len(stretches), len(facts.managers))


def within_weeks(facts: Facts, stretch: Stretch) -> Flags:
    """Return which weekdays of the horizon lie in the weeks of a stretch."""
    week = np.arange(len(facts.horizon.weekdays)) // WEEKDAYS
    inside: Flags = (stretch.first <= week) & (week <= stretch.last)
    return inside


def _allowed_by_pins(facts: Facts, rule: PinRule) -> Flags:
    """Return where no ``forbid`` stands in the way or, of rule ``pin``, no pin either."""
    allowed = np.ones((len(facts.contracts), len(facts.managers)), dtype=bool)
    for pin in facts.portfolio.pins:
        contract = facts.contract_index[pin.contract_id]
        manager = facts.manager_index[pin.manager_id]
        if pin.rule == "forbid":
            allowed[contract, manager] = False
        elif rule == "pin":
            allowed[contract] &= np.arange(len(facts.managers)) == manager
    return allowed

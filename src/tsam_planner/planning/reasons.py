"""
Why a contract has nobody, or somebody else than today: one sentence each.

A contract without a manager names, for every manager, the first thing in the way; the
counts add up to the whole team. Rooms are those that the finished plan leaves.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import floor

import numpy as np

from tsam_planner.model.primaries import unassigned_cost
from tsam_planner.model.successions import handover_price
from tsam_planner.plan.stretch_weeks import EARLIER, FORCED
from tsam_planner.planning.rooms import Room, Situation, room_for
from tsam_planner.portfolio.records import Contract
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.units import MICRO

# Both limits of hours are told in the same words, so that people are counted once.
_KIND = {HardRule.AVAILABLE_HOURS_SUFFICE: HardRule.DEPLOYABLE_HOURS_SUFFICE}


def reason_of(situation: Situation, run: Sequence[int]) -> str:
    """
    Return the sentence that stands beside a row of a planned contract.

    ``run`` has the neighboring stretches that make the row: one manager, or nobody, has all.
    """
    stretch = run[0]
    manager = situation.manager_of[stretch]
    if manager is None:
        return _why_all_unassigned(situation, run)
    contract = situation.contract(stretch)
    for pin in situation.pins_of.get(contract.contract_id, ()):
        if pin.rule == "pin":
            return f"pinned: {pin.reason}" if pin.reason else "pinned"
    before = _who_before(situation, stretch)
    is_first = situation.model.pairs.stretches[stretch].is_first
    if before is None:
        return "new: nobody has it today" if is_first else "served from here on"
    if before == manager:
        return "stays with today's manager"
    return why_moved(situation, stretch, before)


def _who_before(situation: Situation, stretch: int) -> int | None:
    """Return who last had a contract before a stretch, in the plan or today."""
    part = stretch
    while not situation.model.pairs.stretches[part].is_first:
        part -= 1
        if situation.manager_of[part] is not None:
            return situation.manager_of[part]
    contract = situation.model.pairs.stretches[stretch].contract
    return situation.facts.manager_today(contract)


def why_moved(situation: Situation, stretch: int, before: int) -> str:
    """Say what is in the way of who had it before, or that the move was chosen."""
    label = situation.facts.managers[before].manager_id
    rule = situation.model.pairs.blocking_rule(stretch, before)
    if rule is not None:
        phrase = _blocked(situation, stretch, rule, [before])
        return f"{FORCED}: {label} {phrase.one}"
    room = room_for(situation, (stretch,), before)
    if room is not None:
        return f"{FORCED}: {label} {_roomless(room).one}"
    later = _blocked_later(situation, stretch, before)
    if later is not None:
        return f"{FORCED}: {label} {later.one}; {EARLIER}, for the plan's points"
    return f"chosen: for the plan's points, rather than {label}"


def _blocked_later(situation: Situation, stretch: int, manager: int) -> "Phrase | None":
    """Return what keeps a manager from a later stretch of the same contract."""
    pairs = situation.model.pairs
    for later in range(stretch + 1, len(pairs.stretches)):
        if pairs.stretches[later].contract != pairs.stretches[stretch].contract:
            break
        rule = pairs.blocking_rule(later, manager)
        if rule is not None:
            return _blocked(situation, later, rule, [manager])
    return None


def _why_all_unassigned(situation: Situation, run: Sequence[int]) -> str:
    """Say from when on what is in the way: people join and leave within a row's weeks."""
    told = [
        (words, next(same))
        for words, same in groupby(run, lambda stretch: why_unassigned(situation, stretch))
    ]
    if len(told) == 1:
        return told[0][0]
    mondays, parts = situation.facts.horizon.mondays, situation.model.pairs.stretches
    return "; ".join(f"from {mondays[parts[part].first]}: {words}" for words, part in told)


def why_unassigned(situation: Situation, stretch: int) -> str:
    """Count, over all managers, the first thing that is in the way."""
    model = situation.model
    task = model.tasks.items[model.tasks.of_stretch[stretch]].stretches
    blocked: dict[tuple[int, HardRule], list[int]] = {}
    rooms: dict[HardRule, list[Room]] = {}
    able = 0
    for manager in range(len(situation.facts.managers)):
        obstacle = _first_blocked(situation, task, manager)
        if obstacle is not None:
            blocked.setdefault(obstacle, []).append(manager)
            continue
        room = room_for(situation, task, manager)
        if room is None:
            able += 1
        else:
            rooms.setdefault(_KIND.get(room.rule, room.rule), []).append(room)
    phrases = [
        (len(managers), _blocked(situation, blocker, rule, managers))
        for (blocker, rule), managers in sorted(
            blocked.items(), key=lambda item: list(HardRule).index(item[0][1])
        )
    ]
    phrases += [(len(group), _roomless_group(group)) for group in rooms.values()]
    if able:
        words = f"could take it, but {_why_not(situation, stretch)}"
        phrases.append((able, Phrase(words, words)))
    sentence = _enumerate(phrases)
    if len(task) > 1:
        ids = ", ".join(situation.contract(part).contract_id for part in task)
        sentence += f" (one manager is required for {ids})"
    return sentence


def _why_not(situation: Situation, stretch: int) -> str:
    """Say why a contract has nobody for some weeks though somebody has room."""
    if situation.facts.policy.risk is not None:
        accepted = f"{situation.facts.policy.risk:.1%}"
        return f"not within the accepted risk of {accepted}, or not with fewer points"
    part = situation.model.pairs.stretches[stretch]
    alone = unassigned_cost(situation.facts, part)
    price = handover_price(situation.facts, part.contract)
    if alone >= price:
        return "no plan with fewer points was found that way"
    return (
        f"these weeks cost {alone / MICRO:.0f} points, fewer than a change of hands at "
        f"{price / MICRO:.0f} (a higher priority, or a pin, ends that)"
    )


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same words for one manager and for several."""

    one: str
    several: str


def _first_blocked(
    situation: Situation, task: Sequence[int], manager: int
) -> tuple[int, HardRule] | None:
    for stretch in task:
        rule = situation.model.pairs.blocking_rule(stretch, manager)
        if rule is not None:
            return stretch, rule
    return None


def _roomless_group(rooms: Sequence[Room]) -> Phrase:
    """Tell the widest room for all; one that others have less of is at most theirs."""
    widest = max(rooms, key=lambda room: room.free / room.needed if room.needed else np.inf)
    return _roomless(widest, is_most=any(room != widest for room in rooms))


def _blocked(
    situation: Situation, stretch: int, rule: HardRule, managers: Sequence[int]
) -> Phrase:
    """Put a rule between a stretch and some managers into words."""
    record = situation.contract(stretch)
    contract = situation.model.pairs.stretches[stretch].contract
    if rule is HardRule.WINDOW_OVERLAPS:
        best = float(situation.model.pairs.overlap[contract, list(managers)].max())
        least = situation.facts.policy.min_daily_overlap_hours
        numbers = f"{'at most ' if len(managers) > 1 else ''}{best:g} h of {least:g} h"
        words = f"too little daily overlap ({numbers})"
        return Phrase(f"has {words}", f"have {words}")
    part = situation.model.pairs.stretches[stretch]
    is_whole = (part.first, part.last) == situation.facts.first_and_last_week(contract)
    return _fixed_words(situation, record, rule, is_whole=is_whole)


def _fixed_words(
    situation: Situation, record: Contract, rule: HardRule, *, is_whole: bool
) -> Phrase:
    offering, language = record.offering, record.language
    if rule is HardRule.OFFERING_IS_SERVED:
        return Phrase(f"does not serve {offering}", f"do not serve {offering}")
    if rule is HardRule.PRODUCTS_ARE_KNOWN:
        names = " and ".join(record.products)
        return Phrase(f"does not know {names}", f"do not know {names}")
    if rule is HardRule.LANGUAGE_IS_SPOKEN:
        return Phrase(f"does not speak {language}", f"do not speak {language}")
    if rule is HardRule.EMPLOYED_THROUGHOUT:
        words = f"not employed on all days of {'the term' if is_whole else 'these weeks'}"
        return Phrase(f"is {words}", f"are {words}")
    if rule is HardRule.PRESENT_IN_THE_LONG_RUN:
        words = f"away for more than {situation.facts.policy.long_absence_weeks} weeks"
        return Phrase(f"is {words}", f"are {words}")
    words = "excluded by a pin"
    reasons = Counter(
        pin.reason for pin in situation.pins_of.get(record.contract_id, ()) if pin.reason
    )
    if len(reasons) == 1:
        words += f" ({next(iter(reasons))})"
    return Phrase(f"is {words}", f"are {words}")


def _roomless(room: Room, *, is_most: bool = False) -> Phrase:
    most = "at most " if is_most else ""
    if room.rule is HardRule.COMPANY_IS_KEPT_APART:
        words = "the company's other contract, which must be kept apart"
        return Phrase(f"has {words}", f"have {words}")
    if room.rule is HardRule.HANDOVERS_STAY_WITHIN_LIMIT:
        words = "no handover left within max_handovers"
    elif room.rule is HardRule.CASES_STAY_WITHIN_LIMIT:
        words = f"room for {most}{room.free:g} of {room.needed:g} cases"
    elif room.rule is HardRule.CONTRACTS_STAY_WITHIN_LIMIT:
        words = f"room for {most}{room.free:g} of {room.needed:g} contracts"
    elif room.rule is HardRule.CALLS_FIND_ROOM:
        words = "no room left for its weekly call in the hours shared with the customer"
    else:
        # Room is rounded down: 7.96 of 8 h do not suffice, and must not read 8.0 of 8.0.
        free = floor(10 * room.free + 1e-6) / 10
        words = f"room for {most}{free:.1f} of {room.needed:.1f} h a week"
    return Phrase(f"has {words}", f"have {words}")


def _enumerate(phrases: Sequence[tuple[int, Phrase]]) -> str:
    if not phrases:
        return "there is no manager at all"
    parts = []
    for position, (count, phrase) in enumerate(phrases):
        noun = ("manager " if count == 1 else "managers ") if position == 0 else ""
        parts.append(f"{count} {noun}{phrase.one if count == 1 else phrase.several}")
    return ", ".join(parts)

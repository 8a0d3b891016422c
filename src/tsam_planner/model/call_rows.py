"""
Room for weekly calls as resources of managers, so that books can be called at all (R39).

Calls that fit only into a part of a manager's day compete for it: in each week in which a
manager is there every day, the calls that must lie between two times of day are no more
than those that find room there on five days. Times are those at which some customer's
window begins or ends in the manager's day. In weeks of absence substitutes help, and calls
are placed as far as they can be.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.calendars.windows import Window
from tsam_planner.facts import Facts, working_hours
from tsam_planner.model.call_times import CallTimes
from tsam_planner.model.rows import Rows
from tsam_planner.model.stretches import Stretch
from tsam_planner.service.offerings import has_allowance

Whole = npt.NDArray[np.int64]
Span = tuple[int, int]
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that an option brings: its option, and the part of the day it must lie in."""

    option: int
    span: Span
    minutes: int


def call_rows(
    facts: Facts,
    manager_of: Whole,
    load: Whole,
    stretches: Sequence[Stretch],
    owners: Sequence[Sequence[int]],
) -> Rows:
    """
    Return the room for calls of each manager; rows of two managers have nothing in common.

    Parameters
    ----------
    manager_of, load, owners
        Manager, weekly hours (millionths) and stretches of each option.
    """
    times = CallTimes(facts)
    spans = _Spans(times)
    owed = _owed(facts, stretches, owners)
    kept: list[list[tuple[dict[int, float], float]]] = []
    for manager in range(len(facts.managers)):
        own = np.flatnonzero(manager_of == manager)
        rows: dict[tuple[frozenset[tuple[int, float]], float], None] = {}
        for week in np.flatnonzero(_is_there_all_week(facts, manager)).tolist():
            options = own[owed[own, week]]
            contracts = [
                (option, stretches[part].contract)
                for option in options.tolist()
                for part in owners[option]
                if stretches[part].first <= week <= stretches[part].last
            ]
            least = spans.least_room([row for _, row in contracts], manager, week)
            if _most_contracts(facts, manager, week, load[options, week]) <= least:
                continue
            calls = list(_calls(times, spans, manager, week, contracts))
            for members, capacity in _crowds(facts, calls):
                if not _fits_anyhow(facts, manager, week, load, members, capacity):
                    rows[frozenset(members.items()), capacity] = None
        kept.append([(dict(members), capacity) for members, capacity in rows])
    return _as_rows(kept, len(manager_of))


def _owed(
    facts: Facts, stretches: Sequence[Stretch], owners: Sequence[Sequence[int]]
) -> npt.NDArray[np.bool_]:
    """Return the weeks in which each option owes a call; shape ``(options, weeks)``."""
    by_stretch = np.zeros((len(stretches), facts.horizon.weeks), dtype=bool)
    for row, part in enumerate(stretches):
        if has_allowance(facts.contracts[part.contract].offering):
            weeks = slice(part.first, part.last + 1)
            by_stretch[row, weeks] = facts.contract_weeks.active[part.contract, weeks]
    owed = np.zeros((len(owners), facts.horizon.weeks), dtype=bool)
    for option, parts in enumerate(owners):
        owed[option] = by_stretch[list(parts)].any(axis=0)
    return owed


def _most_contracts(facts: Facts, manager: int, week: int, load: Whole) -> float:
    """Return how many options the hours of a week allow at most, the smallest first."""
    available = int(facts.manager_weeks.available[manager, week])
    return 1.0 + float(np.searchsorted(np.cumsum(np.sort(load)), available, side="right"))


def _is_there_all_week(facts: Facts, manager: int) -> npt.NDArray[np.bool_]:
    presence = facts.manager_days.presence[manager].reshape(-1, WEEKDAYS)
    return np.asarray((presence == 1.0).all(axis=1), dtype=bool)


class _Spans:
    """The part of a manager's day in which a contract can be called, by week."""

    def __init__(self, times: CallTimes) -> None:
        self._times = times
        facts = times.facts
        self._window = _numbers(facts.window(contract) for contract in facts.contracts)
        self._hours = _numbers(working_hours(manager) for manager in facts.managers)
        self._known: dict[tuple[int, int, int], Span | None] = {}

    def of(self, contract: int, manager: int, week: int) -> Span | None:
        """Return the earliest and latest second of the working day, None without any."""
        key = self._window[contract], self._hours[manager], week
        if key not in self._known:
            self._known[key] = self._work_out(contract, manager, week)
        return self._known[key]

    def least_room(self, contracts: Iterable[int], manager: int, week: int) -> int:
        """
        Return the calls that the narrowest part of the day surely holds in five days.

        All calls are taken to be as long as the longest of them.
        """
        pause = self._times.facts.policy.call_buffer_minutes
        longest = max((self._times.minutes(row) for row in contracts), default=1)
        rooms = [
            (span[1] - span[0]) // _MINUTE + pause
            for row in contracts
            if (span := self.of(row, manager, week)) is not None
        ]
        return WEEKDAYS * (min(rooms, default=0) // (longest + pause))

    def _work_out(self, contract: int, manager: int, week: int) -> Span | None:
        facts = self._times.facts
        window = facts.window(facts.contracts[contract])
        hours = working_hours(facts.managers[manager])
        dates = facts.horizon.weekdays[WEEKDAYS * week : WEEKDAYS * (week + 1)]
        shared = [
            (max(opens, begins) - begins, min(closes, ends) - begins)
            for begins, ends in map(hours.seconds, dates)
            for opens, closes in map(window.seconds, dates)
            if max(opens, begins) < min(closes, ends)
        ]
        if not shared:
            return None
        return min(first for first, _ in shared), max(last for _, last in shared)


def _numbers(windows: Iterable[Window]) -> list[int]:
    """Return the same number for the same window."""
    known: dict[Window, int] = {}
    return [known.setdefault(window, len(known)) for window in windows]


def _calls(
    times: CallTimes,
    spans: _Spans,
    manager: int,
    week: int,
    contracts: Iterable[tuple[int, int]],
) -> Iterator[_Call]:
    """Yield the calls of a week that options bring, given with their contracts."""
    for option, contract in contracts:
        span, minutes = spans.of(contract, manager, week), times.minutes(contract)
        is_active = bool(times.facts.contract_weeks.active[contract, week])
        is_active &= has_allowance(times.facts.contracts[contract].offering)
        # A call that never finds room is reported as missing and takes none.
        if is_active and span and minutes * _MINUTE <= span[1] - span[0]:
            yield _Call(option, span, minutes)


def _crowds(facts: Facts, calls: Sequence[_Call]) -> Iterator[tuple[dict[int, float], float]]:
    """Yield the options whose calls share a part of the day, with the room that it has."""
    pause = facts.policy.call_buffer_minutes
    for begin in sorted({call.span[0] for call in calls}):
        for end in sorted({call.span[1] for call in calls}):
            inside = [call for call in calls if begin <= call.span[0] and call.span[1] <= end]
            lengths = sorted({call.minutes for call in inside})
            room = (end - begin) // _MINUTE + pause
            # What is left of a day is of no use to calls that are longer: count those.
            for length in lengths:
                long = [(call.option, 1.0) for call in inside if call.minutes >= length]
                yield _sums(long), float(WEEKDAYS * (room // (length + pause)))
            if len(lengths) > 1:
                taken = [(call.option, float(call.minutes + pause)) for call in inside]
                yield _sums(taken), float(WEEKDAYS * room)


def _sums(amounts: Sequence[tuple[int, float]]) -> dict[int, float]:
    """Return the amount of each option; one of several contracts has several calls."""
    sums: dict[int, float] = {}
    for option, amount in amounts:
        sums[option] = sums.get(option, 0.0) + amount
    return sums


def _fits_anyhow(
    facts: Facts,
    manager: int,
    week: int,
    load: Whole,
    members: dict[int, float],
    capacity: float,
) -> bool:
    """Say whether the hours of the week keep the calls within their room anyhow."""
    hours_left, taken = int(facts.manager_weeks.available[manager, week]), 0.0
    # The most calls for the least hours first: no book brings more (fractional knapsack).
    cheapest = sorted(members, key=lambda option: load[option, week] / members[option])
    for option in cheapest:
        needed = int(load[option, week])
        if needed > hours_left:
            return taken + members[option] * hours_left / needed <= capacity
        hours_left -= needed
        taken += members[option]
    return taken <= capacity


def _as_rows(kept: Sequence[Sequence[tuple[dict[int, float], float]]], options: int) -> Rows:
    width = max((len(rows) for rows in kept), default=0)
    load = np.zeros((options, width))
    capacity = np.full((len(kept), width), np.inf)
    for manager, rows in enumerate(kept):
        for row, (members, room) in enumerate(rows):
            capacity[manager, row] = room
            for option, amount in members.items():
                load[option, row] = amount
    return Rows.hard(load, capacity)

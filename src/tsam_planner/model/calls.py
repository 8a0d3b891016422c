"""
Weekly calls as assignment problems: a usual slot per contract, then the weeks that differ.

In both, a task is a call, an agent a person, and a resource a few minutes of that person's
week, of which there is one: nobody is in two calls at once, nor without a pause between
them. A usual slot keeps its local time through the quarter, so its minutes are taken in
every phase of the clocks that the quarter has.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.model.call_times import CallTimes, Line
from tsam_planner.portfolio.records import Contract
from tsam_planner.solver import AssignmentProblem

Whole = npt.NDArray[np.int64]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A weekday (0 is Monday) and a step of the contract's window."""

    weekday: int
    step: int


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hold a call: who, when, and at what cost in points."""

    call: int
    person: int
    slot: Slot
    cost: float


@dataclass(frozen=True, slots=True)
class CallModel:
    """Ways to hold calls, and the assignment problem among them."""

    ways: tuple[Way, ...]
    problem: AssignmentProblem

    def chosen(self, option_of_task: Iterable[int]) -> list[Way | None]:
        """Return the way of each call that a search has chosen."""
        return [None if option < 0 else self.ways[option] for option in option_of_task]


class Cells:
    """
    The minutes of people's weeks as resources that can be taken once.

    A cell is as long as the finest grid of starts needs; a call takes the cells from its
    start until the pause after it is over.
    """

    def __init__(self, times: CallTimes) -> None:
        self._times = times
        policy = times.facts.policy
        self._length = 60 * math.gcd(policy.call_step_minutes, 15)
        self._pause = 60 * policy.call_buffer_minutes

    def of(self, line: Line, week: int, slot: Slot) -> range:
        """Return the cells since Monday (UTC) that a call takes."""
        times = self._times
        start = times.start(line.contract, WEEKDAYS * week + slot.weekday, slot.step)
        begin = start - _seconds_of_monday(times, week)
        end = begin + 60 * times.minutes(line.contract) + self._pause
        return range(begin // self._length, -(-end // self._length))


def _seconds_of_monday(times: CallTimes, week: int) -> int:
    monday = times.facts.horizon.mondays[week]
    return (monday.toordinal() - 719_163) * 86_400


def model_slots(times: CallTimes, lines: Sequence[Line], kept: Mapping[int, Slot]) -> CallModel:
    """
    Model the usual slots of the lines of one manager.

    Parameters
    ----------
    lines
        Lines with the same manager; task ``i`` is line ``i``.
    kept
        Slots that contracts have with another manager in other weeks, to be kept if possible.
    """
    cells = Cells(times)
    ways = tuple(
        way for task, line in enumerate(lines) for way in _usual_ways(times, task, line, kept)
    )
    # One row per taken cell, told apart by the weeks that share a phase of the clocks.
    phases = _phases(times, lines)
    # The weeks of a phase take the same cells: the first of a line's weeks stands for all.
    weeks = [
        [(phase[0], week) for phase in phases if (week := _first_week(line, phase)) is not None]
        for line in lines
    ]
    taken = [
        {
            (phase, cell)
            for phase, week in weeks[way.call]
            for cell in cells.of(lines[way.call], week, way.slot)
        }
        for way in ways
    ]
    days = [way.slot.weekday for way in ways]
    return _problem(times, lines, ways, taken, days)


def _usual_ways(
    times: CallTimes, task: int, line: Line, kept: Mapping[int, Slot]
) -> Iterable[Way]:
    """Yield the slots of a line that its manager can keep in at least one week."""
    due = times.is_due(line)
    free = times.free(line.contract, line.manager)[due]
    if not free.any():
        return
    usual = free.any(axis=0)
    away = ~free.any(axis=(1, 2))
    if line.backup is not None:
        free = free.copy()
        free[away] = times.free(line.contract, line.backup)[due][away]
    weeks, differs = len(free), (~free).sum(axis=0)
    weights = times.facts.policy.call_goals
    contract = times.facts.contracts[line.contract]
    for weekday, step in np.argwhere(usual).tolist():
        slot = Slot(weekday, step)
        cost = weights.other_day * float(differs[weekday, step])
        cost += weeks * _preference(times, contract, slot)
        before = kept.get(line.contract)
        if before is not None:
            cost += displacement(times, before, slot)
        yield Way(task, line.manager, slot, cost)


def _preference(times: CallTimes, contract: Contract, slot: Slot) -> float:
    """Return the points of a week with a slot that the customer does not prefer."""
    weights, points = times.facts.policy.call_goals, 0.0
    if contract.preferred_call_day is not None:
        is_other = DAYS.index(contract.preferred_call_day) != slot.weekday
        points += weights.preference_day * is_other
    if contract.preferred_call_time is not None:
        window = times.facts.window(contract)
        wanted = 60 * contract.preferred_call_time.hour + contract.preferred_call_time.minute
        begins = 60 * window.start.hour + window.start.minute + slot.step * times.step / 60
        points += weights.preference_hour * abs(begins - wanted) / 60
    return points


def displacement(times: CallTimes, usual: Slot, slot: Slot) -> float:
    """Return the points for a call at another weekday or local time than usual."""
    weights = times.facts.policy.call_goals
    hours = abs(slot.step - usual.step) * times.step / 3600
    return weights.other_day * (slot.weekday != usual.weekday) + weights.other_hour * hours


def _first_week(line: Line, phase: Sequence[int]) -> int | None:
    return next((week for week in phase if line.first <= week <= line.last), None)


def _phases(times: CallTimes, lines: Sequence[Line]) -> list[tuple[int, ...]]:
    """Group the weeks in which all lines' windows lie at the same time of the week."""
    phases: dict[tuple[int, ...], list[int]] = {}
    for week in range(times.facts.horizon.weeks):
        monday = _seconds_of_monday(times, week)
        key = tuple(
            times.start(line.contract, WEEKDAYS * week + day, 0) - monday
            for line in lines
            for day in range(WEEKDAYS)
        )
        phases.setdefault(key, []).append(week)
    return [tuple(weeks) for weeks in phases.values()]


def model_week(
    times: CallTimes,
    lines: Sequence[Line],
    week: int,
    usual: Sequence[Slot | None],
    taken: Mapping[int, set[int]],
) -> CallModel:
    """
    Model the calls of one week that cannot, or need not, be held as usual.

    Parameters
    ----------
    lines, usual
        The calls to place and their usual slots; task ``i`` is line ``i``.
    taken
        Cells that other calls of each person take.
    """
    cells = Cells(times)
    ways: list[Way] = []
    used: list[set[tuple[int, int]]] = []
    for task, line in enumerate(lines):
        for person, slot, cost in _ways_in_week(times, line, week, usual[task]):
            own = set(cells.of(line, week, slot))
            if not own & taken.get(person, set()):
                ways.append(Way(task, person, slot, cost))
                used.append({(week, cell) for cell in own})
    return _problem(times, lines, tuple(ways), used, None)


def _ways_in_week(
    times: CallTimes, line: Line, week: int, usual: Slot | None
) -> Iterable[tuple[int, Slot, float]]:
    own = times.free(line.contract, line.manager)[week]
    for weekday, step in np.argwhere(own).tolist():
        slot = Slot(weekday, step)
        yield line.manager, slot, displacement(times, usual or slot, slot)
    if line.backup is None:
        return
    # The substitute calls on days on which the manager is out of office (R41).
    days = times.facts.manager_days.presence[line.manager].reshape(-1, WEEKDAYS)[week] < 1
    other = times.free(line.contract, line.backup)[week] & days[:, None]
    extra = times.facts.policy.call_goals.by_backup
    for weekday, step in np.argwhere(other).tolist():
        slot = Slot(weekday, step)
        yield line.backup, slot, extra + displacement(times, usual or slot, slot)


def _problem(
    times: CallTimes,
    lines: Sequence[Line],
    ways: tuple[Way, ...],
    taken: Sequence[set[tuple[int, int]]],
    weekdays: Sequence[int] | None,
) -> CallModel:
    """Put ways and the cells they take into a problem; each person has rows of its own."""
    people = sorted({way.person for way in ways})
    agent = {person: position for position, person in enumerate(people)}
    row_of: list[dict[tuple[int, int], int]] = [{} for _ in people]
    entries: list[tuple[int, int]] = []
    for option, (way, cells) in enumerate(zip(ways, taken, strict=True)):
        rows = row_of[agent[way.person]]
        entries += [(option, rows.setdefault(cell, len(rows))) for cell in sorted(cells)]
    width = max((len(rows) for rows in row_of), default=0)
    crowd = 0 if weekdays is None else WEEKDAYS
    entries += [(option, width + day) for option, day in enumerate(weekdays or ())]
    place = np.array(entries, dtype=np.int64).reshape(-1, 2)
    shape = (len(ways), width + crowd)
    load = csr_array((np.ones(len(place)), (place[:, 0], place[:, 1])), shape=shape)
    capacity = np.ones((len(people), width + crowd))
    capacity[:, width:] = np.inf
    soft = np.full(capacity.shape, np.inf)
    soft[:, width:] = -(-len(lines) // WEEKDAYS)
    weights = times.facts.policy.call_goals
    priority = [times.facts.contracts[line.contract].priority for line in lines]
    problem = AssignmentProblem(
        option_task=np.array([way.call for way in ways], dtype=np.int64),
        option_agent=np.array([agent[way.person] for way in ways], dtype=np.int64),
        option_cost=np.array([way.cost for way in ways]),
        option_load=load,
        capacity=capacity,
        # A call at any time is better than none.
        unassigned_cost=weights.missing * np.array(priority)
        + max((way.cost for way in ways), default=0.0),
        soft_capacity=soft,
        overload_cost=np.full(capacity.shape, weights.crowded_day),
    )
    return CallModel(ways, problem)

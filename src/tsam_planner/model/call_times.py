"""
When a person can call a customer: inside the window, inside working hours, on a free day.

Times are steps of a grid that begins with the contract's window, so that a step is the
same local time in every week, whatever the clocks do.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.calendars.windows import Window
from tsam_planner.facts import Facts, working_hours

Flags = npt.NDArray[np.bool_]
_DAY = dt.timedelta(days=1)
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Line:
    """Weeks in which a contract is called, by its manager or the substitute (positions)."""

    contract: int
    manager: int
    backup: int | None
    first: int
    last: int


class CallTimes:
    """
    All times at which calls of a plan's contracts could start.

    Parameters
    ----------
    facts
        What precedes the plan.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._known: dict[Window, list[tuple[int, int]]] = {}
        self._opens: dict[int, list[int]] = {}
        self._free: dict[tuple[int, int], Flags] = {}

    @cached_property
    def step(self) -> int:
        """Seconds between two possible starts."""
        return _MINUTE * self.facts.policy.call_step_minutes

    def minutes(self, contract: int) -> int:
        """Return how long the calls of a contract are."""
        stated = self.facts.contracts[contract].call_minutes
        return self.facts.policy.call_minutes if stated is None else stated

    def is_due(self, line: Line) -> Flags:
        """Return the weeks in which a line owes a call (R39); shape ``(weeks,)``."""
        due = np.zeros(self.facts.horizon.weeks, dtype=bool)
        due[line.first : line.last + 1] = True
        return np.asarray(due & self.facts.contract_weeks.active[line.contract], dtype=bool)

    def count(self, contract: int) -> int:
        """Return the number of steps at which a call still ends inside the window."""
        window = self.facts.window(self.facts.contracts[contract])
        length = _minutes(window.end) - _minutes(window.start) - self.minutes(contract)
        return max(0, length // self.facts.policy.call_step_minutes + 1)

    def start(self, contract: int, day: int, step: int) -> int:
        """Return the start (seconds since 1970) of a step on a weekday of the horizon."""
        if contract not in self._opens:
            window = self.facts.window(self.facts.contracts[contract])
            self._opens[contract] = [opens for opens, _ in self._bounds(window)]
        return self._opens[contract][day] + step * self.step

    def free(self, contract: int, person: int) -> Flags:
        """
        Return when a person could call; shape ``(weeks, 5, steps)``.

        The day is whole for both: no holiday, no absence, not in part either (Q17).
        """
        key = contract, person
        if key not in self._free:
            self._free[key] = self._work_out(contract, person)
        return self._free[key]

    def _work_out(self, contract: int, person: int) -> Flags:
        facts, steps = self.facts, self.count(contract)
        window = facts.window(facts.contracts[contract])
        opens, closes = np.array(self._bounds(window)).T[:, :, None]
        length = _MINUTE * self.minutes(contract)
        starts = opens + np.arange(steps) * self.step
        free = np.zeros(starts.shape, dtype=bool)
        working = np.array(self._bounds(working_hours(facts.managers[person])))
        is_there = facts.manager_days.presence[person] == 1.0
        for near in self._near:
            # A working day may reach into the contract's day from the one before or after.
            begins, ends = working[near].T[:, :, None]
            is_known = (near >= 0) & is_there[near]
            free |= is_known[:, None] & (starts >= begins) & (starts + length <= ends)
        # A window in which the clocks change has no steady grid.
        is_steady = closes - opens == _MINUTE * (_minutes(window.end) - _minutes(window.start))
        free &= is_steady & (facts.contract_weeks.weight[contract] == 1.0)[:, None]
        return free.reshape(facts.horizon.weeks, WEEKDAYS, steps)

    def _bounds(self, window: Window) -> list[tuple[int, int]]:
        """Return begin and end of a window on each weekday of the horizon."""
        if window not in self._known:
            self._known[window] = [window.seconds(date) for date in self._dates]
        return self._known[window]

    @cached_property
    def _dates(self) -> tuple[dt.date, ...]:
        return self.facts.horizon.weekdays

    @cached_property
    def _near(self) -> list[npt.NDArray[np.int64]]:
        """The weekday before each weekday, itself, and the one after; -1 where none is."""
        index = {date: day for day, date in enumerate(self._dates)}
        return [
            np.array([index.get(date + shift, -1) for date in self._dates])
            for shift in (-_DAY, 0 * _DAY, _DAY)
        ]


def _minutes(time: dt.time) -> int:
    return 60 * time.hour + time.minute

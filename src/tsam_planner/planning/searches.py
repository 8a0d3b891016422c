"""How long and how hard to search; the one deadline that all searches of a plan share."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from tsam_planner.errors import ArgumentError
from tsam_planner.model.calls import CallModel
from tsam_planner.model.primaries import PrimaryModel
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.served_weeks import managers_by_week
from tsam_planner.solver import (
    AssignmentProblem,
    AssignmentResult,
    Engine,
    Incumbent,
    solve_assignment,
)
from tsam_planner.solver.race import STUBBORN

# What a search may take of the seconds that are left when it begins.
_PRIMARIES, _LATER, _CALLS = 0.7, 0.6, 0.2
# Sales are searched up to three times, before substitutes and calls.
_SALES = 0.4
# Calls of one manager or one week are a small problem; a single one may be stubborn.
_CALL_SECONDS = 1.0
# Substitutes and calls together take no more than half of all seconds.
_BACKUPS = 0.25
# Substitutes and calls a little off the best are as good; of calls there are many searches.
_BACKUP_GAP, _CALL_GAP = 0.01, 0.02

Progress = Callable[[Incumbent], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveOptions:
    """
    How to search. Nothing here changes what a good plan is; that is the policy's part.

    Parameters
    ----------
    time_limit
        Seconds for all searches together, > 0.
    relative_gap
        Stop once the plan is proven to be within this fraction of the best, in [0, 1).
    work_limit
        Deterministic steps instead of seconds (None: no limit); with one worker and a seed
        the plan is then the same on every run.
    num_workers
        Threads of the search, >= 1.
    seed
        Seed of everything random, >= 0.

    Raises
    ------
    ArgumentError
        When a value is out of range.
    """

    time_limit: float = 60.0
    relative_gap: float = 0.001
    work_limit: float | None = None
    num_workers: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        checks = {
            f"time_limit > 0 s, got {self.time_limit}": self.time_limit > 0,
            f"relative_gap in [0, 1), got {self.relative_gap}": 0 <= self.relative_gap < 1,
            f"work_limit > 0, got {self.work_limit}": self.work_limit is None
            or self.work_limit > 0,
            f"num_workers >= 1, got {self.num_workers}": self.num_workers >= 1,
            f"seed >= 0, got {self.seed}": self.seed >= 0,
        }
        wrong = [text for text, holds in checks.items() if not holds]
        if wrong:
            message = f"expected {'; '.join(wrong)}"
            raise ArgumentError(message)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time that every search of a plan must respect."""

    seconds: float
    _start: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the plan was begun."""
        return time.monotonic() - self._start

    @property
    def is_over(self) -> bool:
        """Whether all seconds are used up."""
        return self.elapsed >= self.seconds

    @property
    def remaining(self) -> float:
        """Seconds left, never below a tenth: a search needs some time to say anything."""
        return max(0.1, self.seconds - self.elapsed)

    def until(self, part: float) -> "Deadline":
        """Return the deadline of the first part of all seconds, in (0, 1]."""
        return Deadline(part * self.seconds, self._start)

    def share(self, part: float, whole_part: float = 1.0) -> float:
        """
        Return a part of the seconds left, so that later searches have some, too.

        It is at most ``whole_part`` of all seconds.
        """
        return max(0.1, min(part * self.remaining, whole_part * self.seconds))


@dataclass(frozen=True, slots=True)
class Searcher:
    """
    Searches all problems of one plan, within the options and the one deadline.

    ``progress`` is told of the managers' search only, the first and longest; ``should_stop``
    is asked in all. ``known`` decisions are what the managers' search starts from; where
    there are none, that is today. ``failures`` collects what engines broke down on.
    ``ctrl_c`` is set by Ctrl-C where the best plan so far is an answer; without it, Ctrl-C is
    passed on (see `of_study`).
    """

    options: SolveOptions
    deadline: Deadline
    progress: Progress | None = None
    should_stop: Callable[[], bool] | None = None
    failures: list[str] = field(default_factory=list)
    known: Sequence[Decision] = ()
    ctrl_c: threading.Event | None = None

    @classmethod
    def of_study(cls, options: SolveOptions, known: Sequence[Decision] = ()) -> "Searcher":
        """
        Return the searcher of one search of many, which Ctrl-C ends all together.

        What follows from the best of a search that was cut short would be wrong.
        """
        return cls(options, Deadline(options.time_limit), known=known)

    @property
    def is_stopped(self) -> bool:
        """Whether the caller wants no further search."""
        if self.ctrl_c is not None and self.ctrl_c.is_set():
            return True
        return self.should_stop is not None and self.should_stop()

    def until(self, part: float) -> "Searcher":
        """Return the searcher that has only the first part of all seconds."""
        return replace(self, deadline=self.deadline.until(part))

    def primaries(self, model: PrimaryModel) -> AssignmentResult:
        """Search for the best primary managers, from what is known, or today's."""
        seconds = self.deadline.share(_PRIMARIES)
        known = managers_by_week(model.facts, self.known) if self.known else None
        start = model.start(known)
        return self._solve(model.problem, seconds, start=start, progress=self.progress)

    def backups(self, problem: AssignmentProblem) -> AssignmentResult:
        """Search for the best substitutes of decided managers."""
        return self._solve(problem, self.deadline.share(_LATER, _BACKUPS), _BACKUP_GAP)

    def sales(
        self, problem: AssignmentProblem, start: npt.NDArray[np.int64], gap: float
    ) -> AssignmentResult:
        """Search for the best margin among plans of the fewest points."""
        seconds = self.deadline.share(_SALES)
        return self._solve(problem, seconds, start=start, gap=gap)

    def calls(self, model: CallModel) -> AssignmentResult:
        """
        Search for the best times of some calls: a small problem, one of many.

        When time is over, calls are still placed, one after the other.
        """
        engine: Engine = "greedy" if self.deadline.is_over else "auto"
        seconds = min(_CALL_SECONDS, self.deadline.share(_CALLS))
        return self._solve(model.problem, seconds, _CALL_GAP, engine=engine)

    def _solve(
        self,
        problem: AssignmentProblem,
        seconds: float,
        least_gap: float = 0.0,
        *,
        gap: float | None = None,
        start: npt.NDArray[np.int64] | None = None,
        progress: Progress | None = None,
        engine: Engine = "auto",
    ) -> AssignmentResult:
        options = self.options
        if any(text.startswith(STUBBORN) for text in self.failures):
            # It still runs in the background, and another one would take as long to give up.
            engine = "greedy"
        if gap is None:
            gap = max(options.relative_gap, least_gap)
        result = solve_assignment(
            problem,
            time_limit=seconds,
            work_limit=options.work_limit,
            relative_gap=gap,
            num_workers=options.num_workers,
            seed=options.seed,
            start=start,
            progress=progress,
            should_stop=lambda: self.is_stopped,
            engine=engine,
        )
        self.failures.extend(result.failures)
        if not self.is_stopped:
            if self.ctrl_c is None:
                pass_ctrl_c_on(result)
            elif result.was_interrupted:
                self.ctrl_c.set()
        return result


def pass_ctrl_c_on(result: AssignmentResult) -> None:
    """
    Raise what a search took as the request to return its best so far.

    Raises
    ------
    KeyboardInterrupt
        When the search was interrupted.
    """
    if result.was_interrupted:
        raise KeyboardInterrupt

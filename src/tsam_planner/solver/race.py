"""Run searches in threads of their own while the caller's thread waits and listens."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from tsam_planner.errors import PlannerError, SolverError
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.limits import Clock, Limits
from tsam_planner.solver.problem import IntArray
from tsam_planner.solver.record import Record

# Seconds between two looks at the clock, the record and the caller's wishes.
_HEARTBEAT = 0.05
# Seconds that a search has to end once it is told to; then it is left alone.
PATIENCE = 20.0
STUBBORN = "an engine did not stop"


class EngineError(SolverError):
    """A search broke down, or does not stop: what it offered before still counts."""


class Search(Protocol):
    """Something that offers plans and bounds to the record until it ends."""

    def run(self) -> None:
        """Search; called once, in a thread of its own."""

    def stop(self) -> None:
        """End the search soon; called from another thread, perhaps repeatedly."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Session:
    """All that an engine is given: the problem, the record, and when to stop."""

    problem: IntegerProblem
    record: Record
    clock: Clock
    limits: Limits
    start: IntArray | None
    should_stop: Callable[[], bool]
    failures: list[str] = field(default_factory=list)
    ctrl_c: threading.Event = field(default_factory=threading.Event)

    @property
    def is_stopped(self) -> bool:
        """Whether the caller wants the best so far: by ``should_stop`` or by Ctrl-C."""
        return self.ctrl_c.is_set() or self.should_stop()

    def briefly(self, amount: float) -> "Session":
        """Return the session with so many seconds left, or steps of work with one worker."""
        if self.limits.num_workers == 1:
            work = min(amount, self.limits.work_limit or amount)
            return replace(self, limits=replace(self.limits, work_limit=work))
        return replace(self, clock=Clock(min(amount, self.clock.remaining)))

    def with_less_work(self, done: float) -> "Session":
        """Return the session with what is left of the work limit, if there is one."""
        limit = self.limits.work_limit
        if limit is None:
            return self
        return replace(self, limits=replace(self.limits, work_limit=max(limit - done, 1e-6)))


def race(searches: Sequence[Search], session: Session, is_done: Callable[[], bool]) -> bool:
    """
    Run searches side by side; say whether the caller interrupted them.

    The race ends with its first search, when time is over, when ``is_done`` says so, or
    when the caller wants it to: by ``should_stop`` or by Ctrl-C, which Python delivers
    to the waiting main thread. A search that breaks down only leaves the race, and is told
    of in the session's ``failures``. Errors of the caller's functions are raised after all
    searches have ended.

    Raises
    ------
    EngineError
        When the first search broke down, or did not end although it was told to.
    SolverError
        When plans and bounds contradict each other.
    """
    wake, errors = threading.Event(), dict[int, BaseException]()

    def run(number: int, search: Search) -> None:
        try:
            search.run()
        except BaseException as error:
            errors[number] = error
        wake.set()

    threads = [
        threading.Thread(target=run, args=(number, search), daemon=True)
        for number, search in enumerate(searches)
    ]
    for thread in threads:
        thread.start()
    try:
        was_stopped = _wait(threads, wake, errors, session, is_done)
    except KeyboardInterrupt:
        session.ctrl_c.set()
        was_stopped = True
    finally:
        stubborn = _end(searches, threads)
    _judge(errors, stubborn, session)
    session.record.report()
    session.record.check()
    return was_stopped


def _judge(errors: Mapping[int, BaseException], stubborn: set[int], session: Session) -> None:
    """Raise what went wrong with the first search; tell the session of the others."""
    for number in sorted({*errors, *stubborn}):
        error = errors.get(number)
        if isinstance(error, PlannerError):
            raise error
        message = f"{STUBBORN} within {PATIENCE:g} s"
        if error is not None:
            message = f"an engine broke down: {type(error).__name__}: {error}"
        if number == 0:
            raise EngineError(message) from error
        session.failures.append(message)


def _wait(
    threads: Sequence[threading.Thread],
    wake: threading.Event,
    errors: Mapping[int, BaseException],
    session: Session,
    is_done: Callable[[], bool],
) -> bool:
    """Wait for a reason to stop; say whether the caller gave it."""

    def is_running() -> bool:
        # Where the first search has broken down, the others go on.
        return any(thread.is_alive() for thread in (threads if 0 in errors else threads[:1]))

    while is_running() and not (session.clock.is_over or is_done()):
        session.record.report()
        if session.is_stopped:
            return True
        wake.wait(_HEARTBEAT)
        wake.clear()
    return False


def _end(searches: Sequence[Search], threads: Sequence[threading.Thread]) -> set[int]:
    """End all searches; return those that do not stop."""
    latest = time.monotonic() + PATIENCE
    for search, thread in zip(searches, threads, strict=True):
        # A stop between "not stopped yet" and the engine's own start is lost: ask again.
        while thread.is_alive() and time.monotonic() < latest:
            search.stop()
            thread.join(_HEARTBEAT)
    return {number for number, thread in enumerate(threads) if thread.is_alive()}

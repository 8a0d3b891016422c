"""How long and how hard to search: the clock and the numbers of a call."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral

from tsam_planner.errors import ArgumentError


class Clock:
    """
    Count seconds from its creation; ``limit`` is where they end (None: never).

    Examples
    --------
    >>> Clock(3600.0).is_over, Clock(None).remaining
    (False, inf)
    """

    def __init__(self, limit: float | None) -> None:
        self._start = time.monotonic()
        self._limit = float("inf") if limit is None else limit

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    @property
    def remaining(self) -> float:
        """Seconds left, >= 0; infinite without a limit."""
        return max(0.0, self._limit - self.elapsed)

    @property
    def is_over(self) -> bool:
        """Whether the time is used up."""
        return self.elapsed >= self._limit


def at_most(seconds: float, is_over: Callable[[], bool]) -> Callable[[], bool]:
    """Return a question that says yes once ``is_over`` does, or so many seconds have passed."""
    clock = Clock(seconds)
    return lambda: clock.is_over or is_over()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    The numbers of a search; meanings as in `solve_assignment`.

    Raises
    ------
    ArgumentError
        When a number is out of its range; the message lists all of them.
    """

    time_limit: float | None
    work_limit: float | None
    relative_gap: float
    num_workers: int
    seed: int

    def __post_init__(self) -> None:
        checks = {
            f"time_limit > 0 s or None, got {self.time_limit}": _is_positive(self.time_limit),
            f"work_limit > 0 or None, got {self.work_limit}": _is_positive(self.work_limit),
            f"relative_gap in [0, 1), got {self.relative_gap}": 0 <= self.relative_gap < 1,
            f"num_workers >= 1, got {self.num_workers}": (
                isinstance(self.num_workers, Integral) and self.num_workers >= 1
            ),
            f"seed in 0..2147483647, got {self.seed}": (
                isinstance(self.seed, Integral) and 0 <= self.seed < 2**31
            ),
        }
        wrong = [text for text, holds in checks.items() if not holds]
        if wrong:
            message = f"expected {'; '.join(wrong)}"
            raise ArgumentError(message)


def _is_positive(limit: float | None) -> bool:
    return limit is None or (limit > 0 and not math.isnan(limit))

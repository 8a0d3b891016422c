"""What a search has proven: why it stopped, and how far the plan can be from the best."""

import math
from dataclasses import dataclass
from enum import StrEnum


class StopReason(StrEnum):
    """
    Why a search ended.

    Only ``PROVEN_OPTIMAL`` says that no better plan exists: objective and bound are equal.
    After every other reason a better plan may exist, but none below the bound.
    """

    PROVEN_OPTIMAL = "proven optimal"
    GAP_REACHED = "gap reached"
    TIME_LIMIT = "time limit"
    WORK_LIMIT = "work limit"
    INTERRUPTED = "interrupted"
    ENGINE_FAILED = "engine failed"


def relative_gap(objective: float, bound: float | None) -> float | None:
    """
    Return ``|objective - bound| / |objective|``.

    0 when both are equal (also when both are 0); None when there is no bound or only the
    objective is 0, where no fraction can express the distance.

    Examples
    --------
    >>> relative_gap(200.0, 190.0)
    0.05
    >>> relative_gap(0.0, 0.0), relative_gap(0.0, -1.0), relative_gap(3.0, None)
    (0.0, None, None)
    """
    if bound is None:
        return None
    if objective == bound:
        return 0.0
    if objective == 0:
        return None
    return abs(objective - bound) / abs(objective)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """
    What is known about a plan's objective, in points.

    No plan costs less than ``bound``. There are no defaults: a proof cannot be claimed by
    accident.
    """

    objective: float
    bound: float | None
    stop_reason: StopReason

    @property
    def gap(self) -> float | None:
        """Relative distance between objective and bound (see `relative_gap`)."""
        return relative_gap(self.objective, self.bound)

    def __str__(self) -> str:
        if self.stop_reason is StopReason.PROVEN_OPTIMAL:
            return "proven optimal"
        gap = self.gap
        if gap is None:
            return f"{self.stop_reason}, no gap proven"
        # Rounded up: a gap must not look smaller than it is.
        shown = math.ceil(gap * 10_000) / 10_000
        return f"{self.stop_reason}, at most {shown:.2%} from the best possible"

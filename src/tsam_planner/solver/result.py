"""What a search returns: the plan, what it costs, and what is proven about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tsam_planner.proof import StopReason, relative_gap
from tsam_planner.solver.problem import IntArray


@dataclass(frozen=True, slots=True)
class Incumbent:
    """
    The state of a search at one moment; ``objective`` is None before the first plan.

    ``elapsed`` is in seconds since the search began, the others in points.
    """

    elapsed: float
    objective: float | None
    bound: float


@dataclass(frozen=True, eq=False, kw_only=True)
class AssignmentResult:
    """
    The best plan found and the best bound proven.

    Parameters
    ----------
    agent_of_task
        Agent that serves each task, shape (tasks,); -1 = unassigned.
    copy_of_task
        Which copy of the agent, from 0; -1 = unassigned.
    chosen_option
        Option chosen for each task; -1 = unassigned.
    objective
        Cost of the plan, in points, recomputed in whole numbers.
    bound
        No plan costs less, in points; never above ``objective``.
    stop_reason
        Why the search ended. With two levels, ``PROVEN_OPTIMAL`` holds for both.
    wall_time
        Seconds from the call to the result.
    history
        State of the search at each improvement of the plan or the bound.
    costs
        The objective by origin, in points: ``options``, ``unassigned``, ``overload``,
        ``groups``, ``agents``.
    second_objective
        Cost of the second level, in points; None when the problem has one level.
    second_bound
        No plan of the same, proven least first cost has a smaller second one; None when
        the first cost is not proven least.
    failures
        What engines broke down on, if any did; the plan is the best of what was found.
    was_interrupted
        Whether the caller wanted the search to end, even where it had proven enough by then.
    """

    agent_of_task: IntArray
    copy_of_task: IntArray
    chosen_option: IntArray
    objective: float
    bound: float
    stop_reason: StopReason
    wall_time: float
    history: tuple[Incumbent, ...]
    costs: Mapping[str, float]
    second_objective: float | None
    second_bound: float | None
    failures: tuple[str, ...] = ()
    was_interrupted: bool = False

    @property
    def gap(self) -> float | None:
        """Relative distance between objective and bound (see `relative_gap`)."""
        return relative_gap(self.objective, self.bound)

    @property
    def unassigned(self) -> int:
        """Number of tasks that nobody serves."""
        return int((self.chosen_option < 0).sum())

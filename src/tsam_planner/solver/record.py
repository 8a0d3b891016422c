"""The one place where plans and bounds count: the best of each, and how they came."""

import math
import threading
from collections.abc import Callable

import numpy as np

from tsam_planner.errors import InfeasibleError, SolverError
from tsam_planner.solver.costing import Choice, Costs, price
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.limits import Clock
from tsam_planner.solver.result import Incumbent
from tsam_planner.units import MICRO

# What a bound of an engine in floating point may be off: of its size, and in points.
_RELATIVE, _ABSOLUTE = 1e-6, 1e-5
# The second level has no amounts that float, only choices: what is off is the engine's own
# tolerance of costs.
_SECOND_RELATIVE = 1e-8
# A grid is coarse against errors that are a hundredth of it.
_COARSE = 100.0

Progress = Callable[[Incumbent], None]


class Record:
    """
    Best plan and best bound of a search; engines offer, the record decides.

    A plan counts only after its feasibility and cost have been recomputed in whole
    numbers. Engines may offer from their own threads; ``report`` is called from the
    caller's thread only, so that an exception of ``progress`` reaches the caller.
    """

    def __init__(
        self, problem: IntegerProblem, clock: Clock, progress: Progress | None = None
    ) -> None:
        self._problem, self._clock, self._progress = problem, clock, progress
        self._lock = threading.RLock()
        self._reported = 0
        self._history: list[Incumbent] = []
        self.choice: Choice | None = None
        self.costs: Costs | None = None
        self._grid, self._largest_cost = problem.grid(), problem.largest_cost()
        self.bound = problem.first_bound()
        self.second_bound: int | None = None
        self.is_infeasible = False

    @property
    def history(self) -> tuple[Incumbent, ...]:
        """State at each improvement, oldest first."""
        return tuple(self._history)

    @property
    def is_proven(self) -> bool:
        """Whether no plan of a smaller first cost exists."""
        return self.costs is not None and self.costs.total == self.bound

    @property
    def is_second_proven(self) -> bool:
        """Whether no plan of the same first cost has a smaller second cost."""
        return self.costs is not None and self.costs.second == self.second_bound

    def is_within(self, relative_gap: float) -> bool:
        """Say whether the plan is proven to be within a fraction of the best."""
        if self.costs is None:
            return False
        return _is_within(self.costs.total, self.bound, relative_gap)

    def is_second_within(self, relative_gap: float) -> bool:
        """Say the same of the second level."""
        if self.costs is None or self.second_bound is None:
            return False
        return _is_within(self.costs.second, self.second_bound, relative_gap)

    def offer(self, choice: Choice) -> bool:
        """Keep a plan if it is better than the best; say whether it is allowed."""
        costs = price(self._problem, choice)
        if costs is None:
            return False
        with self._lock:
            if self.costs is None or _key(costs) < _key(self.costs):
                self.choice, self.costs = choice.numbered(self._problem), costs
                self._note()
        return True

    def offer_bound(self, bound: int) -> None:
        """Keep a bound of the first level, rounded up to the grid of costs, if it is better."""
        self._raise_bound(-(-bound // self._grid) * self._grid)

    def offer_float_bound(self, bound: float) -> None:
        """
        Keep a bound that floating point computed, in cost units, made safe first.

        It is lowered by more than an engine's tolerances may be off. Only where that is small
        against the grid of costs can it prove a plan; elsewhere it stays below the plan.
        """
        with self._lock:
            total = None if self.costs is None else self.costs.total
            size = max(abs(bound), abs(total or 0), self._largest_cost)
            if np.isfinite(size):
                error = _RELATIVE * size + _ABSOLUTE * self._problem.scale
                self._raise_bound(_safe(bound, error, self._grid, total))

    def _raise_bound(self, bound: int) -> None:
        with self._lock:
            if bound > self.bound:
                self.bound = bound
                self._note()

    def offer_second_bound(self, bound: int) -> None:
        """Keep a bound of the second level, if the first level is proven."""
        with self._lock:
            if self.is_proven and (self.second_bound is None or bound > self.second_bound):
                self.second_bound = bound

    def offer_float_second_bound(self, bound: float) -> None:
        """Keep a bound of the second level that floating point computed, made safe alike."""
        with self._lock:
            second = None if self.costs is None else self.costs.second
            size = max(abs(bound), abs(second or 0), self._problem.largest_second_cost())
            if np.isfinite(size):
                error = _SECOND_RELATIVE * size + _ABSOLUTE * MICRO
                grid = self._problem.second_grid()
                self.offer_second_bound(_safe(bound, error, grid, second))

    def refuse(self) -> None:
        """Note the proof that no plan is allowed."""
        self.is_infeasible = True

    def check(self) -> None:
        """
        Raise what has been proven against the search.

        Raises
        ------
        InfeasibleError
            When an engine has proven that no plan is allowed.
        SolverError
            When an engine has claimed what a plan disproves.
        """
        disproven = self.costs is not None and (
            self.is_infeasible or self.bound > self.costs.total
        )
        if disproven:
            message = (
                "an engine has proven a bound or infeasibility that a plan found "
                "disproves; please report this with the arrays of the problem"
            )
            raise SolverError(message)
        if self.is_infeasible:
            message = (
                f"no plan serves every task that must be served within all limits "
                f"(proven in {self._clock.elapsed:.1f} s). Give "
                f"{int(self._problem.must_serve.sum())} tasks a finite unassigned_cost "
                f"or raise capacities or budgets."
            )
            raise InfeasibleError(message)

    def report(self) -> None:
        """Tell ``progress`` what is new."""
        while self._progress is not None and self._reported < len(self._history):
            self._reported += 1
            self._progress(self._history[self._reported - 1])

    def _note(self) -> None:
        scale = self._problem.scale
        objective = None if self.costs is None else self.costs.total / scale
        self._history.append(Incumbent(self._clock.elapsed, objective, self.bound / scale))


def _safe(bound: float, error: float, grid: int, found: int | None) -> int:
    """Lower a bound by what it may be off; only a coarse grid lets it reach a plan."""
    safe = -(-math.floor(bound - error) // grid) * grid
    if found is None:
        return safe
    return min(safe, found if grid >= _COARSE * error else found - grid)


def _key(costs: Costs) -> tuple[int, int]:
    return costs.total, costs.second


def _is_within(objective: int, bound: int, relative_gap: float) -> bool:
    return objective - bound <= relative_gap * abs(objective)

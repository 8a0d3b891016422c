"""The linear and integer programs of the engines, by HiGHS; every status is checked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from tsam_planner.errors import SolverError
from tsam_planner.solver.problem import FloatArray, IntArray

INFINITY = float(highspy.kHighsInf)
_HAS_RUN = {
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kInterrupt,
    highspy.HighsModelStatus.kSolutionLimit,
}


@dataclass(frozen=True, eq=False, slots=True)
class Entries:
    """Sparse columns of a program: entry k of column c is at ``start[c] <= k < start[c+1]``."""

    start: IntArray
    index: IntArray
    value: FloatArray


class _Silent(highspy.Highs):
    """HiGHS without its banner, which it prints as soon as callbacks are enabled."""

    def __init__(self) -> None:
        highspy.Highs.__init__(self)

    def enableCallbacks(self) -> None:
        self.silent()
        highspy.Highs.enableCallbacks(self)


class Program:
    """
    Minimize costs over columns within rows; columns can be added and costs changed.

    HiGHS shares its threads within a process and skips a solve when their number changes,
    so every program runs on one. ``is_over`` is asked during every solve, though not in all
    parts of it: ``seconds`` is the firm end of an integer program.
    """

    def __init__(
        self,
        lower: FloatArray,
        upper: FloatArray,
        *,
        seed: int = 0,
        is_over: Callable[[], bool],
        seconds: float = INFINITY,
    ) -> None:
        self._highs, self._has_run = _Silent(), False
        for name, value in (("threads", 1), ("parallel", "off"), ("random_seed", seed)):
            self.set_option(name, value)
        self.set_option("time_limit", float(seconds))

        def watch(event: highspy.HighsCallbackEvent) -> None:
            event.interrupt(is_over())

        for moment in ("cbMipInterrupt", "cbSimplexInterrupt", "cbIpmInterrupt"):
            getattr(self._highs, moment).subscribe(watch)
        empty = np.zeros(0, dtype=np.int32)
        status = self._highs.addRows(
            len(lower), lower, upper, 0, empty, empty, np.zeros(0, dtype=np.float64)
        )
        self._check(status, "addRows")

    def set_option(self, name: str, value: str | float | int | bool) -> None:
        """Set an option of HiGHS."""
        self._check(self._highs.setOptionValue(name, value), name)

    def add(
        self,
        cost: FloatArray,
        entries: Entries,
        upper: float = INFINITY,
        *,
        whole: bool = False,
    ) -> None:
        """Add columns from 0 to ``upper``."""
        count = len(cost)
        if not count:
            return
        before = self._highs.getNumCol()
        status = self._highs.addCols(
            count,
            np.asarray(cost, dtype=np.float64),
            np.zeros(count),
            np.full(count, upper),
            len(entries.index),
            entries.start[:-1].astype(np.int32),
            entries.index.astype(np.int32),
            np.asarray(entries.value, dtype=np.float64),
        )
        self._check(status, "addCols")
        if whole:
            columns = np.arange(before, before + count, dtype=np.int32)
            kinds = np.full(count, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            status = self._highs.changeColsIntegrality(count, columns, kinds)
            self._check(status, "changeColsIntegrality")

    def make_whole(self, columns: IntArray) -> None:
        """Let columns be 0 or 1 only."""
        count = len(columns)
        kinds = np.full(count, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        status = self._highs.changeColsIntegrality(count, columns.astype(np.int32), kinds)
        self._check(status, "changeColsIntegrality")
        self.bound_columns(columns, 1.0)

    def set_costs(self, columns: IntArray, cost: FloatArray) -> None:
        """Change the costs of columns."""
        status = self._highs.changeColsCost(
            len(columns), columns.astype(np.int32), np.asarray(cost, dtype=np.float64)
        )
        self._check(status, "changeColsCost")

    def bound_columns(self, columns: IntArray, upper: float) -> None:
        """Change the upper bounds of columns."""
        count = len(columns)
        status = self._highs.changeColsBounds(
            count, columns.astype(np.int32), np.zeros(count), np.full(count, upper)
        )
        self._check(status, "changeColsBounds")

    def start_from(self, values: FloatArray) -> None:
        """Give an integer program a plan to begin with."""
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        self._check(self._highs.setSolution(solution), "setSolution")

    def on_improvement(self, tell: Callable[[FloatArray], None]) -> None:
        """Tell the values of each better plan of an integer program, as it is found."""

        def hear(event: highspy.HighsCallbackEvent) -> None:
            tell(np.array(event.data_out.mip_solution))

        self._highs.cbMipImprovingSolution.subscribe(hear)

    def solve(self) -> bool:
        """Solve; say whether it was solved to the end."""
        status, outcome = self._highs.run(), self._highs.getModelStatus()
        # A solve that HiGHS skipped leaves zeros, which would look like an answer.
        self._has_run = status != highspy.HighsStatus.kError and outcome in _HAS_RUN
        return self._has_run and bool(outcome == highspy.HighsModelStatus.kOptimal)

    @property
    def objective(self) -> float:
        """Objective of the last solve."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def bound(self) -> float:
        """Dual bound of the last solve of an integer program, -inf if it did not run."""
        return float(self._highs.getInfo().mip_dual_bound) if self._has_run else -INFINITY

    @property
    def num_nodes(self) -> int:
        """Nodes that the last solve of an integer program branched on."""
        return max(int(self._highs.getInfo().mip_node_count), 0)

    @property
    def has_plan(self) -> bool:
        """Whether the last solve left values within all rows."""
        return self._has_run and bool(
            self._highs.getInfo().primal_solution_status
            == int(highspy.SolutionStatus.kSolutionStatusFeasible)
        )

    def values(self) -> FloatArray:
        """Return the value of each column."""
        return np.array(self._highs.getSolution().col_value)

    def duals(self) -> FloatArray:
        """Return the dual of each row."""
        return np.array(self._highs.getSolution().row_dual)

    @staticmethod
    def _check(status: highspy.HighsStatus, what: str) -> None:
        if status == highspy.HighsStatus.kError:
            message = f"the linear solver refused {what}; please report this"
            raise SolverError(message)


def as_entries(columns: Sequence[tuple[Sequence[int], Sequence[float]]]) -> Entries:
    """Pack columns given as (row indices, values)."""
    lengths = np.array([len(index) for index, _ in columns], dtype=np.int64)
    return Entries(
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.array([row for index, _ in columns for row in index], dtype=np.int64),
        np.array([number for _, value in columns for number in value], dtype=np.float64),
    )

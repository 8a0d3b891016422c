"""
Search of the compact model by HiGHS: the best bound where overload is priced, not forbidden.

The bound is computed in floating point; the record makes it safe before it counts.
"""

import math
import threading

import numpy as np
from scipy.sparse import coo_array

from tsam_planner.solver.formulation import Formulation
from tsam_planner.solver.highs import INFINITY, Entries, Program
from tsam_planner.solver.integers import NO_LIMIT
from tsam_planner.solver.limits import Clock, Limits
from tsam_planner.solver.problem import FloatArray
from tsam_planner.solver.record import Record

# Lowering the bound opens the gap a little: aim below by as much.
_SAFETY = 2e-6


class HighsSearch:
    """One search for the first level of cost, in a single thread."""

    def __init__(self, form: Formulation, record: Record, clock: Clock, limits: Limits) -> None:
        self._form, self._record, self._clock, self._limits = form, record, clock, limits
        self._stopped = threading.Event()
        self._unit = np.array(form.model.unit)

    def run(self) -> None:
        """Build the program, search it, and offer the plans and the bound it finds."""
        program = self._build()
        if program is None:
            return
        program.on_improvement(self._offer)
        program.solve()
        if program.has_plan:
            self._offer(program.values())
        if math.isfinite(program.bound):
            self._record.offer_float_bound(program.bound * self._form.problem.scale)

    def stop(self) -> None:
        """End the search soon."""
        self._stopped.set()

    def _is_over(self) -> bool:
        return self._stopped.is_set() or self._clock.is_over

    def _build(self) -> Program | None:
        model = self._form.model
        size, lower, upper = self._rows()
        if self._is_over():
            return None
        program = Program(
            lower,
            upper,
            seed=self._limits.seed,
            is_over=self._is_over,
            seconds=min(self._clock.remaining, INFINITY),
        )
        program.set_option("mip_rel_gap", max(0.0, self._limits.relative_gap - _SAFETY))
        cost = np.array(model.cost, dtype=float) * self._unit / self._form.problem.scale
        program.add(cost, self._entries(size))
        decisions = np.flatnonzero((np.array(model.upper) == 1) & (self._unit == 1.0))
        program.make_whole(decisions)
        choice = self._record.choice
        if choice is not None:
            program.start_from(np.array(self._form.values_of(choice)) / self._unit)
        return program

    def _rows(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the unit of each row, in which its largest coefficient is 1, and its sides."""
        unit, rows = self._unit, self._form.model.rows
        size = np.array(
            [
                max((abs(c) * unit[v] for v, c in zip(*row[:2], strict=True)), default=1.0)
                for row in rows
            ]
        )
        lower = np.array([row.lower if row.lower > -NO_LIMIT else -np.inf for row in rows])
        upper = np.array([row.upper if row.upper < NO_LIMIT else np.inf for row in rows])
        return size, lower / size, upper / size

    def _entries(self, size: FloatArray) -> Entries:
        """Return the coefficients by variable."""
        rows = self._form.model.rows
        counts = [len(row.variables) for row in rows]
        row_of = np.repeat(np.arange(len(rows)), counts)
        column = np.array([v for row in rows for v in row.variables], dtype=np.int64)
        value = np.array([c for row in rows for c in row.coefficients], dtype=float)
        value *= self._unit[column] / size[row_of]
        shape = (len(rows), len(self._unit))
        matrix = coo_array((value, (row_of, column)), shape=shape).tocsc()
        start, index = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
        return Entries(start, index, matrix.data)

    def _offer(self, values: FloatArray) -> None:
        # A plan that is only allowed within tolerances is refused by the record.
        self._record.offer(self._form.choice_of(values > 0.5))

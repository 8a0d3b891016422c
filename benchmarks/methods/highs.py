"""
HiGHS on the compact model, as matrices: x, y binary, overload e, flags v and extra agents z.

::

    minimize    c x + u y + p e + w z
    subject to  Σ x_o + y_i = 1        each task        Σ l x <= C         each capacity
                Σ l x - e <= S         each overload    x_o - v_ga <= 0    each member
                Σ v_g - z_g <= 1       each group       Σ x_o <= 1         each exclusive set
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy import sparse

from benchmarks.harness.problems import Case
from benchmarks.methods import Answer, Moment, Solve
from benchmarks.methods.spreadsheet import keep_today
from tsam_planner.solver.problem import AssignmentProblem


def prepare(case: Case, *, seed: int, workers: int) -> Solve:
    """Return the search."""

    def solve(limit: float) -> Answer:
        return _solve(case, limit, seed, workers)

    return solve


@dataclass(eq=False)
class _Matrix:
    """Columns and rows, gathered in blocks; ``fills`` complete values of x and y in place."""

    cost: list[np.ndarray] = field(default_factory=list)
    upper: list[np.ndarray] = field(default_factory=list)
    whole: list[np.ndarray] = field(default_factory=list)
    row_lower: list[np.ndarray] = field(default_factory=list)
    row_upper: list[np.ndarray] = field(default_factory=list)
    entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)
    fills: list[Callable[[np.ndarray], None]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(self, cost: np.ndarray, upper: float, *, is_whole: bool) -> np.ndarray:
        """Add columns from 0 to ``upper`` and return their numbers."""
        count = len(cost)
        self.cost.append(cost)
        self.upper.append(np.full(count, upper))
        self.whole.append(np.full(count, is_whole))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(
        self,
        count: int,
        lower: np.ndarray | float,
        upper: np.ndarray | float,
        blocks: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray | float]],
    ) -> None:
        """Add rows; blocks are (row within the new ones, column, value)."""
        self.row_lower.append(np.broadcast_to(np.asarray(lower, dtype=float), count))
        self.row_upper.append(np.broadcast_to(np.asarray(upper, dtype=float), count))
        for row, column, value in blocks:
            values = np.broadcast_to(np.asarray(value, dtype=float), len(row))
            self.entries.append((row + self.rows, column, values))
        self.rows += count

    def as_model(self) -> highspy.HighsLp:
        """Return the model in the form that HiGHS reads."""
        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        matrix = sparse.csc_array((value, (row, column)), shape=(self.rows, self.columns))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.columns, self.rows
        model.col_cost_ = np.concatenate(self.cost)
        model.col_lower_ = np.zeros(self.columns)
        model.col_upper_ = np.concatenate(self.upper)
        model.row_lower_ = np.concatenate(self.row_lower)
        model.row_upper_ = np.concatenate(self.row_upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(flag)] for flag in np.concatenate(self.whole)]
        return model


def _matrix(problem: AssignmentProblem) -> _Matrix:
    matrix = _Matrix()
    x = matrix.add_columns(problem.option_cost, 1.0, is_whole=True)
    must_serve = np.isinf(problem.unassigned_cost)
    y = matrix.add_columns(np.where(must_serve, 0, problem.unassigned_cost), 1, is_whole=True)
    matrix.upper[-1] = np.where(must_serve, 0.0, 1.0)
    tasks = np.arange(problem.num_tasks)
    blocks = [(problem.option_task, x, 1.0), (tasks, y, 1.0)]
    matrix.add_rows(problem.num_tasks, 1.0, 1.0, blocks)
    _add_loads(matrix, problem, x)
    for members, cost in problem.groups:
        _add_group(matrix, problem, members, cost)
    for members in problem.exclusive:
        options, agents = _members(problem, members)
        names, row = np.unique(agents, return_inverse=True)
        matrix.add_rows(len(names), -np.inf, 1.0, [(row, options, 1.0)])
    return matrix


def _add_loads(matrix: _Matrix, problem: AssignmentProblem, x: np.ndarray) -> None:
    """Add a row for each capacity and for each overload that costs something."""
    resources = problem.num_resources
    column = np.repeat(x, np.diff(problem.load_start))
    place = problem.option_agent[column] * resources + problem.load_resource
    used = np.bincount(place, problem.load_amount, problem.num_agents * resources) > 0
    limit = problem.capacity.ravel()
    _add_load_rows(matrix, problem, (place, column), used & np.isfinite(limit), limit)
    if problem.soft_capacity is None or problem.overload_cost is None:
        return
    soft, price = problem.soft_capacity.ravel(), problem.overload_cost.ravel()
    paid = used & np.isfinite(soft) & (price > 0)
    first = matrix.rows
    _add_load_rows(matrix, problem, (place, column), paid, soft)
    overload = matrix.add_columns(price[paid], np.inf, is_whole=False)
    rows = np.arange(first, matrix.rows)
    matrix.entries.append((rows, overload, np.full(len(rows), -1.0)))

    def fill(values: np.ndarray) -> None:
        load = np.bincount(place, problem.load_amount * values[column], len(soft))
        values[overload] = np.maximum(load[paid] - soft[paid], 0.0)

    matrix.fills.append(fill)


def _add_load_rows(
    matrix: _Matrix,
    problem: AssignmentProblem,
    places: tuple[np.ndarray, np.ndarray],
    wanted: np.ndarray,
    upper: np.ndarray,
) -> None:
    place, column = places
    row = np.cumsum(wanted) - 1
    keep = wanted[place]
    block = (row[place[keep]], column[keep], problem.load_amount[keep])
    matrix.add_rows(int(wanted.sum()), -np.inf, upper[wanted], [block])


def _add_group(
    matrix: _Matrix, problem: AssignmentProblem, members: np.ndarray, cost: float
) -> None:
    """Flag the agents that serve a group; pay those beyond the first."""
    options, agents = _members(problem, members)
    names, flag = np.unique(agents, return_inverse=True)
    v = matrix.add_columns(np.zeros(len(names)), 1.0, is_whole=True)
    z = matrix.add_columns(np.array([cost]), np.inf, is_whole=False)
    rows = np.arange(len(options))
    matrix.add_rows(len(rows), -np.inf, 0.0, [(rows, options, 1.0), (rows, v[flag], -1.0)])
    zero = np.zeros(len(names), dtype=np.int64)
    matrix.add_rows(1, -np.inf, 1.0, [(zero, v, 1.0), (zero[:1], z, -1.0)])

    def fill(values: np.ndarray) -> None:
        np.maximum.at(values, v[flag], values[options])
        values[z] = max(values[v].sum() - 1.0, 0.0)

    matrix.fills.append(fill)


def _members(
    problem: AssignmentProblem, members: np.ndarray | Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    options = np.flatnonzero(np.isin(problem.option_task, members))
    return options, problem.option_agent[options]


def _start_from_today(highs: highspy.Highs, case: Case, matrix: _Matrix) -> None:
    """Give today's assignment as far as it fits."""
    chosen = keep_today(case)
    options = case.problem.num_options
    values = np.zeros(matrix.columns)
    values[chosen[chosen >= 0]] = 1.0
    values[options : options + len(chosen)] = chosen < 0
    for fill in matrix.fills:
        fill(values)
    solution = highspy.HighsSolution()
    solution.col_value = values.tolist()
    highs.setSolution(solution)


def _solve(case: Case, limit: float, seed: int, workers: int) -> Answer:
    began = time.monotonic()
    highs = highspy.Highs()
    options = {"output_flag": False, "threads": workers, "random_seed": seed}
    for name, value in (options | {"mip_rel_gap": 0.0}).items():
        highs.setOptionValue(name, value)
    matrix = _matrix(case.problem)
    highs.passModel(matrix.as_model())
    _start_from_today(highs, case, matrix)
    left = limit - (time.monotonic() - began)
    if left <= 0:
        return Answer(option_of_task=None, stop="time limit", note="model not complete")
    highs.setOptionValue("time_limit", left)
    moments: list[Moment] = []

    def note(event: highspy.HighsCallbackEvent) -> None:
        data = event.data_out
        bound = data.mip_dual_bound if np.isfinite(data.mip_dual_bound) else None
        moments.append(Moment(time.monotonic() - began, data.objective_function_value, bound))

    highs.cbMipImprovingSolution.subscribe(note)
    status = highs.run()
    return _answer(case.problem, highs, moments, status)


def _answer(
    problem: AssignmentProblem,
    highs: highspy.Highs,
    moments: list[Moment],
    status: highspy.HighsStatus,
) -> Answer:
    info = highs.getInfo()
    reason = highs.modelStatusToString(highs.getModelStatus())
    if status == highspy.HighsStatus.kError:
        reason = f"error: {reason}"
    bound = info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Answer(option_of_task=None, bound=bound, history=moments, stop=reason)
    values = np.array(highs.getSolution().col_value[: problem.num_options])
    served = np.flatnonzero(values > 0.5)
    chosen = np.full(problem.num_tasks, -1, dtype=np.int64)
    chosen[problem.option_task[served]] = served
    return Answer(option_of_task=chosen, bound=bound, history=moments, stop=reason)

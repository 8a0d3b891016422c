"""What came out of a cell, priced the same way for every method."""

from collections.abc import Sequence

import numpy as np

from benchmarks.harness.problems import Case
from benchmarks.methods import Answer, Moment
from benchmarks.methods.spreadsheet import plan_by_hand
from tsam_planner.solver.costing import Choice, price
from tsam_planner.solver.integers import IntegerProblem, to_integers

_GAPS = {"to_5pct": 0.05, "to_1pct": 0.01, "to_0.5pct": 0.005}


def row_of(case: Case, answer: Answer) -> dict[str, object]:
    """Price the plan of an answer in whole numbers; return the columns that follow."""
    form = to_integers(case.problem)
    row: dict[str, object] = {
        "status": "no plan",
        "bound": answer.bound,
        "stop": answer.stop.splitlines()[0] if answer.stop else "",
        "note": answer.note,
    }
    row |= _history_columns(case, form, answer.history)
    if answer.option_of_task is None:
        return row
    row["unassigned"] = int((answer.option_of_task < 0).sum())
    total = cost_of(form, answer.option_of_task)
    if total is None:
        return row | {"status": "infeasible"}
    objective = total / form.scale
    row |= {"objective": objective, "status": "plan"}
    if answer.bound is None:
        return row
    row["gap"] = gap_of(objective, answer.bound)
    # Less than the smallest difference of costs is no difference.
    is_proven = objective - answer.bound < 0.5 / form.scale
    return row | ({"status": "optimal"} if is_proven else {})


def cost_of(form: IntegerProblem, option_of_task: np.ndarray) -> int | None:
    """Return the cost of a plan in units of the problem; None when it breaks a limit."""
    copies = np.where(option_of_task >= 0, 0, -1)
    costs = price(form, Choice(option_of_task, copies))
    return None if costs is None else costs.total


def gap_of(objective: float, bound: float) -> float | None:
    """Return how far a plan can be from the best, as a share of its cost."""
    if objective == 0:
        return 0.0 if bound >= 0 else None
    return max(objective - bound, 0.0) / abs(objective)


def _history_columns(
    case: Case, form: IntegerProblem, history: Sequence[Moment]
) -> dict[str, object]:
    """
    Return when things first came true.

    A plan that serves somebody, one that beats the spreadsheet planner, and objective and
    bound of one moment within some gaps.
    """
    columns: dict[str, object] = {}
    if not history:
        return columns
    nobody = cost_of(form, np.full(form.num_tasks, -1))
    planner = cost_of(form, plan_by_hand(case))
    columns["spreadsheet"] = None if planner is None else planner / form.scale
    for elapsed, objective, bound in history:
        if objective is None or (nobody is not None and objective >= nobody / form.scale):
            continue
        if planner is not None and objective < planner / form.scale:
            columns.setdefault("beats_spreadsheet", elapsed)
        columns.setdefault("first_seconds", elapsed)
        columns.setdefault("first_objective", objective)
        gap = None if bound is None else gap_of(objective, bound)
        for name, wanted in _GAPS.items():
            if gap is not None and gap <= wanted:
                columns.setdefault(name, elapsed)
    return columns

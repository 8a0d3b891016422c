"""The one wrapper of HiGHS: what failed to run has no answer."""

import highspy
import numpy as np

from tsam_planner.solver.highs import Entries, Program


def two_columns() -> Program:
    """Return: choose at least one of two columns at costs 3 and 2, in whole numbers."""
    program = Program(np.array([1.0]), np.array([2.0]), is_over=lambda: False)
    program.add(
        np.array([3.0, 2.0]), Entries(np.arange(3), np.zeros(2), np.ones(2)), 1.0, whole=True
    )
    return program


def test_integer_program_tells_plan_and_bound():
    """The cheaper column is taken, and each better plan is told."""
    program, told = two_columns(), []
    program.on_improvement(told.append)
    assert program.solve()
    assert program.has_plan
    assert (program.objective, program.bound) == (2.0, 2.0)
    assert program.values().tolist() == [0.0, 1.0]
    assert all(len(values) == 2 for values in told)


def test_solve_that_did_not_run_has_neither_plan_nor_bound(monkeypatch):
    """HiGHS then leaves zeros, which must not be taken for a bound of 0."""
    program = two_columns()
    assert program.bound == -np.inf
    assert not program.has_plan
    monkeypatch.setattr(program._highs, "run", lambda: highspy.HighsStatus.kError)
    assert not program.solve()
    assert program.bound == -np.inf
    assert not program.has_plan

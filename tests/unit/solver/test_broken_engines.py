"""An engine that breaks down, talks nonsense or never stops harms no plan."""

import threading

import numpy as np
import pytest

from examples import FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.errors import SolverError, VerificationError
from tsam_planner.planning import searches
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.proof import StopReason
from tsam_planner.solver import AssignmentProblem, race, solve_assignment
from tsam_planner.solver.columns.engine import ColumnSearch
from tsam_planner.solver.costing import Choice
from tsam_planner.solver.cp_sat import CpSatSearch
from tsam_planner.solver.scip import ScipSearch
from tsam_planner.verify.verification import verify_plan


def crowded_problem():
    """Return 30 tasks that no greedy plan serves best, on four agents."""
    random = np.random.default_rng(7)
    tasks, agents = 30, 4
    return AssignmentProblem.from_dense(
        cost=random.integers(0, 40, (agents, tasks)).astype(float),
        load=random.integers(3, 12, (tasks, 1)).astype(float),
        capacity=np.full((agents, 1), 40.0),
        unassigned_cost=random.integers(50, 200, tasks).astype(float),
    )


def break_down(*_):
    """Do what an engine with a defect does."""
    message = "out of range"
    raise IndexError(message)


@pytest.mark.parametrize("num_workers", [1, 2])
def test_where_one_engine_breaks_down_another_proves_the_same(monkeypatch, num_workers):
    """Columns fail: the compact model finds the optimum, and the result says what failed."""
    whole = solve_assignment(crowded_problem(), num_workers=num_workers, relative_gap=0.0)
    assert not whole.failures
    monkeypatch.setattr(ColumnSearch, "run", break_down)
    monkeypatch.setattr("tsam_planner.solver.columns.engine.SMALL", 0)
    result = solve_assignment(crowded_problem(), num_workers=num_workers, relative_gap=0.0)
    assert result.stop_reason is StopReason.PROVEN_OPTIMAL
    assert result.objective == whole.objective
    assert result.failures == ("an engine broke down: IndexError: out of range",)


def test_where_all_engines_break_down_a_quick_plan_is_left(monkeypatch):
    """Its bound proves nothing, and the reason says why it is no better."""
    for engine in (ColumnSearch, CpSatSearch, ScipSearch):
        monkeypatch.setattr(engine, "run", break_down)
    result = solve_assignment(crowded_problem(), time_limit=10)
    greedy = solve_assignment(crowded_problem(), engine="greedy")
    assert result.stop_reason is StopReason.ENGINE_FAILED
    assert result.objective == greedy.objective
    assert result.bound < result.objective


def test_an_engine_that_never_stops_is_left_alone(monkeypatch):
    """After some patience the plan found so far is returned."""
    awake = threading.Event()

    def sleep(self):
        awake.wait(60)

    monkeypatch.setattr(race, "PATIENCE", 0.2)
    for engine in (ColumnSearch, CpSatSearch, ScipSearch):
        monkeypatch.setattr(engine, "run", sleep)
    result = solve_assignment(crowded_problem(), time_limit=0.3)
    awake.set()
    assert result.stop_reason is StopReason.ENGINE_FAILED
    assert "did not stop within" in result.failures[0]
    assert (result.agent_of_task >= 0).any()


def test_a_plan_over_capacity_is_not_believed(monkeypatch):
    """An engine that offers everything to one agent, free of charge, changes nothing."""

    def lie(self):
        tasks = 30
        everything = Choice(np.arange(tasks), np.zeros(tasks, dtype=np.int64))
        assert not self._record.offer(everything)
        self.is_out_of_work = True

    honest = solve_assignment(crowded_problem(), relative_gap=0.0)
    monkeypatch.setattr(ColumnSearch, "run", lie)
    monkeypatch.setattr("tsam_planner.solver.columns.engine.SMALL", 0)
    assert solve_assignment(crowded_problem(), relative_gap=0.0).objective == honest.objective


def test_a_bound_above_a_plan_is_a_defect(monkeypatch):
    """Nobody returns a proof that is contradicted."""

    def exaggerate(self):
        self._record.offer_bound(10**15)

    monkeypatch.setattr(ColumnSearch, "run", exaggerate)
    monkeypatch.setattr("tsam_planner.solver.columns.engine.SMALL", 0)
    with pytest.raises(SolverError, match="a plan found disproves"):
        solve_assignment(crowded_problem())


def test_a_plan_made_with_broken_engines_says_so_and_keeps_every_rule(monkeypatch):
    """Six contracts of 8 h and two managers of 32 h, planned without any engine."""
    for engine in (ColumnSearch, CpSatSearch, ScipSearch):
        monkeypatch.setattr(engine, "run", break_down)
    signed = [contract(f"C-{number}", need_hours=8.0) for number in range(9)]
    records = portfolio(signed, [manager("M-1"), manager("M-2")])
    plan = make_plan(records, **FOUR_WEEKS, options=SolveOptions(time_limit=10))
    assert plan.stop_reason is StopReason.ENGINE_FAILED
    assert any("a search failed (an engine broke down" in text for text in plan.warnings)
    assert verify_plan(records, plan.assignments, **FOUR_WEEKS).ok


def test_a_solver_that_answers_nonsense_is_caught_by_the_checker(monkeypatch):
    """A result whose points are not those of its plan is refused."""
    honest = searches.solve_assignment

    def lying(problem, **options):
        result = honest(problem, **options)
        object.__setattr__(result, "objective", result.objective + 5.0)
        return result

    monkeypatch.setattr(searches, "solve_assignment", lying)
    records = portfolio([contract("C-1")], [manager("M-1")])
    with pytest.raises(VerificationError, match="points: search"):
        make_plan(records, **FOUR_WEEKS)


def test_a_second_engine_that_breaks_down_only_leaves_the_race(monkeypatch):
    """CP-SAT finds and proves what it would have found alone; the failure is told."""

    def leave(self):
        raise SystemExit(3)

    monkeypatch.setattr(ScipSearch, "run", leave)
    whole = solve_assignment(crowded_problem(), engine="auto", relative_gap=0.0)
    assert whole.stop_reason is StopReason.PROVEN_OPTIMAL
    assert whole.failures == ("an engine broke down: SystemExit: 3",)


def test_after_an_engine_that_never_stops_nothing_else_waits_for_it(monkeypatch):
    """Managers, substitutes and calls are many searches: only the first one has patience."""
    awake = threading.Event()
    calls = []

    def sleep(self):
        calls.append(type(self))
        awake.wait(60)

    monkeypatch.setattr(race, "PATIENCE", 0.2)
    for engine in (ColumnSearch, CpSatSearch, ScipSearch):
        monkeypatch.setattr(engine, "run", sleep)
    signed = [contract(f"C-{number}", need_hours=8.0) for number in range(9)]
    records = portfolio(signed, [manager("M-1"), manager("M-2")])
    plan = make_plan(records, **FOUR_WEEKS, options=SolveOptions(time_limit=2))
    awake.set()
    assert plan.stop_reason is StopReason.ENGINE_FAILED
    assert len(calls) == len(set(calls))

"""The front door: arguments, stop reasons, and what a search reports on its way."""

import signal
import subprocess
import sys

import numpy as np
import pytest

from tsam_planner.errors import (
    ArgumentError,
    InfeasibleError,
    NoPlanFoundError,
    SolverError,
)
from tsam_planner.proof import StopReason
from tsam_planner.solver import AssignmentProblem, Incumbent, solve_assignment
from tsam_planner.solver.costing import Choice
from tsam_planner.solver.integers import to_integers
from tsam_planner.solver.limits import Clock
from tsam_planner.solver.record import Record


def two_tasks(**more) -> AssignmentProblem:
    """Return two tasks of 6 and 5 hours and an agent of 8 hours: only one fits."""
    return AssignmentProblem(
        option_task=[0, 1],
        option_agent=[0, 0],
        option_cost=[1.0, 1.0],
        option_load=[[6.0], [5.0]],
        capacity=[[8.0]],
        unassigned_cost=[60.0, 50.0],
        **more,
    )


def test_importing_the_solver_does_not_load_an_engine():
    """Only the first search loads ortools, not the import."""
    code = (
        "import sys, tsam_planner.solver; "
        "sys.exit(any(name.startswith('ortools') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_result_of_a_problem_solved_by_hand():
    """The dearer task is served: 1 point, and 50 for the other."""
    result = solve_assignment(two_tasks(), num_workers=1)
    assert result.agent_of_task.tolist() == [0, -1]
    assert result.copy_of_task.tolist() == [0, -1]
    assert result.chosen_option.tolist() == [0, -1]
    assert result.objective == result.bound == 51.0
    assert result.gap == 0.0
    assert result.unassigned == 1
    assert result.costs == {
        "options": 1.0,
        "unassigned": 50.0,
        "overload": 0.0,
        "groups": 0.0,
        "agents": 0.0,
    }
    assert result.history[-1].objective == 51.0
    with pytest.raises(ValueError, match="read-only"):
        result.agent_of_task[0] = 1


def test_second_copy_serves_what_the_first_cannot():
    """Two copies at 7 points each: 2 x 1 + 2 x 7 beats 51."""
    result = solve_assignment(two_tasks(agent_count=[2], agent_cost=[7.0]), num_workers=1)
    assert sorted(result.copy_of_task.tolist()) == [0, 1]
    assert result.objective == 16.0
    assert result.costs["agents"] == 14.0


def test_second_level_decides_between_equals_only():
    """Both tasks cost the same to serve; serving the second saves more of the second."""
    result = solve_assignment(
        AssignmentProblem.from_dense([[1.0, 1.0]], [[6.0], [6.0]], [[8.0]], [50.0] * 2),
        num_workers=1,
    )
    assert (result.second_objective, result.second_bound) == (None, None)
    result = solve_assignment(
        AssignmentProblem(
            option_task=[0, 1],
            option_agent=[0, 0],
            option_cost=[1.0, 1.0],
            option_load=[[6.0], [6.0]],
            capacity=[[8.0]],
            unassigned_cost=[50.0, 50.0],
            second_option_cost=[4.0, 3.0],
        ),
        num_workers=1,
    )
    assert result.agent_of_task.tolist() == [-1, 0]
    assert result.objective == 51.0
    assert result.second_objective == result.second_bound == 3.0
    assert result.stop_reason is StopReason.PROVEN_OPTIMAL


def test_problem_without_tasks_or_agents_is_solved():
    """Nothing to do costs nothing; nobody to do it leaves all unassigned."""
    nothing = AssignmentProblem([], [], [], np.zeros((0, 1)), np.zeros((0, 1)), [])
    assert solve_assignment(nothing).objective == 0.0
    nobody = AssignmentProblem([], [], [], np.zeros((0, 1)), np.zeros((0, 1)), [7.0])
    assert solve_assignment(nobody).objective == 7.0


@pytest.mark.parametrize("num_workers", [1, 2])
@pytest.mark.parametrize("tasks", [0, 2])
def test_nobody_and_a_second_level_are_solved(num_workers, tasks):
    """Two tasks of 1 point each that nobody serves, and 3 of the second level."""
    problem = AssignmentProblem(
        [],
        [],
        [],
        np.zeros((0, 1)),
        np.zeros((0, 1)),
        [1.0] * tasks,
        second_option_cost=[],
        second_unassigned_cost=[3.0] * tasks,
    )
    result = solve_assignment(problem, num_workers=num_workers)
    assert (result.objective, result.second_objective) == (1.0 * tasks, 3.0 * tasks)


def test_one_worker_ends_at_the_gap_it_reaches(hard_problem):
    """The gap found by columns is not searched for again by another engine."""
    result = solve_assignment(
        hard_problem, relative_gap=0.2, num_workers=1, time_limit=None, work_limit=50.0
    )
    assert result.stop_reason is StopReason.GAP_REACHED


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"time_limit": 0}, "time_limit > 0 s or None, got 0"),
        ({"time_limit": float("nan")}, "time_limit > 0 s or None, got nan"),
        ({"work_limit": -1}, "work_limit > 0 or None, got -1"),
        ({"relative_gap": 1.0}, r"relative_gap in \[0, 1\), got 1.0"),
        ({"num_workers": 0}, "num_workers >= 1, got 0"),
        ({"seed": -1}, r"seed in 0\.\.2147483647, got -1"),
        ({"engine": "magic"}, "expected engine 'auto', .* got 'magic'"),
        ({"start": [0]}, r"start as whole numbers of shape \(tasks,\) = \(2,\)"),
        ({"start": [0.5, 0.0]}, "start as whole numbers .* got float64"),
        ({"start": [0, 1]}, r"start to hold agents 0\.\.0 or -1, got 1"),
        ({"start": [0, -2]}, "or -1, got -2"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    """Each argument out of its range is said with its value."""
    with pytest.raises(ArgumentError, match=message):
        solve_assignment(two_tasks(), **arguments)


def test_task_that_nobody_can_serve_is_infeasible():
    """The message names the task."""
    problem = AssignmentProblem.from_dense([[1.0]], [[9.0]], [[8.0]], [np.inf])
    with pytest.raises(InfeasibleError, match=r"none of their options fits .*: 0"):
        solve_assignment(problem)


@pytest.mark.parametrize("num_workers", [1, 2])
def test_tasks_that_do_not_fit_together_are_infeasible(num_workers):
    """6 + 5 hours into 8: proven by search."""
    problem = AssignmentProblem.from_dense(
        [[1.0, 1.0]], [[6.0], [5.0]], [[8.0]], [np.inf, np.inf]
    )
    with pytest.raises(InfeasibleError, match=r"Give 2 tasks a finite unassigned_cost"):
        solve_assignment(problem, num_workers=num_workers)


def test_stopped_before_any_plan_is_not_called_infeasible(hard_problem):
    """Greedy serves the large task first, then the two others do not fit."""
    # Agent 0 takes 8 hours: task 0 (5 h) or tasks 1 and 2 (4 h each); task 0 fits agent 1.
    problem = AssignmentProblem.from_dense(
        cost=[[0.0, 0.0, 0.0], [1.0, np.inf, np.inf]],
        load=[[5.0], [4.0], [4.0]],
        capacity=[[8.0], [8.0]],
        unassigned_cost=[np.inf] * 3,
    )
    with pytest.raises(NoPlanFoundError, match=r"without any plan; one may still exist"):
        solve_assignment(problem, engine="greedy")
    assert solve_assignment(problem, num_workers=1).objective == 1.0


def test_start_is_kept_where_it_fits():
    """Without a search, the given agents are the plan's."""
    problem = AssignmentProblem.from_dense(
        np.zeros((2, 2)), [[1.0], [1.0]], [[1.0], [1.0]], [9.0, 9.0]
    )
    result = solve_assignment(problem, start=[1, 0], engine="greedy")
    assert result.objective == 0.0
    tied = solve_assignment(
        AssignmentProblem.from_dense(
            [[3.0, 3.0], [2.0, 2.0]], [[1.0], [1.0]], [[1.0], [1.0]], [9.0, 9.0]
        ),
        start=[1, 0],
        engine="greedy",
    )
    assert tied.objective == 5.0


def test_search_ends_at_the_gap(hard_problem):
    """The reason says so, and the gap holds."""
    result = solve_assignment(hard_problem, relative_gap=0.2, num_workers=1)
    assert result.stop_reason is StopReason.GAP_REACHED
    assert 0 < result.gap <= 0.2


def test_work_limit_gives_the_same_plan_twice(hard_problem):
    """One worker and one seed: the same plans in the same order, with the same bound."""
    runs = [
        solve_assignment(hard_problem, work_limit=0.3, num_workers=1, time_limit=None)
        for _ in range(2)
    ]
    assert runs[0].stop_reason is StopReason.WORK_LIMIT
    assert runs[0].agent_of_task.tolist() == runs[1].agent_of_task.tolist()
    assert runs[0].bound == runs[1].bound
    steps = [[(step.objective, step.bound) for step in run.history] for run in runs]
    assert steps[0] == steps[1]


@pytest.mark.parametrize("num_workers", [1, 2])
def test_time_limit_ends_the_search(hard_problem, num_workers):
    """Some time is enough for a plan and a bound, not for a proof."""
    result = solve_assignment(hard_problem, time_limit=0.3, num_workers=num_workers)
    assert result.stop_reason is StopReason.TIME_LIMIT
    assert result.bound < result.objective


def test_scip_raises_the_bound(hard_problem):
    """With a second worker the gap falls below what a first bound leaves."""
    quick = solve_assignment(hard_problem, engine="greedy")
    result = solve_assignment(hard_problem, relative_gap=0.02, num_workers=2)
    assert result.stop_reason is StopReason.GAP_REACHED
    assert quick.bound < result.bound <= result.objective <= quick.objective


def test_caller_can_stop_the_search(hard_problem):
    """should_stop is asked until it says so; the best plan is returned."""
    answers = iter([False, False, True])
    result = solve_assignment(hard_problem, num_workers=2, should_stop=lambda: next(answers))
    assert result.stop_reason is StopReason.INTERRUPTED
    assert list(answers) == []


def test_interrupt_from_the_keyboard_returns_the_best_plan(hard_problem):
    """Ctrl-C while engines search: the plan so far, and no exception."""
    asked = []

    def interrupt() -> bool:
        asked.append(True)
        if len(asked) == 3:
            signal.raise_signal(signal.SIGINT)
        return False

    result = solve_assignment(hard_problem, num_workers=2, should_stop=interrupt)
    assert result.stop_reason is StopReason.INTERRUPTED
    assert result.objective >= result.bound


def test_progress_hears_every_improvement(hard_problem):
    """What progress hears is the history; plans fall, bounds rise."""
    heard: list[Incumbent] = []
    result = solve_assignment(
        hard_problem, work_limit=0.2, num_workers=1, progress=heard.append
    )
    assert tuple(heard) == result.history
    objectives = [step.objective for step in heard]
    assert objectives == sorted(objectives, reverse=True)
    bounds = [step.bound for step in heard]
    assert bounds == sorted(bounds)
    assert objectives[-1] == result.objective


@pytest.mark.parametrize("num_workers", [1, 2])
def test_error_of_a_progress_function_reaches_the_caller(hard_problem, num_workers):
    """The search ends and the caller's own exception is raised."""

    def progress(step: Incumbent) -> None:
        if step.bound > first_bound:
            message = "my own mistake"
            raise RuntimeError(message)

    first_bound = solve_assignment(hard_problem, engine="greedy").bound
    with pytest.raises(RuntimeError, match="my own mistake"):
        solve_assignment(hard_problem, progress=progress, num_workers=num_workers)


def test_record_refuses_plans_and_claims_that_do_not_hold():
    """A plan over capacity does not count; a bound above a plan is an engine's defect."""
    record = Record(to_integers(two_tasks()), Clock(None))
    both, nobody = np.array([0, 1]), np.array([-1, -1])
    assert not record.offer(Choice(both, np.zeros(2, dtype=np.int64)))
    assert record.costs is None
    assert record.offer(Choice(nobody, nobody))
    record.offer_bound(record.costs.total + 1)
    with pytest.raises(SolverError, match="a plan found disproves"):
        record.check()


@pytest.mark.parametrize("start", [None, [0] + [-1] * 29])
@pytest.mark.parametrize("engine", ["auto", "greedy"])
def test_a_first_plan_is_whole_although_time_is_over(engine, start):
    """
    Thirty tasks of 1 hour fit into three agents of 10 hours each.

    A billionth of a second is over before the first of them is looked at.
    """
    problem = AssignmentProblem.from_dense(
        cost=np.ones((3, 30)),
        load=np.ones((30, 1)),
        capacity=np.full((3, 1), 10.0),
        unassigned_cost=np.full(30, 50.0),
    )
    result = solve_assignment(problem, time_limit=1e-9, start=start, engine=engine)
    assert np.bincount(result.agent_of_task).tolist() == [10, 10, 10]

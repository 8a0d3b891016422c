"""The engine by columns against CP-SAT on problems too large to try every plan."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsam_planner.errors import InfeasibleError, ProblemError
from tsam_planner.proof import StopReason
from tsam_planner.solver import AssignmentProblem, solve_assignment
from tsam_planner.solver.columns import engine, finish, narrow

SEEDS = st.integers(0, 2**31 - 1)
FEW = settings(max_examples=12, deadline=None)


def weekly_problem(seed: int, *, load: float = 0.9) -> AssignmentProblem:
    """Return 5 agents, 16 tasks and 4 weeks, with overload, groups and exclusive sets."""
    random = np.random.default_rng(seed)
    agents, tasks, weeks = 5, 16, 4
    size = random.uniform(1, 4, tasks)[:, None] * random.uniform(0.8, 1.2, (tasks, weeks))
    size = np.round(size, 2)
    capacity = np.round(random.uniform(0.8, 1.2, (agents, weeks)), 2)
    capacity = np.round(capacity * size.sum() / load / capacity.sum(), 2)
    task, agent = np.nonzero(random.random((tasks, agents)) < 0.6)
    # Hours count twice: once against the capacity, once against 80 % of it at 2 an hour.
    return AssignmentProblem(
        option_task=task,
        option_agent=agent,
        option_cost=np.round(random.choice([0.0, 15.0, 80.0], len(task)), 1),
        option_load=size[task],
        capacity=capacity,
        unassigned_cost=np.round(100.0 + 20.0 * size.sum(axis=1), 1),
        groups=[(random.choice(tasks, 3, replace=False), 15.0) for _ in range(2)],
        exclusive=[random.choice(tasks, 3, replace=False)],
        soft_capacity=np.round(0.8 * capacity, 2),
        overload_cost=np.full(capacity.shape, 2.0),
    )


def one_row_problem(seed: int, *, load: float) -> AssignmentProblem:
    """Return 6 agents and 14 tasks that must all be served, costs against loads."""
    random = np.random.default_rng(seed)
    use = random.integers(1, 100, (6, 14))
    cost = 111 - use + random.integers(-10, 11, use.shape)
    capacity = np.floor(use.mean(axis=0).sum() / load / 6 * np.ones((6, 1)))
    return AssignmentProblem.from_dense(
        cost.astype(float), use[:, :, None].astype(float), capacity, np.full(14, np.inf)
    )


@given(SEEDS, st.sampled_from([0.8, 0.95, 1.2]))
@FEW
def test_columns_and_cp_sat_prove_the_same_optimum(seed: int, load: float):
    """Objectives of two engines are equal where both are proven."""
    problem = weekly_problem(seed, load=load)
    columns = solve_assignment(problem, num_workers=1, time_limit=None)
    second = solve_assignment(problem, num_workers=2, engine="cp_sat", time_limit=None)
    assert columns.stop_reason is second.stop_reason is StopReason.PROVEN_OPTIMAL
    assert columns.objective == second.objective == columns.bound


@given(SEEDS, st.sampled_from([0.85, 0.95, 1.02]))
@FEW
def test_both_engines_agree_where_one_row_decides(seed: int, load: float):
    """Optimum or impossibility: with all tasks to be served, both say the same."""
    problem = one_row_problem(seed, load=load)
    try:
        second = solve_assignment(problem, engine="cp_sat", time_limit=None)
    except InfeasibleError:
        with pytest.raises(InfeasibleError):
            solve_assignment(problem, time_limit=None)
        return
    columns = solve_assignment(problem, time_limit=None)
    assert columns.stop_reason is StopReason.PROVEN_OPTIMAL
    assert columns.objective == second.objective == columns.bound


@given(SEEDS)
@FEW
def test_a_start_changes_no_proven_optimum(seed: int):
    """From the best plan of a similar problem or from nothing: the same least cost."""
    problem = weekly_problem(seed)
    start = solve_assignment(problem, num_workers=1, time_limit=None).agent_of_task.copy()
    start[:1] = -1
    warm = solve_assignment(problem, num_workers=1, time_limit=None, start=start)
    cold = solve_assignment(problem, num_workers=1, time_limit=None)
    assert warm.objective == cold.objective


@given(SEEDS, st.sampled_from([0.9, 1.2]))
@FEW
def test_truncated_searches_prove_nothing_false(seed: int, load: float):
    """With three sets looked at per agent and short lists: bounds and plans still hold."""
    problem = weekly_problem(seed, load=load)
    best = solve_assignment(problem, num_workers=2, engine="cp_sat", time_limit=None).objective
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_FIRST_NODES", 3)
        patch.setattr(engine, "_MOST_NODES", 3)
        patch.setattr(finish, "_MOST_COLUMNS", 40)
        patch.setattr(finish, "_MOST_SETS", 5)
        stopped = solve_assignment(problem, num_workers=1, time_limit=None, work_limit=0.05)
    assert stopped.bound <= best <= stopped.objective
    assert all(step.bound <= best for step in stopped.history)


@given(SEEDS, st.sampled_from([0.85, 0.95]))
@FEW
def test_few_pairs_bound_no_more_than_they_may(seed: int, load: float):
    """With one pair per task, what is left out of the narrow model never raises a bound."""
    problem = one_row_problem(seed, load=load)
    try:
        best = solve_assignment(problem, engine="cp_sat", time_limit=None).objective
    except InfeasibleError:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrow, "_PAIRS_PER_TASK", 1)
        result = solve_assignment(problem, time_limit=None)
    assert result.objective == best == result.bound
    assert all(step.bound <= best for step in result.history)


@pytest.mark.parametrize("seed", [2, 27, 43, 63])
def test_bounds_hold_where_costs_are_tiny(seed: int):
    """Prices with decimals on loads of a few millionths: no tolerance is mistaken for proof."""
    random = np.random.default_rng(seed)
    task, agent = np.nonzero(np.ones((12, 4)))
    problem = AssignmentProblem(
        option_task=task,
        option_agent=agent,
        option_cost=np.zeros(len(task)),
        option_load=random.integers(1, 60, (12, 3))[task] * 1e-6,
        capacity=np.full((4, 3), 2e-4),
        unassigned_cost=np.ones(12),
        soft_capacity=random.integers(10, 80, (4, 3)) * 1e-6,
        overload_cost=np.round(random.uniform(0.001, 0.1, (4, 3)), 3),
    )
    best = solve_assignment(problem, engine="cp_sat", time_limit=None)
    result = solve_assignment(problem, num_workers=1, time_limit=None)
    assert result.objective == best.objective == result.bound


@given(SEEDS, st.floats(1e-3, 0.2))
@FEW
def test_bounds_hold_at_every_moment_of_a_search(seed: int, work: float):
    """However early a search by columns ends, its bound is below the proven optimum."""
    problem = weekly_problem(seed)
    best = solve_assignment(problem, num_workers=2, engine="cp_sat", time_limit=None).objective
    stopped = solve_assignment(problem, num_workers=1, time_limit=None, work_limit=work)
    assert all(step.bound <= best for step in stopped.history)
    assert stopped.bound <= best <= stopped.objective


def scaled_costs(factor: float) -> AssignmentProblem:
    """Return one weekly problem without extras, all costs times a factor."""
    problem = weekly_problem(7)
    return AssignmentProblem(
        option_task=problem.option_task,
        option_agent=problem.option_agent,
        option_cost=problem.option_cost * factor,
        option_load=problem.option_load,
        capacity=problem.capacity,
        unassigned_cost=problem.unassigned_cost * factor,
    )


def test_costs_beyond_exact_floats_give_the_same_plan():
    """All costs times 10^7: sums leave 2^51, so another engine finds the least cost."""
    assert solve_assignment(scaled_costs(1e7)).objective == pytest.approx(
        1e7 * solve_assignment(scaled_costs(1.0)).objective, rel=1e-12
    )


def test_costs_beyond_whole_numbers_are_refused():
    """All costs times 10^9: the sums could leave 64 bits, and the message says which."""
    with pytest.raises(ProblemError, match="option_cost, unassigned_cost could leave 64-bit"):
        solve_assignment(scaled_costs(1e9))

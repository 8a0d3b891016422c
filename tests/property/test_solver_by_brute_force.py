"""The solver against an oracle that tries every plan."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

import brute_force
from assignment_problems import full_problems, plain_problems
from tsam_planner.errors import InfeasibleError
from tsam_planner.proof import StopReason
from tsam_planner.solver import (
    AssignmentProblem,
    AssignmentResult,
    solve_assignment,
)

QUICK = settings(max_examples=60, deadline=None)


def plan_of(result: AssignmentResult) -> brute_force.Plan:
    """Return a result's choices as the oracle writes them."""
    places = zip(result.chosen_option, result.copy_of_task, strict=True)
    return tuple((int(option), int(copy)) if option >= 0 else None for option, copy in places)


def assert_solved(problem: AssignmentProblem, result: AssignmentResult) -> None:
    """Compare plan, costs and proof with the oracle."""
    least = brute_force.best_costs(problem)
    assert least is not None
    costs = brute_force.costs_of(problem, plan_of(result))
    assert costs == least
    assert result.stop_reason is StopReason.PROVEN_OPTIMAL
    assert result.objective == result.bound == pytest.approx(float(least[0]))
    assert sum(result.costs.values()) == pytest.approx(result.objective)
    if problem.has_second_level:
        assert result.second_objective == float(least[1])
        assert result.second_bound == result.second_objective
    else:
        assert result.second_objective is None
        assert result.second_bound is None


@given(full_problems(), st.sampled_from(["auto", "cp_sat"]))
@settings(max_examples=200, deadline=None)
def test_engines_find_what_trying_every_plan_finds(problem: AssignmentProblem, engine: str):
    """Plan, objective, bound and infeasibility agree with the oracle, by either engine."""
    if brute_force.best_costs(problem) is None:
        event("infeasible")
        with pytest.raises(InfeasibleError, match="must be served"):
            solve_assignment(problem, num_workers=1, engine=engine)
        return
    assert_solved(problem, solve_assignment(problem, num_workers=1, engine=engine))


@given(full_problems(must_serve=False))
@settings(max_examples=40, deadline=None)
def test_two_workers_find_the_same(problem: AssignmentProblem):
    """With a second worker, nothing found side by side cuts off the best plan."""
    assert_solved(problem, solve_assignment(problem, num_workers=2))


@given(full_problems(must_serve=False), st.integers(0, 2**31 - 1))
@QUICK
def test_bound_holds_whatever_stops_the_search(problem: AssignmentProblem, seed: int):
    """Bound <= least cost <= objective and gap >= 0 after every kind of stop."""
    least = brute_force.best_costs(problem)
    assert least is not None
    for limits in (
        {"time_limit": 1e-6},
        {"work_limit": 1e-6},
        {"should_stop": lambda: True},
        {"relative_gap": 0.5},
        {"engine": "greedy"},
    ):
        result = solve_assignment(problem, num_workers=1, seed=seed, **limits)
        costs = brute_force.costs_of(problem, plan_of(result))
        assert costs is not None
        assert float(costs[0]) == pytest.approx(result.objective)
        assert result.bound <= float(least[0]) + 1e-9
        assert result.bound <= result.objective
        assert result.gap is None or result.gap >= 0
        assert result.wall_time >= 0
        is_proven = result.stop_reason is StopReason.PROVEN_OPTIMAL
        assert not is_proven or costs == least


@given(full_problems(must_serve=False), st.integers(0, 2**31 - 1))
@QUICK
def test_same_seed_and_one_worker_give_the_same_plan(problem: AssignmentProblem, seed: int):
    """Two runs with one worker and one seed choose the same options."""
    runs = [solve_assignment(problem, num_workers=1, seed=seed) for _ in range(2)]
    assert runs[0].chosen_option.tolist() == runs[1].chosen_option.tolist()
    assert runs[0].copy_of_task.tolist() == runs[1].copy_of_task.tolist()


@given(plain_problems(must_serve=False), st.data())
@QUICK
def test_order_of_tasks_and_agents_does_not_matter(
    problem: AssignmentProblem, data: st.DataObject
):
    """Renumbered tasks and agents have the same least cost."""
    task = np.array(data.draw(st.permutations(range(problem.num_tasks))))
    agent = np.array(data.draw(st.permutations(range(problem.num_agents))))
    renumbered = AssignmentProblem(
        option_task=task[problem.option_task],
        option_agent=agent[problem.option_agent],
        option_cost=problem.option_cost,
        option_load=problem.option_load,
        capacity=problem.capacity[np.argsort(agent)],
        unassigned_cost=problem.unassigned_cost[np.argsort(task)],
    )
    first = solve_assignment(problem, num_workers=1)
    second = solve_assignment(renumbered, num_workers=1)
    assert first.objective == second.objective


@given(plain_problems(must_serve=False))
@QUICK
def test_a_mixed_integer_program_has_the_same_least_cost(problem: AssignmentProblem):
    """HiGHS on the textbook model finds the objective that is reported."""
    assume(problem.num_options > 0)
    assert least_by_highs(problem) == pytest.approx(
        solve_assignment(problem, num_workers=1).objective, abs=1e-6
    )


def least_by_highs(problem: AssignmentProblem) -> float:
    """Solve: one 0/1 variable per option, cost relative to leaving all unassigned."""
    options, tasks = problem.num_options, problem.num_tasks
    once = np.zeros((tasks, options))
    once[problem.option_task, np.arange(options)] = 1
    rows = [LinearConstraint(once, -np.inf, 1)]
    loads = problem.option_load.toarray()
    for agent in range(problem.num_agents):
        own = np.where(problem.option_agent == agent, loads.T, 0.0)
        rows.append(LinearConstraint(own, -np.inf, problem.capacity[agent]))
    saved = problem.option_cost - problem.unassigned_cost[problem.option_task]
    found = milp(saved, constraints=rows, bounds=Bounds(0, 1), integrality=1)
    assert found.status == 0
    return float(found.fun) + float(problem.unassigned_cost.sum())

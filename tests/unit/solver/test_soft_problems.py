"""Problems in which no limit is hard: annealed, and bounded by the compact model."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brute_force import best_costs
from tsam_planner.proof import StopReason
from tsam_planner.solver import AssignmentProblem, solve_assignment
from tsam_planner.solver.annealing import anneal, can_anneal
from tsam_planner.solver.compact import bound_compact
from tsam_planner.solver.costing import price
from tsam_planner.solver.greedy import construct
from tsam_planner.solver.integers import to_integers
from tsam_planner.solver.limits import Clock, Limits
from tsam_planner.solver.race import Session
from tsam_planner.solver.record import Record

QUICK = settings(max_examples=60, deadline=None)
# A first plan that serves nobody and one that walks from it need no time limit.
FOREVER = {"seed": 0, "is_over": lambda: False}


def soft_problem(seed: int, tasks: int, agents: int) -> AssignmentProblem:
    """Return a problem of priced overload, a group and an exclusive set."""
    random = np.random.default_rng(seed)
    load = random.integers(1, 9, size=(agents, tasks, 2)).astype(float)
    task, agent = (index.ravel() for index in np.meshgrid(range(tasks), range(agents)))
    soft = np.floor(load.mean(axis=(0, 1)) * tasks / agents * 0.7)
    return AssignmentProblem(
        option_task=task,
        option_agent=agent,
        option_cost=random.integers(0, 9, size=tasks * agents).astype(float),
        option_load=load.reshape(-1, 2),
        capacity=np.full((agents, 2), np.inf),
        unassigned_cost=np.full(tasks, 30.0),
        groups=[(list(range(tasks // 2)), 4.0)],
        exclusive=[[tasks - 2, tasks - 1]],
        soft_capacity=np.tile(soft, (agents, 1)),
        overload_cost=np.full((agents, 2), 2.0),
    )


@QUICK
@given(st.integers(0, 10_000))
def test_annealing_finds_the_best_plan_of_small_problems(seed):
    """Four tasks and three agents: as good as trying every plan, and allowed."""
    problem = soft_problem(seed, tasks=4, agents=3)
    whole = to_integers(problem)
    found = price(whole, anneal(whole, construct(whole), **FOREVER))
    best = best_costs(problem)
    assert found is not None
    assert best is not None
    assert found.total == best[0] * whole.scale


def test_a_walk_never_ends_worse_than_it_began_and_repeats():
    """The best plan met is returned, and the seed alone decides which."""
    whole = to_integers(soft_problem(1, tasks=40, agents=8))
    start = construct(whole)
    walks = [anneal(whole, start, seed=seed, is_over=lambda: False) for seed in (3, 3, 4)]
    costs = [price(whole, walk).total for walk in walks]
    assert max(costs) < price(whole, start).total
    assert walks[0].option_of_task.tolist() == walks[1].option_of_task.tolist()
    stopped = anneal(whole, start, seed=0, is_over=lambda: True)
    assert stopped.option_of_task.tolist() == start.option_of_task.tolist()


def test_a_task_that_must_be_served_is_never_left_out():
    """Two exclusive tasks, one agent: the one that must be served stays."""
    problem = AssignmentProblem(
        option_task=[0, 1],
        option_agent=[0, 0],
        option_cost=[9.0, 0.0],
        option_load=[[1.0], [1.0]],
        capacity=[[np.inf]],
        unassigned_cost=[np.inf, 50.0],
        exclusive=[[0, 1]],
    )
    whole = to_integers(problem)
    found = anneal(whole, construct(whole), **FOREVER)
    assert found.option_of_task.tolist() == [0, -1]


@pytest.mark.parametrize(
    "feature",
    [
        {"capacity": [[5.0]]},
        {"agent_count": [2], "agent_cost": [1.0]},
        {"budgets": [([1.0, 1.0], 1.0)]},
        {"second_option_cost": [1.0, 2.0]},
    ],
)
def test_what_annealing_does_not_know_is_left_to_others(feature):
    """A hard limit, copies, budgets and a second level of cost are refused."""
    plain = {
        "option_task": [0, 1],
        "option_agent": [0, 0],
        "option_cost": [1.0, 1.0],
        "option_load": [[1.0], [1.0]],
        "capacity": [[np.inf]],
        "unassigned_cost": [9.0, 9.0],
    }
    assert can_anneal(to_integers(AssignmentProblem(**plain)))
    assert not can_anneal(to_integers(AssignmentProblem(**{**plain, **feature})))


@QUICK
@given(st.integers(0, 10_000))
def test_the_bound_of_the_compact_model_is_below_every_plan(seed):
    """HiGHS' bound, made safe, never exceeds what trying every plan finds."""
    problem = soft_problem(seed, tasks=4, agents=3)
    best = best_costs(problem)
    assume(best is not None)
    whole = to_integers(problem)
    record = Record(whole, Clock(None))
    record.offer(construct(whole))
    limits = Limits(time_limit=None, work_limit=None, relative_gap=0.0, num_workers=1, seed=0)
    session = Session(
        problem=whole,
        record=record,
        clock=Clock(30.0),
        limits=limits,
        start=None,
        should_stop=lambda: False,
    )
    bound_compact(session)
    assert record.bound <= best[0] * whole.scale <= record.costs.total
    # The relaxation of so few options is closed by branching.
    assert record.bound >= 0.999 * float(best[0]) * whole.scale


def test_larger_soft_problems_end_at_the_gap_with_a_valid_bound():
    """Sixty tasks, forty agents: annealed plan, bound of the compact model, both reported."""
    problem = soft_problem(2, tasks=60, agents=40)
    result = solve_assignment(problem, time_limit=60, relative_gap=0.3, num_workers=1)
    assert result.stop_reason in (StopReason.GAP_REACHED, StopReason.PROVEN_OPTIMAL)
    assert 0 < result.bound <= result.objective

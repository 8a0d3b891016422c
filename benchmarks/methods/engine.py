"""Our engine, as a user calls it: defaults, and today's assignment to begin with."""

import numpy as np

from benchmarks.harness.problems import Case
from benchmarks.methods import Answer, Moment, Solve
from tsam_planner.errors import NoPlanFoundError
from tsam_planner.solver import AssignmentProblem, solve_assignment
from tsam_planner.solver.result import AssignmentResult


def prepare(case: Case, *, seed: int, workers: int) -> Solve:
    """Compile what is compiled on a tiny problem; return the search."""
    solve_assignment(tiny_problem(), time_limit=120.0, num_workers=workers)

    def solve(limit: float) -> Answer:
        try:
            result = solve_assignment(
                case.problem,
                time_limit=limit,
                num_workers=workers,
                seed=seed,
                start=case.start,
            )
        except NoPlanFoundError as error:
            return Answer(option_of_task=None, stop=str(error))
        return _answer(result)

    return solve


def tiny_problem() -> AssignmentProblem:
    """Return a small problem with every feature that portfolios have."""
    random = np.random.default_rng(0)
    agents, tasks, weeks = 6, 26, 4
    load = np.round(random.uniform(4, 10, (tasks, weeks)), 2)
    open_to = random.random((agents, tasks)) < 0.6
    task, agent = np.nonzero(open_to.T)
    return AssignmentProblem(
        option_task=task,
        option_agent=agent,
        option_cost=random.choice([0.0, 5.0, 80.0], len(task)),
        option_load=load[task],
        capacity=np.full((agents, weeks), 32.0),
        unassigned_cost=100.0 * load.mean(axis=1),
        groups=[([0, 1, 2], 15.0), ([5, 6], 15.0)],
        exclusive=[[8, 9]],
        soft_capacity=np.full((agents, weeks), 27.0),
        overload_cost=np.full((agents, weeks), 3.0),
    )


def _answer(result: AssignmentResult) -> Answer:
    return Answer(
        option_of_task=result.chosen_option,
        bound=result.bound,
        history=[Moment(*_moment) for _moment in _moments(result)],
        stop=str(result.stop_reason),
    )


def _moments(result: AssignmentResult) -> list[tuple[float, float | None, float]]:
    return [(state.elapsed, state.objective, state.bound) for state in result.history]

"""The least cost of a small assignment problem, by trying every plan: an oracle.

Written from the definition alone, in exact fractions, without any code of the solver.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from tsam_planner.solver import AssignmentProblem

Place = tuple[int, int]  # option and copy of its agent
Plan = tuple[Place | None, ...]


def exact(number: float) -> Fraction:
    """Return the decimal number that is meant: 0.1 is a tenth."""
    return Fraction(str(float(number)))


def best_costs(problem: AssignmentProblem) -> tuple[Fraction, Fraction] | None:
    """Return the least first cost and, among its plans, the least second cost."""
    costs = [costs_of(problem, plan) for plan in every_plan(problem)]
    allowed = [cost for cost in costs if cost is not None]
    return min(allowed, default=None)


def every_plan(problem: AssignmentProblem) -> Iterator[Plan]:
    """Yield every way to choose at most one option and copy for each task."""
    places: list[list[Place | None]] = [[None] for _ in range(problem.num_tasks)]
    for option, task in enumerate(problem.option_task.tolist()):
        agent = int(problem.option_agent[option])
        count = 1 if problem.agent_count is None else int(problem.agent_count[agent])
        places[task] += [(option, copy) for copy in range(count)]
    return product(*places)


def costs_of(problem: AssignmentProblem, plan: Plan) -> tuple[Fraction, Fraction] | None:
    """Return both costs of a plan, or None when it breaks a limit."""
    first = second = Fraction(0)
    for task, place in enumerate(plan):
        if place is None and problem.unassigned_cost[task] == float("inf"):
            return None
        cost = problem.unassigned_cost[task] if place is None else problem.option_cost[place[0]]
        first += exact(cost)
        second += _second_cost(problem, task, place)
    served: dict[tuple[int, int], list[int]] = {}
    for task, place in enumerate(plan):
        if place is not None:
            served.setdefault(_agent(problem, place), []).append(task)
    if not _sets_hold(problem, served) or not _budgets_hold(problem, plan):
        return None
    for (agent, _), tasks in served.items():
        strain = _strain(problem, agent, [plan[task][0] for task in tasks])
        if strain is None:
            return None
        first += strain
        if problem.agent_cost is not None:
            first += exact(problem.agent_cost[agent])
    for tasks, cost in problem.groups:
        serving = sum(bool(set(tasks) & set(own)) for own in served.values())
        first += exact(cost) * max(serving - 1, 0)
    return first, second


def _agent(problem: AssignmentProblem, place: Place) -> tuple[int, int]:
    option, copy = place
    return int(problem.option_agent[option]), copy


def _second_cost(problem: AssignmentProblem, task: int, place: Place | None) -> Fraction:
    if place is None:
        costs, index = problem.second_unassigned_cost, task
    else:
        costs, index = problem.second_option_cost, place[0]
    return Fraction(0) if costs is None else exact(costs[index])


def _sets_hold(problem: AssignmentProblem, served: dict[tuple[int, int], list[int]]) -> bool:
    return all(
        len(set(apart) & set(own)) <= 1
        for apart in problem.exclusive
        for own in served.values()
    )


def _budgets_hold(problem: AssignmentProblem, plan: Plan) -> bool:
    options = [place[0] for place in plan if place is not None]
    return all(
        limit == float("inf")
        or sum(exact(amounts[option]) for option in options) <= exact(limit)
        for amounts, limit in problem.budgets
    )


def _strain(problem: AssignmentProblem, agent: int, options: list[int]) -> Fraction | None:
    """Return the cost of overload of one agent; None when a capacity is exceeded."""
    loads = problem.option_load.toarray()
    total = Fraction(0)
    for resource in range(problem.num_resources):
        load = sum((exact(loads[option, resource]) for option in options), Fraction(0))
        capacity = problem.capacity[agent, resource]
        if capacity != float("inf") and load > exact(capacity):
            return None
        if problem.soft_capacity is not None:
            soft = problem.soft_capacity[agent, resource]
            if soft != float("inf"):
                price = exact(problem.overload_cost[agent, resource])
                total += price * max(load - exact(soft), Fraction(0))
    return total

"""The exact proof of a choice among columns, by CP-SAT: whole numbers from end to end."""

from collections.abc import Sequence

from ortools.sat.python import cp_model

from tsam_planner.solver.columns.generation import Generator


def prove_choice(
    generator: Generator, numbers: Sequence[int], cost: int, seconds: float
) -> int:
    """
    Return a cost that no choice of these columns undercuts.

    ``cost`` is the cost of a choice, so that only cheaper ones need be refuted; the
    result is at most that.
    """
    problem, pool = generator.problem, generator.pool
    model = cp_model.CpModel()
    columns = [pool.columns[number] for number in numbers]
    chosen = [model.new_bool_var("") for _ in columns]
    of_task: list[list[cp_model.IntVar]] = [[] for _ in range(problem.num_tasks)]
    of_agent: list[list[cp_model.IntVar]] = [[] for _ in problem.copies]
    of_group: list[list[cp_model.IntVar]] = [[] for _ in problem.groups]
    terms, weights = list(chosen), [column.cost for column in columns]
    for variable, column in zip(chosen, columns, strict=True):
        of_agent[column.agent].append(variable)
        for task in column.tasks:
            of_task[task].append(variable)
        for group in column.groups:
            of_group[group].append(variable)
    for task, variables in enumerate(of_task):
        if problem.must_serve[task]:
            model.add_exactly_one(variables)
        else:
            unserved = model.new_bool_var("")
            model.add_exactly_one([*variables, unserved])
            terms.append(unserved)
            weights.append(int(problem.unassigned_cost[task]))
    for variables, copies in zip(of_agent, problem.copies.tolist(), strict=True):
        model.add(sum(variables) <= copies)
    for variables, (_, price) in zip(of_group, problem.groups, strict=True):
        further = model.new_int_var(0, max(len(variables), 1), "")
        model.add(further >= sum(variables) - 1)
        terms.append(further)
        weights.append(price)
    for budget, (_, limit) in enumerate(problem.budgets):
        amounts = [column.amounts[budget] for column in columns]
        model.add(cp_model.LinearExpr.weighted_sum(chosen, amounts) <= limit)
    objective = cp_model.LinearExpr.weighted_sum(terms, weights)
    model.add(objective <= cost - 1)
    model.minimize(objective)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return cost
    return min(cost, int(solver.best_objective_bound))

"""
A second engine for plans: the same assignment problem as a mixed-integer program.

It shares nothing with the package's engine but the arrays of the problem, and solves them
with another solver (HiGHS, through scipy).
"""

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp


def best_objective(problem):
    """Return the optimal cost of a problem without copies or second costs."""
    program = _Program(problem)
    for options, unassigned in program.tasks():
        program.add_row([*options, unassigned], 1.0, 1.0)
    program.add_capacities()
    for tasks in problem.exclusive:
        for options in program.options_by_agent(tasks).values():
            program.add_row(options, -np.inf, 1.0)
    for tasks, cost in problem.groups:
        program.add_group(tasks, cost)
    for amounts, limit in problem.budgets:
        options = np.flatnonzero(amounts).tolist()
        if options:
            program.add_row(options, -np.inf, limit, amounts[options].tolist())
    return program.solve()


class _Program:
    """Columns and rows, collected one by one."""

    def __init__(self, problem):
        self.problem = problem
        self.cost = [*problem.option_cost, *problem.unassigned_cost]
        self.whole = [1] * len(self.cost)
        self.upper = [1.0] * len(self.cost)
        self.rows, self.low, self.high = [], [], []

    def add_column(self, cost, *, whole, upper=np.inf):
        self.cost.append(cost)
        self.whole.append(int(whole))
        self.upper.append(upper)
        return len(self.cost) - 1

    def add_row(self, columns, low, high, values=None):
        values = [1.0] * len(columns) if values is None else values
        self.rows.append((list(columns), list(values)))
        self.low.append(low)
        self.high.append(high)

    def tasks(self):
        first = self.problem.num_options
        for task in range(self.problem.num_tasks):
            options = np.flatnonzero(self.problem.option_task == task)
            yield options.tolist(), first + task

    def options_by_agent(self, tasks):
        found = {}
        for option in np.flatnonzero(np.isin(self.problem.option_task, tasks)):
            agent = int(self.problem.option_agent[option])
            found.setdefault(agent, []).append(int(option))
        return found

    def add_capacities(self):
        problem = self.problem
        loads = problem.option_load.toarray()
        for agent in range(problem.num_agents):
            options = np.flatnonzero(problem.option_agent == agent).tolist()
            for resource in range(problem.num_resources):
                values = loads[options, resource].tolist()
                limit = problem.capacity[agent, resource]
                if np.isfinite(limit):
                    self.add_row(options, -np.inf, limit, values)
                soft = problem.soft_capacity
                if soft is not None and np.isfinite(soft[agent, resource]):
                    above = self.add_column(problem.overload_cost[agent, resource], whole=False)
                    self.add_row(
                        [*options, above],
                        -np.inf,
                        soft[agent, resource],
                        [*values, -1.0],
                    )

    def add_group(self, tasks, cost):
        used = []
        for options in self.options_by_agent(tasks).values():
            indicator = self.add_column(cost, whole=True, upper=1.0)
            used.append(indicator)
            for option in options:
                self.add_row([indicator, option], 0.0, np.inf, [1.0, -1.0])
        # The first agent is free: pay for all of them, take one back if there is any.
        refund = self.add_column(-cost, whole=True, upper=1.0)
        self.add_row([refund, *used], -np.inf, 0.0, [1.0, *[-1.0] * len(used)])

    def solve(self):
        entries = [
            (row, column, value)
            for row, (columns, values) in enumerate(self.rows)
            for column, value in zip(columns, values, strict=True)
        ]
        row, column, value = zip(*entries, strict=True)
        matrix = sparse.csr_array(
            (value, (row, column)), shape=(len(self.rows), len(self.cost))
        )
        answer = milp(
            self.cost,
            integrality=self.whole,
            bounds=Bounds(0.0, self.upper),
            constraints=LinearConstraint(matrix, self.low, self.high),
            options={"mip_rel_gap": 0.0},
        )
        assert answer.success, answer.message
        return answer.fun

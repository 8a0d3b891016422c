"""
Column generation: duals, a valid lower bound, and the columns that matter at them.

At any duals ``pi`` the Lagrangian bound is the sum of ``pi`` less the value of the best set of
each agent, where the search of a set that gave up counts with its ceiling. It holds for
any duals, so neither the master's rounding nor its failure can break it.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from tsam_planner.solver.columns.agents import Agent
from tsam_planner.solver.columns.master import Master, Scope
from tsam_planner.solver.columns.pool import Pool
from tsam_planner.solver.columns.pricing import (
    FORBIDDEN,
    Duals,
    Found,
    profits,
    search_agent,
)
from tsam_planner.solver.integers import IntegerProblem
from tsam_planner.solver.problem import FloatArray


@dataclass(eq=False, slots=True)
class Relaxation:
    """The best duals found over a scope, their bound (cost units), and the columns used."""

    duals: Duals
    bound: float
    value: float
    best: FloatArray
    numbers: list[int]
    rounds: int


class Generator:
    """Column generation on one problem: over all of it, or over a scope within a plan."""

    def __init__(
        self,
        problem: IntegerProblem,
        agents: Sequence[Agent],
        pool: Pool,
        *,
        seed: int,
        executor: Executor | None = None,
    ) -> None:
        self.problem, self.agents, self.pool = problem, agents, pool
        self._seed, self._executor = seed, executor
        self.work = 0.0
        self.unserved = self._unserved_costs()

    def _unserved_costs(self) -> FloatArray:
        """Return what a task costs unserved in points; a task that must be served, a lot."""
        problem = self.problem
        cost = problem.unassigned_cost / problem.scale
        dearest = np.zeros(problem.num_tasks)
        np.maximum.at(dearest, problem.option_task, problem.option_cost / problem.scale)
        total = float(np.maximum(dearest, cost).sum()) + 1.0
        return np.where(problem.must_serve, 10.0 * total, cost)

    def price(
        self,
        scope: Scope,
        duals: Duals,
        floors: FloatArray,
        max_nodes: int,
        slack: float = 0.0,
    ) -> list[Found]:
        """Search the best set of every agent of a scope."""

        def search(position: int) -> Found:
            number = int(scope.agents[position])
            agent = self.agents[number]
            return search_agent(
                agent,
                number,
                profits(agent, duals, self.problem),
                duals.group,
                floor=max(float(floors[position]), 0.0),
                max_nodes=max_nodes,
                slack=slack,
            )

        positions = range(len(scope.agents))
        if self._executor is None or len(positions) < 8:
            return [search(position) for position in positions]
        half = len(positions) // 2
        other = self._executor.submit(lambda: [search(k) for k in positions[half:]])
        mine = [search(position) for position in positions[:half]]
        return mine + other.result()

    def bound_at(self, scope: Scope, duals: Duals, found: Sequence[Found]) -> float:
        """Return the Lagrangian bound of a scope, in cost units."""
        total = int(duals.task[scope.tasks].sum())
        total -= int(np.ceil((duals.group * scope.free_group).sum()))
        total -= int(np.ceil((duals.budget * scope.budget).sum()))
        for copies, result in zip(scope.copies.tolist(), found, strict=True):
            total -= copies * max(0, int(np.ceil(result.ceiling)))
        return float(total)

    def to_duals(
        self, scope: Scope, task: FloatArray, group: FloatArray, budget: FloatArray
    ) -> Duals:
        """Turn duals in points into whole, allowed prices; tasks outside are forbidden."""
        problem, scale = self.problem, self.problem.scale
        prices = np.full(problem.num_tasks, FORBIDDEN)
        prices[scope.tasks] = np.rint(task * scale)
        limits = np.where(problem.must_serve, np.inf, problem.unassigned_cost)
        group_costs = np.array([cost for _, cost in problem.groups], dtype=float)
        return Duals(
            np.minimum(prices, limits),
            np.clip(np.rint(-group * scale), 0.0, group_costs),
            np.maximum(-budget * scale, 0.0),
        )

    def run(
        self,
        scope: Scope,
        numbers: Sequence[int],
        *,
        center: FloatArray | None,
        radius: float,
        is_over: Callable[[], bool],
        time_limit: float,
        tolerance: float = 1e-5,
        on_bound: Callable[[float], None] = lambda bound: None,
        max_nodes: int = 200_000,
        max_rounds: int = 500,
        simplex_below: int = 0,
    ) -> Relaxation | None:
        """Generate columns until the bound meets the master's value."""
        master = Master(
            self.problem,
            scope,
            unserved_cost=self.unserved,
            seed=self._seed,
            time_limit=time_limit,
        )
        known = list(dict.fromkeys(numbers))
        master.add(known, [self.pool.columns[number] for number in known])
        in_master = set(known)
        best: Relaxation | None = None
        scale = self.problem.scale
        boxed = center is not None
        if center is not None:
            master.set_box(center, radius)
        for step in range(max_rounds):
            interior = len(master.numbers) > simplex_below
            master.program.set_option("solver", "ipm" if interior else "simplex")
            master.program.set_option("run_crossover", "off" if interior else "on")
            if not master.program.solve():
                break
            task, agent, group, budget = master.duals()
            duals = self.to_duals(scope, task, group, budget)
            slack = tolerance * abs(master.program.objective * scale) / max(len(scope.agents), 1) / 4
            found = self.price(scope, duals, -agent * scale - 0.5, max_nodes, slack)
            nodes = sum(result.nodes for result in found)
            self.work += 1e-6 * nodes + 1e-5 * len(master.numbers)
            bound = self.bound_at(scope, duals, found)
            value = master.program.objective * scale
            improved = best is None or bound > best.bound
            if best is None or bound > best.bound:
                best = Relaxation(
                    duals,
                    bound,
                    value,
                    np.array([max(0.0, result.ceiling) for result in found]),
                    master.numbers,
                    step,
                )
                on_bound(bound)
            best.value, best.rounds = value, step
            fresh = []
            for result in found:
                for chosen in result.sets:
                    number = self.pool.add(result.agent, chosen)
                    if number not in in_master:
                        in_master.add(number)
                        fresh.append(number)
            is_tight = value - best.bound <= tolerance * max(abs(value), 1.0)
            if is_over():
                break
            if is_tight or not fresh:
                if not boxed or not master.uses_box():
                    break
                radius *= 4.0
            elif boxed and not improved:
                radius *= 0.7
            if boxed:
                if improved:
                    center = task
                master.set_box(center, radius)
            master.add(fresh, [self.pool.columns[number] for number in fresh])
        return best

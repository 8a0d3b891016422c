"""Which agents to plan anew together: one that has waited, and those it could swap with."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tsam_planner.solver.columns.agents import Agent
from tsam_planner.solver.columns.generation import Generator
from tsam_planner.solver.columns.plan import Plan
from tsam_planner.solver.problem import FloatArray, IntArray


class Selector:
    """
    Draw parts of a plan: one agent that has waited, then the agents most related to it.

    ``price`` are duals of the tasks, in points.

    Two agents are related where one can serve what the other serves, weighted by how little
    that loses at the prices of tasks.
    """

    def __init__(
        self, generator: Generator, price: FloatArray, random: np.random.Generator
    ) -> None:
        self._generator = generator
        self._random = random
        self._weight = _weights(generator, price)
        agents = len(generator.agents)
        self._tries = np.zeros(agents)

    def draw(self, plan: Plan, size: int, busy: IntArray) -> IntArray:
        """Return about ``size`` agents, none of them busy, sorted; empty if none is left."""
        agents = len(self._generator.agents)
        free = np.ones(agents, dtype=np.bool_)
        free[busy] = False
        if not free.any():
            return np.zeros(0, dtype=np.int64)
        first = self._first(plan, free)
        chosen = [first]
        score = np.zeros(agents)
        while len(chosen) < size:
            free[chosen[-1]] = False
            score += self._links(plan, chosen[-1])
            ranked = np.where(free, score * self._random.uniform(0.3, 1.0, agents), -1.0)
            best = int(np.argmax(ranked))
            if ranked[best] <= 0.0:
                ranked = np.where(free, self._random.random(agents), -1.0)
                best = int(np.argmax(ranked))
                if ranked[best] < 0.0:
                    break
            chosen.append(best)
        self._tries[chosen] += 0.3
        self._tries[first] += 1.0
        return np.sort(np.array(chosen, dtype=np.int64))

    def _first(self, plan: Plan, free: npt.NDArray[np.bool_]) -> int:
        """Return one that could serve an unserved task, every other time, or has waited."""
        luck = self._random.random(len(free))
        if len(plan.unserved) and self._random.random() < 0.5:
            task = self._random.choice(plan.unserved)
            fit = np.asarray(self._weight[:, [task]].todense()).ravel() * luck * free
            if fit.any():
                return int(np.argmax(fit))
        return int(np.argmin(np.where(free, self._tries + luck, np.inf)))

    def _links(self, plan: Plan, agent: int) -> FloatArray:
        """Return how much each agent could take from this one, and give to it."""
        mine = plan.agent_of_task == agent
        takes: FloatArray = np.asarray(self._weight[:, np.flatnonzero(mine)].sum(axis=1))
        row = np.asarray(self._weight[[agent], :].todense()).ravel()
        served = plan.agent_of_task >= 0
        gives = np.bincount(
            plan.agent_of_task[served], weights=row[served], minlength=len(self._tries)
        )
        links: FloatArray = takes.ravel() + gives
        return links


def _weights(
    generator: Generator, price: FloatArray
) -> "sparse.csr_array[np.float64, tuple[int, int]]":
    """Return how closely each task belongs to each agent, shape (agents, tasks)."""
    problem = generator.problem
    agents, tasks, weights = [], [], []
    for number, agent in enumerate(generator.agents):
        if not len(agent.options):
            continue
        profit = _reduced_profits(agent, price * problem.scale)
        kept = np.argsort(-profit)[:40]
        spread = max(float(np.ptp(profit[kept])), 1.0)
        agents += [number] * len(kept)
        tasks += agent.tasks[kept].tolist()
        weights += np.exp(-4.0 * (profit[kept].max() - profit[kept]) / spread).tolist()
    shape = (len(generator.agents), problem.num_tasks)
    return sparse.csr_array(sparse.coo_array((weights, (agents, tasks)), shape=shape))


def _reduced_profits(agent: Agent, price: FloatArray) -> FloatArray:
    """Return what each option is worth beyond the room that it takes."""
    rows, by = agent.rows, agent.multipliers
    profit = price[agent.tasks] - agent.cost - rows.load @ by.mu
    lam = np.where(np.isfinite(rows.capacity), by.lam, 0.0)
    weight = (rows.load / np.maximum(rows.capacity, 1.0)) @ lam
    order = np.argsort(-profit / (weight + 1e-9))
    last = int(np.searchsorted(np.cumsum(weight[order]), lam.sum()))
    if last == len(order):
        return profit
    rate = max(float(profit[order[last]]) / (float(weight[order[last]]) + 1e-9), 0.0)
    reduced: FloatArray = profit - rate * weight
    return reduced

"""Large-neighborhood search: plan parts anew, several at once, until it no longer helps."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass

import numpy as np

from tsam_planner.solver.columns.generation import Generator
from tsam_planner.solver.columns.master import Scope
from tsam_planner.solver.columns.neighborhood import Effort, improve
from tsam_planner.solver.columns.plan import Plan
from tsam_planner.solver.columns.scopes import Selector
from tsam_planner.solver.problem import FloatArray
from tsam_planner.solver.record import Record


@dataclass(eq=False, kw_only=True)
class Descent:
    """
    From plan to better plan by parts whose agents are disjoint, so that all can be kept.

    The idea is that of Shaw, "Using constraint programming and local search methods to solve
    vehicle routing problems", CP 1998; parts are solved by columns.
    """

    generator: Generator
    record: Record
    effort: Effort
    is_over: Callable[[], bool]
    executor: Executor
    workers: int
    random: np.random.Generator

    def run(
        self,
        plan: Plan,
        center: FloatArray,
        size: int,
        *,
        patience: int,
    ) -> Plan:
        """
        Plan parts of ``size`` agents anew until ``patience`` of them in turn did not help.

        ``center`` are duals of all tasks, in points.
        """
        selector = Selector(self.generator, center, self.random)
        flight: dict[Future[Plan | None], Scope] = {}
        failures = 0
        while True:
            while len(flight) < self.workers and failures < patience and not self.is_over():
                scope = _draw(plan, selector, size, list(flight.values()))
                if not len(scope.agents):
                    break
                flight[self._submit(plan, scope, center)] = scope
            if not flight:
                return plan
            done, _ = wait(flight, return_when=FIRST_COMPLETED)
            for future in done:
                failures += 1
                better = _merge(plan, flight.pop(future), future.result())
                if better is not None:
                    plan, failures = better, 0
                    self.record.offer(plan.choice)

    def _submit(self, plan: Plan, scope: Scope, center: FloatArray) -> Future[Plan | None]:
        """Plan a part in another thread, or with one worker at once."""

        def work() -> Plan | None:
            return improve(self.generator, plan, scope, center, self.effort, self.is_over)

        if self.workers > 1:
            return self.executor.submit(work)
        future: Future[Plan | None] = Future()
        future.set_result(work())
        return future


def _draw(plan: Plan, selector: Selector, size: int, busy: list[Scope]) -> Scope:
    """Return a part that shares no agent and no task with the busy ones."""
    nothing = np.zeros(0, dtype=np.int64)
    agents = np.concatenate([nothing, *(scope.agents for scope in busy)])
    tasks = np.concatenate([nothing, *(scope.tasks for scope in busy)])
    return plan.open_up(selector.draw(plan, size, agents), np.setdiff1d(plan.unserved, tasks))


def _merge(plan: Plan, scope: Scope, part: Plan | None) -> Plan | None:
    """Return the plan with a part's new columns, None if that is no better plan."""
    if part is None:
        return None
    merged = plan.replace(scope, part.inside(scope.agents))
    return merged if merged.cost < plan.cost and merged.is_allowed() else None

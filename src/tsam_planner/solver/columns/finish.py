"""
Close the gap: list every column that a better plan could hold, then choose among them.

With all columns of reduced cost below a width listed, a plan holds only listed columns or
costs at least the relaxation's bound plus the width. So the lesser of that and the best
choice among the listed ones bounds every plan; where the width reaches the gap, the choice
is best possible. Lists as a proof go back to Baldacci, Christofides and Mingozzi,
"An exact algorithm for the vehicle routing problem based on the set partitioning
formulation", Mathematical Programming 115, 2008.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tsam_planner.solver.columns.choice import Refutation
from tsam_planner.solver.columns.generation import Generator, Relaxation
from tsam_planner.solver.columns.master import Master, Scope
from tsam_planner.solver.columns.neighborhood import list_sets
from tsam_planner.solver.columns.plan import Plan
from tsam_planner.solver.limits import Clock, at_most
from tsam_planner.solver.record import Record

_MOST_COLUMNS = 40_000
_MOST_SETS = _MOST_COLUMNS // 8
_LIST_NODES = 2_000_000
# Lists reach from this part of the gap to all of it, each four times as far as the last.
_NARROWEST = 4.0**-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How far to choose and to prove: gap, seconds, or nodes where a run must be repeatable."""

    relative_gap: float = 0.0
    seconds: float = float("inf")
    branch_nodes: int = 2**31 - 1
    proof_work: float = float("inf")


@dataclass(frozen=True, eq=False, slots=True)
class Finish:
    """The last stage of the engine, on the whole problem."""

    generator: Generator
    record: Record
    scope: Scope
    depth: Depth
    is_over: Callable[[], bool]
    clock: Clock

    def run(self, relaxation: Relaxation, plan: Plan) -> Plan:
        """Offer a better bound, and return a better plan if one is found."""
        while not self.is_over():
            width, numbers = self._list_widest(relaxation, plan.cost - relaxation.bound)
            if numbers is None:
                break
            better, is_best = self._choose(numbers, plan, relaxation.bound + width)
            if better is plan:
                if is_best and plan.cost <= relaxation.bound + width:
                    self._prove(numbers, plan)
                break
            # A smaller gap leaves fewer columns, and a proof from few is quick.
            plan = better
        return plan

    def _list_widest(
        self, relaxation: Relaxation, gap: float
    ) -> tuple[float, list[int] | None]:
        """Return the widest list up to a gap that is not too long, and its width."""
        widest: tuple[float, list[int] | None] = (0.0, None)
        # From narrow to wide: lists grow so fast that all before the last cost little.
        part = _NARROWEST
        while part <= 1.0:
            width = part * gap
            numbers = self._list(relaxation, width)
            if numbers is None:
                break
            widest = width, numbers
            part *= 4.0
        return widest

    def _prove(self, numbers: list[int], plan: Plan) -> None:
        """Prove without floating point that a plan is the best choice among columns."""
        refutation = Refutation(self.generator, [*plan.numbers, *numbers], plan.cost)
        proven, work = refutation.run(
            min(self.depth.seconds, self.clock.remaining), self.depth.proof_work, self.is_over
        )
        self.generator.work += work
        if proven is not None:
            self.record.offer_bound(min(proven, plan.cost))

    def _list(self, relaxation: Relaxation, width: float) -> list[int] | None:
        """Return all columns of reduced cost below a width, None if they are too many."""
        room = [_MOST_COLUMNS]

        def search(position: int) -> list[int] | None:
            if room[0] < 0 or self.is_over():
                return None
            found = list_sets(
                self.generator,
                self.scope,
                relaxation,
                width,
                position,
                max_nodes=_LIST_NODES,
                max_sets=_MOST_SETS,
            )
            room[0] -= _MOST_COLUMNS + 1 if found.gave_up else len(found.sets)
            if found.gave_up:
                return None
            return [self.generator.pool.add(found.agent, chosen) for chosen in found.sets]

        numbers = list[int]()
        for listed in self.generator.for_each_agent(self.scope, search):
            if listed is None:
                return None
            numbers += listed
        return numbers

    def _choose(self, numbers: list[int], plan: Plan, beyond: float) -> tuple[Plan, bool]:
        """
        Return the better plan, and whether it is the best choice (up to rounding).

        Plans that hold other columns cost at least ``beyond``.
        """
        master = self._master(numbers, plan)
        master.program.on_improvement(
            lambda values: self._offer(plan.replace(self.scope, master.chosen(values)))
        )
        is_solved = master.program.solve()
        self.generator.work += 1e-5 * len(master.numbers) * (1 + master.program.num_nodes)
        if master.program.has_plan:
            other = plan.replace(self.scope, master.chosen())
            plan = other if other.cost < plan.cost and other.is_allowed() else plan
            self.record.offer(plan.choice)
        floor = master.program.bound * self.generator.problem.scale
        self.record.offer_float_bound(min(floor, beyond))
        return plan, is_solved

    def _offer(self, plan: Plan) -> None:
        if plan.is_allowed():
            self.record.offer(plan.choice)

    def _master(self, numbers: list[int], plan: Plan) -> Master:
        seconds = min(self.depth.seconds, self.clock.remaining)
        is_over = at_most(seconds, self.is_over)
        master = self.generator.master(self.scope, is_over, whole=True, seconds=seconds)
        master.add([*plan.numbers, *numbers])
        master.program.set_option("mip_rel_gap", max(1e-9, self.depth.relative_gap / 2.0))
        master.program.set_option("mip_max_nodes", self.depth.branch_nodes)
        master.program.start_from(master.values_of(plan.numbers))
        return master

"""
The fewest people with whom everything is served, by profile, with a proven bound.

Candidates are agents with copies in the engine: all hours, cases, windows and skills of
everybody count at once, week by week. No rule of thumb divides totals by capacities.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tsam_planner.facts import Facts
from tsam_planner.model.primaries import PrimaryModel, model_primaries
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.searches import SolveOptions, pass_ctrl_c_on
from tsam_planner.portfolio.records import Profile
from tsam_planner.proof import StopReason
from tsam_planner.solver import AssignmentProblem, AssignmentResult, solve_assignment
from tsam_planner.studies.hires import hired, joined
from tsam_planner.studies.standing import stand
from tsam_planner.words import counted


@dataclass(frozen=True)
class Team:
    """
    The smallest team found, and how small one could be at best.

    Attributes
    ----------
    hires
        People to be hired, by profile; profiles without any are left out.
    people
        How many people serve contracts in all: hires, and managers of today with work.
    least
        No team that serves as many contracts needs fewer: hires where ``keeps_team``, else
        people. Teams are compared in which contracts change hands where people come and go,
        as in plans; more changes of hands by hand can do with fewer people.
    unserved
        Contracts that nobody of the team serves: nobody can, or the search found no way.
    stop_reason
        Why the search ended.
    accepted_risk
        The policy's, if it accepts one. People are counted by planning figures: books that
        hold the risk may need more of them.
    """

    hires: Mapping[str, int]
    people: int
    least: int
    unserved: tuple[str, ...]
    stop_reason: StopReason
    keeps_team: bool = True
    accepted_risk: float | None = None

    @property
    def count(self) -> int:
        """What was to be smallest, hires beside today's team, or else people."""
        return sum(self.hires.values()) if self.keeps_team else self.people

    @property
    def is_proven(self) -> bool:
        """Whether no smaller number can do."""
        return self.count == self.least

    def __str__(self) -> str:
        listed = ", ".join(f"{count} x {name}" for name, count in self.hires.items())
        proof = "proven" if self.is_proven else f"at least {self.least}"
        if self.keeps_team:
            text = f"{counted(self.count, 'hire')} ({proof})"
            text += f": {listed}" if listed else ""
        else:
            hired_ = f", of them hired {listed}" if listed else ""
            text = f"{self.people} people ({proof}){hired_}"
        if self.accepted_risk is not None:
            text += f"; by planning figures, a risk of {self.accepted_risk:.1%} may need more"
        if self.unserved:
            text += f"; served by none of them: {', '.join(self.unserved)}"
        return text


def smallest_team(
    plan: Plan, *, keep_team: bool = True, options: SolveOptions | None = None
) -> Team:
    """
    Return the fewest people with whom every contract is served, by profile.

    The policy's limit of handovers holds; an accepted risk does not count (see `Team`).

    Parameters
    ----------
    plan
        A plan that knows its portfolio, whose ``profiles`` are the candidates. Hires count
        as employed and productive from the first week.
    keep_team
        Count hires beside today's managers; else count everybody, as if the team were put
        together anew from its members and the profiles.
    options
        How long to search; until proven within 60 s by default.

    Raises
    ------
    ArgumentError
        When the plan does not know its portfolio.
    """
    facts, profiles = _with_candidates(plan.facts)
    model = model_primaries(facts)
    options = options or SolveOptions(relative_gap=0.0)
    problem = _count_people(model, profiles, keep_team=keep_team)
    result = solve_assignment(
        problem,
        time_limit=options.time_limit,
        work_limit=options.work_limit,
        relative_gap=0.0,
        num_workers=options.num_workers,
        seed=options.seed,
        start=_start(plan, model),
    )
    pass_ctrl_c_on(result)
    team = _team(model, profiles, problem, result, keep_team=keep_team)
    return replace(team, accepted_risk=plan.policy.risk)


def _start(plan: Plan, model: PrimaryModel) -> npt.NDArray[np.int64]:
    """Return who serves each task in the plan, -1 where nobody does."""
    standing, facts = stand(plan), model.facts
    limit = model.handover_limit
    agents = np.full(len(model.tasks.items) + len(limit.marks), -1, dtype=np.int64)
    for task, item in enumerate(model.tasks.items):
        part = model.pairs.stretches[item.stretches[0]]
        name = facts.contracts[part.contract].contract_id
        week = facts.horizon.mondays[part.first]
        for row in standing.rows[name]:
            if row.manager_id and row.from_week and row.from_week <= week:
                agents[task] = facts.manager_index[row.manager_id]
    limit.start(agents)
    if limit.marks:
        agents[-len(limit.marks) :] += len(facts.managers)
    return agents


def _with_candidates(facts: Facts) -> tuple[Facts, Mapping[int, Profile]]:
    """Add one manager per profile; return the profile of each of them by position."""
    profiles = [row for row in facts.portfolio.profiles if row.time_zone is not None]
    people = hired(profiles, facts.managers)
    changed = facts.with_team(joined(facts.portfolio, people))
    return changed, {
        changed.manager_index[hire.manager_id]: profile
        for hire, profile in zip(people, profiles, strict=True)
    }


def _count_people(
    model: PrimaryModel, profiles: Mapping[int, Profile], *, keep_team: bool
) -> AssignmentProblem:
    """Price people only: one each, and a contract that is left out more than all of them."""
    options, problem = model.options, model.problem
    agents, tasks = problem.num_agents, len(model.tasks.items)
    copies = np.ones(agents, dtype=np.int64)
    price = np.full(agents, 0.0 if keep_team else 1.0)
    for agent, profile in profiles.items():
        copies[agent] = tasks if profile.max_hires is None else max(1, profile.max_hires)
        price[agent] = 1.0
    offered = [
        agent not in profiles or profiles[agent].max_hires != 0
        for agent in options.manager.tolist()
    ]
    kept = np.flatnonzero(offered)
    left_out = np.full(tasks, int((price * copies).sum()) + 1)
    limit = model.handover_limit
    marks = np.array(list(limit.options(tasks)), dtype=np.int64).reshape(-1, 2)
    every = np.append(kept, np.arange(len(marks)) + len(options.task))
    # Marks are done by two agents of their own, who cost nothing and can do nothing else.
    marks[:, 1] += agents
    no_load = sparse.csr_array((len(marks), problem.num_resources))
    return AssignmentProblem(
        option_task=np.append(options.task[kept], marks[:, 0]),
        option_agent=np.append(options.manager[kept], marks[:, 1]),
        option_cost=np.zeros(len(every)),
        option_load=sparse.vstack([sparse.csr_array(problem.option_load)[kept], no_load]),
        capacity=np.pad(problem.capacity, ((0, 2), (0, 0))),
        unassigned_cost=np.append(left_out, limit.undone(left_out)),
        exclusive=list(model.tasks.apart),
        budgets=[(row[every], most) for row, most in limit.budgets(len(options.task), 0)],
        agent_count=np.append(copies, [1, 1]),
        agent_cost=np.append(price, [0.0, 0.0]),
    )


def _team(
    model: PrimaryModel,
    profiles: Mapping[int, Profile],
    problem: AssignmentProblem,
    result: AssignmentResult,
    *,
    keep_team: bool,
) -> Team:
    used = {
        (int(agent), int(copy))
        for agent, copy in zip(result.agent_of_task, result.copy_of_task, strict=True)
        if 0 <= agent < len(model.facts.managers)
    }
    hires: dict[str, int] = {}
    for agent, _ in sorted(used):
        if agent in profiles:
            name = profiles[agent].profile_id
            hires[name] = hires.get(name, 0) + 1
    left = np.flatnonzero(result.agent_of_task[: len(model.tasks.items)] < 0)
    most = float(problem.unassigned_cost[0]) if problem.num_tasks else 0.0
    bound = result.bound - most * len(left)
    parts = model.pairs.stretches
    unserved = {
        model.facts.contracts[parts[part].contract].contract_id
        for task in left.tolist()
        for part in model.tasks.items[task].stretches
    }
    return Team(
        hires=hires,
        people=len(used),
        least=max(0, int(np.ceil(bound - 1e-6))),
        unserved=tuple(sorted(unserved)),
        stop_reason=result.stop_reason,
        keeps_team=keep_team,
    )

"""
The search of Timefold: ``python timefold_worker.py PROBLEM ANSWER`` in its environment.

Prints ``ready`` once the rules are compiled, reads the seconds to search from standard input.
An entity per task chooses among its options or none. Hard score: load beyond limits, tasks of
an exclusive set on one agent, tasks that must be served. Soft score: costs. Moves: those by
default and ruin-and-recreate, without which local search stays in poor plans here.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from timefold.solver import Solver, SolverFactory, config, domain
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    Joiners,
    constraint_provider,
)

GIVEN = json.loads(Path(sys.argv[1]).read_text())
COLUMNS = range(len(GIVEN["limits"]))
# Enough that serving a task always pays, whatever it overloads.
MUST_SERVE = 10**9
MOVES = """
<solver xmlns="https://timefold.ai/xsd/solver">
  <constructionHeuristic/>
  <localSearch>
    <unionMoveSelector>
      <changeMoveSelector/><swapMoveSelector/><ruinRecreateMoveSelector/>
    </unionMoveSelector>
  </localSearch>
</solver>
"""


Row = list[int]
Rows = list[Row]


class Agent:
    """Limits by column; prices above several soft limits of a column."""

    number: int
    limit: Row
    lowest: Row
    soft: Rows
    price: Rows

    # Plain assignments: comprehensions here would keep the class from being compiled.
    def __init__(self, number: int, limit: Row, lowest: Row, soft: Rows, price: Rows) -> None:
        self.number = number
        self.limit = limit
        self.lowest = lowest
        self.soft = soft
        self.price = price


class Option:
    """One way to serve a task."""

    number: int
    agent: Agent
    cost: int
    loads: list[int]

    def __init__(self, number: int, agent: Agent, cost: int, loads: list[int]) -> None:
        self.number = number
        self.agent = agent
        self.cost = cost
        self.loads = loads


@domain.planning_entity
@dataclass
class Task:
    """A task; its option is what is planned."""

    number: Annotated[int, domain.PlanningId]
    possible: Annotated[list[Option], domain.ValueRangeProvider]
    unassigned: int
    missing: int
    option: Annotated[Option | None, domain.PlanningVariable(allows_unassigned=True)] = field(
        default=None
    )


@dataclass
class Member:
    """A task of a group whose further agents cost."""

    group: int
    task: int
    cost: int


@dataclass
class Apart:
    """A task of an exclusive set."""

    group: int
    task: int


@domain.planning_solution
@dataclass
class Plan:
    """All tasks and the sets they belong to."""

    tasks: Annotated[list[Task], domain.PlanningEntityCollectionProperty]
    members: Annotated[list[Member], domain.ProblemFactCollectionProperty]
    apart: Annotated[list[Apart], domain.ProblemFactCollectionProperty]
    score: Annotated[HardSoftScore, domain.PlanningScore] = field(default=None)


def load_of(column: int) -> Callable[[Task], int]:
    """Return the function that reads a task's load in a column."""
    return lambda task: task.option.loads[column]


def is_above(column: int) -> Callable[[Agent, int], bool]:
    """Return the function that compares a load with the limit."""
    return lambda agent, load: load > agent.limit[column]


def excess(column: int) -> Callable[[Agent, int], int]:
    """Return the function that measures a load above the limit."""
    return lambda agent, load: load - agent.limit[column]


def is_paid(column: int) -> Callable[[Agent, int], bool]:
    """Return the function that compares a load with the lowest soft limit."""
    return lambda agent, load: load > agent.lowest[column]


def overload_cost(column: int) -> Callable[[Agent, int], int]:
    """Return the function that prices a load above the soft limits."""

    def cost(agent: Agent, load: int) -> int:
        total = 0
        for kink in range(len(agent.soft[column])):
            above = load - agent.soft[column][kink]
            if above > 0:
                total += above * agent.price[column][kink]
        return total

    return cost


def rules_of_loads(factory: ConstraintFactory) -> list[Constraint]:
    """Limit and price the load of every column."""
    rules, hard, soft = [], HardSoftScore.ONE_HARD, HardSoftScore.ONE_SOFT
    for column in COLUMNS:
        loads = factory.for_each(Task).group_by(
            lambda task: task.option.agent, ConstraintCollectors.sum(load_of(column))
        )
        if min(GIVEN["limits"][column]) < GIVEN["no_limit"]:
            above = loads.filter(is_above(column)).penalize(hard, excess(column))
            rules.append(above.as_constraint(f"limit {column}"))
        if any(max(price) for _, price in GIVEN["kinks"][column]):
            paid = loads.filter(is_paid(column)).penalize(soft, overload_cost(column))
            rules.append(paid.as_constraint(f"overload {column}"))
    return rules


def rules_of_sets(factory: ConstraintFactory) -> list[Constraint]:
    """Price groups on several agents; forbid exclusive tasks on one."""
    of_group = factory.for_each(Member).join(
        Task, Joiners.equal(lambda member: member.task, lambda task: task.number)
    )
    of_apart = factory.for_each(Apart).join(
        Task, Joiners.equal(lambda member: member.task, lambda task: task.number)
    )
    return [
        of_group.group_by(
            lambda member, task: member.group,
            lambda member, task: member.cost,
            ConstraintCollectors.count_distinct(lambda member, task: task.option.agent),
        )
        .penalize(HardSoftScore.ONE_SOFT, lambda group, cost, agents: (agents - 1) * cost)
        .as_constraint("group"),
        of_apart.group_by(
            lambda member, task: member.group,
            lambda member, task: task.option.agent,
            ConstraintCollectors.count_bi(),
        )
        .penalize(HardSoftScore.ONE_HARD, lambda group, agent, tasks: tasks - 1)
        .as_constraint("apart"),
    ]


@constraint_provider
def rules(factory: ConstraintFactory) -> list[Constraint]:
    """Return all rules."""
    every = factory.for_each_including_unassigned(Task)
    unserved = every.filter(lambda task: task.option is None)
    return [
        factory.for_each(Task)
        .penalize(HardSoftScore.ONE_SOFT, lambda task: task.option.cost)
        .as_constraint("option"),
        unserved.penalize(HardSoftScore.ONE_SOFT, lambda task: task.unassigned).as_constraint(
            "unassigned"
        ),
        unserved.penalize(HardSoftScore.ONE_HARD, lambda task: task.missing).as_constraint(
            "must be served"
        ),
        *rules_of_loads(factory),
        *rules_of_sets(factory),
    ]


def read_plan() -> Plan:
    """Build the problem, with the plan it starts from."""
    limits, kinks = GIVEN["limits"], GIVEN["kinks"]
    agents = [
        Agent(
            number,
            [column[number] for column in limits],
            [min(soft[number] for soft, _ in column) for column in kinks],
            [[soft[number] for soft, _ in column] for column in kinks],
            [[price[number] for _, price in column] for column in kinks],
        )
        for number in range(len(limits[0]))
    ]
    possible: list[list[Option]] = [[] for _ in GIVEN["unassigned"]]
    options = []
    for number, (task, agent, cost) in enumerate(GIVEN["options"]):
        loads = GIVEN["load_rows"][GIVEN["load_row"][number]]
        options.append(Option(number, agents[agent], cost, loads))
        possible[task].append(options[-1])
    tasks = [
        Task(number, possible[number], cost, MUST_SERVE if must_serve else 0)
        for number, (cost, must_serve) in enumerate(
            zip(GIVEN["unassigned"], GIVEN["must_serve"], strict=True)
        )
    ]
    for task, chosen in zip(tasks, GIVEN["chosen"], strict=True):
        task.option = None if chosen < 0 else options[chosen]
    groups = enumerate(GIVEN["groups"])
    members = [Member(group, task, cost) for group, (of, cost) in groups for task in of]
    apart = [Apart(group, task) for group, of in enumerate(GIVEN["exclusive"]) for task in of]
    return Plan(tasks, members, apart)


def limited(seconds: float) -> config.TerminationConfig:
    """Return the setting to stop after so many seconds."""
    duration = config.Duration(milliseconds=int(1000 * seconds))
    return config.TerminationConfig(spent_limit=duration)


def compiled() -> SolverFactory:
    """Compile the rules."""
    settings = config.SolverConfig(
        solution_class=Plan,
        entity_class_list=[Task],
        environment_mode=config.EnvironmentMode.NO_ASSERT,
        random_seed=GIVEN["seed"],
        score_director_factory_config=config.ScoreDirectorFactoryConfig(
            constraint_provider_function=rules
        ),
        xml_source_text=MOVES,
        termination_config=limited(1.0),
    )
    factory = SolverFactory.create(settings)
    factory.build_solver()
    return factory


def main() -> None:
    """Search for as long as standard input says."""
    factory = compiled()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    limit = float(sys.stdin.readline())
    began = time.monotonic()
    plan = read_plan()
    left = max(limit - (time.monotonic() - began), 0.01)
    override = config.SolverConfigOverride(termination_config=limited(left))
    solver: Solver[Any] = factory.build_solver(override)
    history = []

    def note(event: Any) -> None:  # noqa: ANN401
        score = event.new_best_score
        history.append((time.monotonic() - began, score.hard_score, score.soft_score))

    solver.add_event_listener(note)
    best = solver.solve(plan)
    tasks = sorted(best.tasks, key=lambda task: task.number)
    answer = {
        "option_of_task": [-1 if task.option is None else task.option.number for task in tasks],
        "score": str(best.score),
        "history": history,
        "version": version("timefold"),
        "moves_per_second": int(solver._delegate.getScoreCalculationSpeed()),  # noqa: SLF001
    }
    Path(sys.argv[2]).write_text(json.dumps(answer))


if __name__ == "__main__":
    main()

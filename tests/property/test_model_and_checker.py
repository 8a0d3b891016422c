"""The model against the checker on any plan that the model can choose, not on the best only."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import brute_force
from budgets import examples
from every_plan import not_planned
from strategies import portfolios
from tsam_planner.facts import gather_facts
from tsam_planner.model.backups import Book, Served, model_backups
from tsam_planner.model.primaries import model_primaries
from tsam_planner.model.stretches import Stretch
from tsam_planner.plan.backup_goals import count_backup_points, needs_backup
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.planning.primaries import rows_of
from tsam_planner.units import MICRO
from tsam_planner.verify.verification import verify_decisions


@st.composite
def chosen(draw):
    """Draw a portfolio and somebody, who may serve it or nobody, for each task of its model."""
    portfolio, horizon = draw(portfolios(exact=True))
    model = model_primaries(gather_facts(portfolio, horizon, portfolio.policy))
    agents = np.full(model.problem.num_tasks, -1, dtype=np.int64)
    for task in range(len(model.tasks.items)):
        able = model.options.manager[model.options.task == task].tolist()
        # Mostly somebody, or hardly any limit would ever be reached.
        agents[task] = draw(st.sampled_from([*able * 3, -1]))
    for row in model.successions:
        row.start(agents)
    model.handover_limit.start(agents)
    return model, agents


def cost_of(problem, agents):
    """Return the cost of agents for all tasks by definition, None where a limit is broken."""
    option = {
        pair: place
        for place, pair in enumerate(
            zip(problem.option_task.tolist(), problem.option_agent.tolist(), strict=True)
        )
    }
    plan = [
        None if agent < 0 else (option[task, agent], 0)
        for task, agent in enumerate(agents.tolist())
    ]
    return brute_force.costs_of(problem, tuple(plan))


def without_call_room(model):
    """Return the problem without the rows that keep room for calls: calls decide about them."""
    capacity = model.problem.capacity.copy()
    rows = model.call_room.load.shape[1]
    capacity[:, capacity.shape[1] - rows :] = np.inf
    return replace(model.problem, capacity=capacity)


@examples(20)
@given(chosen())
def test_any_choice_of_the_model_is_judged_alike(drawn):
    """A choice keeps all rows of the model where the checker finds no rule broken."""
    model, agents = drawn
    costs = cost_of(without_call_room(model), agents)
    managers = model.managers_of_stretches(SimpleNamespace(agent_of_task=agents))
    check = verify_decisions(
        model.facts, [*rows_of(model, managers), *not_planned(model.facts)]
    )
    event(f"the checker finds {'nothing' if check.ok else check.violations[0].rule}")
    assert (costs is not None) == check.ok, str(check)


@examples(20)
@given(chosen())
def test_any_choice_of_the_model_costs_what_the_checker_counts(drawn):
    """Limits aside; what the search charges beyond points, or misses, is known."""
    model, agents = drawn
    answer = SimpleNamespace(agent_of_task=agents)
    unlimited = replace(
        model.problem,
        capacity=np.full_like(model.problem.capacity, np.inf),
        exclusive=[],
        budgets=[],
    )
    cost = float(cost_of(unlimited, agents)[0]) - model.surcharge(answer) / MICRO
    rows = [
        *rows_of(model, model.managers_of_stretches(answer)),
        *not_planned(model.facts),
    ]
    points = verify_decisions(model.facts, rows).points.total / MICRO
    # A millionth for each stretch, where points are rounded.
    assert cost == pytest.approx(points, abs=1e-6 * (1 + len(model.pairs.stretches)))


def served_by(facts, row):
    """Return a row of a plan as the model of substitutes sees it."""
    contract, weeks = facts.contract_index[row.contract_id], row.weeks(facts.horizon)
    is_first = weeks.start == facts.first_and_last_week(contract)[0]
    part = Stretch(contract, weeks.start, weeks.stop - 1, is_first)
    return Served(part, facts.manager_index[row.manager_id])


@examples(20)
@given(chosen(), st.data())
def test_any_choice_of_substitutes_costs_what_the_checker_counts(drawn, data):
    """Whoever serves, with anybody whom the model lets stand in, or nobody."""
    model, agents = drawn
    facts = model.facts
    managers = model.managers_of_stretches(SimpleNamespace(agent_of_task=agents))
    rows = rows_of(model, managers)
    needing = [place for place, row in enumerate(rows) if needs_backup(facts, row)]
    served = [served_by(facts, rows[place]) for place in needing]
    ledger = keep_ledger(facts, rows)
    problem = model_backups(facts, served, Book(ledger.load, ledger.cases))
    backups = np.full(problem.num_tasks, -1, dtype=np.int64)
    for task in range(problem.num_tasks):
        able = problem.option_agent[problem.option_task == task].tolist()
        backups[task] = data.draw(st.sampled_from([*able * 3, -1]))
    for row, agent in zip(needing, backups.tolist(), strict=True):
        name = None if agent < 0 else facts.managers[agent].manager_id
        rows[row] = replace(rows[row], backup_id=name)
    points = count_backup_points(facts, rows, keep_ledger(facts, rows)).total / MICRO
    cost = float(cost_of(problem, backups)[0])
    assert cost == pytest.approx(points, abs=1e-5 * (1 + len(rows)))

"""Facts and loads against their written definition."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given

from budgets import examples
from day_by_day import DayByDay
from strategies import portfolios
from tsam_planner.facts import gather_facts
from tsam_planner.model.pairs import match_pairs, pair_loads
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.goals import smallest_overlap
from tsam_planner.plan.ledger import keep_ledger

MICRO = 1_000_000


@examples(60)
@given(portfolios())
def test_facts_are_what_the_definition_says(drawn):
    """Hours of managers and contracts agree with a day-by-day count, to a millionth."""
    portfolio, horizon = drawn
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    oracle = DayByDay(portfolio, horizon, portfolio.policy)
    for week in range(horizon.weeks):
        for row, manager in enumerate(facts.managers):
            available = facts.manager_weeks.available[row, week] / MICRO
            deployable = facts.manager_weeks.deployable[row, week] / MICRO
            assert available == pytest.approx(oracle.available(manager, week), abs=1e-6)
            assert deployable == pytest.approx(oracle.deployable(manager, week), abs=1e-6)
            bookable = facts.manager_weeks.bookable[row, week] / MICRO
            assert bookable == pytest.approx(oracle.bookable(manager, week), abs=1e-6)
            away = facts.manager_weeks.long_absent[row, week]
            assert away == oracle.is_long_absent(manager, week)
        for row, contract in enumerate(facts.contracts):
            weeks = facts.contract_weeks
            need, planned = oracle.need(contract, week), oracle.planned(contract, week)
            assert weeks.need[row, week] / MICRO == pytest.approx(need, abs=1e-6)
            assert weeks.planned[row, week] / MICRO == pytest.approx(planned, abs=1e-6)
            assert weeks.unfunded[row, week] / MICRO == pytest.approx(need - planned, abs=2e-6)
            assert weeks.cases[row, week] == oracle.cases(contract, week)


@examples(60)
@given(portfolios(managers=2, contracts=3, exact=True))
def test_model_and_ledger_carry_the_same_hours(drawn):
    """Pair loads, the ledger's day-by-day count and the definition are one number."""
    portfolio, horizon = drawn
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    oracle = DayByDay(portfolio, horizon, portfolio.policy)
    pairs = match_pairs(facts)
    for row in np.flatnonzero(facts.planned):
        contract = facts.contracts[row]
        first, last = facts.first_and_last_week(int(row))
        for column, manager in enumerate(facts.managers):
            modeled = pair_loads(facts, np.array([row]), np.array([column]))[0]
            decision = Decision(
                contract_id=contract.contract_id,
                status="assigned",
                manager_id=manager.manager_id,
                from_week=horizon.mondays[first],
                to_week=horizon.mondays[last],
            )
            ledger = keep_ledger(facts, [decision])
            assert ledger.load[column].tolist() == modeled.tolist()
            expected = [oracle.load(contract, manager, week) for week in range(horizon.weeks)]
            assert modeled / MICRO == pytest.approx(expected, abs=1e-6)
            overlap = smallest_overlap(facts, contract.contract_id, manager.manager_id)
            assert pairs.overlap[row, column] == overlap


@examples(60)
@given(portfolios(managers=3, contracts=2))
def test_cover_is_what_the_definition_says(drawn):
    """Hours due and hours asked of every pair of people agree with a day-by-day count."""
    portfolio, horizon = drawn
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    oracle = DayByDay(portfolio, horizon, portfolio.policy)
    for contract in facts.contracts[:1]:
        for manager, substitute in permutations(facts.managers, 2):
            decision = Decision(
                contract_id=contract.contract_id,
                status="assigned",
                manager_id=manager.manager_id,
                backup_id=substitute.manager_id,
                from_week=horizon.mondays[0],
                to_week=horizon.mondays[-1],
            )
            ledger = keep_ledger(facts, [decision])
            column = facts.manager_index[substitute.manager_id]
            for week in range(horizon.weeks):
                due, asked = oracle.cover(contract, manager, substitute, week)
                # Standard has no substitute, whatever a table says.
                asked = 0 if contract.offering == "saas_standard" else asked
                assert ledger.due[0, week] / MICRO == pytest.approx(due, abs=1e-6)
                assert ledger.asked[column, week] / MICRO == pytest.approx(asked, abs=1e-6)

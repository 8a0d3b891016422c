"""A contract moved by hand: the quick answer is that of a full check."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from budgets import examples
from strategies import portfolios
from tsam_planner.facts import gather_facts
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.studies.moves import effect_of
from tsam_planner.studies.standing import standing_of
from tsam_planner.units import MICRO
from tsam_planner.verify.rule_changes import compare_rules
from tsam_planner.verify.verification import verify_decisions


@st.composite
def hand_made(draw):
    """Draw a portfolio, any owners whatever, and up to two moves."""
    portfolio, horizon = draw(portfolios())
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    people = [None, *(manager.manager_id for manager in facts.managers)]
    rows, planned = [], []
    for row, contract in enumerate(facts.contracts):
        name = contract.contract_id
        if not facts.planned[row]:
            rows.append(Decision(contract_id=name, status="not_planned"))
            continue
        planned.append(name)
        first, last = facts.first_and_last_week(row)
        cuts = [first, last + 1]
        if last > first and draw(st.booleans()):
            cuts.insert(1, draw(st.integers(first + 1, last)))
        for begin, end in pairwise(cuts):
            who = draw(st.sampled_from(people))
            rows.append(
                Decision(
                    contract_id=name,
                    status="unassigned" if who is None else "assigned",
                    manager_id=who,
                    from_week=horizon.mondays[begin],
                    to_week=horizon.mondays[end - 1],
                )
            )
    moves = draw(
        st.dictionaries(st.sampled_from(planned), st.sampled_from(people), max_size=2)
        if planned
        else st.just({})
    )
    return facts, rows, moves


@examples(60)
@given(hand_made())
def test_what_a_move_means_is_what_a_full_check_says(drawn):
    """Points, hours, cases and broken rules of the moved plan, worked out from nothing."""
    facts, rows, moves = drawn
    before = standing_of(facts, rows)
    after = before.moved(moves)
    full = verify_decisions(facts, after.decisions)
    assert after.points == full.points
    assert after.violations == frozenset(full.violations)
    for name in ("load", "cases", "contracts", "handover"):
        assert (getattr(after.ledger, name) == getattr(full.ledger, name)).all()
    effect = effect_of(before, moves)
    earlier = verify_decisions(facts, before.decisions)
    assert effect.rules == compare_rules(set(earlier.violations), set(full.violations))
    assert round(effect.change * MICRO) == after.points.total - before.points.total
    for name, who in moves.items():
        people = {row.manager_id for row in by_contract(after.decisions)[name]}
        assert people == {who}

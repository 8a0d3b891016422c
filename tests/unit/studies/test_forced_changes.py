"""A change of hands is forced only where who had the contract could not keep it."""

from dataclasses import replace

import pytest

from examples import (
    EXACT,
    FOUR_WEEKS,
    contract,
    day,
    manager,
    managers_of,
    portfolio,
    updated,
)
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Pin
from tsam_planner.service.policy import Policy
from tsam_planner.studies.difference import diff_plans


def planned(records):
    """Return the exact plan of four weeks."""
    return make_plan(records, **FOUR_WEEKS, options=EXACT)


def the_move(plan, other):
    """Return the only change of hands between two plans, with the sentence about it."""
    found = diff_plans(plan, other)
    [move] = found.moves.query("kind == 'changes hands'").to_dict("records")
    return move, found.summary[0]


def test_a_pin_is_a_choice_whatever_its_reason_is_called():
    """M-1 could keep C-1; somebody pinned it to M-2 because of a wish that was reinforced."""
    records = portfolio(
        [contract("C-1")], [manager("M-1"), manager("M-2")], today={"C-1": "M-1"}
    )
    wish = Pin(
        contract_id="C-1", manager_id="M-2", rule="pin", reason="the wish was reinforced"
    )
    pinned = planned(updated(records, pins=(wish,)))
    move, told = the_move(planned(records), pinned)
    assert (move["forced"], move["judged"]) == (False, True)
    assert told == "1 contract changes hands (0 forced, 1 chosen), 20 h: C-1."
    # Also where nobody had it today, and the plan's words are about nobody.
    anybody = updated(records, assignments=())
    to_m_1 = planned(updated(anybody, pins=(updated(wish, manager_id="M-1"),)))
    move, _ = the_move(to_m_1, planned(updated(anybody, pins=(wish,))))
    assert (move["forced"], move["reason"]) == (False, "pinned: the wish was reinforced")


def test_whether_a_change_was_forced_is_about_the_first_plans_manager():
    """
    M-1 is gone in all plans, and C-1 is with M-2 in the first, with M-3 in the others.

    That M-1 is gone forces nothing between them. M-2, who alone knows Creo, has C-7 (20 cases)
    and C-1 (5) in the first plan. With 30 cases of C-7 there is no room for both; a new
    contract of 10 cases is a choice, as M-2 could keep what it had; and so are others of 27 h:
    with C-1 they are above 85 % of 32 h, which costs points.
    """
    team = [
        manager("M-1", end_date=day("01-29")),
        manager("M-2", products=("Creo",)),
        manager("M-3"),
    ]

    def knowing(name, **fields):
        return contract(name, products=("Creo",), **fields)

    signed = contract("C-1", cases=5)
    records = portfolio([signed, knowing("C-7", cases=20)], team[:2], today={"C-1": "M-1"})
    first = planned(records)
    grown, fuller, busier = (
        planned(updated(records, managers=tuple(team), contracts=(signed, *others)))
        for others in (
            [knowing("C-7", cases=30)],
            [knowing("C-7", cases=20), knowing("C-8", cases=10)],
            [knowing(f"C-{n}", need_hours=9.0) for n in (7, 8, 9)],
        )
    )
    assert managers_of(first)["C-1"] == "M-2"
    for plan in (grown, fuller, busier):
        assert managers_of(plan)["C-1"] == "M-3"
        assert plan.assignments["reason"].iloc[0].startswith("forced: M-1 is not employed")

    move, _ = the_move(first, grown)
    assert move["forced"]
    assert move["reason"].startswith("forced: no room for all it had: M-2 in the week of ")
    assert move["reason"].endswith(": 35 cases, at most 30")
    for plan in (fuller, busier):
        move, _ = the_move(first, plan)
        assert (move["forced"], move["reason"]) == (False, "chosen: M-2 could keep it")
    # The tables alone do not tell, nor does a portfolio that the plan was not made from.
    for unknown in (replace(grown, portfolio=None), replace(grown, portfolio=records)):
        move, told = the_move(first, unknown)
        assert (move["forced"], move["judged"]) == (False, False)
        assert move["reason"].startswith("against today's manager: ")
        assert "0 forced, 0 chosen, 1 not known without the portfolio" in told


@pytest.mark.parametrize(
    ("fields", "of_m_1", "reason"),
    [
        ({"products": ("Creo",)}, {}, "C-1 with M-1: does not know Creo"),
        ({}, {"end_date": day("02-12")}, "C-1 with M-1: is not employed on 10 days"),
        ({}, {"time_zone": "Asia/Tokyo"}, "C-1 with M-1: has a daily overlap of 0 h"),
    ],
)
def test_who_may_not_serve_a_contract_any_more_has_to_give_it_away(fields, of_m_1, reason):
    """Nobody is anybody's manager today, so that no word of the plan is about M-1."""
    one = planned(portfolio([contract("C-1")], [manager("M-1")]))
    team = [manager("M-1", **of_m_1), manager("M-2", products=("Creo",))]
    two = planned(portfolio([contract("C-1", **fields)], team))
    move, _ = the_move(one, two)
    assert move["forced"]
    assert move["reason"].startswith(f"forced: {reason}")


def test_a_company_that_is_to_be_kept_apart_has_to_give_one_contract_away():
    """M-1 has both contracts of K-1 at first; C-1 is pinned there, so that C-2 has to go."""
    signed = [contract(name, company_id="K-1") for name in ("C-1", "C-2")]
    pin = Pin(contract_id="C-1", manager_id="M-1", rule="pin")
    team = [manager("M-1"), manager("M-2")]
    one = planned(portfolio(signed, team[:1], pins=(pin,)))
    two = planned(portfolio(signed, team, pins=(pin,), policy=Policy(same_manager="forbid")))
    found = diff_plans(one, two)
    [move] = found.moves.query("kind == 'changes hands'").to_dict("records")
    assert (move["contract_id"], move["forced"]) == ("C-2", True)
    assert move["reason"].startswith("forced: K-1 forbids one manager for several")


def test_going_back_to_todays_manager_is_a_choice_if_the_other_one_could_stay():
    """20 and 12 cases need two managers at 30 each, and one at 40; M-2 could keep C-2."""
    signed = [contract("C-1", cases=20), contract("C-2", cases=12)]
    records = portfolio(
        signed, [manager("M-1"), manager("M-2")], today={"C-1": "M-1", "C-2": "M-1"}
    )
    one, two = planned(records), planned(updated(records, policy=Policy(max_open_cases=40)))
    move, _ = the_move(one, two)
    assert (move["from_managers"], move["to_managers"]) == ("M-2", "M-1")
    assert (move["forced"], move["reason"]) == (False, "chosen: M-2 could keep it")


def test_what_the_tables_tell_of_forced_changes_is_the_same_without_the_portfolio():
    """M-1, who has both contracts today and in the first plan, leaves in the second week."""
    signed = [contract("C-1"), contract("C-2", end_date=day("02-05"))]
    team = [manager("M-1"), manager("M-2")]
    # Else whoever follows would come at once, for the points of a company with two managers.
    allowed = Policy(same_manager="allow")
    today = {"C-1": "M-1", "C-2": "M-1"}
    records = portfolio(signed, team, today=today, policy=allowed)
    leaves = (manager("M-1", end_date=day("02-05")), manager("M-2"))
    stays, goes = planned(records), planned(updated(records, managers=leaves))
    known = diff_plans(stays, goes)
    read = diff_plans(replace(stays, portfolio=None), replace(goes, portfolio=None))
    assert known.moves.equals(read.moves)
    [move] = read.moves.query("kind == 'changes hands'").to_dict("records")
    assert (move["contract_id"], move["forced"], move["judged"]) == ("C-1", True, True)


def test_a_manager_who_is_not_in_the_other_plans_team_cannot_have_anything_there():
    """Nobody is anybody's manager today, so that no word of the plan is about M-1."""
    records = portfolio([contract("C-1")], [manager("M-1")])
    other = planned(updated(records, managers=(manager("M-2"),)))
    move, _ = the_move(planned(records), other)
    assert (move["forced"], move["reason"]) == (True, "forced: M-1 is not in the team")


def test_a_hand_over_that_is_only_earlier_is_a_choice():
    """
    M-1 leaves after the second week, and has C-1 until then in the first plan.

    The second gives it to M-2 from the first week on, and says that M-1 leaves: not before,
    so nothing forces that. Without the portfolio nothing tells when M-1 leaves.
    """
    team = [manager("M-1", end_date=day("02-12")), manager("M-2")]
    allowed = Policy(same_manager="allow")
    first = planned(portfolio([contract("C-1")], team, today={"C-1": "M-1"}, policy=allowed))
    rows = first.assignments
    early = rows.tail(1).assign(
        from_week=rows["from_week"].min(),
        reason="forced: M-1 is not employed on all days of the term; the earlier week is "
        "chosen, for the plan's points",
    )
    second = replace(first, assignments=early)
    move, told = the_move(first, second)
    assert (move["from_managers"], move["to_managers"]) == ("M-1;M-2", "M-2")
    assert (move["forced"], move["judged"]) == (False, True)
    assert "(0 forced, 1 chosen)" in told
    move, told = the_move(first, replace(second, portfolio=None))
    assert (move["forced"], move["judged"]) == (False, False)

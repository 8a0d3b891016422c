"""Hours of handovers, where the policy counts them (R13, R16)."""

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company
from tsam_planner.service.policy import Policy

COUNTED = Policy(plan_handover_hours=True)


def plan_of(signed, people, *, weeks=FOUR_WEEKS, policy=COUNTED, **tables):
    """Return the best plan, over four ordinary weeks if not told otherwise."""
    records = portfolio(signed, people, **tables)
    return make_plan(records, **weeks, policy=policy, options=EXACT)


def hours_of(plan, manager_id):
    """Return a manager's hours of handovers, week by week."""
    rows = plan.manager_weeks[plan.manager_weeks["manager_id"] == manager_id]
    return rows["handover_hours"].tolist()


def test_who_receives_and_who_gives_spend_hours_in_the_first_two_weeks():
    """8 and 4 hours over two weeks; load is own hours and these together."""
    # M-1 no longer knows the product, so the contract must move.
    signed = [contract(products=("Creo",), need_hours=5.0)]
    people = [manager("M-1"), manager("M-2", products=("Creo",))]
    plan = plan_of(signed, people, today={"C-1": "M-1"})
    assert hours_of(plan, "M-2") == [4.0, 4.0, 0.0, 0.0]
    assert hours_of(plan, "M-1") == [2.0, 2.0, 0.0, 0.0]
    rows = plan.manager_weeks.set_index("manager_id")
    assert rows.loc["M-2", "load_hours"].tolist() == [9.0, 9.0, 5.0, 5.0]


def test_without_the_policy_there_is_no_such_column():
    """The basic arithmetic knows no hours of handovers."""
    plan = plan_of([contract()], [manager("M-1")], policy=Policy())
    assert "handover_hours" not in plan.manager_weeks


def test_a_handover_that_finds_no_hours_is_taken_back_for_the_whole_company():
    """A company that requires one manager is served whole or not at all."""
    # M-2 works 8 h in the one week, 6.4 of them deployable, and cannot keep 10 h; to give
    # two contracts away takes it 8 h: one alone would fit, the company may not be split.
    signed = [contract(f"C-{row}", company_id="K") for row in (1, 2)]
    plan = plan_of(
        signed,
        [manager("M-1"), manager("M-2", weekly_hours=8.0)],
        weeks={"start": FOUR_WEEKS["start"], "weeks": 1},
        today={"C-1": "M-2", "C-2": "M-2"},
        companies=(Company(company_id="K", same_manager="require"),),
    )
    assert plan.assignments["status"].tolist() == ["unassigned", "unassigned"]
    assert set(plan.assignments["reason"]) == {"no room for the hours of a handover to M-1"}
    assert plan.bound < plan.objective

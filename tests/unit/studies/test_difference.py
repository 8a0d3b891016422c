"""What is different between two plans: only what both are about, and only what is proven."""

import datetime as dt
from dataclasses import replace

import pytest

from examples import (
    EXACT,
    FOUR_WEEKS,
    contract,
    day,
    manager,
    portfolio,
    stretches_of,
    updated,
)
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Assignment, Pin
from tsam_planner.proof import Proof, StopReason
from tsam_planner.studies.difference import compare_plans, diff_plans
from tsam_planner.studies.replanning import replan
from tsam_planner.studies.scenario import Scenario


def planned(records, **weeks):
    """Return the exact plan of four weeks, or of others."""
    return make_plan(records, **{**FOUR_WEEKS, **weeks}, options=EXACT)


def handed_over(last):
    """
    Return a plan in which C-1 changes hands when C-3 ends and M-1 leaves, on a Friday.

    Until then M-2 has 20 cases of C-3, and no room for the 20 of C-1 beside them.
    """
    signed = [contract("C-1", cases=20), contract("C-3", cases=20, end_date=last)]
    team = [manager("M-1", end_date=last), manager("M-2")]
    return planned(portfolio(signed, team, today={"C-1": "M-1", "C-3": "M-2"}))


@pytest.fixture(scope="module")
def published():
    """Return a plan of four weeks that changes hands in their middle."""
    plan = handed_over(day("02-12"))
    assert stretches_of(plan) == [("M-1", "02-01", "02-08"), ("M-2", "02-15", "02-22")]
    return plan


def test_what_happened_in_weeks_that_are_over_is_not_announced_again(published):
    """In the last week C-1 is with M-2 in both plans, and the term of C-3 was over before."""
    found = diff_plans(published, replan(published, "2027-02-22", options=EXACT))
    assert found.moves.empty
    assert (found.customers_to_tell, found.hours_moved) == ((), 0.0)
    assert [str(monday) for monday in found.weeks] == ["2027-02-22"]
    assert found.summary == (
        "The same managers serve the same contracts.",
        "The plans are of different weeks: those of both (1 week) are compared, "
        "points are not.",
    )


def test_figures_of_plans_of_other_weeks_are_those_of_the_weeks_of_both(published):
    """One contract of 5 h with M-2 of 32 h; points and changes of hands are of whole plans."""
    found = diff_plans(published, replan(published, "2027-02-22", options=EXACT))
    assert found.goals.empty
    assert not (found.figures["change"] != 0).any()
    figures = found.figures.set_index("figure")["before"]
    assert not {"points", "handovers", "forced handovers"} & set(figures.index)
    assert figures["contracts planned"] == 1
    # M-1 is gone by then and has no hours.
    assert figures["utilization"] == 5 / 32


def test_a_contract_that_ends_earlier_than_it_was_planned_to_is_gone(published):
    """C-1 is planned in the third and fourth week; without it nothing is left of it there."""
    records = published.portfolio
    fewer = records.model_copy(update={"contracts": records.contracts[1:], "assignments": ()})
    found = diff_plans(published, planned(fewer, start=day("02-15"), weeks=2))
    assert found.moves[["contract_id", "kind"]].to_numpy().tolist() == [["C-1", "gone"]]


def test_a_change_of_hands_in_another_week_is_told(published):
    """M-1 leaves a week earlier: the same two managers, but the customer sees M-2 sooner."""
    found = diff_plans(published, handed_over(day("02-05")))
    [move] = found.moves.to_dict("records")
    assert (move["contract_id"], move["kind"]) == ("C-1", "at other times")
    assert move["from_managers"] == move["to_managers"] == "M-1;M-2"
    assert found.customers_to_tell == ("C-1",)
    assert found.summary[0] == "1 contract has the same managers at other times: C-1."


def test_plans_without_a_common_week_are_not_compared(published):
    """February and March have none."""
    march = planned(published.portfolio, start=day("03-01"))
    found = diff_plans(published, march)
    assert found.moves.empty
    assert found.figures.empty
    assert str(found) == "The plans have no week in common: nothing is compared."
    table = compare_plans({"February": published, "March": march})
    assert table["against_first"].tolist() == ["", "other weeks"]


def test_another_ruler_makes_no_plan_worse():
    """M-1 is gone, C-1 moves in both plans; that this costs 80 points or 160 proves nothing."""
    gone = manager("M-1", end_date=day("01-29"))
    records = portfolio([contract("C-1")], [gone, manager("M-2")], today={"C-1": "M-1"})
    base = planned(records)
    cases = {
        "other weights": [
            Scenario("dear", policy={"goals.handover": 160}),
            Scenario("steep", policy={"strain_shares": [0.5, 0.9]}),
            Scenario("long", policy={"target_daily_overlap_hours": 5.0}),
            Scenario("apart", policy={"same_manager": "allow"}),
        ],
        # These change what is planned, or what is beside the plan's own points.
        "not proven": [
            Scenario("fewer", policy={"max_open_cases": 25}),
            Scenario("beside", policy={"backup_goals.no_backup": 500}),
        ],
    }
    plans = {
        scenario.name: planned(scenario.apply(records))
        for scenarios in cases.values()
        for scenario in scenarios
    }
    assert plans["dear"].objective == 2 * base.objective == 160
    for expected, scenarios in cases.items():
        for scenario in scenarios:
            table = compare_plans({"base": base, scenario.name: plans[scenario.name]})
            assert table["against_first"].tolist() == ["", expected], scenario.name
    found = diff_plans(base, plans["dear"])
    assert found.summary == (
        "The same managers serve the same contracts.",
        "The policies weigh goals differently: the plans' points are not compared.",
    )
    assert "points" not in set(found.figures["figure"])
    assert "handovers" in set(found.figures["figure"])
    assert "handover" not in set(found.goals["goal"])
    assert "substitutes: no backup" in set(found.goals["goal"])
    beside = diff_plans(base, plans["beside"])
    # Nobody stands in for M-2: 1000 points by the one policy, 500 by the other.
    assert "substitutes: no backup" not in set(beside.goals["goal"])
    assert beside.summary == ("The same managers serve the same contracts.",)


def test_better_and_worse_are_said_where_intervals_do_not_overlap_and_nowhere_else():
    """The first plan lies between 60 and 100 points; a bound of None is no bound."""
    plan = planned(portfolio([contract("C-1")], [manager("M-1")], today={"C-1": "M-1"}))

    def within(bound, points):
        proof = Proof(objective=points, bound=bound, stop_reason=StopReason.TIME_LIMIT)
        return replace(plan, proof=proof)

    first = within(60.0, 100.0)
    others = {
        (20.0, 59.0): "better",
        (20.0, 60.0): "not proven",
        (60.0, 80.0): "not proven",
        (90.0, 120.0): "not proven",
        (100.0, 120.0): "not proven",
        (101.0, 120.0): "worse",
        (None, 59.0): "not proven",
    }
    plans = {"first": first, **{str(span): within(*span) for span in others}}
    table = compare_plans(plans)
    assert table["against_first"].tolist() == ["", *others.values()]
    table = compare_plans({"first": within(None, 100.0), "other": within(20.0, 30.0)})
    assert table["against_first"].tolist() == ["", "not proven"]


def with_substitute(backup_id, *team, **tables):
    """Return the plan of C-1 with M-1, today's substitute being given."""
    today = Assignment(contract_id="C-1", manager_id="M-1", backup_id=backup_id)
    records = portfolio([contract("C-1")], [manager(name) for name in team], **tables)
    return planned(updated(records, assignments=(today,)))


def test_another_substitute_is_told_to_the_customer():
    """M-1 keeps C-1; M-2 stood in until now, and M-3 does from now on, or nobody."""
    before = with_substitute("M-2", "M-1", "M-2", "M-3")
    for after in (
        with_substitute(None, "M-1", "M-3"),
        with_substitute(None, "M-1"),
    ):
        found = diff_plans(before, after)
        [move] = found.moves.to_dict("records")
        assert (move["kind"], move["new_substitute"]) == ("another substitute", True)
        assert move["from_managers"] == move["to_managers"] == "M-1"
        assert not move["forced"]
        assert found.customers_to_tell == ("C-1",)
        assert found.hours_moved == 0
        assert found.summary[0] == "1 contract has another substitute: C-1."
    assert diff_plans(before, before).moves.empty


def test_a_new_substitute_is_told_beside_a_new_manager():
    """C-1 is pinned to M-2: M-3 goes on standing in, or M-1 does where M-3 is none."""
    pin = Pin(contract_id="C-1", manager_id="M-2", rule="pin")
    before = with_substitute("M-3", "M-1", "M-2", "M-3")
    same = with_substitute("M-3", "M-1", "M-2", "M-3", pins=(pin,))
    other = with_substitute(None, "M-1", "M-2", pins=(pin,))
    for after, is_new in ((same, False), (other, True)):
        [move] = diff_plans(before, after).moves.to_dict("records")
        assert move["kind"] == "changes hands"
        assert move["new_substitute"] is is_new


def test_weeks_in_which_a_customer_has_nobody_are_told():
    """
    M-1 is away from the second week on and M-2 begins in the fourth: two weeks without.

    The contract changes hands, and the customer must hear of the weeks between.
    """
    team = [manager("M-1"), manager("M-2", start_date=day("02-22"))]
    records = portfolio([contract()], team, today={"C-1": "M-1"})
    before = planned(records)
    gone = updated(records, managers=(updated(team[0], end_date=day("02-05")), team[1]))
    found = diff_plans(before, planned(gone))
    [move] = found.moves.to_dict("records")
    assert (move["kind"], move["weeks_alone"]) == ("changes hands", 2)
    assert "1 contract has nobody in some weeks: C-1 (2 weeks)." in found.summary


def test_another_time_of_the_weekly_call_is_told():
    """The same people; the customer now prefers Wednesdays at 14:00."""
    records = portfolio([contract()], [manager()], today={"C-1": "M-1"})
    wish = {"preferred_call_day": "wednesday", "preferred_call_time": dt.time(14, 0)}
    wanted = updated(records, contracts=(contract("C-1", **wish),))
    found = diff_plans(planned(records), planned(wanted))
    [move] = found.moves.to_dict("records")
    assert (move["kind"], move["call_after"]) == ("another call time", "Wednesday 14:00")
    assert move["call_before"] not in ("", "Wednesday 14:00")
    assert found.customers_to_tell == ("C-1",)
    assert found.summary[0] == "1 contract is called at another time: C-1."

"""Planning again in the middle: what was published is what people have, as far as it can be."""

import datetime as dt

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
from tsam_planner.errors import ArgumentError
from tsam_planner.io.plans import read_plan, write_plan
from tsam_planner.plan.decision_record import DecisionRecord, record_decision
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.records import Assignment, Holiday, Pin
from tsam_planner.studies.difference import diff_plans
from tsam_planner.studies.replanning import replan, without


def planned(records, **options):
    """Return the exact plan of four weeks."""
    return make_plan(records, **FOUR_WEEKS, options=EXACT, **options)


@pytest.fixture(scope="module")
def two():
    """Return the plan in which M-1 has C-1 and M-2 has C-2."""
    signed, team = [contract("C-1"), contract("C-2")], [manager("M-1"), manager("M-2")]
    return planned(portfolio(signed, team, today={"C-1": "M-1", "C-2": "M-2"}))


def test_what_was_published_is_kept_even_where_todays_manager_could_have_it_again():
    """
    M-1 has 20 and 12 cases today, 2 too many: C-2 goes to M-2, its weight being the smaller.

    By the second week C-2 has 5 cases. Planned anew from today it would stay with M-1 for 0
    points; but M-2 has been announced, and going back would be another change of hands.
    """
    signed = [contract("C-1", cases=20, handover_weight=2.0), contract("C-2", cases=12)]
    team = [manager("M-1"), manager("M-2")]
    plan = planned(portfolio(signed, team, today={"C-1": "M-1", "C-2": "M-1"}))
    assert managers_of(plan) == {"C-1": "M-1", "C-2": "M-2"}
    smaller = updated(plan.portfolio, contracts=(signed[0], updated(signed[1], cases=5)))
    assert managers_of(planned(smaller)) == {"C-1": "M-1", "C-2": "M-1"}
    again = replan(plan, "2027-02-08", portfolio=smaller, options=EXACT)
    assert managers_of(again) == {"C-1": "M-1", "C-2": "M-2"}
    assert again.goals["handover"] == 0
    assert again.assignments["incumbent_id"].tolist() == ["M-1", "M-2"]


def test_calls_stay_at_the_published_day_and_time():
    """Published for Thursday at 14:00; without that wish the calls would be at another time."""
    wish = contract(preferred_call_day="thursday", preferred_call_time=dt.time(14))
    plan = planned(portfolio([wish], [manager("M-1")], today={"C-1": "M-1"}))
    silent = updated(plan.portfolio, contracts=(contract(),))

    def slots(one):
        return {text[11:16] for text in one.calls["contract_local_start"].astype(str)}

    assert slots(plan) == {"14:00"}
    assert slots(planned(silent)) != {"14:00"}
    again = replan(plan, "2027-02-15", portfolio=silent, options=EXACT)
    assert slots(again) == {"14:00"}


def test_a_holiday_announced_later_moves_one_call_and_not_the_published_slot():
    """Thursday at 14:00 was published; Thursday 18 February has become a holiday."""
    wish = contract(preferred_call_day="thursday", preferred_call_time=dt.time(14))
    plan = planned(portfolio([wish], [manager("M-1")], today={"C-1": "M-1"}))
    rest = Holiday(calendar="IT", date=day("02-18"))
    known = updated(plan.portfolio, contracts=(contract(country="IT"),), holidays=(rest,))
    again = replan(plan, "2027-02-08", portfolio=known, options=EXACT)
    days = again.calls["contract_local_start"].astype(str).str.slice(5, 10).tolist()
    assert days[0] == "02-11"
    assert days[2] == "02-25"
    assert days[1] != "02-18"


def test_substitutes_stay_who_was_published():
    """M-3 was published; the portfolio still names M-2, who would suit as well."""

    def todays(backup_id):
        return (Assignment(contract_id="C-1", manager_id="M-1", backup_id=backup_id),)

    team = [manager("M-1"), manager("M-2"), manager("M-3")]
    records = portfolio([contract()], team)
    plan = planned(updated(records, assignments=todays("M-3")))
    older = updated(records, assignments=todays("M-2"))
    assert planned(older).assignments["backup_id"].tolist() == ["M-2"]
    again = replan(plan, "2027-02-15", portfolio=older, options=EXACT)
    assert again.assignments["backup_id"].tolist() == ["M-3"]


def test_no_more_customers_get_another_manager_than_allowed_though_it_costs_points():
    """
    M-1 is gone: C-1 and C-2 (10 h each in two weeks) wait at 300 points, or move at 80.

    Without a limit both move; with one the other waits, and with none both do.
    """
    signed, team = [contract("C-1"), contract("C-2")], [manager("M-1"), manager("M-2")]
    plan = planned(portfolio(signed, team, today={"C-1": "M-1", "C-2": "M-1"}))
    gone = (manager("M-1", end_date=day("02-12")), manager("M-2"))
    known = updated(plan.portfolio, managers=gone)
    for limit, moved in ((None, 2), (1, 1), (0, 0)):
        again = replan(plan, "2027-02-15", portfolio=known, max_handovers=limit, options=EXACT)
        assert list(managers_of(again).values()).count("M-2") == moved
        assert again.objective == moved * 80 + (2 - moved) * 300


def test_who_leaves_is_there_until_the_friday_before_the_week(two):
    """From 15 February on M-2 has both; the weeks before are not planned again."""
    plan = without(two, "M-1", "2027-02-15", options=EXACT)
    assert [str(monday) for monday in plan.horizon.mondays] == ["2027-02-15", "2027-02-22"]
    assert plan.portfolio.managers[0].end_date == day("02-12")
    assert managers_of(plan) == {"C-1": "M-2", "C-2": "M-2"}
    with pytest.raises(ArgumentError, match="expected a Monday of the plan"):
        without(two, "M-1", "2027-03-01")


def test_a_cancelled_contract_is_left_out_and_told_as_gone(two, tmp_path):
    """The published plan's row of C-2 is about nothing that the portfolio has any more."""
    records = two.portfolio
    fewer = updated(
        records, contracts=records.contracts[:1], assignments=records.assignments[:1]
    )
    again = replan(two, "2027-02-15", portfolio=fewer, options=EXACT)
    assert managers_of(again) == {"C-1": "M-1"}
    [move] = diff_plans(two, again).moves.to_dict("records")
    assert (move["contract_id"], move["kind"]) == ("C-2", "gone")
    # A plan that was read back without a portfolio needs the one that is given only.
    write_plan(two, tmp_path / "plan")
    read = read_plan(tmp_path / "plan")
    assert replan(read, "2027-02-15", portfolio=fewer, options=EXACT).equals(again)
    with pytest.raises(ArgumentError, match="does not know its portfolio"):
        replan(read, "2027-02-15", options=EXACT)


def test_contracts_of_a_manager_who_is_gone_change_hands(two, tmp_path):
    """M-1 is no row of the portfolio any more: C-1 moves at 80 points, and had no choice."""
    records = two.portfolio
    fewer = updated(records, managers=records.managers[1:], assignments=())
    write_plan(two, tmp_path / "plan")
    for plan in (two, read_plan(tmp_path / "plan")):
        again = replan(plan, "2027-02-15", portfolio=fewer, options=EXACT)
        assert managers_of(again) == {"C-1": "M-2", "C-2": "M-2"}
        assert again.goals["handover"] == 80.0
        [move] = (
            diff_plans(plan, again).moves.query("kind == 'changes hands'").to_dict("records")
        )
        assert (move["contract_id"], move["forced"]) == ("C-1", True)
        assert not again.manager_weeks.query("manager_id == 'M-1'")["available_hours"].any()
    kept = replan(two, "2027-02-15", portfolio=fewer, max_handovers=0, options=EXACT)
    assert managers_of(kept) == {"C-1": None, "C-2": "M-2"}


def test_a_substitute_who_is_gone_is_nobodys_substitute(two):
    """M-2, who stood in for C-1, is no row any more; M-3 does from now on."""
    records = two.portfolio
    assert two.assignments["backup_id"].tolist() == ["M-2", "M-1"]
    team = (records.managers[0], manager("M-3"))
    first = updated(records, managers=team, contracts=records.contracts[:1], assignments=())
    again = replan(two, "2027-02-15", portfolio=first, options=EXACT)
    assert again.assignments["backup_id"].tolist() == ["M-3"]


def test_what_was_decided_holds_when_planning_again(two):
    """
    C-1 was pinned to M-1 by hand; the portfolio does not know of it.

    By now M-1 works from 14:00 on: 3 h of overlap cost 10 points, another manager 80 x 0.1.
    """
    record = record_decision(DecisionRecord(), two, "leadership", "draft")
    record = record_decision(
        record, two, "leadership", "pinned", "knows the plant", contract_id="C-1"
    )
    records = two.portfolio
    first = updated(records.contracts[0], handover_weight=0.1)
    late = updated(records.managers[0], work_start=dt.time(14), work_end=dt.time(22))
    known = updated(
        records,
        contracts=(first, records.contracts[1]),
        managers=(late, records.managers[1]),
    )
    free = replan(two, "2027-02-15", portfolio=known, options=EXACT)
    assert managers_of(free)["C-1"] == "M-2"
    bound = replan(two, "2027-02-15", portfolio=known, record=record, options=EXACT)
    assert managers_of(bound)["C-1"] == "M-1"
    fewer = updated(known, managers=records.managers[1:], assignments=())
    gone = replan(two, "2027-02-15", portfolio=fewer, record=record, options=EXACT)
    assert managers_of(gone)["C-1"] == "M-2"


def test_planning_again_starts_from_the_published_plan():
    """
    Three managers share eight contracts best; with hardly any work that plan is kept.

    Everybody is published as having what the plan says, so nothing changes hands.
    """
    signed = [contract(f"C-{number}", need_hours=7.0) for number in range(8)]
    records = portfolio(signed, [manager(f"M-{number}") for number in range(3)])
    plan = planned(records)
    hasty = SolveOptions(work_limit=1e-6, num_workers=1)
    again = replan(plan, "2027-02-15", options=hasty)
    assert diff_plans(plan, again).moves.empty


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"managers": (manager("M-1", end_date=day("02-19")), manager("M-2"))},
            "breaks a rule",
        ),
        ({"pins": (Pin(contract_id="C-1", manager_id="M-1", rule="forbid"),)}, "forbids it"),
    ],
)
def test_a_decided_pin_that_cannot_hold_leaves_nobody_alone(two, change, reason):
    """M-1 leaves before the plan ends, or is banned by now: M-2 serves C-1, and it is told."""
    record = record_decision(DecisionRecord(), two, "leadership", "draft")
    record = record_decision(
        record, two, "leadership", "pinned", "knows the plant", contract_id="C-1"
    )
    # In the last week M-1 is there on no day.
    known = updated(two.portfolio, **change)
    again = replan(two, "2027-02-15", portfolio=known, record=record, options=EXACT)
    assert managers_of(again)["C-1"] in ("M-1", "M-2")
    assert "unassigned" not in set(again.assignments["status"])
    [told] = [text for text in again.warnings if "was pinned to M-1" in text]
    assert "knows the plant" in told
    assert reason in told

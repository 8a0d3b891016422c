"""What a plan is verified by: its own weeks, calls and sales, unless told otherwise."""

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.service.policy import Policy
from tsam_planner.verify.verification import verify_plan

RECORDS = portfolio(
    [contract("C-1", need_hours=13.0), contract("C-2")],
    [manager(name, hourly_cost="50", currency="EUR") for name in ("M-1", "M-2")],
)
# Ten hours of the week are included; two of the other three are bought, at 150 EUR.
SOLD = pd.DataFrame(
    {
        "contract_id": ["C-1"],
        "decision": ["sold"],
        "start_date": ["2027-02-01"],
        "end_date": ["2027-02-28"],
        "hours_per_week": ["2"],
        "rate": ["150"],
        "currency": ["EUR"],
        "margin_currency": ["EUR"],
    }
)
NOTHING = SOLD.iloc[:0]


@cache
def plan():
    """Return the plan of four weeks, with a call of each contract in each of them."""
    return make_plan(RECORDS, **FOUR_WEEKS, options=EXACT)


def at_night(calls, *contracts):
    """Return calls of which those of some contracts are held at three in the morning."""
    night = calls["start"].dt.normalize() + pd.Timedelta(hours=3)
    start = calls["start"].where(~calls["contract_id"].isin(contracts), night)
    return calls.assign(start=start, contract_local_start=None, manager_local_start=None)


def of_calls(check):
    """Return the contracts whose calls lie outside their window."""
    rule = HardRule.CALL_IS_INSIDE_WINDOW
    return [item.contract_id for item in check.violations if item.rule == rule]


def test_the_weeks_are_those_of_the_plan():
    """Four weeks; in the quarter, C-1 and C-2 lack nine of thirteen."""
    assert verify_plan(RECORDS, plan()).ok
    check = verify_plan(RECORDS, plan(), calls=plan().calls.iloc[:0], quarter="2027Q1")
    messages = [item.message for item in check.violations]
    assert "C-1 has no row for 9 of 13 weeks" in messages
    five = verify_plan(RECORDS, plan().assignments, start="2027-02-01", weeks=5)
    assert len(five.contract_weeks) == 2 * 5


@pytest.mark.parametrize("half", [{"start": "2027-02-01"}, {"weeks": 4}])
def test_half_of_what_names_weeks_is_refused(half):
    """And not passed over because the plan has weeks of its own."""
    with pytest.raises(ArgumentError, match="name the weeks either by quarter"):
        verify_plan(RECORDS, plan(), **half)


def test_the_calls_are_those_of_the_plan():
    """Held at night, they break their window; other calls may be given."""
    spoiled = replace(plan(), calls=at_night(plan().calls, "C-1"))
    assert of_calls(verify_plan(RECORDS, spoiled)) == ["C-1"] * 4
    assert verify_plan(RECORDS, spoiled, calls=plan().calls).ok
    assert of_calls(verify_plan(RECORDS, plan(), calls=spoiled.calls)) == ["C-1"] * 4


def test_missing_calls_come_with_the_calls():
    """The plan's own go with its own calls; beside other calls, only those that are given."""
    reasons = pd.DataFrame(
        {"contract_id": ["C-1"], "week": [pd.Timestamp("2027-02-01")], "reason": ["strike"]}
    )
    is_first = (plan().calls["contract_id"] == "C-1") & (plan().calls["week"] == "2027-02-01")
    fewer = plan().calls[~is_first]
    excused = replace(plan(), calls=fewer, missing_calls=reasons)
    assert verify_plan(RECORDS, excused).ok
    [violation] = verify_plan(RECORDS, excused, calls=fewer).violations
    assert violation.message == "C-1: no call in the week of 2027-02-01, and no reason"
    assert verify_plan(RECORDS, excused, calls=fewer, missing_calls=reasons).ok


def test_calls_that_are_still_to_be_planned_are_not_checked():
    """Those of C-1 are no matter, held at night or missing; those of C-2 are."""
    spoiled = at_night(plan().calls, "C-1", "C-2")
    check = verify_plan(RECORDS, plan(), calls=spoiled, undecided_calls={"C-1"})
    assert of_calls(check) == ["C-2"] * 4
    others = plan().calls[plan().calls["contract_id"] == "C-2"]
    reasons = pd.DataFrame(
        {"contract_id": ["C-1"], "week": ["2027-02-01"], "reason": ["to be planned"]}
    )
    for missing in (None, reasons):
        given = {"calls": others, "missing_calls": missing}
        assert not verify_plan(RECORDS, plan(), **given).ok
        assert verify_plan(RECORDS, plan(), **given, undecided_calls={"C-1"}).ok


def test_the_sales_are_those_of_the_plan():
    """8 h at 150 EUR are sold, and cost 50 EUR each: 800 EUR; or nothing is."""
    selling = replace(plan(), sales=SOLD)
    bare = {"calls": plan().calls}
    assert verify_plan(RECORDS, selling, **bare).margin == 800
    assert verify_plan(RECORDS, selling, sales=NOTHING, **bare).margin == 0
    assert verify_plan(RECORDS, plan(), sales=SOLD, **bare).margin == 800
    assert verify_plan(RECORDS, plan(), sales=NOTHING, **bare).sales == ()
    # Without a table of calls.
    table = plan().assignments
    assert verify_plan(RECORDS, table, sales=SOLD, **FOUR_WEEKS).margin == 800
    assert verify_plan(RECORDS, table, **FOUR_WEEKS).sales == ()


def test_the_policy_is_that_of_the_plan():
    """Of the plan rather than of the portfolio, and another one where it is given."""
    strict = Policy(max_open_cases=1)
    signed = portfolio([contract("C-1", cases=2)], [manager()])
    made = make_plan(signed, **FOUR_WEEKS, options=EXACT)
    rules = {HardRule.CASES_STAY_WITHIN_LIMIT}
    found = verify_plan(signed, replace(made, policy=strict)).violations
    assert {item.rule for item in found} == rules
    assert {item.rule for item in verify_plan(signed, made, policy=strict).violations} == rules
    cautious = signed.model_copy(update={"policy": strict})
    found = verify_plan(cautious, made.assignments, **FOUR_WEEKS).violations
    assert {item.rule for item in found} == rules


def test_it_reads_as_a_list_of_what_is_broken():
    """One rule, two rules, or none and the points of the goals."""
    records = portfolio([contract("C-1"), contract("C-2")], [manager(offerings=())])
    both = pd.DataFrame({"contract_id": ["C-1", "C-2"], "manager_id": ["M-1", "M-1"]})
    one = both.assign(manager_id=["M-1", None])
    none = both.assign(manager_id=None)
    first = "  C-1 with M-1: does not serve tsam (offering is served: Q26)"
    assert str(verify_plan(records, one, **FOUR_WEEKS)) == f"1 rule is broken:\n{first}"
    assert str(verify_plan(records, both, **FOUR_WEEKS)) == (
        f"2 rules are broken:\n{first}\n"
        "  C-2 with M-1: does not serve tsam (offering is served: Q26)"
    )
    # Nobody for 20 h each: ten points an hour, twice.
    told = "every rule holds; 400.00 points"
    assert str(verify_plan(records, none, **FOUR_WEEKS)) == told

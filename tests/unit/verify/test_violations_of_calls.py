"""What rules of the weekly call tell when they are broken, and which dates they look at."""

import datetime as dt
from dataclasses import replace

from examples import HORIZON, away, contract, day, manager, portfolio, updated
from hand_made import facts_of, stretch
from tsam_planner.plan.calls import Call, MissingCall
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.cases import Violation
from tsam_planner.verify.verification import verify_decisions

WEEKS = HORIZON.mondays
TEAM = [manager("M-1"), manager("M-2"), manager("M-3")]


def at(date, hour, minute=0, **fields):
    """Return a call of C-1 by M-1 in the week of a day of 2027 (``MM-DD``), in UTC."""
    moment = dt.datetime.combine(day(date), dt.time(hour, minute), dt.UTC)
    week = day(date) - dt.timedelta(days=day(date).weekday())
    plain = {"contract_id": "C-1", "week": week, "minutes": 30, "manager_id": "M-1"}
    return Call(start=moment, **{**plain, **fields})


MONDAYS = [at(f"{week:%m-%d}", 10) for week in WEEKS]


def broken(calls, missing=(), *, records=None, rows=None, **policy):
    """Return what calls of C-1 break, which M-1 serves and M-2 stands in for."""
    records = records or portfolio([contract()], TEAM)
    rows = rows or [stretch(backup_id="M-2")]
    check = verify_decisions(facts_of(records, **policy), rows, calls, missing)
    return list(check.violations)


def told(rule, week, text):
    """Return a violation of C-1 in a week."""
    message = f"C-1: {text}"
    return Violation(rule=rule, message=message, contract_id="C-1", week=week)


def test_a_call_is_due_in_every_week_and_not_twice():
    """Twice in the first and none in the second; a reason is enough in the third."""
    calls = [MONDAYS[0], at("02-03", 10), MONDAYS[3]]
    missing = [MissingCall(contract_id="C-1", week=WEEKS[2], reason="strike")]
    assert broken(calls, missing) == [
        told(HardRule.CALL_IS_DUE, WEEKS[0], "2 calls in the week of 2027-02-01"),
        told(
            HardRule.CALL_IS_DUE, WEEKS[1], "no call in the week of 2027-02-08, and no reason"
        ),
    ]


def test_calls_are_told_beside_what_else_is_broken():
    """Who does not serve the offering and forgets a call breaks two rules."""
    records = portfolio([contract()], [manager("M-1", offerings=("saas_premium",)), *TEAM[1:]])
    assert [item.rule for item in broken(MONDAYS[1:], records=records)] == [
        HardRule.OFFERING_IS_SERVED,
        HardRule.CALL_IS_DUE,
    ]


def test_no_call_is_due_after_the_term():
    """It ends on Friday 19 February: a call in the last week, or a reason, is one too many."""
    records = portfolio([contract(end_date=day("02-19"))], TEAM)
    rows = [stretch(backup_id="M-2", weeks=(0, 2))]
    assert broken(MONDAYS, records=records, rows=rows) == [
        told(HardRule.CALL_IS_DUE, WEEKS[3], "no call is due on 2027-02-22")
    ]
    reason = [MissingCall(contract_id="C-1", week=WEEKS[3], reason="over")]
    text = "the call of 2027-02-22 is declared missing, but none is due"
    assert broken(MONDAYS[:3], reason, records=records, rows=rows) == [
        told(HardRule.CALL_IS_DUE, WEEKS[3], text)
    ]


def test_every_call_is_looked_at():
    """M-2 may call on Monday 8 February, when M-1 is away; a week later M-1 is there."""
    leave = away("M-1", "02-08", "02-08")
    calls = [
        replace(call, manager_id="M-2") if call.week in WEEKS[1:3] else call for call in MONDAYS
    ]
    assert broken(calls, records=portfolio([contract()], TEAM, absences=[leave])) == [
        told(
            HardRule.CALL_IS_BY_MANAGER_OR_BACKUP,
            WEEKS[2],
            "M-1 is there on the day on which M-2 calls",
        )
    ]


def test_a_call_starts_and_ends_inside_the_window():
    """9 to 17 in Rome is 8 to 16 UTC: 8:00 and 15:30 are inside, 7:59 and 15:31 are not."""
    inside = [at("02-01", 8), at("02-08", 15, 30), *MONDAYS[2:]]
    assert broken(inside) == []
    outside = [MONDAYS[0], at("02-08", 7, 59), at("02-15", 15, 31), MONDAYS[3]]
    early = [manager("M-1", work_start=dt.time(6), work_end=dt.time(22)), *TEAM[1:]]
    assert broken(outside, records=portfolio([contract()], early)) == [
        told(
            HardRule.CALL_IS_INSIDE_WINDOW,
            week,
            f"the call of {week} lies outside the contract's window",
        )
        for week in WEEKS[1:3]
    ]


def test_a_call_on_friday_is_in_its_week():
    """The working days of a week are Monday to Friday."""
    assert broken([at("02-05", 10), *MONDAYS[1:]]) == []


def test_a_call_outside_working_hours_is_told_with_its_week():
    """M-1 begins at noon, 11 UTC; and is away on Monday 22 February."""
    records = portfolio(
        [contract()],
        [manager("M-1", work_start=dt.time(12), work_end=dt.time(20)), *TEAM[1:]],
        absences=[away("M-1", "02-22", "02-22")],
    )
    calls = [at("02-01", 11), MONDAYS[1], at("02-15", 11), at("02-22", 11)]
    rule = HardRule.CALL_IS_INSIDE_WORKING_HOURS
    assert broken(calls, records=records) == [
        told(rule, WEEKS[1], "the call of 2027-02-08 is outside the working hours of M-1"),
        told(rule, WEEKS[3], "M-1 is away on 2027-02-22, if only in part"),
    ]


def test_days_are_those_of_customer_and_caller():
    """Half past nine on Monday in Auckland is half past eight on Sunday evening in UTC."""
    there = {"time_zone": "Pacific/Auckland"}
    records = portfolio(
        [contract(**there)], [manager(name, **there) for name in ("M-1", "M-2")]
    )
    sundays = [
        Call(
            contract_id="C-1",
            week=week,
            start=dt.datetime.combine(week, dt.time(20, 30), dt.UTC) - dt.timedelta(days=1),
            minutes=30,
            manager_id="M-1",
        )
        for week in WEEKS
    ]
    assert broken(sundays, records=records) == []


def test_a_call_has_the_minutes_of_the_contract_or_the_policy():
    """Half an hour by the policy, three quarters as signed for C-1."""
    short = told(
        HardRule.CALL_IS_LONG_ENOUGH,
        WEEKS[2],
        "the call of 2027-02-15 takes 30 minutes, not 45",
    )
    long = [replace(call, minutes=45) for call in MONDAYS]
    calls = [*long[:2], MONDAYS[2], long[3]]
    signed = portfolio([contract(call_minutes=45)], TEAM)
    assert broken(calls, records=signed) == [short]
    assert broken(calls, call_minutes=45) == [short]


def test_two_calls_at_once_are_told_with_the_later_one():
    """Half an hour from ten on, and a pause of 15 minutes: 10:44 is too early, 10:45 is not."""
    records = portfolio([contract("C-1"), contract("C-2")], TEAM)
    rows = [stretch("C-1", backup_id="M-2"), stretch("C-2", backup_id="M-2")]
    others = [
        replace(call, contract_id="C-2")
        for call in [at("02-01", 10, 44), *(at(f"{week:%m-%d}", 10, 45) for week in WEEKS[1:])]
    ]
    assert broken([*others, *MONDAYS], records=records, rows=rows, call_buffer_minutes=15) == [
        Violation(
            rule=HardRule.CALLS_DO_NOT_OVERLAP,
            message="M-1 calls C-1 at 2027-02-01 10:00 UTC and C-2 at 10:44",
            contract_id="C-2",
            manager_id="M-1",
            week=WEEKS[0],
        )
    ]
    apart = [updated(one) for one in records.contracts]
    by_two = [rows[0], stretch("C-2", "M-3", backup_id="M-2")]
    theirs = [replace(call, manager_id="M-3") for call in others]
    assert broken([*MONDAYS, *theirs], records=portfolio(apart, TEAM), rows=by_two) == []

"""Every customer has a call every week, at its usual time where that is possible (R39)."""

import pytest

from examples import EXACT, FOUR_WEEKS, away, contract, day, manager, managers_of, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import Deadline
from tsam_planner.portfolio.records import Holiday
from tsam_planner.service.policy import Policy

TUESDAY_AT_TEN = {"preferred_call_day": "tuesday", "preferred_call_time": "10:00"}
NEW_YORK = {"time_zone": "America/New_York"}
CLOCKS = {"start": "2027-03-08", "weeks": 4}  # US clocks change on 14, Italian on 28 March


def plan_of(signed, people, *, weeks=None, policy=None, **tables):
    """Return the proven best plan, over four ordinary weeks if not told otherwise."""
    tables.setdefault("today", {item.contract_id: "M-1" for item in signed})
    records = portfolio(signed, people, **tables)
    return make_plan(records, **(weeks or FOUR_WEEKS), policy=policy, options=EXACT)


def calls_of(plan, contract_id="C-1", *, local="contract_local_start"):
    """Return caller, day and local time, and reason of each call of a contract."""
    rows = plan.calls[plan.calls["contract_id"] == contract_id]
    return [
        (name, start[5:10], start[11:16], reason)
        for name, start, reason in zip(
            rows["manager_id"], rows[local], rows["reason"], strict=True
        )
    ]


def test_a_customer_keeps_one_local_time_through_the_quarter():
    """13 calls on the same weekday at the same local time, also after 28 March."""
    signed = [contract(f"C-{number}") for number in (1, 2, 3)]
    plan = plan_of(signed, [manager("M-1"), manager("M-2")], weeks={"quarter": "2027Q1"})
    assert len(plan.calls) == 3 * 13
    for _, calls in plan.calls.groupby("contract_id"):
        local = calls["contract_local_start"]
        assert local.str.slice(11, 16).nunique() == 1
        assert calls["start"].dt.day_of_week.nunique() == 1
        # The same local time is an hour earlier in UTC once the clocks have changed.
        hour = calls.set_index("week")["start"].dt.hour
        assert hour["2027-03-29"] == hour["2027-03-22"] - 1
    assert set(plan.calls["reason"]) == {""}
    assert plan.call_goals.sum() == 0
    assert plan.missing_calls.empty


def test_preferred_day_and_time_are_kept():
    """Tuesday at ten, every week."""
    plan = plan_of([contract(**TUESDAY_AT_TEN)], [manager()])
    days = ("02-02", "02-09", "02-16", "02-23")
    assert calls_of(plan) == [("M-1", date, "10:00", "") for date in days]
    assert plan.calls["minutes"].tolist() == [30] * 4


@pytest.mark.parametrize(("holidays", "usual"), [(1, 1), (2, 1), (3, None)])
def test_a_preferred_day_is_usual_unless_more_than_half_of_the_weeks_differ(holidays, usual):
    """
    In four weeks another usual day costs 4 * 2.5 points, each holiday on the preferred one 4.

    Two holidays cost 8, which is less than 10; three cost 12.
    """
    dates = ("02-02", "02-09", "02-16")[:holidays]
    rest = [Holiday(calendar="IT", date=day(date)) for date in dates]
    signed = contract(country="IT", **TUESDAY_AT_TEN)
    plan = plan_of([signed], [manager()], holidays=rest)
    days = plan.calls["start"].dt.day_of_week
    assert (days == 1).sum() == (4 - holidays if usual else 0)
    assert plan.call_goals.sum() == (4 * holidays if usual else 0)


def test_a_call_is_as_long_as_the_contract_says():
    """90 minutes before the window ends at 17:00 begin at 15:30 at the latest."""
    signed = contract(call_minutes=90, preferred_call_time="17:00")
    plan = plan_of([signed], [manager()])
    assert plan.calls["minutes"].tolist() == [90] * 4
    assert {time for _, _, time, _ in calls_of(plan)} == {"15:30"}


def test_calls_spread_over_the_week():
    """Five customers of one manager: one on each weekday."""
    signed = [contract(f"C-{number}") for number in range(1, 6)]
    plan = plan_of(signed, [manager()])
    first = plan.calls[plan.calls["week"] == "2027-02-01"]
    assert sorted(first["start"].dt.day_of_week) == [0, 1, 2, 3, 4]


def test_a_usual_time_is_one_that_the_fewest_weeks_differ_from():
    """M-1 is away on a Monday, a Tuesday, a Wednesday and a Thursday: Fridays are free."""
    absences = [away("M-1", date, date) for date in ("02-01", "02-09", "02-17", "02-25")]
    plan = plan_of([contract()], [manager()], absences=absences)
    assert set(plan.calls["start"].dt.day_of_week) == {4}
    assert plan.call_goals.sum() == 0


def second_week(**tables):
    """Return the calls of a customer who prefers Tuesday at ten but for the second week's."""
    people = [manager("M-1"), manager("M-2")]
    plan = plan_of([contract(country="IT", **TUESDAY_AT_TEN)], people, **tables)
    before, moved, *after = calls_of(plan)
    assert [before, *after] == [
        ("M-1", date, "10:00", "") for date in ("02-02", "02-16", "02-23")
    ]
    return moved, plan.call_goals


@pytest.mark.parametrize("fraction", [1, 0.5])
def test_a_customers_holiday_moves_a_call_to_another_day(fraction):
    """Be it half a day: the local time stays, another weekday costs 4 points."""
    rest = Holiday(calendar="IT", date=day("02-09"), fraction=fraction)
    (name, date, time, reason), points = second_week(holidays=[rest])
    assert (name, time) == ("M-1", "10:00")
    assert date in {"02-08", "02-10", "02-11", "02-12"}
    assert reason == "2027-02-09 is a holiday of the customer"
    assert points["other_day"] == points.sum() == 4


@pytest.mark.parametrize("hours", [None, 1])
def test_an_absence_of_any_length_moves_a_call_to_another_day(hours):
    """The manager calls on a whole working day, rather than a substitute (R40)."""
    leave = away("M-1", "02-09", "02-09", hours_per_day=hours)
    (name, date, time, reason), points = second_week(absences=[leave])
    assert (name, time) == ("M-1", "10:00")
    assert date in {"02-08", "02-10", "02-11", "02-12"}
    assert reason == "M-1 is away on 2027-02-09"
    assert points["other_day"] == points.sum() == 4


def test_the_substitute_keeps_the_usual_time_when_the_manager_is_away_all_week():
    """Nobody else changes for the customer (R41)."""
    moved, points = second_week(absences=[away("M-1", "02-08", "02-12")])
    assert moved == ("M-2", "02-09", "10:00", "by the substitute: M-1 is away all week")
    assert points.sum() == points["by_backup"] == 8


def test_the_substitute_calls_when_manager_and_customer_share_no_day():
    """The customer rests from Monday to Wednesday, M-1 is away on Thursday and Friday."""
    rest = [Holiday(calendar="IT", date=day(date)) for date in ("02-08", "02-09", "02-10")]
    moved, _ = second_week(holidays=rest, absences=[away("M-1", "02-11", "02-12")])
    assert moved[0] == "M-2"
    assert moved[1] in {"02-11", "02-12"}
    assert moved[3] == (
        "by the substitute: M-1 and the customer have no whole working day in common"
    )


class TestClockChanges:
    """Rome and New York share 9 to 11 in New York, 9 to 12 between 14 and 28 March 2027."""

    def test_a_slot_is_valid_before_between_and_after(self):
        """At 10:15 in New York it is 16:15 in Rome, but 15:15 in the two weeks between."""
        signed = contract(**NEW_YORK, preferred_call_time="10:15")
        plan = plan_of([signed], [manager()], weeks=CLOCKS)
        assert {(time, why) for _, _, time, why in calls_of(plan)} == {("10:15", "")}
        rome = [time for _, _, time, _ in calls_of(plan, local="manager_local_start")]
        assert rome == ["16:15", "15:15", "15:15", "16:15"]
        assert plan.missing_calls.empty

    def test_without_a_preference_the_slot_is_valid_in_all_weeks(self):
        """Half an hour from 9:00 to 10:30 at the latest."""
        plan = plan_of([contract(**NEW_YORK)], [manager()], weeks=CLOCKS)
        times = {time for _, _, time, _ in calls_of(plan)}
        assert len(times) == 1
        assert "09:00" <= min(times) <= "10:30"
        assert plan.call_goals.sum() == 0

    def test_a_slot_that_is_valid_between_only_is_moved_before_and_after(self):
        """Who insists on 11:15 has it in two weeks, and 10:30 in the two others."""
        signed = contract(**NEW_YORK, preferred_call_time="11:15")
        dear = Policy(call_goals={"preference_hour": 12})
        plan = plan_of([signed], [manager()], weeks=CLOCKS, policy=dear)
        why = "clocks have changed: at the usual time M-1 does not work"
        assert [(time, reason) for _, _, time, reason in calls_of(plan)] == [
            ("10:30", why), ("11:15", ""), ("11:15", ""), ("10:30", why),
        ]  # fmt: skip
        # Two calls, three quarters of an hour each.
        assert plan.call_goals["other_hour"] == plan.call_goals.sum() == 1.5


@pytest.mark.parametrize(
    ("customer", "caller", "last"),
    [
        # The last half hour of the caller's day, in the customer's time, in February.
        ("Europe/Rome", "Asia/Kolkata", "12:00"),  # 16:30 in Kolkata, 4.5 h ahead
        ("Asia/Kolkata", "Asia/Kathmandu", "16:15"),  # 16:30 in Kathmandu, 15 min ahead
        ("Asia/Kolkata", "Australia/Adelaide", "11:30"),  # 16:30 in Adelaide, 5 h ahead
        ("America/Santiago", "America/St_Johns", "16:30"),  # 16:00 there, 30 min behind
    ],
)
def test_zones_of_half_and_quarter_hours_are_met_exactly(customer, caller, last):
    """A customer who wants a call as late as possible gets the last half hour in common."""
    signed = contract(time_zone=customer, preferred_call_time="17:00")
    plan = plan_of([signed], [manager(time_zone=caller)])
    assert {time for _, _, time, _ in calls_of(plan)} == {last}
    assert plan.call_goals.sum() == 0


@pytest.mark.parametrize(("pause", "apart"), [(0, 30), (15, 45), (40, 75)])
def test_nobody_is_in_two_calls_at_once_nor_without_a_pause(pause, apart):
    """Three customers who all want Tuesday at ten are called one after the other."""
    # On a grid of 15 minutes, 30 + 40 minutes are 75.
    signed = [contract(f"C-{number}", **TUESDAY_AT_TEN) for number in (1, 2, 3)]
    plan = plan_of(signed, [manager()], policy=Policy(call_buffer_minutes=pause))
    for _, calls in plan.calls.groupby("week"):
        starts = calls["start"].sort_values()
        assert (starts.dt.day_of_week == 1).all()
        assert (starts.diff().dropna().dt.total_seconds() / 60).tolist() == [apart] * 2
    assert set(plan.calls["reason"]) == {""}


def test_calls_that_find_no_time_say_why():
    """M-1 is there on one day of a week: two hours with New York hold three calls of four."""
    signed = [contract(f"C-{number}", **NEW_YORK) for number in (1, 2, 3, 4)]
    plan = plan_of(signed, [manager()], absences=[away("M-1", "02-09", "02-12")])
    assert (plan.calls["week"] == "2027-02-08").sum() == 3
    assert plan.missing_calls["week"].astype(str).tolist() == ["2027-02-08"]
    reason = "all possible times of M-1 are taken by other calls"
    assert plan.missing_calls["reason"].tolist() == [reason]
    assert plan.call_goals["missing"] == 100
    name = plan.missing_calls["contract_id"].item()
    assert f"{name} has no call in the week of 2027-02-08 (R39): {reason}" in plan.warnings


def test_a_call_makes_room_for_calls_that_have_no_other_time():
    """On M-1's only day three calls to New York need all of 15:00 to 17:00 in Rome."""
    signed = [contract("C-0", preferred_call_day="monday", preferred_call_time="15:30")]
    signed += [contract(f"C-{number}", **NEW_YORK, **TUESDAY_AT_TEN) for number in (1, 2, 3)]
    plan = plan_of(signed, [manager()], absences=[away("M-1", "02-09", "02-12")])
    assert plan.missing_calls.empty
    usual, moved, *_ = calls_of(plan, "C-0")
    assert usual == ("M-1", "02-01", "15:30", "")
    assert moved[1] == "02-08"
    assert moved[2] <= "14:15"  # half an hour and a pause before three o'clock
    assert moved[3] == "the usual time is taken by a call that had to move"


def test_calls_that_find_no_time_with_either_name_both():
    """M-1 is there on Monday, M-2 on Tuesday, too: three calls each, two are missing."""
    signed = [contract(f"C-{number}", **NEW_YORK, need_hours=2) for number in range(1, 9)]
    # While M-1 is there, M-2 does not call (R40).
    absences = [away("M-1", "02-09", "02-12"), away("M-2", "02-10", "02-12")]
    plan = plan_of(signed, [manager("M-1"), manager("M-2")], absences=absences)
    week = plan.calls[plan.calls["week"] == "2027-02-08"]
    assert week["manager_id"].value_counts().to_dict() == {"M-1": 3, "M-2": 3}
    assert set(plan.missing_calls["reason"]) == {
        "all possible times of M-1 and M-2 are taken by other calls"
    }
    assert len(plan.missing_calls) == 2


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        (["M-1"], "M-1 is away all week, and there is no substitute"),
        (["M-1", "M-2"], "M-1 is away all week, nor is there one with M-2"),
    ],
)
def test_a_week_in_which_nobody_is_there_has_no_call(people, reason):
    """Without a substitute, or with one who is away, too."""
    absences = [away(name, "02-08", "02-12") for name in people]
    plan = plan_of([contract()], [manager(name) for name in people], absences=absences)
    assert plan.missing_calls["reason"].tolist() == [reason]
    assert len(plan.calls) == 3


def test_a_week_without_a_working_day_of_the_customer_owes_no_call():
    """A week of holidays, or outside the term, is neither called nor missing (Q19)."""
    rest = [Holiday(calendar="IT", date=day(f"02-{date:02}")) for date in range(8, 13)]
    signed = contract(country="IT", start_date=day("02-01"), end_date=day("02-19"))
    plan = plan_of([signed], [manager()], holidays=rest)
    assert plan.calls["week"].astype(str).tolist() == ["2027-02-01", "2027-02-15"]
    assert plan.missing_calls.empty


def test_standard_and_unassigned_contracts_are_not_called():
    """Standard has no weekly call, and nobody calls a contract without a manager."""
    standard = contract("C-1", offering="saas_standard", deployment="saas")
    distant = contract("C-2", time_zone="Asia/Tokyo")
    policy = Policy(plan_standard=True)
    plan = plan_of([standard, distant], [manager()], policy=policy, today={})
    assert plan.assignments["status"].tolist() == ["assigned", "unassigned"]
    assert plan.calls.empty
    assert plan.missing_calls.empty


def test_a_contract_that_changes_hands_keeps_its_time():
    """M-1 leaves after two weeks; M-2 calls at the time the customer is used to."""
    # Alone, M-2 would call at nine: M-1 works in the afternoon only.
    afternoon = {"work_start": "13:00", "weekly_hours": 20}
    people = [manager("M-1", end_date=day("02-12"), **afternoon), manager("M-2")]
    policy = Policy(same_manager="allow")
    plan = plan_of([contract()], people, policy=policy)
    calls = calls_of(plan)
    assert [name for name, *_ in calls] == ["M-1", "M-1", "M-2", "M-2"]
    assert len({time for _, _, time, _ in calls}) == 1
    assert plan.calls["start"].dt.day_of_week.nunique() == 1


def test_any_time_is_better_than_no_call():
    """A preference dearer than a missing call still leaves the contract its usual slot."""
    policy = Policy(call_goals={"preference_hour": 90.0})
    signed = contract(call_minutes=90, preferred_call_time="17:00")
    plan = plan_of([signed], [manager("M-1")], policy=policy)
    # The latest call that still ends at 17:00.
    assert plan.calls["contract_local_start"].str[11:16].unique().tolist() == ["15:30"]
    assert not plan.calls["reason"].any()


def test_nothing_is_left_out_because_time_is_over(monkeypatch):
    """
    Two managers have six contracts, and no second for any search: a plan is still whole.

    Each has room for all of its own calls, and stands in for the other.
    """
    monkeypatch.setattr(Deadline, "share", lambda *_: 1e-9)
    signed = [contract(f"C-{number}") for number in range(6)]
    today = {f"C-{number}": f"M-{number % 2}" for number in range(6)}
    records = portfolio(signed, [manager("M-0"), manager("M-1")], today=today)
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    assert managers_of(plan) == today
    assert plan.assignments["backup_id"].notna().all()
    assert (len(plan.calls), len(plan.missing_calls)) == (6 * 4, 0)

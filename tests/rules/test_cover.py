"""What a substitute carries on days of absence, in hours, cases and points (R34, R41, Q18)."""

import pytest

from examples import EXACT, FOUR_WEEKS, away, contract, manager, portfolio
from hand_made import facts_of, stretch
from tsam_planner.plan.backup_goals import count_backup_points
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.planning.recipe import make_plan

TEAM = [manager("M-1"), manager("M-2")]
WEEK = ("02-08", "02-12")  # Monday to Friday, the second of four weeks


def plan_of(signed, today, *absences, people=TEAM):
    """Return the proven best plan over four ordinary weeks."""
    records = portfolio(signed, people, today=today, absences=absences)
    return make_plan(records, **FOUR_WEEKS, options=EXACT)


def hours(table, key, name):
    """Return a column of weekly figures of a manager or contract."""
    return table.loc[table.iloc[:, 0] == key, name].tolist()


def test_in_a_week_of_leave_the_substitute_has_call_and_hours():
    """Case 11: the call is the substitute's, so are the 5 hours; the manager's load is 0."""
    plan = plan_of([contract()], {"C-1": "M-1"}, away("M-1", *WEEK))
    calls = plan.calls.set_index("week")
    assert calls["manager_id"].tolist() == ["M-1", "M-2", "M-1", "M-1"]
    assert calls.loc["2027-02-08", "reason"] == ("by the substitute: M-1 is away all week")
    assert hours(plan.manager_weeks, "M-1", "load_hours") == [5, 0, 5, 5]
    assert hours(plan.manager_weeks, "M-2", "load_hours") == [0, 0, 0, 0]
    assert hours(plan.manager_weeks, "M-2", "cover_hours") == [0, 5, 0, 0]
    assert hours(plan.contract_weeks, "C-1", "cover_hours") == [0, 5, 0, 0]
    assert hours(plan.contract_weeks, "C-1", "uncovered_hours") == [0, 0, 0, 0]
    assert plan.warnings == ()


def test_manager_and_substitute_away_together_are_warned_of_by_name():
    """Case 12: the plan stands, and says who is away when and what that costs."""
    absences = [away(name, *WEEK) for name in ("M-1", "M-2")]
    plan = plan_of([contract()], {"C-1": "M-1"}, *absences)
    assert plan.assignments["backup_id"].tolist() == ["M-2"]
    assert plan.warnings == (
        "5.0 of 5.0 h that fall on absences of managers find no substitute with room for "
        "them, at 1 contract (contract_weeks, uncovered_hours; R41)",
        "C-1: nobody is there on 5 working days from 2027-02-08 to 2027-02-12; M-1 and the "
        "substitute M-2 are both away (response goal 1, R22-R24)",
        "C-1 has no call in the week of 2027-02-08 (R39): M-1 is away all week, nor is "
        "there one with M-2",
    )
    # 5 h x 5 points, and four of five days beyond the goal of one: 4 x 20.
    points = plan.backup_goals
    assert points[["uncovered", "away_together"]].tolist() == [25, 80]
    assert points.sum() == 105


def cover_of(*absences):
    """Return due, cover and uncovered hours of 1 h a day in the week of the absences."""
    facts = facts_of(portfolio([contract()], TEAM, absences=absences))
    ledger = keep_ledger(facts, [stretch(backup_id="M-2")])
    figures = ledger.due[0, 1], ledger.cover[1, 1], ledger.uncovered[0, 1]
    return tuple(int(figure) / 1e6 for figure in figures)


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        # M-1 is away for 4 of 8 hours on five days: half an hour a day.
        ([away("M-1", *WEEK, hours_per_day=4)], (2.5, 2.5, 0)),
        # M-2 is not there on Monday.
        ([away("M-1", *WEEK, hours_per_day=4), away("M-2", "02-08", "02-08")], (2.5, 2, 0.5)),
        # M-2 is there for 2 of 8 hours: min(1/2, 1/4) of an hour a day.
        (
            [away("M-1", *WEEK, hours_per_day=4), away("M-2", *WEEK, hours_per_day=6)],
            (2.5, 1.25, 1.25),
        ),
        # M-1 is away on Monday and Tuesday, M-2 on Tuesday and Wednesday.
        ([away("M-1", "02-08", "02-09"), away("M-2", "02-09", "02-10")], (2, 1, 1)),
        # Only M-2 is away: nothing is due.
        ([away("M-2", *WEEK)], (0, 0, 0)),
    ],
)
def test_a_substitute_carries_the_days_on_which_it_is_there(absences, expected):
    """Day by day min(1 - p(manager), p(substitute)) of the day's hours."""
    assert cover_of(*absences) == expected


# M-1 and M-2 have three contracts of 8 h each: 24 h of 40 available, 32 deployable hours.
BOOKS = {f"C-{number}": "M-1" if number < 4 else "M-2" for number in range(1, 7)}


def test_nobody_is_planned_into_overtime_and_the_urgent_are_covered_first():
    """Of 24 h asked, 16 fit beside 24 own hours: first C-3, then C-1 by its id."""
    signed = [
        contract(name, need_hours=8, priority=3 if name == "C-3" else 1) for name in BOOKS
    ]
    plan = plan_of(signed, BOOKS, away("M-1", *WEEK))
    assert hours(plan.manager_weeks, "M-2", "load_hours")[1] == 24
    assert hours(plan.manager_weeks, "M-2", "cover_hours") == [0, 16, 0, 0]
    uncovered = {name: hours(plan.contract_weeks, name, "uncovered_hours")[1] for name in BOOKS}
    assert uncovered == {"C-1": 0, "C-2": 8, "C-3": 0, "C-4": 0, "C-5": 0, "C-6": 0}
    assert plan.warnings == (
        "8.0 of 24.0 h that fall on absences of managers find no substitute with room for "
        "them, at 1 contract (contract_weeks, uncovered_hours; R41)",
    )
    # 8 h x 5 points. The 24 h asked stand 20.8 h above 85 % (27.2 - 24 = 3.2 h are left)
    # and 17.6 h above 95 % (30.4 - 24 = 6.4): 20.8 + 3 x 17.6 = 73.6.
    assert plan.backup_goals["uncovered"] == 40
    assert plan.backup_goals["strain"] == pytest.approx(73.6)
    assert plan.objective == 0


@pytest.mark.parametrize(
    ("need", "points"),
    [
        (3, 0),  # 24 + 3 = 27 h are below 27.2
        (5, 1.8),  # 29 - 27.2
        (8, 9.6),  # 32 - 27.2 = 4.8, and 3 x (32 - 30.4) = 4.8
    ],
)
def test_cover_above_85_percent_of_deployable_hours_strains(need, points):
    """Hours beside the own book are priced like own hours, but among the substitutes'."""
    signed = [contract("C-1", need_hours=need)]
    signed += [contract(name, need_hours=8) for name in ("C-4", "C-5", "C-6")]
    today = {item.contract_id: BOOKS[item.contract_id] for item in signed}
    plan = plan_of(signed, today, away("M-1", *WEEK))
    assert plan.backup_goals["strain"] == pytest.approx(points)
    assert plan.backup_goals.sum() == pytest.approx(points)
    assert plan.goals["strain"] == 0
    assert hours(plan.contract_weeks, "C-1", "uncovered_hours")[1] == 0


def test_a_substitute_at_ease_is_preferred():
    """M-2 would be strained (1.8 points), M-3 has nothing to do."""
    signed = [contract("C-1"), *(contract(f"C-{number}", need_hours=8) for number in (4, 5, 6))]
    today = {item.contract_id: BOOKS[item.contract_id] for item in signed}
    people = [*TEAM, manager("M-3")]
    plan = plan_of(signed, today, away("M-1", *WEEK), people=people)
    assert plan.assignments.set_index("contract_id").loc["C-1", "backup_id"] == "M-3"
    assert plan.backup_goals.sum() == 0


@pytest.mark.parametrize(("cases", "points"), [(5, 0), (8, 6)])
def test_cases_above_thirty_in_weeks_of_cover_are_points_and_no_violation(cases, points):
    """25 own cases and 8 for another week are 3 above 30: 6 points (R43, Q18)."""
    signed = [contract("C-1", cases=cases), contract("C-2", cases=25)]
    # make_plan raises when the checker finds a violation.
    plan = plan_of(signed, {"C-1": "M-1", "C-2": "M-2"}, away("M-1", *WEEK))
    assert plan.assignments["backup_id"].tolist() == ["M-2", "M-1"]
    assert plan.backup_goals["cases"] == plan.backup_goals.sum() == points


def test_cases_count_for_a_week_with_any_absence():
    """A substitute holds the cases of a contract from the first hour of absence on."""
    signed = [contract("C-1", cases=8), contract("C-2", cases=25)]
    absences = [away("M-1", "02-08", "02-08", hours_per_day=1), away("M-1", "02-16", "02-16")]
    facts = facts_of(portfolio(signed, TEAM, absences=absences))
    rows = [stretch("C-1", "M-1", "M-2"), stretch("C-2", "M-2", "M-1")]
    ledger = keep_ledger(facts, rows)
    assert ledger.cover_cases[1].tolist() == [0, 8, 8, 0]
    assert ledger.cases[1].tolist() == [25] * 4
    # Two weeks with three cases above 30, two points each.
    assert count_backup_points(facts, rows, ledger).cases == 12_000_000

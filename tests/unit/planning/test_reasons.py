"""Why a contract has nobody: numbers in the unit and the weeks that a reader sees."""

import pytest

from examples import EXACT, FOUR_WEEKS, away, contract, day, manager, portfolio, stretches_of
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Pin


def book(*hours, manager_id="M-1"):
    """Return urgent contracts of so many hours a week, and pins that bind them to a manager."""
    names = [f"{manager_id}-{number}" for number in range(len(hours))]
    signed = [
        contract(name, need_hours=need, priority=9)
        for name, need in zip(names, hours, strict=True)
    ]
    return signed, [Pin(contract_id=name, manager_id=manager_id, rule="pin") for name in names]


def reasons(signed, team, **tables):
    """Return the reasons of C-1 in a plan of four weeks, row by row."""
    plan = make_plan(portfolio(signed, team, **tables), **FOUR_WEEKS, options=EXACT)
    rows = plan.assignments[plan.assignments["contract_id"] == "C-1"]
    assert not rows["manager_id"].notna().any()
    return rows["reason"].tolist()


@pytest.mark.parametrize(
    ("held", "fields", "room"),
    [
        # 28 of 32 h are held: 4 x 4 = 16 h are free over four weeks. C-1 is there for three of
        # them with 8 h; 16 / 3 = 5.33 h a week would fit. (Over four weeks, 4 of 6 h.)
        ((10, 10, 8), {"need_hours": 8.0, "end_date": day("02-21")}, "5.3 of 8.0"),
        # 32 of 32 h are held. The 40 available hours leave 8, deployable ones leave nothing.
        ((10, 10, 10, 2), {"need_hours": 10.0}, "0.0 of 10.0"),
        # 24.04 h are held: 7.96 h are no 8.0 h.
        ((10, 10, 4.04), {"need_hours": 8.0}, "7.9 of 8.0"),
    ],
)
def test_room_is_told_in_hours_a_week_of_the_contract(held, fields, room):
    """Room and need are those of the weeks in which the contract is there, rounded down."""
    signed, pins = book(*held)
    found = reasons([*signed, contract(**fields)], [manager()], pins=pins)
    assert found == [f"1 manager has room for {room} h a week"]


def test_days_of_absence_do_not_make_a_contract_smaller():
    """
    The manager is away for one week of four: the contract still needs 8 h a week.

    30 of 32 h are held, 6 h are free in three weeks, and C-1 would bring 24 h in them: a
    quarter of its hours fits, 2 of 8 h a week.
    """
    signed, pins = book(10, 10, 10)
    tables = {"pins": pins, "absences": [away("M-1", "02-08", "02-12")]}
    found = reasons([*signed, contract(need_hours=8.0)], [manager()], **tables)
    assert found == ["1 manager has room for 2.0 of 8.0 h a week"]


def test_the_widest_room_of_several_is_at_most_what_they_have():
    """M-1 holds 29 of 32 h, M-2 holds 28: rooms for 3 and for 4 of 8 h."""
    one, pins = book(10, 10, 9)
    other, its_pins = book(10, 10, 8, manager_id="M-2")
    signed = [*one, *other, contract(need_hours=8.0)]
    found = reasons(signed, [manager(), manager("M-2")], pins=[*pins, *its_pins])
    assert found == ["2 managers have room for at most 4.0 of 8.0 h a week"]


def test_what_is_in_the_way_is_told_of_all_weeks_of_a_row():
    """
    M-2 is not there for the first two weeks, and has no room in the last two.

    16 h a week are 12.8 deployable; 10 are held, so that 2.8 of 7 h a week are free. M-1 does
    not know Windchill. A reason of the first two weeks alone would hide the lack of room.
    """
    urgent, pins = book(10, manager_id="M-2")
    joiner = manager("M-2", start_date=day("02-15"), weekly_hours=16.0, products=("Windchill",))
    signed = [*urgent, contract(need_hours=7.0, products=("Windchill",))]
    records = portfolio(signed, [manager(), joiner], pins=pins)
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    assert stretches_of(plan) == [(None, "02-01", "02-22")]
    assert plan.assignments.set_index("contract_id").loc["C-1", "reason"] == (
        "from 2027-02-01: 1 manager does not know Windchill, "
        "1 is not employed on all days of these weeks; "
        "from 2027-02-15: 1 manager does not know Windchill, "
        "1 has room for 2.8 of 7.0 h a week"
    )

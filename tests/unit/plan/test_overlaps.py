"""Shared hours of the day week by week, and the weeks in which a clock changed."""

import datetime as dt

import numpy as np
import pytest

from examples import contract, manager, portfolio
from hand_made import facts_of, stretch
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.plan.overlaps import overlaps_table
from tsam_planner.portfolio.records import Absence

# 5 January 2026 to 3 January 2027.
YEAR = Horizon(dt.date(2026, 1, 5), 52)


def overlaps(contract_zone, manager_zone, *, signed=None, works=None, **backup):
    """Return the table of one contract and its manager over 2026, by week."""
    records = portfolio(
        [contract(time_zone=contract_zone, **(signed or {}))],
        [
            manager("M-1", time_zone=manager_zone, **(works or {})),
            manager("M-2", time_zone=backup.get("zone", "UTC")),
        ],
    )
    decision = stretch(backup_id="M-2" if backup else None, horizon=YEAR)
    return overlaps_table(facts_of(records, YEAR), [decision]).set_index("week")


def hours_of(table, day):
    """Return the overlap in the week of a day."""
    date = dt.date.fromisoformat(day)
    monday = date - dt.timedelta(days=date.weekday())
    return table.loc[str(monday), "overlap_hours"]


def changes(table):
    """Return the weeks in which the overlap is another than the week before."""
    return [f"{week:%m-%d}" for week in table.index[table["changed"]]]


def test_rome_and_new_york_through_2026():
    """Case 8: two hours, three while only one side has changed its clocks."""
    # New York changes on 8 March and 1 November, Rome on 29 March and 25 October.
    table = overlaps("America/New_York", "Europe/Rome")
    assert hours_of(table, "2026-01-14") == 2
    assert hours_of(table, "2026-03-11") == hours_of(table, "2026-03-25") == 3
    assert hours_of(table, "2026-04-01") == 2
    assert hours_of(table, "2026-10-28") == 3
    assert hours_of(table, "2026-11-04") == 2
    assert changes(table) == ["03-09", "03-30", "10-26", "11-02"]


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        # 12-20 in Sydney is 1-9 UTC in its summer and 2-10 in its winter; 9-17 in London is
        # 9-17 UTC in winter and 8-16 in summer.
        ("2026-03-25", 0),
        ("2026-04-01", 1),  # London changed on 29 March
        ("2026-04-08", 2),  # Sydney changed back on 5 April
        ("2026-09-30", 2),
        ("2026-10-07", 1),  # Sydney changed on 4 October
        ("2026-10-28", 0),  # London changed back on 25 October
    ],
)
def test_sydney_and_london_change_in_opposite_directions(day, hours):
    """North and south move apart twice a year, an hour at a time."""
    late = {"work_start": dt.time(12), "work_end": dt.time(20)}
    table = overlaps("Europe/London", "Australia/Sydney", works=late)
    assert hours_of(table, day) == hours
    assert changes(table) == ["03-30", "04-06", "10-05", "10-26"]


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        # 9-17 in Santiago is 12-20 UTC in its summer, 13-21 in its winter; 9-17 in New York
        # is 14-22 UTC in winter, 13-21 in summer.
        ("2026-02-04", 6),
        ("2026-03-11", 7),  # New York changed on 8 March
        ("2026-04-08", 8),  # Santiago changed back on 5 April
        ("2026-09-09", 7),  # Santiago changed on 6 September
        ("2026-11-04", 6),  # New York changed back on 1 November
    ],
)
def test_santiago_and_new_york_meet_wholly_in_the_southern_winter_only(day, hours):
    """Neighbors on the map are apart by an hour or two for half of the year."""
    table = overlaps("America/New_York", "America/Santiago")
    assert hours_of(table, day) == hours
    assert changes(table) == ["03-09", "04-06", "09-07", "11-02"]


@pytest.mark.parametrize(
    ("contract_zone", "manager_zone", "winter", "summer", "weeks"),
    [
        # 9-17 in Kolkata is 3:30-11:30 UTC, in Rome 8-16 UTC in winter, 7-15 in summer.
        ("Asia/Kolkata", "Europe/Rome", 3.5, 4.5, ["03-30", "10-26"]),
        # 9-17 in Adelaide is 22:30-6:30 UTC in January, 23:30-7:30 in July.
        ("Asia/Kolkata", "Australia/Adelaide", 3, 4, ["04-06", "10-05"]),
        # Lord Howe moves by half an hour, 22-6 UTC to 22:30-6:30; Tokyo is 0-8 UTC.
        ("Asia/Tokyo", "Australia/Lord_Howe", 6, 6.5, ["04-06", "10-05"]),
        # Sydney moves on the same nights by a whole hour: 22-6 UTC to 23-7.
        ("Australia/Sydney", "Australia/Lord_Howe", 8, 7.5, ["04-06", "10-05"]),
        # Neither side has another time in summer.
        ("Asia/Kolkata", "Asia/Tokyo", 4.5, 4.5, []),
    ],
)
def test_half_hour_zones(contract_zone, manager_zone, winter, summer, weeks):
    """Offsets and changes of half an hour are as good as others (14 January, 15 July)."""
    table = overlaps(contract_zone, manager_zone)
    assert hours_of(table, "2026-01-14") == winter
    assert hours_of(table, "2026-07-15") == summer
    assert changes(table) == weeks


def test_the_smallest_and_the_largest_day_of_a_week_are_told_apart():
    """A Friday in Los Angeles meets a Saturday in Sydney: 0 h, other days 3 h."""
    # In January 9-17 in Los Angeles is 4-12 of the next day in Sydney.
    week = overlaps("America/Los_Angeles", "Australia/Sydney").loc["2026-01-12"]
    assert (week["overlap_hours"], week["largest_overlap_hours"]) == (0, 3)


def test_a_week_cut_by_the_end_of_the_term_is_no_change():
    """A term that ends on Thursday loses the Friday without overlap, not the clocks."""
    signed = {"end_date": dt.date(2026, 1, 22)}
    table = overlaps("America/Los_Angeles", "Australia/Sydney", signed=signed)
    assert table["overlap_hours"].tolist() == [0, 0, 3]
    assert changes(table) == []


def test_a_change_within_a_week_shows_in_both_weeks_that_it_parts():
    """Cairo changes on Friday, 24 April: that Friday is new, and so is the next Monday."""
    # 9-17 in Cairo is 7-15 UTC in winter, 6-14 UTC in summer.
    table = overlaps("UTC", "Africa/Cairo")
    change = table.loc["2026-04-20"]
    assert (change["overlap_hours"], change["largest_overlap_hours"]) == (5, 6)
    assert hours_of(table, "2026-04-27") == 5
    assert changes(table)[:2] == ["04-20", "04-27"]


def test_a_substitute_has_an_overlap_and_clocks_of_its_own():
    """Contract and manager in Kolkata have no summer time, the substitute in Rome has."""
    table = overlaps("Asia/Kolkata", "Asia/Kolkata", zone="Europe/Rome")
    assert set(table["overlap_hours"]) == {8}
    by_week = table["backup_overlap_hours"]
    assert (by_week["2026-03-23"], by_week["2026-03-30"]) == (3.5, 4.5)
    assert changes(table) == ["03-30", "10-26"]


def test_other_people_are_no_change_of_clocks():
    """A new manager and a new substitute begin without a comparison."""
    records = portfolio(
        [contract()],
        [manager("M-1"), manager("M-2", time_zone="Asia/Kolkata")],
    )
    decisions = [
        stretch(manager_id="M-2", backup_id="M-1", weeks=(2, 3)),
        stretch(manager_id="M-1", weeks=(0, 1)),
    ]
    table = overlaps_table(facts_of(records), decisions)
    assert table["manager_id"].tolist() == ["M-1", "M-1", "M-2", "M-2"]
    assert table["backup_id"].tolist() == [None, None, "M-1", "M-1"]
    # Nine to five in Rome and in Kolkata, in winter: 3.5 h.
    assert table["overlap_hours"].tolist() == [8, 8, 3.5, 3.5]
    assert np.isnan(table["backup_overlap_hours"][:2]).all()
    assert table["backup_overlap_hours"][2:].tolist() == [8, 8]
    assert not table["changed"].any()


def test_only_served_weeks_of_the_term_have_a_row():
    """Term from 9 February, nobody in the third week: weeks two and four are left."""
    records = portfolio([contract(start_date=dt.date(2027, 2, 9))], [manager()])
    decisions = [stretch(weeks=(0, 1)), stretch(manager_id=None, weeks=(2, 2))]
    decisions.append(stretch(weeks=(3, 3)))
    table = overlaps_table(facts_of(records), decisions)
    assert [week.day for week in table["week"]] == [8, 22]


def test_absences_and_holidays_do_not_matter():
    """It is about hours of the day, not about who is there."""
    leave = Absence(
        manager_id="M-1", start_date=dt.date(2027, 2, 1), end_date=dt.date(2027, 2, 28)
    )
    with_leave = portfolio([contract()], [manager(country="IT")], absences=[leave])
    table = overlaps_table(facts_of(with_leave), [stretch()])
    assert table["overlap_hours"].tolist() == [8] * 4


def test_without_rows_the_table_is_empty_and_typed():
    """An empty table has the columns and types of a full one."""
    facts = facts_of(portfolio([contract()], [manager()]))
    empty = overlaps_table(facts, [stretch(manager_id=None)])
    full = overlaps_table(facts, [stretch()])
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)
    assert str(full.dtypes["week"]) == "datetime64[s]"

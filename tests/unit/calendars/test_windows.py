"""Daily overlap of working windows, at each date."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsam_planner.calendars.windows import Window, daily_overlap, overlap_table

NINE, FIVE = dt.time(9), dt.time(17)
ZONES = (
    "Europe/Rome",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Australia/Adelaide",
    "America/Sao_Paulo",
    "Pacific/Auckland",
    "UTC",
)


def office(zone):
    """Return nine to five in a zone."""
    return Window(zone, NINE, FIVE)


@pytest.mark.parametrize(
    ("date", "hours"),
    [
        ("2026-01-14", 2),  # both on winter time, 6 h apart: 15-17 in Rome
        ("2026-03-11", 3),  # New York changed on 8 March, Rome changes on the 29th
        ("2026-03-25", 3),
        ("2026-04-01", 2),
        ("2026-10-28", 3),  # Rome changed back on 25 October, New York on 1 November
        ("2026-11-04", 2),
    ],
)
def test_rome_and_new_york_share_an_hour_more_between_clock_changes(date, hours):
    """Case 8: the overlap is computed at each date, never from a fixed offset."""
    date = dt.date.fromisoformat(date)
    assert daily_overlap(office("America/New_York"), office("Europe/Rome"), date) == hours


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("America/Los_Angeles", "2026-01-14", 0),
        ("Asia/Tokyo", "2026-01-14", 0),
        ("Asia/Tokyo", "2026-07-15", 1),
        ("Asia/Kolkata", "2026-01-14", 3.5),
        ("Asia/Kolkata", "2026-07-15", 4.5),
    ],
)
def test_overlap_with_rome_by_zone_and_season(zone, date, hours):
    """Half-hour offsets and seasons give the numbers worked out by hand (Q16)."""
    date = dt.date.fromisoformat(date)
    assert daily_overlap(office(zone), office("Europe/Rome"), date) == hours


def test_monday_in_san_francisco_is_met_by_tuesday_in_sydney():
    """A neighbor date counts where it is a weekday, so Friday finds no Saturday."""
    # 9-17 in San Francisco in January is 4:00-12:00 of the next day in Sydney.
    monday, friday = dt.date(2027, 1, 4), dt.date(2027, 1, 8)
    west, east = office("America/Los_Angeles"), office("Australia/Sydney")
    assert daily_overlap(west, east, monday) == 3
    assert daily_overlap(west, east, friday) == 0


@given(
    contract=st.sampled_from(ZONES),
    manager=st.sampled_from(ZONES),
    opens=st.integers(0, 15),
    length=st.integers(1, 8),
    day=st.integers(0, 259),
)
def test_table_agrees_with_the_overlap_of_each_date(contract, manager, opens, length, day):
    """The vectorized table and the function for one date are the same arithmetic."""
    date = dt.date(2027, 1, 4) + dt.timedelta(days=7 * (day // 5) + day % 5)
    one = office(contract)
    other = Window(manager, dt.time(opens), dt.time(opens + length))
    table = overlap_table([one], [other], [date])
    assert table.shape == (1, 1, 1)
    assert table[0, 0, 0] == daily_overlap(one, other, date)
    assert 0 <= table[0, 0, 0] <= 8


def test_table_agrees_for_all_pairs_of_zones_over_a_week():
    """Monday to Friday, so that Sundays and Saturdays of the other side are met, too."""
    week = [dt.date(2027, 1, 4) + dt.timedelta(days=day) for day in range(5)]
    windows = [office(zone) for zone in ZONES]
    table = overlap_table(windows, windows, week)
    expected = [[[daily_overlap(a, b, day) for day in week] for b in windows] for a in windows]
    assert table.tolist() == expected


def test_table_of_nothing_is_empty():
    """No windows and no dates are no special case."""
    assert overlap_table([], [office("UTC")], []).shape == (0, 1, 0)
    assert np.isfinite(overlap_table([office("UTC")], [], [dt.date(2027, 1, 4)])).all()

"""Months, calendar and fiscal, and which part of a week falls into each."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import QUARTER, contract
from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import ArgumentError
from tsam_planner.finance.months import MonthGrid, months_of, name_months
from tsam_planner.portfolio.records import Holiday

MARCH = dt.date(2027, 3, 1)
# Monday to Wednesday lie in March, Thursday and Friday in April; Italy's Easter Monday is the
# first of them.
EASTER = 4
MONTHS = name_months("2027-03", "2027-04")


def named(months):
    """Return name, first and last day of months."""
    return [(month.name, str(month.first), str(month.last)) for month in months]


def grid_of(signed, holidays=(), months=MONTHS):
    """Return the weeks of contracts over March and April 2027."""
    return MonthGrid.over(months, MARCH, signed, HolidayLists(holidays))


@pytest.mark.parametrize(
    ("first", "last", "start", "expected"),
    [
        (
            "2026-12",
            "2027-02",
            "01-01",
            [
                ("2026-12", "2026-12-01", "2026-12-31"),
                ("2027-01", "2027-01-01", "2027-01-31"),
                ("2027-02", "2027-02-01", "2027-02-28"),
            ],
        ),
        # FY2027 begins on 1 October 2026: its first month is October, its last September.
        ("FY2027-01", "FY2027-01", "10-01", [("FY2027-01", "2026-10-01", "2026-10-31")]),
        ("FY2027-12", "FY2027-12", "10-01", [("FY2027-12", "2027-09-01", "2027-09-30")]),
        # Months that begin on the fifth; January's is the last of the year that ends in 2027.
        ("2027-01", "2027-01", "02-05", [("FY2027-12", "2027-01-05", "2027-02-04")]),
        ("FY2028-01", "FY2028-01", "02-05", [("FY2028-01", "2027-02-05", "2027-03-04")]),
        # A fiscal year that is the calendar's.
        ("FY2027-04", "FY2027-04", "01-01", [("2027-04", "2027-04-01", "2027-04-30")]),
    ],
)
def test_months_are_named_by_calendar_or_fiscal_year(first, last, start, expected):
    """A fiscal year has the name of the year in which it ends."""
    assert named(name_months(first, last, start)) == expected


@given(
    st.integers(2020, 2030),
    st.integers(1, 12),
    st.integers(0, 30),
    st.integers(1, 12),
    st.integers(1, 28),
)
def test_a_months_own_name_means_that_month(year, month, more, start_month, start_day):
    """Names are read as they are written, and months follow each other without a gap."""
    start = f"{start_month:02}-{start_day:02}"
    end = year * 12 + month - 1 + more
    months = name_months(f"{year}-{month:02}", f"{end // 12}-{end % 12 + 1:02}", start)
    assert len(months) == more + 1
    assert name_months(months[0].name, months[-1].name, start) == months
    assert months[0].first == dt.date(year, month, start_day)
    for before, after in pairwise(months):
        assert after.first - before.last == dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("2027-13", "2027-13"),
            "expected a month such as 2027-01 or FY2027-04, got '2027-13'",
        ),
        (("January", "2027-02"), "got 'January'"),
        (("0000-01", "2027-02"), "got '0000-01'"),
        (("2027-02", "2027-01"), "the first month before the last, got 2027-02 and 2027-01"),
        (("2027-01", "2032-01"), "at most 60 months"),
        (("2027-01", "2027-02", "02-29"), "month and day such as 10-01, got '02-29'"),
        (("2027-01", "2027-02", "october"), "got 'october'"),
    ],
)
def test_months_that_make_no_sense_are_refused(arguments, message):
    """With what was expected, and what was given."""
    with pytest.raises(ArgumentError, match=message):
        name_months(*arguments)


def test_sixty_months_are_the_most():
    """Five years are allowed, a month more is not (above)."""
    assert len(name_months("2027-01", "2031-12")) == 60


def test_months_of_a_plan_are_those_that_lie_mostly_in_it():
    """A quarter's three; of the fiscal months that begin on the fifth, December's is out."""
    assert [month.name for month in months_of(QUARTER)] == ["2027-01", "2027-02", "2027-03"]
    # 4 January to 4 April. The month from 5 December ends on Monday 4 January: 1 of 21 days.
    fifth = months_of(QUARTER, "02-05")
    assert [str(month.first) for month in fifth] == ["2027-01-05", "2027-02-05", "2027-03-05"]


def test_a_plan_shorter_than_half_a_month_has_the_month_with_most_of_it():
    """Two weeks of February are less than half of it (10 of 20 days), and belong to it."""
    [month] = months_of(Horizon(dt.date(2027, 2, 1), 2))
    assert month.name == "2027-02"


def test_a_week_across_two_months_is_split_by_its_weekdays():
    """Three days in March, two in April."""
    parts = grid_of([contract()]).split(0)
    assert parts[EASTER] == pytest.approx([0.6, 0.4])


def test_a_holiday_moves_the_weeks_hours_to_its_other_days():
    """Easter Monday is off: two of the four days that are left lie in March."""
    parts = grid_of([contract(country="IT")]).split(0)
    assert parts[EASTER] == pytest.approx([0.5, 0.5])


def test_half_a_holiday_is_half_a_day():
    """Tuesday counts a half: 2.5 of 4.5 days lie in March."""
    half = Holiday(calendar="IT", date=dt.date(2027, 3, 30), fraction=0.5)
    parts = grid_of([contract(country="IT")], (half,)).split(0)
    assert parts[EASTER] == pytest.approx([2.5 / 4.5, 2 / 4.5])


def test_a_week_of_holidays_only_is_split_by_weekdays():
    """It is paid although nobody works: as if there were no holiday."""
    days = [dt.date(2027, 3, 29) + dt.timedelta(days=number) for number in range(5)]
    off = tuple(Holiday(calendar="IT", date=date, fraction=1.0) for date in days)
    parts = grid_of([contract(country="IT")], off).split(0)
    assert parts[EASTER] == pytest.approx([0.6, 0.4])


def test_what_lies_outside_all_months_is_in_none():
    """With April alone, the days of March are lost, not moved."""
    grid = grid_of([contract(country="IT")], months=name_months("2027-04", "2027-04"))
    parts = grid.split(0)
    assert parts.shape == (9, 1)
    assert parts[EASTER] == pytest.approx([0.5])
    assert parts[:EASTER].sum() == 0


DAYS = st.dates(dt.date(2027, 2, 25), dt.date(2027, 5, 5))


@given(
    st.sampled_from([None, "IT", "US", "JP"]),
    st.tuples(DAYS, DAYS),
    st.tuples(st.one_of(st.none(), DAYS), st.one_of(st.none(), DAYS)),
)
def test_parts_of_a_week_add_up_to_its_share_of_weekdays(country, term, block):
    """Whatever the holidays: weekdays inside both term and block, by five."""
    signed = contract(country=country, start_date=min(term), end_date=max(term))
    wide = name_months("2027-03", "2027-05")
    grid = MonthGrid.over(wide, MARCH, [signed], HolidayLists(()))
    parts = grid.split(0, *block)
    first, last = block[0] or dt.date.min, block[1] or dt.date.max
    inside = [
        sum(
            signed.start_date <= day <= signed.end_date and first <= day <= last
            for day in (monday + dt.timedelta(days=number) for number in range(5))
        )
        for monday in grid.horizon.mondays
    ]
    # The last days of May's last week lie in June, of which nothing is asked.
    whole = slice(0, 13)
    assert parts.min() >= 0
    np.testing.assert_allclose(
        parts.sum(axis=1)[whole], np.array(inside)[whole] / 5, atol=1e-12
    )

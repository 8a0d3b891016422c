"""Quarters and weeks."""

import datetime as dt
from itertools import pairwise

import pytest

from tsam_planner.calendars.horizon import FIRST_YEAR, LAST_YEAR, MAX_WEEKS, Horizon
from tsam_planner.errors import ArgumentError


def test_first_quarter_of_2027_is_thirteen_iso_weeks():
    """2027Q1 is 2027-01-04 to 2027-04-04, as the calendar on the wall says."""
    horizon = Horizon.of_quarter("2027Q1")
    assert (horizon.start, horizon.weeks) == (dt.date(2027, 1, 4), 13)
    assert horizon.last_day == dt.date(2027, 4, 4)
    assert len(horizon.weekdays) == 65


def test_fourth_quarter_takes_week_53_where_the_year_has_one():
    """2026 has 53 ISO weeks, so its last quarter has 14; 2027 has 52."""
    assert Horizon.of_quarter("2026Q4").weeks == 14
    assert Horizon.of_quarter("2027Q4").weeks == 13


def test_quarters_follow_each_other_without_gap():
    """The week after a quarter's last Sunday begins the next one, over ten years."""
    quarters = [
        Horizon.of_quarter(f"{year}Q{number}")
        for year in range(2020, 2031)
        for number in range(1, 5)
    ]
    for before, after in pairwise(quarters):
        assert after.start - before.last_day == dt.timedelta(days=1)


def test_start_must_be_a_monday_and_the_message_names_one():
    """A Tuesday is refused, with the Monday of its week."""
    with pytest.raises(ArgumentError, match="that week starts on 2027-01-04"):
        Horizon(dt.date(2027, 1, 5), 13)


@pytest.mark.parametrize("text", ["2027", "2027Q5", "Q1 2027", "27Q1", ""])
def test_what_is_no_quarter_is_refused(text):
    """Only a year and a quarter from 1 to 4 name a quarter."""
    with pytest.raises(ArgumentError, match="expected a quarter such as 2027Q1"):
        Horizon.of_quarter(text)


def test_weeks_are_named_in_exactly_one_way():
    """
    Neither nothing nor both of quarter and start name the weeks.

    The words are those of a call in Python and of options on the command line alike.
    """
    words = (
        r"^name the weeks either by quarter \(such as 2027Q1\), or by start \(a Monday such as "
        r"2027-01-04\) and weeks \(such as 13\)$"
    )
    with pytest.raises(ArgumentError, match=words) as refused:
        Horizon.of()
    assert "=" not in str(refused.value)
    for both in ({"start": "2027-01-04", "weeks": 13}, {"start": "2027-01-04"}, {"weeks": 13}):
        with pytest.raises(ArgumentError, match=words):
            Horizon.of(quarter="2027Q1", **both)
    for half in ({"start": "2027-01-04"}, {"weeks": 13}):
        with pytest.raises(ArgumentError, match=words):
            Horizon.of(**half)
    assert Horizon.of(start="2027-01-04", weeks=2).weeks == 2


def test_number_of_weeks_is_limited():
    """A plan has 1 to 260 weeks."""
    with pytest.raises(ArgumentError, match="expected 1 to 260 weeks, got 0"):
        Horizon(dt.date(2027, 1, 4), 0)


def test_years_and_weeks_at_the_limits_are_planned():
    """The first and the last year have quarters, written with q or Q; others have none."""
    for year in (FIRST_YEAR, LAST_YEAR):
        quarter = Horizon.of_quarter(f"{year}q2")
        assert (quarter.start.year, quarter.quarter) == (year, f"{year}Q2")
        assert Horizon(quarter.start, MAX_WEEKS).weeks == MAX_WEEKS
    for year in (FIRST_YEAR - 1, LAST_YEAR + 1):
        with pytest.raises(ArgumentError, match=f"expected a quarter such .*, got '{year}Q2'"):
            Horizon.of_quarter(f"{year}Q2")
        monday = dt.date.fromisocalendar(year, 10, 1)
        span = f"expected a first day from {FIRST_YEAR} to {LAST_YEAR}, got {monday}"
        with pytest.raises(ArgumentError, match=span):
            Horizon(monday, 1)


def test_a_horizon_says_its_quarter_and_its_days():
    """The quarter is named where one was asked for; a week is no weeks."""
    assert str(Horizon.of_quarter("2027Q1")) == "2027Q1, 2027-01-04 to 2027-04-04 (13 weeks)"
    assert str(Horizon.of(start="2027-01-04", weeks=1)) == "2027-01-04 to 2027-01-10 (1 week)"


def test_a_start_that_is_no_date_is_refused():
    """With what was given, and what a date looks like."""
    with pytest.raises(ArgumentError, match="a date such as 2027-01-04, got '4 January'"):
        Horizon.of(start="4 January", weeks=1)


def test_week_of_a_date_outside_is_none():
    """Weeks are counted from 0; dates before and after the horizon have none."""
    horizon = Horizon(dt.date(2027, 1, 4), 2)
    assert horizon.week_of(dt.date(2027, 1, 3)) is None
    assert horizon.week_of(dt.date(2027, 1, 4)) == 0
    assert horizon.week_of(dt.date(2027, 1, 17)) == 1
    assert horizon.week_of(dt.date(2027, 1, 18)) is None

"""Which share of a date is a holiday."""

import datetime as dt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.portfolio.records import Holiday

EPIPHANY = dt.date(2027, 1, 6)


def test_public_holidays_of_country_and_subdivision_are_whole_days():
    """Epiphany is a holiday in Italy and in Bavaria, not in Germany at large."""
    lists = HolidayLists([])
    assert lists.fraction("IT", EPIPHANY) == 1
    assert lists.fraction("DE-BY", EPIPHANY) == 1
    assert lists.fraction("DE", EPIPHANY) == 0


def test_no_calendar_means_no_holidays():
    """A contract without a country has no holidays."""
    assert HolidayLists([]).fractions(None, [EPIPHANY]).tolist() == [0]


def test_a_company_list_replaces_that_very_calendar_only():
    """A list for US takes the place of US, and leaves US-CA as the package has it."""
    closure = dt.date(2027, 2, 1)
    martin_luther_king = dt.date(2027, 1, 18)
    lists = HolidayLists([Holiday(calendar="US", date=closure, fraction=0.5)])
    assert lists.fraction("US", closure) == 0.5
    assert lists.fraction("US", martin_luther_king) == 0
    assert lists.fraction("US-CA", martin_luther_king) == 1
    assert lists.fraction("US-CA", closure) == 0


def test_an_added_day_joins_the_list_that_holds():
    """The package's list keeps Epiphany, the company's its closure; both have the day, too."""
    closure, day = dt.date(2027, 2, 1), dt.date(2027, 1, 18)
    lists = HolidayLists(
        [
            Holiday(calendar="IT", date=day, fraction=0.5, is_added=True),
            Holiday(calendar="IT", date=EPIPHANY, fraction=0.5, is_added=True),
            Holiday(calendar="US", date=closure),
            Holiday(calendar="US", date=day, is_added=True),
        ]
    )
    # Epiphany is off as a whole already: half of it, added, takes nothing away.
    assert lists.fractions("IT", [day, EPIPHANY, closure]).tolist() == [0.5, 1, 0]
    assert lists.fractions("US", [day, EPIPHANY, closure]).tolist() == [1, 0, 1]


def test_half_days_of_the_package_count_half():
    """Where the package knows half days they count 0.5, public holidays still 1."""
    # Greece: 24 December is a half day, 25 March (national day) a whole one.
    lists = HolidayLists([])
    days = [dt.date(2027, 12, 24), dt.date(2027, 3, 25), dt.date(2027, 3, 24)]
    assert lists.fractions("GR", days).tolist() == [0.5, 1, 0]

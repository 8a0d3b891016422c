"""What the logs say about the weeks before a plan; the plan begins on 1 February 2027."""

import datetime as dt

import numpy as np
import pytest

from examples import HORIZON, contract, portfolio, updated
from logs import always_open, case_log, time_sheets, weekly
from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.demand.history import MOST_WEEKS, read_history
from tsam_planner.demand.open_cases import NEVER
from tsam_planner.portfolio.records import Holiday

NAN = float("nan")


def history(sheets=(), cases=(), *, signed=None, before=HORIZON.start, holidays=()):
    """Return the history of C-1, or of the given contracts, by rows of two logs."""
    signed = [contract()] if signed is None else signed
    tables = {"cases": case_log(*cases), "timesheets": time_sheets(*sheets)}
    records = portfolio(signed, [], holidays=holidays, **tables)
    return read_history(records, signed, HolidayLists(holidays), before)


def weeks_of(past):
    """Return the Mondays of a history as texts."""
    return [f"{monday:%m-%d}" for monday in past.mondays]


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        # From Wednesday the 6th to Wednesday the 27th: both weeks are half told.
        ("01-06", "01-27", ["01-11", "01-18"]),
        # Nothing is missing of a week whose first record is of Monday and last of Friday.
        ("01-04", "01-29", ["01-04", "01-11", "01-18", "01-25"]),
        ("01-11", "01-30", ["01-11", "01-18", "01-25"]),
        # Thursday is not the end of a week.
        ("01-10", "01-28", ["01-11", "01-18"]),
        ("01-26", "01-28", []),
    ],
)
def test_only_full_weeks_of_a_log_count(first, last, weeks):
    """A log covers the weeks between its first and last record, without the broken ones."""
    sheets = [("C-1", f"2027-{day}", 1.0) for day in (first, last)]
    assert weeks_of(history(sheets)) == weeks
    cases = [("C-1", f"2027-{first}T10:00", f"2027-{last}T10:00")]
    assert weeks_of(history(cases=cases)) == weeks


def test_what_is_logged_later_than_the_first_monday_is_not_seen():
    """Records of 1 February and later change nothing in the history before it."""
    sheets = weekly("C-1", [5.0, 6.0, 7.0])
    cases = [("C-1", "2027-01-12T00:00", "2027-01-30T00:00")]
    past = history(sheets, cases)
    later = history(
        [*sheets, ("C-1", "2027-02-01", 99.0), ("C-1", "2027-05-03", 99.0)],
        [*cases, ("C-1", "2027-02-01T00:00", None), ("C-1", "2027-03-01T00:00", None)],
    )
    assert later.mondays == past.mondays
    for name in ("weight", "hours", "open_mean", "open_peak"):
        np.testing.assert_array_equal(getattr(later, name), getattr(past, name))
    assert len(later.spans.group) == len(past.spans.group)
    # Nor does a record of that Monday tell that the week before was logged to its end.
    broken = [*sheets[:-1], ("C-1", "2027-01-27", 1.0), ("C-1", "2027-02-01", 1.0)]
    assert weeks_of(history(broken)) == ["01-18"]


def test_a_closing_still_to_come_does_not_exist_yet():
    """A case of 12 January that closes on 3 February is open for all that is known."""
    first = ("C-1", "2027-01-04T00:00", "2027-01-29T00:00")
    past = history(cases=[first, ("C-1", "2027-01-12T00:00", "2027-02-03T00:00")])
    assert sorted(past.spans.closed)[-1] == NEVER
    # The first is open until Friday the 29th (4 days of the last week), the second from
    # Tuesday the 12th (6 days of the second week).
    assert past.open_mean[0] == pytest.approx([1, 13 / 7, 2, 11 / 7], abs=1e-8)
    # A plan from 8 February on knows both closings: no case is open after 3 February.
    after = history(
        [("C-1", "2027-02-05", 1.0)],
        [first, ("C-1", "2027-01-12T00:00", "2027-02-03T00:00")],
        before=dt.date(2027, 2, 8),
    )
    assert sorted(after.spans.closed)[-1] < NEVER


def test_open_cases_of_a_week_are_its_time_average_and_its_most():
    """Cases of 3.5 and 1.75 days, one inside the other: mean 0.75, at most 2."""
    cases = [
        ("C-1", "2027-01-11T00:00", "2027-01-14T12:00"),
        ("C-1", "2027-01-12T00:00", "2027-01-13T18:00"),
        ("C-1", "2027-01-22T00:00", "2027-01-22T01:00"),
    ]
    past = history(cases=cases)
    assert weeks_of(past) == ["01-11", "01-18"]
    assert past.open_mean[0] == pytest.approx([0.75, 1 / 168], abs=1e-8)
    assert past.open_peak[0].tolist() == [2, 1]


def test_weeks_marked_exceptional_are_set_aside():
    """The 50 h of an outage do not raise a level of 5 h."""
    past = history(weekly("C-1", [5.0, 50.0, 4.0, 6.0], exceptional=[1]))
    np.testing.assert_array_equal(past.hours, [[NAN, 4.0, 6.0]])
    assert past.hours_level.tolist() == [5.0]


def test_a_week_with_a_holiday_counts_as_less_than_a_week():
    """4 h in the four days of Epiphany's week and 5 h in five days are a level of 5 h."""
    sheets = [("C-1", "2027-01-04", 4.0), *weekly("C-1", [5.0, 5.0, 5.0])]
    past = history(sheets, signed=[contract(country="IT")])
    assert past.weight.tolist() == [[0.8, 1.0, 1.0, 1.0]]
    assert past.hours_level == pytest.approx([5.0])
    half = [Holiday(calendar="IT", date=dt.date(2027, 1, 13), fraction=0.5)]
    past = history(sheets, signed=[contract(country="IT")], holidays=half)
    assert past.weight.tolist() == [[1.0, 0.9, 1.0, 1.0]]


def test_a_term_that_begins_within_the_log_counts_from_its_first_full_week():
    """C-2 starts on Wednesday 13 January: three days are no usual week."""
    signed = [contract(), contract("C-2", start_date=dt.date(2027, 1, 13))]
    sheets = [("C-1", "2027-01-04", 1.0), ("C-1", "2027-01-29", 1.0)]
    sheets += [("C-2", "2027-01-15", 3.0), *weekly("C-2", [5.0, 5.0])]
    past = history(sheets, signed=signed)
    assert past.weight[1].tolist() == [0.0, 0.6, 1.0, 1.0]
    np.testing.assert_array_equal(past.hours[1], [NAN, NAN, 5.0, 5.0])
    assert past.hours_level[1] == pytest.approx(5.0)
    assert past.hours_weeks.tolist() == [4, 2]


def test_a_renewed_contract_keeps_the_records_of_its_former_term():
    """The term starts on 1 February, records of January belong to the contract it renews."""
    renewed = contract(start_date=HORIZON.start)
    past = history([("C-1", "2027-01-11", 2.0), *weekly("C-1", [5.0, 5.0])], signed=[renewed])
    assert past.weight.tolist() == [[1.0, 1.0, 1.0]]
    assert past.hours_level == pytest.approx([4.0])
    opened = history(cases=always_open("C-1", 2, 3), signed=[renewed])
    assert opened.cases_level.tolist() == [2.0]


def test_weeks_after_a_term_say_nothing():
    """A term that ended on 15 January has weights 1, 1, 0, 0 and no hours after that."""
    ended = contract(end_date=dt.date(2027, 1, 15))
    past = history(
        [("C-1", "2027-01-04", 1.0), *weekly("C-1", [5.0, 0.0, 0.0])], signed=[ended]
    )
    assert past.weight.tolist() == [[1.0, 1.0, 0.0, 0.0]]
    np.testing.assert_array_equal(past.hours, [[1.0, 5.0, NAN, NAN]])


def test_records_of_unknown_contracts_do_not_exist():
    """Rows of C-9, earlier and later than all others, change neither weeks nor figures."""
    sheets, cases = weekly("C-1", [5.0, 6.0]), always_open("C-1", 1, 2)
    unknown = [
        ("C-9", "2026-01-05", 7.0),
        ("C-9", "2027-01-31", 7.0),
        (None, "2027-01-20", 1.0),
    ]
    past, same = history(sheets, cases), history(sheets + unknown, [*cases, *_strange_cases()])
    assert past.mondays == same.mondays
    np.testing.assert_array_equal(past.hours, same.hours)
    np.testing.assert_array_equal(past.open_mean, same.open_mean)


def _strange_cases():
    """Return cases of nobody, without an opening, and closed before they were opened."""
    return [
        ("C-9", "2026-01-05", None),
        (None, "2027-01-20", None),
        ("C-1", None, "2027-01-20"),
        ("C-1", "2027-01-20", "2027-01-19"),
    ]


def test_negative_hours_and_rows_without_hours_or_date_do_not_count():
    """Of four rows, the one with 5 h remains."""
    bad = [("C-1", "2027-01-28", -3.0), ("C-1", "2027-01-28", None), ("C-1", None, 3.0)]
    assert history([*weekly("C-1", [2.0, 5.0]), *bad]).hours.tolist() == [[5.0]]


def test_empty_logs_say_nothing():
    """Without a record there are no weeks and no levels."""
    past = history(signed=[contract(), contract("C-2")])
    assert (past.weeks, past.mondays, past.case_log) == (0, (), range(0))
    assert past.hours_per_open_case is None
    assert np.isnan(past.hours_level).tolist() == [True, True]
    assert np.isnan(past.cases_level).tolist() == [True, True]
    assert past.hours_weeks.tolist() == past.case_weeks.tolist() == [0, 0]


def test_no_row_at_all_is_not_zero_but_a_week_without_a_row_is():
    """C-1 worked in one week of three, 0 h in the others; of C-2 nothing is known."""
    sheets = [("C-1", "2027-01-11", 3.0), ("C-1", "2027-01-29", 0.0)]
    past = history(sheets, always_open("C-2", 1, 3), signed=[contract(), contract("C-2")])
    np.testing.assert_array_equal(past.hours, [[3.0, 0.0, 0.0], [NAN] * 3])
    np.testing.assert_array_equal(past.open_mean, [[NAN] * 3, [1.0, 1.0, 1.0]])


def test_a_log_that_ends_early_says_nothing_of_the_weeks_after():
    """Cases are logged until 15 January, hours until the 29th."""
    cases = [("C-1", "2027-01-04T00:00", None), ("C-1", "2027-01-15T00:00", "2027-01-15T12:00")]
    past = history([("C-1", "2027-01-04", 5.0), *weekly("C-1", [5.0, 5.0, 5.0])], cases)
    np.testing.assert_array_equal(np.isnan(past.open_mean), [[False, False, True, True]])
    assert past.case_weeks.tolist() == [2]
    assert past.hours_weeks.tolist() == [4]


def test_an_export_of_what_was_open_begins_when_cases_begin_to_close():
    """Open since 4 January: what had closed before is missing in the weeks before."""
    old = [("C-1", f"2026-11-{day:02}T00:00", "2027-01-05T00:00") for day in (2, 9, 16, 23, 30)]
    past = history(cases=[*old, *always_open("C-1", 2, 4)])
    # The first closing is on Tuesday 5 January, nine weeks after the first opening.
    assert weeks_of(past) == ["01-11", "01-18", "01-25"]
    assert past.case_log == range(3)
    # Within four weeks nothing is strange.
    recent = [("C-1", "2026-12-14T00:00", "2027-01-05T00:00")]
    assert weeks_of(history(cases=[*recent, *always_open("C-1", 2, 4)]))[0] == "12-14"


@pytest.mark.parametrize("day", ["2024-01-15", "2026-05-04"])
def test_one_old_row_does_not_make_years_of_quiet(day):
    """A single record far before all others is no begin of the log; nor is one far behind."""
    sheets = weekly("C-1", [5.0] * 10)
    usual = history(sheets).hours_level
    assert history([("C-1", day, 1.0), *sheets]).hours_level == pytest.approx(usual)
    ended = weekly("C-1", [5.0] * 10, before=dt.date(2026, 11, 2))
    assert history([*ended, ("C-1", "2027-01-20", 1.0)]).hours_level == pytest.approx(usual)


def test_work_of_a_weekend_belongs_to_the_week_that_ends():
    """2 h on Saturday and Sunday each make 4 h in the week of Monday the 18th."""
    sheets = [("C-1", f"2027-01-{day}", 2.0) for day in (11, 23, 24, 25, 29)]
    assert history(sheets).hours.tolist() == [[2.0, 4.0, 4.0]]


def test_a_level_is_that_of_the_latest_26_usable_weeks():
    """Of 30 weeks, the first four at 100 h and the others at 10 h, the first do not count."""
    hours = [100.0] * 4 + [10.0] * 26
    sheets = weekly("C-1", hours)
    # The log begins on a Friday: its first week is broken, and three of 100 h are left.
    assert history(sheets).hours_level.tolist() == [10.0]
    # With one of the latest set aside, one of 100 h comes in: (25 × 10 + 100) / 26.
    aside = history(weekly("C-1", hours, exceptional=[20]))
    assert aside.hours_level == pytest.approx([350 / 26])
    # Four weeks with 9 open cases, then 26 with 2.
    old = always_open("C-1", 9, 4, before=HORIZON.start - dt.timedelta(weeks=26))
    assert history(cases=old + always_open("C-1", 2, 26)).cases_level.tolist() == [2.0]


def test_hours_per_open_case_are_fitted_where_both_are_known():
    """C-1 takes 10 h a week for 2 cases; C-2 and C-3 have only hours or only cases."""
    sheets = [("C-1", "2027-01-11", 10.0), *weekly("C-1", [10.0, 10.0])]
    sheets += [("C-2", "2027-01-11", 99.0), *weekly("C-2", [99.0, 99.0])]
    cases = always_open("C-1", 2, 3) + always_open("C-3", 50, 3)
    signed = [contract(name) for name in ("C-1", "C-2", "C-3")]
    assert history(sheets, cases, signed=signed).hours_per_open_case == pytest.approx(5.0)
    assert history(sheets, signed=signed).hours_per_open_case is None


def test_no_more_than_104_weeks_are_looked_at():
    """Of 110 weeks with hours, the latest 104 are kept."""
    old = updated(contract(), start_date=dt.date(2020, 1, 1))
    past = history(weekly("C-1", [float(week) for week in range(110)]), signed=[old])
    assert past.weeks == MOST_WEEKS == 104
    assert past.hours[0].tolist() == [float(week) for week in range(6, 110)]
    assert past.case_log == range(0)

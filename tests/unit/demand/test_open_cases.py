"""Open cases over time: which moments count, and what a dirty log leaves of them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tsam_planner.demand.open_cases import (
    NEVER,
    Spans,
    peak_open_cases,
    weekly_open_cases,
)
from tsam_planner.errors import ArgumentError, DataQualityWarning

DAY = 86_400_000_000_000
HOUR = DAY // 24
# A log of cases: contract, hours after the start at which each opens and closes (or None).
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["C-1", "C-2", "C-3"]),
        st.integers(0, 12),
        st.one_of(st.none(), st.integers(0, 12)),
    ).map(lambda row: (row[0], row[1], None if row[2] is None else row[1] + row[2])),
    max_size=25,
)


def log(*rows, **columns):
    """Return a log of (contract, opened, closed), times as texts such as ``04T09:00``."""
    full = [
        (key, *(time and f"2027-01-{time}" for time in (opened, closed)))
        for key, opened, closed in rows
    ]
    table = pd.DataFrame(full, columns=["contract_id", "opened_at", "closed_at"])
    return table.assign(**columns)


def peaks(table, by="contract_id"):
    """Return peak and day and time at which it was first reached, by key."""
    found = peak_open_cases(table, by=by)
    keys = found[by] if by else [None] * len(found)
    return {
        key: (peak, None if first is pd.NaT else f"{first:%dT%H:%M}")
        for key, peak, first in zip(keys, found["peak"], found["first_reached"], strict=True)
    }


def test_a_case_is_not_open_at_the_instant_it_closes():
    """Closing and opening at one instant are not two open cases; a minute earlier, they are."""
    first = ("C-1", "04T09:00", "05T09:00")
    assert peaks(log(first, ("C-1", "05T09:00", "06T09:00"))) == {"C-1": (1, "04T09:00")}
    assert peaks(log(first, ("C-1", "05T08:59", "06T09:00"))) == {"C-1": (2, "05T08:59")}


def test_a_case_without_closing_is_open_for_good():
    """A case of 1 January without a closing still counts a month later."""
    table = log(("C-1", "01T00:00", None), ("C-1", "31T00:00", "31T01:00"))
    assert peaks(table) == {"C-1": (2, "31T00:00")}


def test_a_peak_that_returns_is_told_of_its_first_time():
    """Two cases at once on the 4th, one on the 6th, two on the 8th: first on the 4th."""
    table = log(
        ("C-1", "08T00:00", "09T00:00"),
        ("C-1", "03T00:00", None),
        ("C-1", "04T12:00", "05T00:00"),
    )
    assert peaks(table) == {"C-1": (2, "04T12:00")}


def test_a_case_closed_when_it_opened_was_never_open():
    """A contract with nothing but a zero-length case has a peak of 0 and no moment of it."""
    assert peaks(log(("C-1", "04T09:00", "04T09:00"))) == {"C-1": (0, None)}


def test_peaks_of_contracts_need_not_add_up():
    """C-1 and C-2 have 1 each, C-3 has 1 while C-1 has: together 2 at most, not 3."""
    table = log(
        ("C-1", "04T09:00", "05T09:00"),
        ("C-2", "05T09:00", "06T09:00"),
        ("C-3", "04T12:00", "04T13:00"),
    )
    assert peaks(table, by=None) == {None: (2, "04T12:00")}


def test_any_column_can_be_the_key():
    """By manager, both cases of M-1 count together although the contracts differ."""
    table = log(
        ("C-1", "04T09:00", None),
        ("C-2", "04T10:00", None),
        ("C-2", "04T11:00", None),
        manager_id=["M-1", "M-1", "M-2"],
    )
    assert peaks(table, by="manager_id") == {"M-1": (2, "04T10:00"), "M-2": (1, "04T11:00")}
    assert list(peak_open_cases(table, by="manager_id")) == [
        "manager_id",
        "peak",
        "first_reached",
    ]


@pytest.mark.parametrize(
    ("opened", "first"),
    [
        (["2027-01-04T09:00", "2027-01-05T09:00"], "2027-01-05T09:00"),
        (["2027-01-04T09:00Z", "2027-01-05T09:00Z"], "2027-01-05T09:00+00:00"),
        # Written in winter and in summer of Rome.
        (["2027-01-04T09:00+01:00", "2027-07-05T09:00+02:00"], "2027-07-05T07:00+00:00"),
        # A text without a zone beside one with a zone is read as UTC.
        (["2027-01-04T09:00", "2027-01-05T09:00-05:00"], "2027-01-05T14:00+00:00"),
        ([pd.Timestamp("2027-01-04", tz="UTC"), "2027-01-05T09:00+0100"], "2027-01-05T08:00Z"),
    ],
)
def test_times_are_in_utc_if_any_of_them_has_a_zone(opened, first):
    """Zones are turned into UTC, times without any zone stay without one."""
    table = pd.DataFrame({"contract_id": "C-1", "opened_at": opened, "closed_at": None})
    (row,) = peak_open_cases(table).to_dict("records")
    assert (row["peak"], row["first_reached"]) == (2, pd.Timestamp(first))


def test_times_of_a_zone_are_compared_as_instants():
    """In the night of 31 October 2027, 02:30 comes twice in Rome: an hour lies between."""
    opened = pd.to_datetime(["2027-10-31T00:30Z", "2027-10-31T01:30Z"]).tz_convert(
        "Europe/Rome"
    )
    closed = pd.to_datetime(["2027-10-31T01:00Z", "2027-10-31T02:00Z"]).tz_convert(
        "Europe/Rome"
    )
    table = pd.DataFrame({"contract_id": "C-1", "opened_at": opened, "closed_at": closed})
    (row,) = peak_open_cases(table).to_dict("records")
    assert (row["peak"], row["first_reached"]) == (1, pd.Timestamp("2027-10-31T00:30Z"))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (("C-1", None, "04T10:00"), "left out: without an opening"),
        (("C-1", "xxT10:00", None), "left out: without an opening"),
        ((None, "04T09:00", None), "left out: without a key"),
        (("C-1", "04T09:00", "04T08:59"), "left out: closed before opened"),
    ],
)
def test_rows_that_say_no_time_are_left_out_and_counted(bad, message):
    """One good row gives a peak of 1, whatever stands in the other, which a warning counts."""
    table = log(("C-1", "04T09:30", None), bad)
    text = f"^1 row of the log of cases {message} \\(e.g. row 1\\)$"
    with pytest.warns(DataQualityWarning, match=text):
        assert peaks(table) == {"C-1": (1, "04T09:30")}


@pytest.mark.parametrize("closing", ["soon", "9999-12-31"])
def test_a_closing_that_cannot_be_read_is_none_and_told(closing):
    """Such a case stays open for good, also where a log writes its last day for that."""
    table = log(("C-1", "04T09:00", "05T09:00"), ("C-1", "04T10:00", None))
    table.loc[1, "closed_at"] = closing
    late = pd.concat([table, log(("C-1", "31T09:00", None))], ignore_index=True)
    text = r"^1 row .* taken as still open: closing not readable \(e.g. row 1\)$"
    with pytest.warns(DataQualityWarning, match=text):
        assert peaks(late) == {"C-1": (2, "04T10:00")}
    late["closed_at"] = late["closed_at"].replace(closing, " ")
    assert peaks(late) == {"C-1": (2, "04T10:00")}


def test_a_time_beyond_nanoseconds_is_no_error():
    """Times in microseconds reach further than 2262: a closing there is none."""
    table = pd.DataFrame({"contract_id": ["C-1"], "opened_at": ["2027-01-04"]})
    table["closed_at"] = np.array(["9999-12-31"], dtype="datetime64[us]")
    table["opened_at"] = table["opened_at"].astype("datetime64[us]")
    with pytest.warns(DataQualityWarning, match="closing not readable"):
        assert peaks(table) == {"C-1": (1, "04T00:00")}


def test_a_warning_names_three_rows_by_their_labels():
    """Four rows without an opening are four, and the first three are named."""
    table = log(*[("C-1", None, None)] * 4).set_axis([10, 20, 30, 40])
    text = r"^4 rows of .* left out: without an opening \(e.g. row 10, 20, 30\)$"
    with pytest.warns(DataQualityWarning, match=text):
        assert peaks(table) == {"C-1": (0, None)}


def test_a_case_exported_twice_counts_once_while_it_overlaps():
    """One id twice, open 4 to 6 and 5 to 7 January, is one case from 4 to 7."""
    twice = [("C-1", "04T00:00", "06T00:00"), ("C-1", "05T00:00", "07T00:00")]
    late = ("C-1", "06T12:00", "06T13:00")
    table = log(*twice, late, case_id=["A", "A", "B"])
    assert peaks(table) == {"C-1": (2, "06T12:00")}
    assert peaks(table.drop(columns="case_id")) == {"C-1": (2, "05T00:00")}
    # Rows without an id are different cases.
    assert peaks(table.assign(case_id=[None, None, "B"])) == {"C-1": (2, "05T00:00")}


def test_a_reopened_case_is_closed_in_between():
    """A case open on the 4th and again on the 8th is not open on the 6th."""
    table = log(
        ("C-1", "04T00:00", "05T00:00"),
        ("C-1", "08T00:00", "09T00:00"),
        ("C-1", "06T00:00", "07T00:00"),
        case_id=["A", "A", "B"],
    )
    assert peaks(table) == {"C-1": (1, "04T00:00")}


def test_one_id_under_two_contracts_is_two_cases():
    """Ids are unique within a key only, also before 1970, where some logs put unknown times."""
    for year in ("2027", "1900"):
        table = pd.DataFrame(
            {
                "contract_id": ["C-1", "C-1", "C-2", "C-2"],
                "opened_at": [f"{year}-01-0{day}" for day in (1, 2, 1, 2)],
                "closed_at": f"{year}-01-03",
                "case_id": "A",
            }
        )
        assert peaks(table) == {"C-1": (1, "01T00:00"), "C-2": (1, "01T00:00")}


@pytest.mark.parametrize("column", ["opened_at", "closed_at", "contract_id"])
def test_a_missing_column_is_named(column):
    """Without one of its columns a log cannot be read."""
    message = f"expected the columns {column} in the log of cases"
    with pytest.raises(ArgumentError, match=message):
        peak_open_cases(log(("C-1", "04T09:00", None)).drop(columns=column))


def test_an_empty_log_has_no_keys_and_no_open_case():
    """No row by contract; all cases together are none."""
    assert peaks(log()) == {}
    assert peaks(log(), by=None) == {None: (0, None)}


def _table(rows, hour=dt.timedelta(hours=1)):
    begin = dt.datetime(2027, 1, 4)
    return pd.DataFrame(
        {
            "contract_id": [key for key, _, _ in rows],
            "opened_at": [begin + opened * hour for _, opened, _ in rows],
            "closed_at": [
                pd.NaT if closed is None else begin + closed * hour for _, _, closed in rows
            ],
        }
    ).astype({"opened_at": "datetime64[ns]", "closed_at": "datetime64[ns]"})


def _open_at(rows, hour):
    return sum(
        opened <= hour and (closed is None or hour < closed) for _, opened, closed in rows
    )


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_peaks_are_those_of_a_look_at_every_hour(rows):
    """Times are whole hours, so that the state at each of 25 hours is all there is."""
    found = peak_open_cases(_table(rows))
    assert list(found["contract_id"]) == sorted({key for key, _, _ in rows})
    for key, peak, first in found.itertuples(index=False):
        levels = [_open_at([row for row in rows if row[0] == key], hour) for hour in range(25)]
        assert peak == max(levels)
        if peak:
            assert first == pd.Timestamp("2027-01-04") + pd.Timedelta(hours=levels.index(peak))
    together = peak_open_cases(_table(rows), by=None)["peak"]
    assert list(together) == [max(_open_at(rows, hour) for hour in range(25))]


@settings(max_examples=40, deadline=None)
@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_rows_does_not_matter(drawn):
    """A log that is sorted otherwise has the same peaks, also where an id stands twice."""
    first, second = (
        _table(rows).assign(case_id=[f"{opened % 3}" for _, opened, _ in rows])
        for rows in drawn
    )
    pd.testing.assert_frame_equal(peak_open_cases(first), peak_open_cases(second))


@settings(max_examples=60, deadline=None)
@given(ROWS)
@example([("C-1", 0, 2), ("C-1", 0, 2)])
def test_weekly_figures_are_those_of_a_look_at_every_hour(rows):
    """Means and peaks of three 'weeks' of five hours agree with a count hour by hour."""
    rows = [row for row in rows if row[2] is None or row[1] < row[2]]
    keys = sorted({key for key, _, _ in rows})
    base = 20_000 * DAY
    spans = Spans(
        np.array([keys.index(key) for key, _, _ in rows], dtype=np.int64),
        np.array([base + opened * HOUR for _, opened, _ in rows], dtype=np.int64),
        np.array([NEVER if end is None else base + end * HOUR for *_, end in rows], np.int64),
    )
    # The first week begins two hours after the log: what is open before reaches into it.
    bounds = base + np.array([2, 7, 12, 17]) * HOUR
    means, peak = weekly_open_cases(spans, bounds, len(keys))
    for group, key in enumerate(keys):
        own = [row for row in rows if row[0] == key]
        for week, begin in enumerate((2, 7, 12)):
            levels = [_open_at(own, hour) for hour in range(begin, begin + 5)]
            assert means[group, week] == pytest.approx(sum(levels) / 5, abs=1e-8)
            assert peak[group, week] == max(levels)

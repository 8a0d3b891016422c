"""Every hour of the time sheets in exactly one bucket."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import contract, manager, portfolio, updated
from logs import time_sheets
from tsam_planner.errors import ArgumentError
from tsam_planner.finance.buckets import BUCKET_COLUMNS, BUCKETS, sort_hours, unusable_hours
from tsam_planner.portfolio.records import PurchasedHours
from tsam_planner.service.policy import Policy
from tsam_planner.units import micro

FIRST, LAST = dt.date(2027, 2, 1), dt.date(2027, 2, 28)
BLOCK = PurchasedHours(contract_id="C-1", start_date=FIRST, end_date=LAST, hours_per_week=2.0)


def records(*rows, **tables):
    """Return a contract until Friday 19 February, one without end, and a Standard one."""
    signed = [
        contract("C-1", end_date=dt.date(2027, 2, 19)),
        contract("C-2"),
        contract("C-3", offering="saas_standard", deployment="saas"),
    ]
    return updated(portfolio(signed, [manager()], **tables), timesheets=time_sheets(*rows))


def found(log, first=FIRST, last=LAST, **options):
    """Return the buckets of the only contract and month with hours."""
    [row] = sort_hours(log, first, last, **options)[list(BUCKETS)].to_numpy().tolist()
    return dict(zip(BUCKETS, row, strict=True))


def filled(**hours):
    """Return all buckets, empty but for some."""
    return dict.fromkeys(BUCKETS, 0.0) | hours


def test_a_week_fills_its_allowance_then_what_was_bought_and_the_rest_is_unfunded():
    """14 h with 10 h and a block of two hours: 10 within, 2 purchased, 2 unfunded."""
    log = records(
        ("C-1", FIRST, 8.0), ("C-1", dt.date(2027, 2, 3), 6.0), purchased_hours=[BLOCK]
    )
    assert found(log) == filled(within_allowance=10.0, purchased=2.0, unfunded=2.0)


def test_unused_hours_of_a_week_are_of_no_use_in_the_next():
    """2 h and 14 h are no 16 of 20 h: 4 h of the second week are unfunded (Q9)."""
    log = records(("C-2", FIRST, 2.0), ("C-2", dt.date(2027, 2, 8), 14.0))
    assert found(log) == filled(within_allowance=12.0, unfunded=4.0)


def test_the_allowance_of_a_short_week_is_prorated():
    """The term begins on Wednesday: 3 / 5 * 10 h = 6 h included, 3 / 5 * 2 h purchased."""
    late = contract("C-1", start_date=dt.date(2027, 2, 3))
    log = updated(
        portfolio([late], [manager()], purchased_hours=[BLOCK]),
        timesheets=time_sheets(("C-1", dt.date(2027, 2, 4), 8.0)),
    )
    assert found(log) == filled(within_allowance=6.0, purchased=1.2, unfunded=0.8)


def test_days_come_in_their_order_and_a_week_across_months_has_one_allowance():
    """7 h on Friday 26 February are within; of 7 h on Saturday 3 are, though logged first."""
    log = records(("C-2", dt.date(2027, 2, 27), 7.0), ("C-2", dt.date(2027, 2, 26), 7.0))
    saturday = dt.date(2027, 2, 27)
    assert found(log, saturday, saturday) == filled(within_allowance=3.0, unfunded=4.0)


def test_months_split_a_week_by_the_days_of_its_entries():
    """8 h on 31 March, 5 h on 1 April: 2 of the 5 h are within, and they are April's."""
    log = records(("C-2", dt.date(2027, 3, 31), 8.0), ("C-2", dt.date(2027, 4, 1), 5.0))
    rows = sort_hours(log, dt.date(2027, 3, 1), dt.date(2027, 4, 30))
    columns = ["month", "within_allowance", "unfunded"]
    told = [(f"{row['month']:%Y-%m}", *list(row)[1:]) for _, row in rows[columns].iterrows()]
    assert told == [("2027-03", 8.0, 0.0), ("2027-04", 2.0, 3.0)]


def test_a_mark_speaks_for_the_whole_week_as_in_the_test_of_overage():
    """9 h and 6 h marked are 15 exceptional hours (Q7); those of other contracts are not."""
    log = records(
        ("C-2", FIRST, 9.0), ("C-2", dt.date(2027, 2, 3), 6.0, True), ("C-1", FIRST, 1.0)
    )
    rows = sort_hours(log, FIRST, LAST).set_index("contract_id")
    assert rows["exceptional"].to_dict() == {"C-1": 0.0, "C-2": 15.0}
    # A mark after the last day that is looked at is one of the week, too.
    assert found(records(*[("C-2", FIRST, 9.0), ("C-2", dt.date(2027, 2, 3), 6.0, True)]),
                 FIRST, FIRST) == filled(exceptional=9.0)  # fmt: skip


def test_hours_after_the_term_and_of_standard_contracts_stand_apart():
    """Monday 22 February is after C-1's term; Standard has no allowance (Q21)."""
    assert found(records(("C-1", dt.date(2027, 2, 22), 3.0))) == filled(outside_term=3.0)
    assert found(records(("C-3", FIRST, 14.0))) == filled(no_allowance=14.0)


def test_the_policy_says_how_many_hours_are_included():
    """8 of 14 h, instead of ten."""
    policy = Policy(included_hours_per_week=8.0)
    log = records(("C-2", FIRST, 14.0))
    assert found(log, policy=policy) == filled(within_allowance=8.0, unfunded=6.0)


def test_without_time_sheets_there_are_no_rows_and_the_columns_stay():
    """Nobody logged anything; and days in the wrong order are told."""
    rows = sort_hours(portfolio([contract()], [manager()]), FIRST, LAST)
    assert (len(rows), tuple(rows.columns)) == (0, BUCKET_COLUMNS)
    with pytest.raises(ArgumentError, match="got 2027-02-28 and 2027-02-01"):
        sort_hours(portfolio([contract()], [manager()]), LAST, FIRST)


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["C-1", "C-2", "C-3"]),
        st.dates(dt.date(2027, 1, 25), dt.date(2027, 3, 7)),
        st.integers(0, 240).map(lambda tenths: tenths / 10),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(ENTRIES)
def test_buckets_are_the_time_sheets_to_the_millionth(entries):
    """By contract and month, buckets add up to the hours logged, in whole millionths."""
    rows = sort_hours(records(*entries, purchased_hours=[BLOCK]), FIRST, LAST)
    wanted = {}
    for name, day, hours, _ in entries:
        if FIRST <= day <= LAST:
            wanted[name] = wanted.get(name, 0) + micro(hours)
    summed = micro(rows[list(BUCKETS)].to_numpy(dtype=float)).sum(axis=1).tolist()
    assert dict(zip(rows["contract_id"], summed, strict=True)) == wanted
    assert micro(rows["hours"].to_numpy(dtype=float)).tolist() == summed


def test_months_without_an_entry_have_an_empty_table_of_the_same_kind():
    """Whether there is no log at all, or one of other months."""
    for log in (records(), records(("C-1", dt.date(2026, 2, 2), 8.0))):
        table = sort_hours(log, FIRST, LAST)
        assert table.empty
        assert table["month"].dt.strftime("%Y-%m").tolist() == []
        assert table["hours"].sum() == 0.0


def test_buckets_and_entries_that_cannot_be_used_are_the_whole_file():
    """7.5 h of a contract that nobody knows; 8 h within the allowance."""
    log = records(("C-1", FIRST, 8.0), ("C-9", FIRST, 7.5))
    assert unusable_hours(log, FIRST, LAST) == (1, 7.5)
    assert sort_hours(log, FIRST, LAST)["hours"].sum() == 8.0
    assert unusable_hours(records(), FIRST, LAST) == (0, 0.0)

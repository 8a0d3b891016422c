"""A portfolio as one frozen value."""

import datetime as dt

import pandas as pd

from examples import contract, manager, portfolio, updated
from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.demand.history import read_history
from tsam_planner.portfolio.records import Pin


def test_a_changed_copy_has_a_hash_of_its_own():
    """What was worked out of the original is not copied."""
    records = portfolio([contract("C-1")], [manager("M-1")])
    before = records.content_hash
    pin = Pin(contract_id="C-1", manager_id="M-1", rule="pin")
    assert records.model_copy(update={"pins": (pin,)}).content_hash != before
    assert records.model_copy().content_hash == before


def test_logs_have_a_hash_of_their_columns_and_rows():
    """Another name of a column or another figure is another log; the order of rows is not."""
    log = pd.DataFrame({"contract_id": ["C-1", "C-2"], "hours": [5.0, 7.0]})
    empty = portfolio([contract("C-1")], [manager("M-1")])

    def fingerprint(table):
        return updated(empty, timesheets=table).content_hash

    assert fingerprint(log) == fingerprint(log.iloc[::-1])
    others = [log, log.rename(columns={"hours": "cases"}), log.assign(hours=[5.0, 8.0])]
    assert len({empty.content_hash, *map(fingerprint, others)}) == 4
    # A log without rows says nothing, whatever its columns.
    assert fingerprint(log.iloc[:0]) == empty.content_hash


def test_the_past_is_read_once_per_portfolio_and_day():
    """Contracts asked for apart see the same history, in their own order."""
    signed = [contract("C-1"), contract("C-2")]
    records = portfolio(signed, [manager("M-1")])
    holidays, day = HolidayLists(()), dt.date(2027, 1, 4)
    whole = read_history(records, records.contracts, holidays, day)
    assert read_history(records, records.contracts, holidays, day) is whole
    [known] = records.worked_out.values()
    assert known is whole
    swapped = read_history(records, records.contracts[::-1], holidays, day)
    assert (swapped.weight == whole.weight[::-1]).all()
    assert records.model_copy().worked_out == {}

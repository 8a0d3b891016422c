"""A portfolio as one frozen value."""

import datetime as dt

from examples import contract, manager, portfolio
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

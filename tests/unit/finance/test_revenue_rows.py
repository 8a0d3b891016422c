"""Streams of two contracts in ten futures, as rows and totals, by hand."""

from decimal import Decimal

import numpy as np
import pytest

from tsam_planner.finance.income import stream_of
from tsam_planner.finance.months import name_months
from tsam_planner.finance.prices import Price
from tsam_planner.finance.revenue_rows import (
    detail_rows,
    quantiles,
    total_rows,
    unpriced_hours,
)

MONTHS = name_months("2027-02", "2027-03")
TEN_EUROS = Price(Decimal(10), "EUR", 1.0, "the card")
DRAWS = 10


def streams():
    """
    Return what two contracts bring at 10 EUR/h.

    C-1 buys 1, 2, ... or 10 hours in February, and nothing in March; C-2 buys 10, 9, ... or 1
    hour in February, and as many as C-1 in March.
    """
    up = np.arange(1.0, 11.0)
    one = stream_of("C-1", "new", TEN_EUROS, np.column_stack([up, np.zeros(DRAWS)]))
    other = stream_of("C-2", "new", TEN_EUROS, np.column_stack([up[::-1], up]))
    return [one, other]


def totals(rows):
    """Return contract, month, hours, expected amount and quantiles of rows."""
    return [
        (row.contract_id, row.month, *map(float, (row.hours, row.expected)), row.p10, row.p90)
        for row in rows
    ]


def test_quantiles_are_amounts_that_some_future_has():
    """Of 1, 2, ..., 10 cents a tenth is at most 1, half at most 5, nine tenths at most 9."""
    assert quantiles(np.arange(1, 11), "EUR") == {
        "p10": Decimal("0.01"),
        "p50": Decimal("0.05"),
        "p90": Decimal("0.09"),
    }


def test_totals_have_the_quantiles_of_what_they_sum():
    """C-1 and C-2 together are 11 h in every February; P10 of C-1 is 1 h, P90 9 h."""
    details = list(detail_rows(streams(), MONTHS))
    # 55 h in ten futures are 5.5 h.
    assert totals(details) == [
        ("C-1", "2027-02", 5.5, 55.0, 10, 90),
        ("C-2", "2027-02", 5.5, 55.0, 10, 90),
        ("C-2", "2027-03", 5.5, 55.0, 10, 90),
    ]
    assert totals(total_rows(details, streams(), MONTHS, DRAWS)) == [
        ("C-1", None, 5.5, 55.0, 10, 90),
        # 10 + 1, 9 + 2, ... are 11 h.
        ("C-2", None, 11.0, 110.0, 110, 110),
        (None, "2027-02", 11.0, 110.0, 110, 110),
        (None, "2027-03", 5.5, 55.0, 10, 90),
        # 11 h, and 1 to 10 h more.
        (None, None, 16.5, 165.0, 120, 200),
    ]


@pytest.mark.parametrize(("hours", "printed"), [(0.00005, "0"), (0.00015, "0.0002")])
def test_hours_are_printed_with_four_decimals(hours, printed):
    """Half of the last goes to the even one, also where it becomes nothing."""
    rows = list(
        detail_rows([stream_of("C-1", "new", TEN_EUROS, np.array([[hours]]))], MONTHS[:1])
    )
    assert [row.hours for row in rows] == [Decimal(printed)]


def test_a_rate_is_told_where_there_is_one():
    """Two streams of a contract and kind at 10 EUR/h have a rate, at 10 and 20 none."""
    hours = np.array([[1.0]])
    dear = Price(Decimal(20), "EUR", 1.0, "the contract")
    for prices, rate in (([TEN_EUROS] * 2, 10), ([TEN_EUROS, dear], None)):
        sold = [stream_of("C-1", "new", price, hours) for price in prices]
        [row] = detail_rows(sold, MONTHS[:1])
        assert (row.rate, row.hours) == (rate, 2)


def test_hours_without_a_price_add_up_by_contract():
    """1 h and 2.5 h of C-2 and half an hour of C-1; what is priced is no part of it."""
    sold = [("C-2", 1.0), ("C-1", 0.5), ("C-2", 2.5)]
    free = [stream_of(name, "new", None, np.array([[hours]])) for name, hours in sold]
    found = unpriced_hours([*free, *streams()])
    assert list(found.items()) == [("C-1", Decimal("0.5")), ("C-2", Decimal("3.5"))]

"""Streams of income: exact amounts of each future."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tsam_planner.finance.income import stream_of
from tsam_planner.finance.money import from_units, round_amount
from tsam_planner.finance.prices import Price


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=6),
    st.decimals(0, 1000, places=4),
    st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_each_months_amount_is_hours_times_price_rounded_once(millionths, rate, currency):
    """In decimals: no amount is off by a cent for the sake of binary fractions."""
    hours = np.array([millionths]) / 1e6
    stream = stream_of("C-1", "new", Price(rate, currency, 1.0, "rate card"), hours)
    assert stream.hours.tolist() == [millionths]
    amounts = [from_units(units, currency) for units in stream.amounts[0].tolist()]
    exact = [Decimal(count) * rate / 10**6 for count in millionths]
    assert amounts == [round_amount(amount, currency) for amount in exact]


def test_a_half_of_a_cent_goes_to_the_even_one_whatever_binary_fractions_say():
    """0.1 h at 40.25 EUR are 4.025: 4.02 EUR, although 0.1 * 40.25 > 4.025 for a computer."""
    price = Price(Decimal("40.25"), "EUR", 1.0, "rate card")
    stream = stream_of("C-1", "new", price, np.array([[0.1, 0.3]]))
    # 0.3 h are 12.075: 12.08 EUR.
    assert stream.amounts.tolist() == [[402, 1208]]


def test_without_a_price_there_are_hours_and_no_amount():
    """They are told as unpriced."""
    stream = stream_of("C-1", "renewal", None, np.array([[1.5, 0.0]]))
    assert stream.hours.tolist() == [[1_500_000, 0]]
    assert stream.amounts.tolist() == [[0, 0]]

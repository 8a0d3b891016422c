"""Exact amounts in the smallest units of their currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsam_planner.finance.money import digits_of, from_units, round_amount, to_units


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        # Half goes to the even neighbor: down, up.
        ("2.345", "EUR", "2.34"),
        ("2.355", "EUR", "2.36"),
        ("2.3451", "EUR", "2.35"),
        ("-2.345", "EUR", "-2.34"),
        # Yen have no decimals, Kuwaiti dinars three.
        ("2.5", "JPY", "2"),
        ("3.5", "JPY", "4"),
        ("1.2345", "KWD", "1.234"),
        ("1.2355", "KWD", "1.236"),
    ],
)
def test_halves_go_to_the_even_smallest_unit(amount, currency, rounded):
    """Two decimals of EUR, none of JPY, three of KWD."""
    found = round_amount(Decimal(amount), currency)
    assert found == Decimal(rounded)
    assert -found.as_tuple().exponent == digits_of(currency)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_units_there_and_back_are_the_same(units, currency):
    """No amount of whole units is changed."""
    amount = from_units(units, currency)
    assert to_units(amount, currency) == units
    assert round_amount(amount, currency) == amount


@given(st.decimals(-(10**6), 10**6, places=6), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_rounding_moves_by_half_a_unit_at_most(amount, currency):
    """And never by more."""
    moved = abs(round_amount(amount, currency) - amount)
    assert moved <= from_units(1, currency) / 2

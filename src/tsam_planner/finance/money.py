"""Exact amounts: decimals, rounded half to even to the smallest unit of their currency."""

from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import get_currency_precision

ROUNDING = "amounts are rounded half to even to the smallest unit of their currency"


def digits_of(currency: str) -> int:
    """Return the decimals of a currency: 2 for EUR, 0 for JPY."""
    return get_currency_precision(currency)


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """
    Round an amount to the smallest unit of its currency.

    Examples
    --------
    >>> round_amount(Decimal("2.345"), "EUR"), round_amount(Decimal("2.5"), "JPY")
    (Decimal('2.34'), Decimal('2'))
    """
    return amount.quantize(Decimal(1).scaleb(-digits_of(currency)), rounding=ROUND_HALF_EVEN)


def to_units(amount: Decimal, currency: str) -> int:
    """Return an amount in whole smallest units: cents of EUR, yen of JPY."""
    return int(round_amount(amount, currency).scaleb(digits_of(currency)))


def from_units(units: int, currency: str) -> Decimal:
    """Return the amount of whole smallest units."""
    return Decimal(int(units)).scaleb(-digits_of(currency))

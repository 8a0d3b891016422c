"""
Exact amounts: decimals, rounded half to even to the smallest unit of their currency.

Currencies are never added to each other; they are converted by a given rate of a given day,
or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import get_currency_precision

from tsam_planner.errors import ArgumentError
from tsam_planner.portfolio.records import ExchangeRate

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


@dataclass(frozen=True, slots=True)
class Exchange:
    """Rates of exchange into one currency, each of a stated day."""

    into: str
    rates: tuple[ExchangeRate, ...]

    @classmethod
    def of(cls, into: str, rates: Sequence[ExchangeRate]) -> "Exchange":
        """Keep the latest rate of each currency into one."""
        latest: dict[str, ExchangeRate] = {}
        for rate in sorted(rates, key=lambda rate: rate.date):
            if rate.into == into:
                latest[rate.currency] = rate
        return cls(into, tuple(latest[name] for name in sorted(latest)))

    def rate_of(self, currency: str) -> Decimal:
        """
        Return the units of ``into`` for one unit of a currency.

        Raises
        ------
        ArgumentError
            When no rate of that currency is given.
        """
        if currency == self.into:
            return Decimal(1)
        for rate in self.rates:
            if rate.currency == currency:
                return rate.rate
        message = (
            f"no rate of exchange from {currency} into {self.into} is given; add a row with "
            f"its day to exchange_rates"
        )
        raise ArgumentError(message)

    def __str__(self) -> str:
        listed = [
            f"1 {rate.currency} = {rate.rate} {rate.into} ({rate.date})" for rate in self.rates
        ]
        return "; ".join(listed) or "no conversion"

"""Rates of exchange: currencies are converted by a given rate of a given day, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tsam_planner.errors import ArgumentError
from tsam_planner.portfolio.records import ExchangeRate


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    Rates of exchange into one currency, each of a stated day.

    Examples
    --------
    >>> rates = [ExchangeRate(currency="USD", into="EUR", rate="0.90", date="2027-01-04")]
    >>> exchange = Exchange.of("EUR", rates)
    >>> exchange.rate_of("USD"), exchange.rate_of("EUR")
    (Decimal('0.90'), Decimal('1'))
    >>> str(exchange)
    '1 USD = 0.90 EUR (2027-01-04)'
    """

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

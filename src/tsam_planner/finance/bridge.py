"""
The steps from a forecast amount to a billed one, for one contract, currency and month.

forecast hours ──acceptance──▶ hours sold ──volume, timing──▶ hours billed ──price──▶ amount

Every step is an exact decimal of whole smallest units, and price is what is left: forecast
and steps always add up to what was billed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tsam_planner.finance.money import round_amount

STEPS = ("acceptance", "volume", "timing", "price", "other_currency")
ZERO = Decimal(0)


@dataclass(slots=True)
class Cell:
    """
    What is known of one contract, currency and month; hours and amounts.

    ``contracted`` is what was bought already when the forecast was made, ``hoped`` its
    renewals and new blocks; their rates are None where several hold. ``sold`` is what is
    bought by now, at ``sold_rate`` an hour.
    ``moved_hours`` were billed, but in a currency that the contract was not to be billed in;
    ``is_foreign`` marks the cell of that other currency.
    """

    contracted_hours: Decimal = ZERO
    contracted_amount: Decimal = ZERO
    contracted_rate: Decimal | None = None
    hoped_hours: Decimal = ZERO
    hoped_amount: Decimal = ZERO
    hoped_rate: Decimal | None = None
    sold_hours: Decimal = ZERO
    sold_rate: Decimal = ZERO
    billed_hours: Decimal = ZERO
    billed_amount: Decimal = ZERO
    moved_hours: Decimal = ZERO
    is_foreign: bool = False

    @property
    def forecast(self) -> Decimal:
        """Expected amount of the forecast."""
        return self.contracted_amount + self.hoped_amount

    @property
    def forecast_hours(self) -> Decimal:
        """Expected hours of the forecast."""
        return self.contracted_hours + self.hoped_hours

    def value_of_sold(self, currency: str) -> Decimal:
        """
        Return what the hours sold come to at the forecast's prices.

        Hours beyond the contracted ones have the price of those hoped for; where none were,
        the price that they were sold at. Fewer than contracted are fewer at their price.
        """
        if not self.sold_hours:
            return ZERO
        beyond = self._beyond
        if beyond == self.hoped_hours:
            return self.forecast
        rate = self._rate_of_contracted if beyond < 0 else self._rate_of_hoped
        return self.contracted_amount + round_amount(beyond * rate, currency)

    def forecast_rate(self, value: Decimal) -> Decimal | None:
        """Return the forecast's price of an hour of those sold; of all where none are."""
        if not self.sold_hours:
            return _rate(self.forecast, self.forecast_hours)
        rates = set()
        if self.contracted_hours:
            rates.add(self._rate_of_contracted)
        if self._beyond > 0:
            rates.add(self._rate_of_hoped)
        # An average of rounded amounts would be off by parts of a cent.
        return rates.pop() if len(rates) == 1 else value / self.sold_hours

    @property
    def _beyond(self) -> Decimal:
        return self.sold_hours - self.contracted_hours

    @property
    def _rate_of_contracted(self) -> Decimal:
        return self.contracted_rate or self.contracted_amount / self.contracted_hours

    @property
    def _rate_of_hoped(self) -> Decimal:
        if self.hoped_hours:
            return self.hoped_rate or self.hoped_amount / self.hoped_hours
        return self.sold_rate


def bridge_months(cells: Sequence[Cell], currency: str) -> list[dict[str, Decimal]]:
    """
    Return the steps of each month of one contract and currency, in the order of months.

    acceptance
        (hours sold - hours forecast) at the forecast's price. What was hoped for and not
        bought is minus its whole expected amount; what was bought and only half expected is
        the other half.
    volume
        (hours billed - hours sold) at the forecast's price of the hours sold, less timing.
    timing
        The part of these differences that another month makes up for, the earliest months
        first; nil over all months.
    price
        (price billed - price forecast) of the hours billed; credits, which have no hours.
    other_currency
        Hours billed in another currency leave at the forecast's price; there, the amount
        billed comes in, and no other step.
    """
    values = [cell.value_of_sold(currency) for cell in cells]
    usual = _rate(sum(values, ZERO), sum((cell.sold_hours for cell in cells), ZERO))
    if usual is None:
        hours = sum((cell.forecast_hours for cell in cells), ZERO)
        usual = _rate(sum((cell.forecast for cell in cells), ZERO), hours)
    found = [
        _steps(cell, value, usual, currency) for cell, value in zip(cells, values, strict=True)
    ]
    timing = settle([steps["volume"] for steps in found])
    for steps, moved in zip(found, timing, strict=True):
        steps["timing"] = moved
        steps["volume"] -= moved
    return found


def _rate(amount: Decimal, hours: Decimal) -> Decimal | None:
    return amount / hours if hours else None


def _steps(
    cell: Cell, value: Decimal, usual: Decimal | None, currency: str
) -> dict[str, Decimal]:
    if cell.is_foreign:
        return {**dict.fromkeys(STEPS, ZERO), "other_currency": cell.billed_amount}
    rate = cell.forecast_rate(value)
    rate = usual if rate is None else rate
    if rate is None:
        # Nobody has named a price: that of the invoice holds, and nothing is its price step.
        rate = _rate(cell.billed_amount, cell.billed_hours) or ZERO
    done = cell.billed_hours + cell.moved_hours
    at_forecast = value if done == cell.sold_hours else round_amount(done * rate, currency)
    elsewhere = (
        at_forecast
        if cell.moved_hours == done
        else round_amount(cell.moved_hours * rate, currency)
    )
    return {
        "acceptance": value - cell.forecast,
        "volume": at_forecast - value,
        "timing": ZERO,
        "price": cell.billed_amount - (at_forecast - elsewhere),
        "other_currency": -elsewhere,
    }


def settle(differences: Sequence[Decimal]) -> list[Decimal]:
    """
    Return the part of each difference that those of the other sign make up for.

    Examples
    --------
    >>> [str(part) for part in settle([Decimal(-5), Decimal(8), Decimal(-1)])]
    ['-5', '6', '-1']
    """
    above = sum((part for part in differences if part > 0), ZERO)
    below = -sum((part for part in differences if part < 0), ZERO)
    left = {1: min(above, below), -1: min(above, below)}
    parts = []
    for difference in differences:
        sign = 1 if difference > 0 else -1
        taken = min(abs(difference), left[sign])
        left[sign] -= taken
        parts.append(sign * taken if taken else ZERO)
    return parts

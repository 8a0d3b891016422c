"""Hours that customers have bought by now, month by month: purchases and accepted offers."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.finance.months import Month, MonthGrid
from tsam_planner.finance.offers import Offer, current_offers, is_purchased
from tsam_planner.finance.prices import Price, price_of, price_of_offer
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract, PurchasedHours
from tsam_planner.service.rates import RateCard
from tsam_planner.units import MICRO, micro

_HOUR = Decimal("0.0001")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Block:
    """Hours a week that a contract has bought; ``offer_id`` where no purchase is booked yet."""

    contract_id: str
    first: dt.date
    last: dt.date | None
    hours_per_week: float
    price: Price | None
    offer_id: str | None = None

    def overlaps(self, first: dt.date, last: dt.date) -> bool:
        """Say whether any day from one to another lies in the block."""
        return self.first <= last and (self.last is None or first <= self.last)


@dataclass(frozen=True, slots=True)
class Sold:
    """Hours of a month (to a ten-thousandth, as in a forecast), and what they cost an hour."""

    hours: Decimal
    rate: Decimal


def blocks_of(portfolio: Portfolio) -> Iterator[Block]:
    """Yield all purchases, and offers that are accepted and not among them, as known now."""
    contracts = {row.contract_id: row for row in portfolio.contracts}
    for row in portfolio.purchased_hours:
        price = _price_of_purchase(row, contracts[row.contract_id], portfolio.rate_card)
        yield Block(row.contract_id, row.start_date, row.end_date, row.hours_per_week, price)
    for offer in accepted_offers(portfolio):
        if is_purchased(offer, portfolio):
            continue
        start, contract = offer.start_date or offer.date, contracts[offer.contract_id]
        price = price_of_offer(offer, contract, portfolio.rate_card, start)
        hours = offer.hours_per_week or 0.0
        yield Block(
            offer.contract_id, start, offer.end_date, hours, price, offer_id=offer.offer_id
        )


def accepted_offers(portfolio: Portfolio) -> Iterator[Offer]:
    """Yield the offers that customers have accepted, as they stand now."""
    for offers in current_offers(portfolio, dt.date.max).values():
        yield from (offer for offer in offers if offer.status == "accepted")


def _price_of_purchase(
    purchase: PurchasedHours, contract: Contract, card: RateCard
) -> Price | None:
    if purchase.rate is not None and purchase.currency is not None:
        return Price(purchase.rate, purchase.currency, 1.0, "purchase")
    return price_of(contract, card, purchase.start_date)


def sold_by_month(
    portfolio: Portfolio, months: Sequence[Month]
) -> Mapping[tuple[str, str, int], Sold]:
    """
    Return what is sold by contract, currency and position of the month.

    A week's hours belong to the months of its contract days, as in a forecast. Blocks
    without a price are left out: they are in no amount of a forecast either. ``rate`` is the
    average where blocks of several prices overlap.
    """
    contracts = portfolio.contracts
    row_of = {row.contract_id: place for place, row in enumerate(contracts)}
    holidays = HolidayLists(portfolio.holidays)
    grid = MonthGrid.over(tuple(months), months[0].first, contracts, holidays)
    found: dict[tuple[str, str, int], list[tuple[Decimal, Decimal]]] = {}
    for block in blocks_of(portfolio):
        if block.price is None or not block.overlaps(months[0].first, months[-1].last):
            continue
        parts = grid.split(row_of[block.contract_id], block.first, block.last)
        whole = micro(block.hours_per_week * parts.sum(axis=0)).tolist()
        for position, amount in enumerate(whole):
            if amount:
                key = block.contract_id, block.price.currency, position
                hours = Decimal(amount) / MICRO
                found.setdefault(key, []).append((hours, hours * block.price.rate))
    return {key: _sold(parts) for key, parts in found.items()}


def _sold(parts: Sequence[tuple[Decimal, Decimal]]) -> Sold:
    hours = sum((part for part, _ in parts), _ZERO)
    value = sum((amount for _, amount in parts), _ZERO)
    return Sold(hours.quantize(_HOUR), value / hours)

"""What an additional hour costs a contract, and in which steps it is sold."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from tsam_planner.errors import ArgumentError
from tsam_planner.finance.offers import Offer
from tsam_planner.portfolio.records import Contract
from tsam_planner.service.rates import RateCard


@dataclass(frozen=True, slots=True)
class Price:
    """A price of an hour, the hours a week of one block, and where both come from."""

    rate: Decimal
    currency: str
    block_hours: float
    source: str


def price_of(contract: Contract, card: RateCard, day: dt.date) -> Price | None:
    """
    Return the price of a block that starts on a day; None where nobody names one.

    A contract's own rate comes first; blocks are those of the card either way.

    Raises
    ------
    ArgumentError
        When it has none, and several prices of the card hold that are equally narrow.

    Examples
    --------
    >>> from tsam_planner.service.rates import Rate
    >>> contract = Contract(
    ...     contract_id="C-1", company_id="K-1", offering="tsam", deployment="on_prem",
    ...     start_date="2026-01-01", end_date="2027-12-31", time_zone="Europe/Rome")
    >>> card = RateCard((Rate(currency="EUR", rate="150", block_hours=2),))
    >>> price_of(contract, card, dt.date(2027, 1, 4))
    Price(rate=Decimal('150'), currency='EUR', block_hours=2.0, source='rate card')
    """
    own, currency = contract.extra_hour_rate, contract.currency
    if own is not None and currency is not None:
        step = card.find_step(contract.offering, contract.products, day, currency)
        return Price(own, currency, step, "contract")
    try:
        found = card.find(contract.offering, contract.products, day, currency)
    except ArgumentError as error:
        message = f"{contract.contract_id}: {error} (rates)"
        raise ArgumentError(message) from error
    if found is None:
        return None
    return Price(found.rate, found.currency, found.block_hours, "rate card")


def price_of_offer(
    offer: Offer, contract: Contract, card: RateCard, day: dt.date
) -> Price | None:
    """Return the price that an offer tells, else that of a block from a day on."""
    if offer.rate is not None and offer.currency is not None:
        return Price(offer.rate, offer.currency, 1.0, "offer")
    return price_of(contract, card, day)

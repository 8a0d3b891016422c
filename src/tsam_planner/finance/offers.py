"""
Offers of additional hours: what became of each, and when to ask again.

A recommendation is a right to ask, never a charge (Q8). What a customer has answered is
kept from plan to plan: it is asked again only on new evidence, which is weeks after its
answer, or weeks after the block that it bought has begun.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import (
    Contract,
    OfferStatus,
    OfferStep,
    PurchasedHours,
)
from tsam_planner.service.policy_sections import Offers

_BOOKED = "booked offers"
_BACKDATED = dt.timedelta(weeks=4)
_ORDER: Sequence[OfferStatus] = ("proposed", "asked", "accepted", "declined")


@dataclass(frozen=True, slots=True)
class Offer:
    """
    An offer as it stands: its latest status, and what was told in any of its rows.

    ``first_date`` is the first day of all statuses, ``date`` that of the latest status.
    """

    offer_id: str
    contract_id: str
    status: OfferStatus
    first_date: dt.date
    date: dt.date
    hours_per_week: float
    start_date: dt.date | None
    end_date: dt.date | None
    rate: Decimal | None
    currency: str | None

    @property
    def is_open(self) -> bool:
        """Whether the customer was asked and has not answered."""
        return self.status == "asked"

    @property
    def evidence_from(self) -> dt.date | None:
        """First day whose weeks count as new evidence; None where all of them do."""
        if self.status == "declined":
            return self.date + dt.timedelta(days=1)
        if self.status == "accepted":
            return self.start_date or self.date
        return None


def current_offers(portfolio: Portfolio, day: dt.date) -> Mapping[str, tuple[Offer, ...]]:
    """Return the offers of each contract as they stand on a day, the latest one last."""
    steps: dict[str, list[OfferStep]] = {}
    for step in portfolio.offers:
        if step.date <= day:
            steps.setdefault(step.offer_id, []).append(step)
    found: dict[str, list[Offer]] = {}
    for rows in steps.values():
        # A proposal bears the date of its plan, which may lie after the asking.
        offer = _offer(sorted(rows, key=lambda row: (_ORDER.index(row.status), row.date)))
        found.setdefault(offer.contract_id, []).append(offer)
    return {
        name: tuple(sorted(offers, key=lambda offer: (offer.date, offer.offer_id)))
        for name, offers in sorted(found.items())
    }


def latest_of(
    offers: Mapping[str, tuple[Offer, ...]], contracts: Sequence[Contract]
) -> Offer | None:
    """Return the latest offer to any of a customer's contracts, if there is one."""
    known = [offer for row in contracts for offer in offers.get(row.contract_id, ())]
    return max(known, key=lambda offer: (offer.date, offer.offer_id), default=None)


def _offer(steps: Sequence[OfferStep]) -> Offer:
    """Join the rows of one offer; later ones speak first."""

    def latest(name: str) -> object:
        told = [getattr(step, name) for step in steps if getattr(step, name) is not None]
        return told[-1] if told else None

    return Offer(
        offer_id=steps[-1].offer_id,
        contract_id=steps[-1].contract_id,
        status=steps[-1].status,
        first_date=min(step.date for step in steps),
        date=steps[-1].date,
        **{
            name: latest(name)
            for name in ("hours_per_week", "start_date", "end_date", "rate", "currency")
        },  # type: ignore[arg-type]
    )


def evidence_from(
    offers: Mapping[str, tuple[Offer, ...]], contracts: Sequence[Contract]
) -> dt.date | None:
    """Return the first day of new evidence after all that a customer has answered."""
    days = [
        offer.evidence_from for row in contracts for offer in offers.get(row.contract_id, ())
    ]
    return max((day for day in days if day is not None), default=None)


def is_under_way(offer: Offer, portfolio: Portfolio, day: dt.date) -> bool:
    """Say whether an offer stands between asking and the block's purchase, and not all past."""
    if offer.end_date is not None and offer.end_date < day:
        return False
    accepted = offer.status == "accepted"
    return offer.is_open or (accepted and not is_purchased(offer, portfolio))


def is_purchased(offer: Offer, portfolio: Portfolio) -> bool:
    """Say whether an accepted offer stands among the purchased hours already."""
    known = portfolio.worked_out
    if _BOOKED not in known:
        known[_BOOKED] = frozenset(_booked(portfolio))
    return offer.offer_id in known[_BOOKED]


def _booked(portfolio: Portfolio) -> Iterator[str]:
    """
    Yield the accepted offers that are booked: each with a purchase of its own.

    A purchase belongs to an offer of its contract with as many hours before any other, then
    to the one whose start is nearest. With other hours it must begin after the asking, with
    the same hours it may be booked back to four weeks before it.
    """
    left = list(portfolio.purchased_hours)
    for contract_offers in current_offers(portfolio, dt.date.max).values():
        pairs = sorted(
            (
                purchase.hours_per_week != offer.hours_per_week,
                abs((purchase.start_date - (offer.start_date or offer.date)).days),
                offer.offer_id,
                place,
            )
            for offer in contract_offers
            if offer.status == "accepted"
            for place, purchase in enumerate(left)
            if _may_be_of(purchase, offer)
        )
        offers, purchases = set[str](), set[int]()
        for _, _, offer_id, place in pairs:
            if offer_id not in offers and place not in purchases:
                offers.add(offer_id)
                purchases.add(place)
        yield from sorted(offers)


def _may_be_of(purchase: PurchasedHours, offer: Offer) -> bool:
    is_over = purchase.end_date < (offer.start_date or offer.first_date)
    if purchase.contract_id != offer.contract_id or is_over:
        return False
    if purchase.start_date >= offer.first_date:
        return True
    is_backdated = purchase.start_date >= offer.first_date - _BACKDATED
    return is_backdated and purchase.hours_per_week == offer.hours_per_week


def ask_by(contract: Contract, start: dt.date, rule: Offers) -> dt.date:
    """
    Return the day by which to ask for a block: ahead of its start and of talks of renewal.

    Services usually end with the support contract (R25), so that a customer who renews soon
    is asked in time for it.
    """
    ahead = start - dt.timedelta(weeks=rule.lead_weeks)
    return min(ahead, contract.end_date - dt.timedelta(weeks=rule.renewal_weeks))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """
    How many of the customers who are asked buy.

    With a given share, that share. Else past answers speak: with nothing known every share
    is as likely as any other, and each answer counts one (Laplace's rule of succession).
    """

    accepted: int
    declined: int
    given: float | None = None

    @property
    def mean(self) -> float:
        """Expected share."""
        if self.given is not None:
            return self.given
        return (self.accepted + 1) / (self.accepted + self.declined + 2)

    def __str__(self) -> str:
        if self.given is not None:
            return f"{self.given:.0%} of asked customers buy (policy)"
        return (
            f"{self.mean:.0%} of asked customers buy: {self.accepted} of "
            f"{self.accepted + self.declined} past answers, and one each way assumed (Laplace)"
        )


def acceptance_of(portfolio: Portfolio, day: dt.date, rule: Offers) -> Acceptance:
    """Return what past offers say of the share of customers who buy."""
    statuses = [
        offer.status for rows in current_offers(portfolio, day).values() for offer in rows
    ]
    return Acceptance(statuses.count("accepted"), statuses.count("declined"), rule.acceptance)

"""
Streams of income by month: hours bought already, blocks renewed, blocks newly sold.

Every stream has hours and amounts of each month in each future, as whole millionths of an
hour and whole smallest units of its currency, so that sums are exact.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt

from tsam_planner.finance.foresight import Foresight
from tsam_planner.finance.money import to_units
from tsam_planner.finance.offers import Offer, is_under_way
from tsam_planner.finance.outlook import blocks_by_week
from tsam_planner.finance.prices import Price, price_of, price_of_offer
from tsam_planner.finance.setting import Setting
from tsam_planner.portfolio.records import Contract, PurchasedHours
from tsam_planner.units import MICRO, micro

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Kind = Literal["contracted", "renewal", "new"]


@dataclass(frozen=True, slots=True)
class Stream:
    """
    Income of one contract at one price.

    ``hours`` (millionths) and ``amounts`` (smallest units) have shape ``(draws, months)``;
    one draw stands for what is certain. Without a price, ``amounts`` are 0.
    """

    contract_id: str
    kind: Kind
    price: Price | None
    hours: Whole
    amounts: Whole


def stream_of(contract_id: str, kind: Kind, price: Price | None, hours: Floats) -> Stream:
    """Price hours of shape ``(draws, months)``; each month's amount is rounded once."""
    whole = micro(hours)
    amounts = np.zeros_like(whole)
    if price is not None:
        # Futures repeat a few figures: each is priced once, exactly.
        figures, place = np.unique(whole, return_inverse=True)
        units = [
            to_units(Decimal(int(figure)) / MICRO * price.rate, price.currency)
            for figure in figures
        ]
        amounts = np.array(units, dtype=np.int64)[place].reshape(whole.shape)
    return Stream(contract_id, kind, price, whole, amounts)


def contracted(setting: Setting) -> Iterator[Stream]:
    """Yield what customers have bought already."""
    for purchase in setting.portfolio.purchased_hours:
        parts = setting.grid.split(
            setting.row_of[purchase.contract_id], purchase.start_date, purchase.end_date
        )
        hours = purchase.hours_per_week * parts.sum(axis=0)
        price = _price_of_purchase(setting, purchase, purchase.start_date)
        yield stream_of(purchase.contract_id, "contracted", price, hours[None])


def renewed(setting: Setting) -> Iterator[Stream]:
    """Yield blocks that end on the plan's first day or later, as far as they are renewed."""
    for purchase in setting.portfolio.purchased_hours:
        # The last day of the calendar stands for no end at all, and nothing comes after it.
        after = min(purchase.end_date, dt.date.max - dt.timedelta(days=1)) + dt.timedelta(
            days=1
        )
        if purchase.end_date < setting.start or _is_followed(setting, purchase):
            continue
        parts = setting.open_grid.split(setting.row_of[purchase.contract_id], after)
        hours = purchase.hours_per_week * parts.sum(axis=0)
        price = _price_of_purchase(setting, purchase, after)
        renews = setting.chances.renews(purchase)
        yield stream_of(purchase.contract_id, "renewal", price, renews[:, None] * hours)


def _is_followed(setting: Setting, purchase: PurchasedHours) -> bool:
    """
    Say whether another block of the contract begins about when this one ends.

    It may be bought, or an offer under way: then the answer to it decides what follows.
    """
    portfolio = setting.portfolio
    begins = [
        row.start_date
        for row in portfolio.purchased_hours
        if row.contract_id == purchase.contract_id and row.end_date > purchase.end_date
    ]
    begins += [
        offer.start_date
        for offer in setting.offers.get(purchase.contract_id, ())
        if offer.start_date and is_under_way(offer, portfolio, setting.start)
    ]
    return any(
        purchase.start_date < day and -28 < (day - purchase.end_date).days <= 7
        for day in begins
    )


def _price_of_purchase(
    setting: Setting, purchase: PurchasedHours, day: dt.date
) -> Price | None:
    if purchase.rate is not None and purchase.currency is not None:
        return Price(purchase.rate, purchase.currency, 1.0, "purchase")
    return price_of(setting.contract(purchase.contract_id), setting.card, day)


def offered(setting: Setting, foresight: Foresight) -> Iterator[Stream]:
    """Yield offers that are under way: asked for, or accepted and not yet booked."""
    for offer in _under_way(setting, foresight):
        start = offer.start_date or setting.start
        parts = setting.grid.split(setting.row_of[offer.contract_id], start, offer.end_date)
        hours = offer.hours_per_week * parts.sum(axis=0)[None]
        if offer.is_open:
            buys = setting.chances.buys(foresight.customer.customer_id)
            hours = buys[:, None] * hours
        contract = setting.contract(offer.contract_id)
        price = price_of_offer(offer, contract, setting.card, start)
        yield stream_of(offer.contract_id, "new", price, hours)


def _under_way(setting: Setting, foresight: Foresight) -> list[Offer]:
    """Return the offers to a customer's contracts that are under way."""
    return [
        offer
        for contract in foresight.customer.contracts
        for offer in setting.offers.get(contract.contract_id, ())
        if is_under_way(offer, setting.portfolio, setting.start)
    ]


def proposed(setting: Setting, foresight: Foresight, contract: Contract) -> Iterator[Stream]:
    """
    Yield blocks that customers will be asked to buy, one stream per price.

    Beyond what time sheets show, only customers count whose planned need exceeds their
    allowance: who may do so by chance is no income yet.
    """
    if _under_way(setting, foresight):
        return
    outlook = foresight.outlook if foresight.is_unfunded else foresight.outlook.of_past
    excess, ends = outlook.test(setting.policy.overage)
    prices = _prices_by_week(setting, contract)
    first = next((price for price in prices if price is not None), None)
    step = first.block_hours if first else 1.0
    blocks = blocks_by_week(
        excess, ends, len(prices), step=step, lead_weeks=setting.policy.offers.lead_weeks
    )
    blocks *= setting.chances.buys(foresight.customer.customer_id)[:, None]
    added = np.diff(blocks, axis=1, prepend=0)
    # What is sold in a week is paid from then on: sums from each week to the end.
    parts = setting.grid.split(setting.row_of[contract.contract_id], setting.start)
    begin = (setting.start - setting.grid.horizon.start).days // 7
    rest = np.cumsum(parts[::-1], axis=0)[::-1][begin : begin + len(prices)]
    for price in dict.fromkeys(prices):
        weeks = [week for week, other in enumerate(prices) if other == price]
        hours = step * added[:, weeks] @ rest[weeks]
        if hours.any():
            yield stream_of(contract.contract_id, "new", price, hours)


def _prices_by_week(setting: Setting, contract: Contract) -> list[Price | None]:
    """Return the price of a block by the week of the plan in which it starts."""
    weeks = setting.grid.horizon
    return [
        price_of(contract, setting.card, monday)
        for monday in weeks.mondays
        if monday >= setting.start
    ]

"""What a reconciliation lists: hours that nobody billed, and papers that do not match."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.finance.money import round_amount
from tsam_planner.finance.months import Month
from tsam_planner.finance.offers import current_offers
from tsam_planner.finance.prices import Price, price_of
from tsam_planner.finance.sold_hours import Block, Sold, blocks_of
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract, Invoice

UNBILLED_COLUMNS = ("contract_id", "month", "hours", "rate", "amount", "currency")
FINDING_COLUMNS = (
    "finding", "contract_id", "month", "hours", "amount", "currency", "offer_id", "note",
)  # fmt: skip
NOT_INVOICED = "accepted, not invoiced"
MISSING = "purchase not invoiced"
NOT_SOLD = "invoiced, not sold"
OTHER_CURRENCY = "other currency"
SoldHours = Mapping[tuple[str, str, int], Sold]
_ZERO = Decimal(0)


def unbilled_table(
    portfolio: Portfolio, buckets: pd.DataFrame, months: Sequence[Month], sold: SoldHours
) -> pd.DataFrame:
    """
    Return contract-months with unfunded hours that nobody billed or was asked to buy.

    Hours billed beyond those sold are off the list, and so is whoever has an offer that is
    open, or that was answered in the month or later: it was asked for these hours.
    """
    rows = _unbilled(portfolio, buckets, months, sold)
    return _objects(rows, UNBILLED_COLUMNS)


def _unbilled(
    portfolio: Portfolio, buckets: pd.DataFrame, months: Sequence[Month], sold: SoldHours
) -> Iterator[Mapping[str, object]]:
    contracts = {row.contract_id: row for row in portfolio.contracts}
    asked = _asked_until(portfolio)
    position_of = {pd.Timestamp(month.first): place for place, month in enumerate(months)}
    extra = _billed_beyond_sold(portfolio, months, sold)
    for row in buckets[buckets["unfunded"] > 0].to_dict("records"):
        name, position = row["contract_id"], position_of.get(row["month"])
        if position is None:
            continue
        month = months[position]
        hours = Decimal(str(row["unfunded"])) - extra.get((name, position), _ZERO)
        if hours <= 0 or asked.get(name, dt.date.min) >= month.first:
            continue
        found = {"contract_id": name, "month": month.name, "hours": hours}
        price = _known_price(portfolio, contracts[name], month.first)
        if price is not None:
            amount = round_amount(hours * price.rate, price.currency)
            found |= {"rate": price.rate, "amount": amount, "currency": price.currency}
        yield found


def _asked_until(portfolio: Portfolio) -> Mapping[str, dt.date]:
    """Return the last day for whose hours each contract was asked: that of its answer."""
    until: dict[str, dt.date] = {}
    for name, offers in current_offers(portfolio, dt.date.max).items():
        days = [
            dt.date.max if offer.is_open else offer.date
            for offer in offers
            if offer.status != "proposed"
        ]
        if days:
            until[name] = max(days)
    return until


def _billed_beyond_sold(
    portfolio: Portfolio, months: Sequence[Month], sold: SoldHours
) -> Mapping[tuple[str, int], Decimal]:
    hours: dict[tuple[str, int], Decimal] = {}
    for position, invoice in _invoices(portfolio, months):
        key = invoice.contract_id, position
        hours[key] = hours.get(key, _ZERO) + Decimal(str(invoice.hours))
    for (name, _, position), found in sold.items():
        if (name, position) in hours:
            hours[name, position] -= found.hours
    return {key: max(amount, _ZERO) for key, amount in hours.items()}


def _known_price(portfolio: Portfolio, contract: Contract, day: dt.date) -> Price | None:
    try:
        return price_of(contract, portfolio.rate_card, day)
    except ArgumentError:
        # Several prices hold: nobody can say which, and nobody has to for this list.
        return None


def _invoices(portfolio: Portfolio, months: Sequence[Month]) -> Iterator[tuple[int, Invoice]]:
    position_of = {month.first: place for place, month in enumerate(months)}
    for invoice in portfolio.invoices:
        if invoice.month in position_of:
            yield position_of[invoice.month], invoice


def findings_table(
    portfolio: Portfolio,
    months: Sequence[Month],
    sold: SoldHours,
    home: Mapping[str, tuple[str, ...]],
) -> pd.DataFrame:
    """Return accepted offers and purchases without invoices, and invoices without either."""
    offered = list(_not_invoiced(portfolio, months))
    rows = [
        *offered,
        *_missing(portfolio, months, sold, {row["contract_id"] for row in offered}),
        *_not_sold(portfolio, months, sold),
        *_other_currency(portfolio, months, home),
    ]
    return _objects(rows, FINDING_COLUMNS)


def _not_invoiced(
    portfolio: Portfolio, months: Sequence[Month]
) -> Iterator[Mapping[str, object]]:
    """Yield accepted offers whose block is in these months, not booked and never billed."""
    for block in blocks_of(portfolio):
        if block.offer_id is None or not block.overlaps(months[0].first, months[-1].last):
            continue
        if not any(_bills(invoice, block) for _, invoice in _invoices(portfolio, months)):
            yield {
                "finding": NOT_INVOICED,
                "contract_id": block.contract_id,
                "offer_id": block.offer_id,
                "note": f"{block.hours_per_week:g} h a week from {block.first}, not booked as "
                f"a purchase either",
            }


def _bills(invoice: Invoice, block: Block) -> bool:
    begun = invoice.month >= block.first.replace(day=1)
    return invoice.contract_id == block.contract_id and begun


def _missing(
    portfolio: Portfolio, months: Sequence[Month], sold: SoldHours, told: Collection[object]
) -> Iterator[Mapping[str, object]]:
    """Yield months in which hours are sold and nothing is billed, of whatever currency."""
    billed = {(row.contract_id, place) for place, row in _invoices(portfolio, months)}
    for (name, currency, position), found in sorted(sold.items()):
        if (name, position) not in billed and name not in told:
            yield {
                "finding": MISSING,
                "contract_id": name,
                "month": months[position].name,
                "hours": found.hours,
                "amount": round_amount(found.hours * found.rate, currency),
                "currency": currency,
            }


def _not_sold(
    portfolio: Portfolio, months: Sequence[Month], sold: SoldHours
) -> Iterator[Mapping[str, object]]:
    bought = {(name, position) for name, _, position in sold}
    unpriced = {block.contract_id for block in blocks_of(portfolio) if block.price is None}
    for position, invoice in _invoices(portfolio, months):
        name = invoice.contract_id
        if (name, position) not in bought and name not in unpriced:
            yield {"finding": NOT_SOLD, **_told(invoice, months[position])}


def _other_currency(
    portfolio: Portfolio, months: Sequence[Month], home: Mapping[str, tuple[str, ...]]
) -> Iterator[Mapping[str, object]]:
    for position, invoice in _invoices(portfolio, months):
        known = home.get(invoice.contract_id, ())
        if known and invoice.currency not in known:
            note = f"expected in {known[0]}; {_converted(portfolio, invoice, known[0])}"
            yield {
                "finding": OTHER_CURRENCY,
                **_told(invoice, months[position]),
                "note": note,
            }


def _told(invoice: Invoice, month: Month) -> Mapping[str, object]:
    return {
        "contract_id": invoice.contract_id,
        "month": month.name,
        "hours": Decimal(str(invoice.hours)),
        "amount": invoice.amount,
        "currency": invoice.currency,
    }


def _converted(portfolio: Portfolio, invoice: Invoice, into: str) -> str:
    """Say what an invoice comes to at a given rate of exchange, and of which day that is."""
    for rate in Exchange.of(into, portfolio.exchange_rates).rates:
        if rate.currency == invoice.currency:
            amount = round_amount(invoice.amount * rate.rate, into)
            return f"{into} {amount:,} at {rate.rate} of {rate.date}"
    return "no rate of exchange is given"


def _objects(
    rows: Iterator[Mapping[str, object]] | Sequence[Mapping[str, object]],
    columns: Sequence[str],
) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    return table.where(table.notna(), None)

"""
From a frozen forecast to what was billed, in steps that a finance person can follow.

For each contract and currency the forecast's expected amount becomes the billed amount in
steps that add up exactly:

* *acceptance*: blocks newly sold in the forecast of which nothing was billed (declined, not
  answered), or billed hours of contracts of which none were forecast;
* *volume*: (billed hours - forecast hours) at the forecast's price, where both are there;
* *price*: what is left: billed hours times the difference of prices, credits included.

*Timing* moves money between months of the period and is nil over all of it: it is the
billed amount of each month less that month's share of the period by the forecast. Amounts
billed in a currency that the forecast does not have are a row of their own; currencies are
never added.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd

from tsam_planner.finance.buckets import sort_hours
from tsam_planner.finance.money import round_amount
from tsam_planner.finance.months import Month
from tsam_planner.finance.offers import current_offers
from tsam_planner.finance.prices import price_of
from tsam_planner.portfolio.portfolio import Portfolio

BRIDGE_COLUMNS = (
    "contract_id", "currency", "forecast", "acceptance", "volume", "price", "actual",
    "forecast_hours", "billed_hours",
)  # fmt: skip
MONTH_COLUMNS = ("month", "currency", "forecast", "actual", "timing")
UNBILLED_COLUMNS = ("contract_id", "month", "unfunded_hours", "amount", "currency", "note")
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Reconciliation:
    """
    A forecast held against what happened.

    Attributes
    ----------
    bridge
        One row per contract and currency, and one per currency with an empty contract:
        ``forecast + acceptance + volume + price = actual``.
    months
        One row per month and currency: ``forecast, actual, timing``.
    ranges
        By currency: P10 and P90 of the forecast's total, and whether the actual lies within.
    buckets
        Every hour of the time sheets in its bucket (see `buckets`).
    unbilled
        Contract-months with hours above the allowance that nobody billed or was asked to
        buy, with what they would have cost where a price is known.
    remarks
        What does not fit together, in sentences.
    """

    bridge: pd.DataFrame = field(repr=False)
    months: pd.DataFrame = field(repr=False)
    ranges: pd.DataFrame = field(repr=False)
    buckets: pd.DataFrame = field(repr=False)
    unbilled: pd.DataFrame = field(repr=False)
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sums:
    amount: Decimal = _ZERO
    hours: Decimal = _ZERO

    def plus(self, amount: Decimal, hours: Decimal) -> "_Sums":
        return _Sums(self.amount + amount, self.hours + hours)


def reconcile(
    portfolio: Portfolio, forecast: pd.DataFrame, months: Sequence[Month]
) -> Reconciliation:
    """
    Hold a frozen forecast of revenue against the invoices of its months.

    Parameters
    ----------
    portfolio
        What is known by now: invoices, offers, purchases, time sheets.
    forecast
        Rows of an estimate (``RevenueEstimate.rows``, or ``revenue.csv`` read back with
        decimals); total rows are not added but give the ranges.
    months
        Calendar months to look at; rows of others are left out.
    """
    names = {month.name for month in months}
    details = forecast[(forecast["kind"] != "total") & forecast["month"].isin(names)]
    expected: dict[tuple[str, str], _Sums] = {}
    by_month: dict[tuple[str, str], list[Decimal]] = {}
    for row in details.to_dict("records"):
        key = row["contract_id"], row["currency"]
        expected[key] = expected.get(key, _Sums()).plus(row["expected"], row["hours"])
        by_month.setdefault((row["month"], row["currency"]), [_ZERO, _ZERO])[0] += row[
            "expected"
        ]
    billed: dict[tuple[str, str], _Sums] = {}
    for invoice in portfolio.invoices:
        month = f"{invoice.month:%Y-%m}"
        if month not in names:
            continue
        key = invoice.contract_id, invoice.currency
        hours = Decimal(str(invoice.hours))
        billed[key] = billed.get(key, _Sums()).plus(invoice.amount, hours)
        by_month.setdefault((month, invoice.currency), [_ZERO, _ZERO])[1] += invoice.amount
    bridge = _bridge(expected, billed)
    buckets = sort_hours(portfolio, months[0].first, months[-1].last)
    unbilled = pd.DataFrame(
        list(_unbilled(portfolio, buckets, names, months[-1].last)),
        columns=list(UNBILLED_COLUMNS),
    )
    return Reconciliation(
        bridge=bridge,
        months=_months(by_month),
        ranges=_ranges(forecast, bridge),
        buckets=buckets,
        unbilled=unbilled,
        remarks=tuple(_remarks(portfolio, expected, billed, months)),
    )


def _bridge(
    expected: Mapping[tuple[str, str], _Sums], billed: Mapping[tuple[str, str], _Sums]
) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    totals: dict[str, list[Decimal]] = {}
    for name, currency in sorted(expected.keys() | billed.keys()):
        was = expected.get((name, currency), _Sums())
        found = billed.get((name, currency), _Sums())
        steps = _steps(was, found, currency)
        row = (was.amount, *steps, found.amount, was.hours, found.hours)
        rows.append((name, currency, *row))
        sums = totals.setdefault(currency, [_ZERO] * len(row))
        totals[currency] = [one + other for one, other in zip(sums, row, strict=True)]
    rows += [(None, currency, *sums) for currency, sums in sorted(totals.items())]
    return pd.DataFrame(rows, columns=list(BRIDGE_COLUMNS), dtype=object)


def _steps(was: _Sums, found: _Sums, currency: str) -> tuple[Decimal, Decimal, Decimal]:
    """Return acceptance, volume and price; together what the amount changes by."""
    change = found.amount - was.amount
    if not was.hours or not found.hours:
        return change, _ZERO, _ZERO
    rate = was.amount / was.hours
    volume = round_amount((found.hours - was.hours) * rate, currency)
    return _ZERO, volume, change - volume


def _months(by_month: Mapping[tuple[str, str], Sequence[Decimal]]) -> pd.DataFrame:
    totals: dict[str, list[Decimal]] = {}
    for (_, currency), (was, found) in by_month.items():
        sums = totals.setdefault(currency, [_ZERO, _ZERO])
        sums[0], sums[1] = sums[0] + was, sums[1] + found
    timing: dict[tuple[str, str], Decimal] = {}
    for (month, currency), (was, found) in sorted(by_month.items()):
        whole_was, whole_found = totals[currency]
        share = was / whole_was if whole_was else _ZERO
        moved = round_amount(found - whole_found * share, currency) if whole_was else _ZERO
        timing[month, currency] = moved
    for currency in totals:
        # What rounding leaves is put into the last month, so that timing is nil in all.
        own = [key for key in timing if key[1] == currency]
        timing[own[-1]] -= sum((timing[key] for key in own), _ZERO)
    rows = [
        (month, currency, *by_month[month, currency], timing[month, currency])
        for month, currency in timing
    ]
    return pd.DataFrame(rows, columns=list(MONTH_COLUMNS), dtype=object)


def _ranges(forecast: pd.DataFrame, bridge: pd.DataFrame) -> pd.DataFrame:
    whole = forecast[
        (forecast["kind"] == "total")
        & forecast["contract_id"].isna()
        & forecast["month"].isna()
    ]
    actual = bridge[bridge["contract_id"].isna()].set_index("currency")["actual"]
    rows = [
        (
            row["currency"],
            row["p10"],
            row["p90"],
            actual.get(row["currency"], _ZERO),
            row["p10"] <= actual.get(row["currency"], _ZERO) <= row["p90"],
        )
        for row in whole.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["currency", "p10", "p90", "actual", "is_within"])


def _unbilled(
    portfolio: Portfolio, buckets: pd.DataFrame, names: set[str], until: dt.date
) -> Iterator[tuple[object, ...]]:
    billed = {(row.contract_id, f"{row.month:%Y-%m}") for row in portfolio.invoices}
    asked = {
        name
        for name, offers in current_offers(portfolio, until).items()
        if any(offer.status in ("asked", "accepted") for offer in offers)
    }
    contracts = {row.contract_id: row for row in portfolio.contracts}
    for row in buckets.to_dict("records"):
        month, name = f"{row['month']:%Y-%m}", row["contract_id"]
        is_known = (name, month) in billed or name in asked
        if month not in names or row["unfunded"] <= 0 or is_known:
            continue
        price = price_of(contracts[name], portfolio.rate_card, row["month"].date())
        hours = Decimal(str(round(row["unfunded"], 6)))
        currency = None if price is None else price.currency
        amount = None if price is None else round_amount(hours * price.rate, price.currency)
        note = "neither billed nor asked for; a right to ask, no receivable (Q8)"
        yield name, month, float(row["unfunded"]), amount, currency, note


def _remarks(
    portfolio: Portfolio,
    expected: Mapping[tuple[str, str], _Sums],
    billed: Mapping[tuple[str, str], _Sums],
    months: Sequence[Month],
) -> Iterator[str]:
    first, last = months[0].first, months[-1].last
    known = {name for name, _ in billed}
    for name, currency in sorted(billed):
        others = sorted({other for one, other in expected if one == name} - {currency})
        if others and (name, currency) not in expected:
            yield f"{name} is billed in {currency}, forecast in {', '.join(others)}"
    purchased = set()
    for row in portfolio.purchased_hours:
        if row.start_date <= last and row.end_date >= first:
            purchased.add(row.contract_id)
    accepted = {
        offer.contract_id: offer
        for offers in current_offers(portfolio, last).values()
        for offer in offers
        if offer.status == "accepted" and (offer.start_date or first) <= last
    }
    for name in sorted((purchased | accepted.keys()) - known):
        yield f"{name} has bought hours in these months and got no invoice"
    for name in sorted(known - purchased - accepted.keys()):
        yield f"{name} got an invoice, but neither a purchase nor an accepted offer is known"
    yield from _missing_months(portfolio, months)


def _missing_months(portfolio: Portfolio, months: Sequence[Month]) -> Iterator[str]:
    billed = {(row.contract_id, f"{row.month:%Y-%m}") for row in portfolio.invoices}
    some = {name for name, _ in billed}
    for row in portfolio.purchased_hours:
        for month in months:
            inside = row.start_date <= month.last and row.end_date >= month.first
            if (
                inside
                and row.contract_id in some
                and (row.contract_id, month.name) not in billed
            ):
                yield f"{row.contract_id} was not billed for {month.name}"

"""Streams of income as printed rows, and the totals of these rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import reduce

import numpy as np
import numpy.typing as npt

from tsam_planner.finance.income import Stream
from tsam_planner.finance.money import from_units, round_amount
from tsam_planner.finance.months import Month
from tsam_planner.units import MICRO

Whole = npt.NDArray[np.int64]

KINDS = ("contracted", "renewal", "new")
TOTAL = "total"
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
_HOUR = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class RevenueRow:
    """
    Hours and amounts of one contract, month, currency and kind, or of several.

    What a total sums over is None. ``hours`` are expected ones; ``rate`` is None where
    several prices hold.
    """

    contract_id: str | None
    month: str | None
    currency: str
    hours: Decimal
    rate: Decimal | None
    expected: Decimal
    p10: Decimal
    p50: Decimal
    p90: Decimal
    kind: str


def quantiles(units: Whole, currency: str) -> dict[str, Decimal]:
    """Return P10, P50 and P90 of amounts by future: figures that some future has."""
    found = np.quantile(units, list(QUANTILES.values()), method="inverted_cdf")
    return {
        name: from_units(int(value), currency)
        for name, value in zip(QUANTILES, found, strict=True)
    }


def detail_rows(streams: Sequence[Stream], months: Sequence[Month]) -> Iterator[RevenueRow]:
    """Yield one row per contract, kind, currency and month that has any hours."""
    groups: dict[tuple[str, int, str], list[Stream]] = {}
    for stream in streams:
        if stream.price is not None:
            key = stream.contract_id, KINDS.index(stream.kind), stream.price.currency
            groups.setdefault(key, []).append(stream)
    for (name, kind, currency), group in sorted(groups.items()):
        rates = {stream.price.rate for stream in group if stream.price is not None}
        for position, month in enumerate(months):
            hours = sum((_mean(one.hours[:, position]) for one in group), Decimal(0)) / MICRO
            if not hours:
                continue
            units = reduce(np.add, [one.amounts[:, position] for one in group])
            yield RevenueRow(
                contract_id=name,
                month=month.name,
                currency=currency,
                hours=hours.quantize(_HOUR, rounding=ROUND_HALF_EVEN),
                rate=next(iter(rates)) if len(rates) == 1 else None,
                expected=round_amount(_mean(units) * from_units(1, currency), currency),
                kind=KINDS[kind],
                **quantiles(units, currency),
            )


def total_rows(
    details: Sequence[RevenueRow],
    streams: Sequence[Stream],
    months: Sequence[Month],
    draws: int,
) -> Iterator[RevenueRow]:
    """
    Yield totals by contract, by month and of all, each per currency.

    Hours and expected amounts are the sums of the rows as they are printed; quantiles are
    those of whole futures.
    """
    number = {month.name: position for position, month in enumerate(months)}
    for by in ("contract_id", "month", None):
        groups: dict[tuple[str, str], list[RevenueRow]] = {}
        for row in details:
            groups.setdefault((getattr(row, by) if by else "", row.currency), []).append(row)
        for (name, currency), rows in sorted(groups.items()):
            contract = name if by == "contract_id" else None
            month = name if by == "month" else None
            units = units_by_future(
                streams, currency, draws, contract, None if month is None else number[month]
            )
            yield RevenueRow(
                contract_id=contract,
                month=month,
                currency=currency,
                hours=sum((row.hours for row in rows), Decimal(0)),
                rate=None,
                expected=sum((row.expected for row in rows), Decimal(0)),
                kind=TOTAL,
                **quantiles(units, currency),
            )


def units_by_future(
    streams: Sequence[Stream],
    currency: str,
    draws: int,
    contract: str | None = None,
    month: int | None = None,
) -> Whole:
    """Return each future's amount in a currency, of all contracts and months or of one."""
    total = np.zeros(draws, dtype=np.int64)
    for stream in streams:
        if stream.price is None or stream.price.currency != currency:
            continue
        if contract in (None, stream.contract_id):
            amounts = stream.amounts if month is None else stream.amounts[:, [month]]
            total += amounts.sum(axis=1)
    return total


def unpriced_hours(streams: Sequence[Stream]) -> Mapping[str, Decimal]:
    """Return the expected hours of contracts whose blocks nobody has given a price."""
    hours: dict[str, Decimal] = {}
    for stream in streams:
        if stream.price is None and stream.hours.any():
            expected = _mean(stream.hours.sum(axis=1)) / MICRO
            hours[stream.contract_id] = hours.get(stream.contract_id, Decimal(0)) + expected
    return {name: hours[name].quantize(_HOUR) for name in sorted(hours)}


def _mean(values: Whole) -> Decimal:
    return Decimal(int(values.sum())) / len(values)

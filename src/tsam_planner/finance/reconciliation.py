"""
From a frozen forecast to what was billed, in steps that a finance person can follow.

The forecast is what was said then: the rows of an earlier ``revenue.csv``. What is known by
now are invoices, purchases and the answers to offers. `bridge` defines the steps; they add
up exactly, and currencies are never added (R46, Q8).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.finance.bridge import STEPS, ZERO, Cell, bridge_months
from tsam_planner.finance.buckets import sort_hours, unusable_hours
from tsam_planner.finance.money import round_amount
from tsam_planner.finance.months import Month
from tsam_planner.finance.revenue_rows import TOTAL
from tsam_planner.finance.sold_hours import Sold, sold_by_month
from tsam_planner.finance.unbilled import findings_table, unbilled_table
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.portfolio import Portfolio

AMOUNTS = ("forecast", *STEPS, "actual")
HOURS = ("forecast_hours", "sold_hours", "billed_hours")
COLUMNS = (
    "contract_id", "month", "currency", *AMOUNTS, *HOURS, "p10", "p90", "is_within", "kind",
)  # fmt: skip
DETAIL = "detail"
Cells = dict[tuple[str, str], list[Cell]]
Ranges = Mapping[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """
    A forecast held against what happened.

    Attributes
    ----------
    bridge
        ``contract_id, month, currency, forecast, acceptance, volume, timing, price,
        other_currency, actual, forecast_hours, sold_hours, billed_hours, p10, p90,
        is_within, kind``. One row of kind ``detail`` per contract, currency and month; rows
        of kind ``total`` leave empty what they sum over. In each row, forecast and steps add
        up to the actual (see `bridge_months`). Only the total of a currency has P10, P90 and
        whether the actual lies within, and only if the forecast was for these months.
    buckets
        Every hour of the time sheets in one bucket (see `sort_hours`).
    unbilled
        Contract-months with unfunded hours that nobody billed or was asked to buy:
        ``contract_id, month, hours, rate, amount, currency``; the last three are missing
        where no price is known. A right to ask, no receivable (Q8).
    findings
        What does not fit together: ``finding, contract_id, month, hours, amount, currency,
        offer_id, note``; findings are ``accepted, not invoiced``, ``purchase not invoiced``,
        ``invoiced, not sold`` and ``other currency``.
    months
        The months that were looked at.
    unusable
        Entries of the time sheets that fall into no bucket, and their hours (see
        `unusable_hours`).
    """

    bridge: pd.DataFrame = field(repr=False)
    buckets: pd.DataFrame = field(repr=False)
    unbilled: pd.DataFrame = field(repr=False)
    findings: pd.DataFrame = field(repr=False)
    months: tuple[Month, ...]
    unusable: tuple[int, float] = (0, 0.0)

    @property
    def total(self) -> pd.DataFrame:
        """One row per currency."""
        return self._totals_of()

    @property
    def by_contract(self) -> pd.DataFrame:
        """One row per contract and currency."""
        return self._totals_of("contract_id")

    @property
    def by_month(self) -> pd.DataFrame:
        """One row per month and currency."""
        return self._totals_of("month")

    def _totals_of(self, *kept: str) -> pd.DataFrame:
        is_wanted = self.bridge["kind"] == TOTAL
        for name in ("contract_id", "month"):
            is_wanted &= self.bridge[name].notna() == (name in kept)
        return self.bridge[is_wanted].reset_index(drop=True)

    def in_currency(self, exchange: Exchange) -> Mapping[str, Decimal]:
        """
        Return forecast, steps and actual of all currencies together, at given rates.

        Each is rounded once, and price is what is left, so that they add up.

        Raises
        ------
        ArgumentError
            When the rate of a currency is not given.
        """
        sums = dict.fromkeys(AMOUNTS, ZERO)
        for row in self.total.to_dict("records"):
            rate = exchange.rate_of(row["currency"])
            for name in AMOUNTS:
                sums[name] += row[name] * rate
        whole = {name: round_amount(sums[name], exchange.into) for name in AMOUNTS}
        others = sum((whole[name] for name in STEPS if name != "price"), whole["forecast"])
        return {**whole, "price": whole["actual"] - others}


def reconcile(
    portfolio: Portfolio, revenue_rows: pd.DataFrame, months: Sequence[Month]
) -> Reconciliation:
    """
    Hold a frozen forecast of revenue against the invoices of its months.

    Parameters
    ----------
    portfolio
        What is known by now: invoices, purchases, answers to offers, time sheets.
    revenue_rows
        Rows of an earlier estimate (``RevenueEstimate.rows``, or `read_revenue`); total rows
        are not added.
    months
        Whole months, calendar or fiscal ones that begin on the first of a month, as invoices
        do; the forecast's rows of other months are left out.

    Raises
    ------
    ArgumentError
        When months do not begin on the first, or the forecast is for other months only.
    """
    months = tuple(months)
    position_of = _positions(months, revenue_rows)
    sold = sold_by_month(portfolio, months)
    cells: Cells = {}
    _put_forecast(cells, revenue_rows, position_of, len(months))
    _put_sold(cells, sold, len(months))
    home = _home_currencies(cells)
    _put_invoices(cells, portfolio, months, home)
    buckets = sort_hours(portfolio, months[0].first, months[-1].last)
    return Reconciliation(
        bridge=_as_table(cells, months, _ranges(revenue_rows, position_of, len(months))),
        buckets=buckets,
        unbilled=unbilled_table(portfolio, buckets, months, sold),
        findings=findings_table(portfolio, months, sold, home),
        months=months,
        unusable=unusable_hours(portfolio, months[0].first, months[-1].last),
    )


def _positions(months: Sequence[Month], rows: pd.DataFrame) -> Mapping[str, int]:
    """Return the position of each month by its name, and by that of the calendar."""
    position_of: dict[str, int] = {}
    for position, month in enumerate(months):
        if month.first.day != 1:
            message = f"invoices are by calendar month, {month.name} begins on {month.first}"
            raise ArgumentError(message)
        position_of |= {month.name: position, f"{month.first:%Y-%m}": position}
    known = sorted(set(rows.loc[rows["kind"] != TOTAL, "month"]))
    if known and not any(name in position_of for name in known):
        message = (
            f"the forecast is for {known[0]} to {known[-1]}, not for {months[0].name} to "
            f"{months[-1].name}; name its months, and its fiscal_year_start where it has one"
        )
        raise ArgumentError(message)
    return position_of


def _cells_of(cells: Cells, contract_id: str, currency: str, months: int) -> list[Cell]:
    return cells.setdefault((contract_id, currency), [Cell() for _ in range(months)])


def _put_forecast(
    cells: Cells, rows: pd.DataFrame, position_of: Mapping[str, int], months: int
) -> None:
    for row in rows[rows["kind"] != TOTAL].to_dict("records"):
        position = position_of.get(row["month"])
        if position is None:
            continue
        cell = _cells_of(cells, row["contract_id"], row["currency"], months)[position]
        part = "contracted" if row["kind"] == "contracted" else "hoped"
        _add(cell, part, row["hours"], row["expected"], row["rate"])


def _add(cell: Cell, part: str, hours: Decimal, amount: Decimal, rate: Decimal | None) -> None:
    before = getattr(cell, f"{part}_hours")
    is_single = not before or getattr(cell, f"{part}_rate") == rate
    setattr(cell, f"{part}_hours", before + hours)
    setattr(cell, f"{part}_amount", getattr(cell, f"{part}_amount") + amount)
    setattr(cell, f"{part}_rate", rate if is_single else None)


def _put_sold(cells: Cells, sold: Mapping[tuple[str, str, int], Sold], months: int) -> None:
    for (name, currency, position), found in sorted(sold.items()):
        cell = _cells_of(cells, name, currency, months)[position]
        cell.sold_hours, cell.sold_rate = found.hours, found.rate


def _home_currencies(cells: Cells) -> Mapping[str, tuple[str, ...]]:
    """Return the currencies that each contract was to be billed in, most hours first."""
    hours: dict[str, list[tuple[Decimal, str]]] = {}
    for (name, currency), row in cells.items():
        total = sum((cell.forecast_hours + cell.sold_hours for cell in row), ZERO)
        hours.setdefault(name, []).append((-total, currency))
    return {name: tuple(row for _, row in sorted(found)) for name, found in hours.items()}


def _put_invoices(
    cells: Cells,
    portfolio: Portfolio,
    months: Sequence[Month],
    home: Mapping[str, tuple[str, ...]],
) -> None:
    position_of = {month.first: position for position, month in enumerate(months)}
    for invoice in portfolio.invoices:
        position = position_of.get(invoice.month)
        if position is None:
            continue
        name, hours = invoice.contract_id, Decimal(str(invoice.hours))
        cell = _cells_of(cells, name, invoice.currency, len(months))[position]
        cell.billed_hours += hours
        cell.billed_amount += invoice.amount
        known = home.get(name, ())
        if known and invoice.currency not in known:
            cell.is_foreign = True
            cells[name, known[0]][position].moved_hours += hours


def _as_table(cells: Cells, months: Sequence[Month], ranges: Ranges) -> pd.DataFrame:
    details = list(_detail_rows(cells, months))
    rows = [*details, *_total_rows(details, ranges)]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return table.where(table.notna(), None)


def _detail_rows(cells: Cells, months: Sequence[Month]) -> Iterator[dict[str, Any]]:
    for (name, currency), row in sorted(cells.items()):
        steps = bridge_months(row, currency)
        # Adding it leaves every amount as it is, with the decimals of the currency.
        nil = round_amount(ZERO, currency)
        for month, cell, found in zip(months, row, steps, strict=True):
            if cell == Cell():
                continue
            amounts = {"forecast": cell.forecast, **found, "actual": cell.billed_amount}
            yield {
                "contract_id": name,
                "month": month.name,
                "currency": currency,
                **{column: amount + nil for column, amount in amounts.items()},
                "forecast_hours": cell.forecast_hours,
                "sold_hours": cell.sold_hours,
                "billed_hours": cell.billed_hours,
                "kind": DETAIL,
            }


def _total_rows(
    details: Sequence[Mapping[str, Any]], ranges: Ranges
) -> Iterator[dict[str, Any]]:
    for by in ("contract_id", "month", None):
        groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in details:
            groups.setdefault((row[by] if by else "", row["currency"]), []).append(row)
        for (name, currency), rows in sorted(groups.items()):
            total: dict[str, Any] = {"currency": currency, "kind": TOTAL}
            if by:
                total[by] = name
            for column in (*AMOUNTS, *HOURS):
                total[column] = sum((row[column] for row in rows), ZERO)
            if by is None and currency in ranges:
                low, high = ranges[currency]
                is_within = low <= total["actual"] <= high
                total |= {"p10": low, "p90": high, "is_within": is_within}
            yield total


def _ranges(forecast: pd.DataFrame, position_of: Mapping[str, int], months: int) -> Ranges:
    """
    Return P10 and P90 by currency, where the forecast's totals are of these months.

    Quantiles of months do not add up: of a part of the months only a single one is known.
    """
    is_total = (forecast["kind"] == TOTAL) & forecast["contract_id"].isna()
    names = list(position_of)
    others = set(forecast.loc[forecast["kind"] != TOTAL, "month"]) - set(names)
    is_wanted = forecast["month"].isna()
    told = {position_of[name] for name in forecast["month"].dropna() if name in position_of}
    if others or len(told) < months:
        is_wanted = forecast["month"].isin(names) & (months == 1)
    rows = forecast[is_total & is_wanted].to_dict("records")
    return {row["currency"]: (row["p10"], row["p90"]) for row in rows}

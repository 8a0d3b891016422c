"""What ``tsam-planner revenue`` shows: amounts, what they stand on, and the readings."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tsam_planner.cli import terminal

if TYPE_CHECKING:
    import pandas as pd

    from tsam_planner.finance.revenue import RevenueEstimate
    from tsam_planner.portfolio.exchange import Exchange

_KINDS = {"contracted": "bought already", "renewal": "renewed", "new": "newly sold"}


def show_revenue(
    revenue: "RevenueEstimate",
    readings: "pd.DataFrame",
    exchange: "Exchange | None",
    written: Path,
    *,
    json: bool,
) -> None:
    """Show what additional hours are expected to bring."""
    together = revenue.in_currency(exchange) if exchange else None
    if json:
        terminal.say_json(_document(revenue, readings, exchange, together, written))
        return
    span = f"{revenue.months[0].name} to {revenue.months[-1].name}"
    terminal.say(
        f"Additional hours, {span}: an estimate, no receivable (R46, Q8)", style="bold"
    )
    for line in _amounts(revenue):
        terminal.say(line)
    if together is not None and exchange is not None:
        terminal.say(f"  {_line(exchange.into, together)} in all, at {exchange}")
    terminal.say_section("By kind (expected)", list(_kinds(revenue)))
    terminal.say_section(
        'If "a single customer" is read otherwise (Q5)', list(_readings(readings))
    )
    terminal.say_section("No price, in no amount", list(_unpriced(revenue)))
    terminal.say_section("Stands on", revenue.assumptions)
    terminal.say(f"\n{revenue.draws:,} futures, seed {revenue.seed}. Written to {written}")


def _amounts(revenue: "RevenueEstimate") -> Iterator[str]:
    rows = revenue.total.to_dict("records")
    if not rows:
        yield "  nothing is expected"
    for row in rows:
        amounts = {str(name): value for name, value in row.items()}
        yield f"  {_line(row['currency'], amounts)} for {row['hours']:,.1f} h"


def _line(currency: str, amounts: Mapping[str, Decimal]) -> str:
    expected = f"{currency} {amounts['expected']:>13,}"
    return (
        f"{expected}  (P10 {amounts['p10']:,}, P50 {amounts['p50']:,}, P90 {amounts['p90']:,})"
    )


def _kinds(revenue: "RevenueEstimate") -> Iterator[str]:
    grouped = revenue.details.groupby(["currency", "kind"])[["expected", "hours"]].sum()
    for currency in revenue.total["currency"]:
        parts = [
            f"{grouped.loc[(currency, kind), 'expected']:,} {words}"
            for kind, words in _KINDS.items()
            if (currency, kind) in grouped.index
        ]
        yield f"{currency}: {', '.join(parts)}"


def _readings(readings: "pd.DataFrame") -> Iterator[str]:
    for reading, rows in readings.groupby("reading", sort=False):
        first = rows.iloc[0]
        amounts = [
            f"{row['currency']} {row['expected']:,}"
            for row in rows.to_dict("records")
            if isinstance(row["currency"], str)
        ]
        count = int(first["customers_over"])
        noun = "customer" if count == 1 else "customers"
        mark = " (in force)" if first["in_force"] else ""
        yield (
            f"{reading}{mark}: {count} {noun} over by {first['hours_over']:,.1f} h a week; "
            f"{', '.join(amounts) or 'nothing'} expected"
        )


def _unpriced(revenue: "RevenueEstimate") -> Iterator[str]:
    for name, hours in revenue.unpriced.items():
        yield f"{name}: {hours:,.1f} h expected; give an extra_hour_rate or a row of rates"


def _document(
    revenue: "RevenueEstimate",
    readings: "pd.DataFrame",
    exchange: "Exchange | None",
    together: Mapping[str, Decimal] | None,
    written: Path,
) -> dict[str, object]:
    document: dict[str, object] = {
        "months": [month.name for month in revenue.months],
        "total": _plain(revenue.total),
        "by_month": _plain(revenue.by_month),
        "by_contract": _plain(revenue.by_contract),
        "readings": _plain(readings),
        "unpriced_hours": {name: str(hours) for name, hours in revenue.unpriced.items()},
        "assumptions": list(revenue.assumptions),
        "draws": revenue.draws,
        "seed": revenue.seed,
        "written": str(written),
    }
    if exchange is not None and together is not None:
        amounts = {name: str(amount) for name, amount in together.items()}
        document["together"] = {"currency": exchange.into, **amounts, "rates": str(exchange)}
    return document


def _plain(table: "pd.DataFrame") -> list[dict[str, object]]:
    """Return rows with amounts as text: JSON's numbers are no decimals."""
    return [
        {
            str(name): str(value) if isinstance(value, Decimal) else value
            for name, value in row.items()
        }
        for row in table.to_dict("records")
    ]

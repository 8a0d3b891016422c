"""What ``tsam-planner reconcile`` shows: the bridge, the hours, and what was left unbilled."""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsam_planner.cli import terminal

if TYPE_CHECKING:
    import pandas as pd

    from tsam_planner.finance.reconciliation import Reconciliation
    from tsam_planner.portfolio.exchange import Exchange

_SHOWN = 8
_STEPS = {
    "forecast": "forecast, expected",
    "acceptance": "acceptance (hours bought)",
    "volume": "volume (hours billed)",
    "timing": "timing (other months)",
    "price": "price, credits",
    "other_currency": "other currency",
    "actual": "billed",
}
_BUCKETS = {
    "within_allowance": "within the allowance",
    "purchased": "purchased",
    "unfunded": "unfunded",
    "exceptional": "exceptional weeks",
    "outside_term": "outside the term",
    "no_allowance": "no allowance (Standard)",
    "hours": "time sheets",
}


def show_reconciliation(
    result: "Reconciliation", exchange: "Exchange | None", written: Path, *, json: bool
) -> None:
    """Show how a forecast became what was billed."""
    together = result.in_currency(exchange) if exchange else None
    if json:
        terminal.say_json(_document(result, exchange, together, written))
        return
    span = f"{result.months[0].name} to {result.months[-1].name}"
    terminal.say(f"From the forecast to the invoices, {span}", style="bold")
    if result.total.empty:
        terminal.say("  nothing was forecast, sold or billed")
    for row in result.total.to_dict("records"):
        title = str(row["currency"])
        terminal.say_section(title, [*_bridge(row), _range(row)])
        terminal.say_section(f"Why, {title}", list(_reasons(result, title)))
    if exchange is not None and together is not None:
        rates = _rates(result, exchange)
        terminal.say_section(f"All in {exchange.into}", [*_bridge(together), *rates])
    terminal.say_section("Hours of the time sheets", list(_buckets(result)))
    terminal.say_section(
        "Unfunded, neither billed nor asked for: a right to ask (R46, Q8)",
        list(_unbilled(result)),
    )
    terminal.say_section("Does not fit together", list(_findings(result)))
    terminal.say(f"\nWritten to {written}")


def _bridge(amounts: Mapping[Any, Any]) -> Iterator[str]:
    for name, words in _STEPS.items():
        if name in ("forecast", "actual"):
            yield f"{words:<28}{amounts[name]:>16,}"
        elif amounts[name]:
            yield f"  {words:<26}{amounts[name]:>+16,}"


def _rates(result: "Reconciliation", exchange: "Exchange") -> Iterator[str]:
    used = set(result.total["currency"])
    for rate in exchange.rates:
        if rate.currency in used:
            yield f"at 1 {rate.currency} = {rate.rate} {rate.into} ({rate.date})"


def _range(row: Mapping[Any, Any]) -> str:
    if row["is_within"] is None:
        return f"the forecast has no P10 and P90 in {row['currency']} for just these months"
    where = "within" if row["is_within"] else "not within"
    return f"{where} P10 to P90 of the forecast: {row['p10']:,} to {row['p90']:,}"


def _reasons(result: "Reconciliation", currency: str) -> Iterator[str]:
    """Yield the largest steps of contracts."""
    rows = result.by_contract.to_dict("records")
    steps = [
        (row[name], str(row["contract_id"]), words)
        for row in rows
        for name, words in _STEPS.items()
        if row["currency"] == currency and name not in ("forecast", "actual") and row[name]
    ]
    steps.sort(key=lambda step: (-abs(step[0]), step[1]))
    for amount, name, words in steps[:_SHOWN]:
        yield f"{name}  {words:<26}{amount:>+16,}"
    if len(steps) > _SHOWN:
        yield f"and {len(steps) - _SHOWN} more (reconciliation.csv)"


def _buckets(result: "Reconciliation") -> Iterator[str]:
    for name, words in _BUCKETS.items():
        hours = result.buckets[name].sum()
        if hours or name == "hours":
            yield f"{words:<24}{hours:>12,.2f} h"
    entries, hours = result.unusable
    if entries:
        yield f"{'cannot be used':<24}{hours:>12,.2f} h  ({entries} entries; see check)"


def _unbilled(result: "Reconciliation") -> Iterator[str]:
    """Yield contracts with most hours first; the months are in the file."""
    found: dict[str, list[dict[Any, Any]]] = {}
    for row in result.unbilled.to_dict("records"):
        found.setdefault(row["contract_id"], []).append(row)
    hours = {name: math.fsum(row["hours"] for row in rows) for name, rows in found.items()}
    names = sorted(found, key=lambda name: (-hours[name], name))
    for name in names[:_SHOWN]:
        amounts: dict[str, Decimal] = {}
        for row in found[name]:
            if row["amount"] is not None:
                before = amounts.get(row["currency"], Decimal(0))
                amounts[row["currency"]] = before + row["amount"]
        told = ", ".join(f"{currency} {amount:,}" for currency, amount in amounts.items())
        months = ", ".join(str(row["month"]) for row in found[name])
        yield f"{name}  {hours[name]:>8,.2f} h  {told or 'no price':<16}  {months}"
    if len(names) > _SHOWN:
        rest = math.fsum(hours[name] for name in names[_SHOWN:])
        yield f"and {len(names) - _SHOWN} more contracts, {rest:,.2f} h (unbilled.csv)"
    if names:
        yield "A single week is no reason to ask: tsam-planner plan says who asks constantly"


def _findings(result: "Reconciliation") -> Iterator[str]:
    for row in result.findings.to_dict("records"):
        parts = [f"{row['contract_id']}: {row['finding']}"]
        if row["month"] is not None:
            parts.append(f"{row['month']}")
            parts.append(f"{row['hours'].normalize():f} h, {row['currency']} {row['amount']:,}")
        parts += [str(row[name]) for name in ("offer_id", "note") if row[name] is not None]
        yield ", ".join(parts)


def _document(
    result: "Reconciliation",
    exchange: "Exchange | None",
    together: Mapping[str, Decimal] | None,
    written: Path,
) -> dict[str, object]:
    buckets = result.buckets.assign(month=result.buckets["month"].dt.strftime("%Y-%m"))
    tables = {
        "total": result.total,
        "by_month": result.by_month,
        "by_contract": result.by_contract,
        "buckets": buckets,
        "unbilled": result.unbilled,
        "findings": result.findings,
    }
    document: dict[str, object] = {
        "months": [month.name for month in result.months],
        **{name: _plain(table) for name, table in tables.items()},
        "written": str(written),
    }
    if exchange is not None and together is not None:
        amounts = {name: str(amount) for name, amount in together.items()}
        document["together"] = {"currency": exchange.into, **amounts, "rates": str(exchange)}
    return document


def _plain(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return rows with amounts as text: JSON's numbers are no decimals."""
    return [
        {
            str(name): str(value) if isinstance(value, Decimal) else _native(value)
            for name, value in row.items()
        }
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    ]


def _native(value: Any) -> Any:  # noqa: ANN401 - a cell can hold anything
    return value.item() if hasattr(value, "item") else value

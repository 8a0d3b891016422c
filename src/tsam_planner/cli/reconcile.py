"""What ``tsam-planner reconcile`` shows: the bridge, the hours, and what was left unbilled."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsam_planner.cli import terminal

if TYPE_CHECKING:
    import pandas as pd

    from tsam_planner.finance.reconciliation import Reconciliation

_SHOWN = 10


def show_reconciliation(result: "Reconciliation", written: Path, *, json: bool) -> None:
    """Show how a forecast became what was billed."""
    if json:
        buckets = result.buckets.assign(month=result.buckets["month"].dt.strftime("%Y-%m"))
        tables = {
            "bridge": result.bridge,
            "months": result.months,
            "ranges": result.ranges,
            "buckets": buckets,
            "unbilled": result.unbilled,
        }
        terminal.say_json(
            {
                **{name: _plain(table) for name, table in tables.items()},
                "remarks": list(result.remarks),
                "written": str(written),
            }
        )
        return
    terminal.say_section("From forecast to invoices", list(_totals(result)))
    terminal.say_section("Hours of the time sheets", list(_buckets(result)))
    terminal.say_section(
        "Neither billed nor asked for (Q8: a right to ask)", list(_open(result))
    )
    terminal.say_section("To look at", result.remarks)
    terminal.say(f"\nWritten to {written} (reconciliation.csv, buckets.csv, unbilled.csv, …)")


def _totals(result: "Reconciliation") -> Iterator[str]:
    whole = result.bridge[result.bridge["contract_id"].isna()]
    ranges = {row["currency"]: row for row in result.ranges.to_dict("records")}
    for row in whole.to_dict("records"):
        currency = row["currency"]
        yield (
            f"{currency} {row['forecast']:,} forecast, acceptance {row['acceptance']:+,}, "
            f"volume {row['volume']:+,}, price {row['price']:+,}: {row['actual']:,} billed"
        )
        known = ranges.get(currency)
        if known is not None:
            where = "within" if known["is_within"] else "outside"
            span = f"{known['p10']:,} to {known['p90']:,}"
            yield f"    {where} P10 to P90 of the forecast ({span})"
    if whole.empty:
        yield "nothing was forecast and nothing billed"


def _buckets(result: "Reconciliation") -> Iterator[str]:
    sums = result.buckets.drop(columns=["contract_id", "month"]).sum()
    for name, hours in sums.items():
        yield f"{str(name).replace('_', ' '):<18}{hours:>12,.2f} h"


def _open(result: "Reconciliation") -> Iterator[str]:
    rows = result.unbilled.sort_values("unfunded_hours", ascending=False).to_dict("records")
    for row in rows[:_SHOWN]:
        price = "" if row["amount"] is None else f", {row['currency']} {row['amount']:,}"
        yield f"{row['contract_id']} {row['month']}: {row['unfunded_hours']:,.2f} h{price}"
    if len(rows) > _SHOWN:
        yield f"and {len(rows) - _SHOWN} more (unbilled.csv)"


def _plain(table: "pd.DataFrame") -> list[dict[str, Any]]:
    return [
        {
            str(name): str(value) if isinstance(value, Decimal) else _native(value)
            for name, value in row.items()
        }
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    ]


def _native(value: Any) -> Any:  # noqa: ANN401 - a cell can hold anything
    return value.item() if hasattr(value, "item") else value

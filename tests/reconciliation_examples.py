"""
Frozen forecasts and invoices of one or two contracts, at 150 EUR an hour.

February 2027 has four whole weeks: two hours a week are 8 h. March has 23 weekdays: 9.2 h.
"""

from decimal import Decimal

import pandas as pd

from examples import contract, day
from money_examples import bought, records_of
from tsam_planner.finance.bridge import STEPS
from tsam_planner.finance.months import name_months
from tsam_planner.portfolio.records import Invoice

FEBRUARY = name_months("2027-02", "2027-02")
MONTHS = name_months("2027-02", "2027-03")
NOTHING = (0, 0, 0, 0, 0)
BLOCK = bought("02-01", "03-31")
COLUMNS = (
    "contract_id", "month", "currency", "hours", "expected", "rate", "kind",
    "p10", "p50", "p90",
)  # fmt: skip


def forecast(*rows):
    """Return rows of an estimate: contract, month, currency, hours, expected, rate, kind."""
    full = [
        (*row[:3], Decimal(row[3]), Decimal(row[4]), row[5] and Decimal(row[5]), row[6])
        for row in rows
    ]
    # What is expected is certain: all quantiles are the same.
    table = pd.DataFrame([(*row, *[row[4]] * 3) for row in full], columns=COLUMNS, dtype=object)
    return table.where(table.notna(), None)


def sold(month="2027-02", hours="8", expected="1200", kind="contracted", name="C-1"):
    """Return a row of a forecast in euros, by default that of two hours a week."""
    return (name, month, "EUR", hours, expected, "150", kind)


def invoice(month, hours, amount, currency="EUR", name="C-1"):
    """Return an invoice for a month (MM) of 2027."""
    return Invoice(
        contract_id=name,
        month=day(f"{month}-01"),
        hours=hours,
        amount=amount,
        currency=currency,
    )


def records(*invoices, signed=None, **tables):
    """Return what is known by now."""
    return records_of(signed or [contract("C-1"), contract("C-2")], invoices=invoices, **tables)


def steps(table, currency="EUR"):
    """Return the steps of the only row of a currency, in their order."""
    [row] = table[table["currency"] == currency].to_dict("records")
    assert row["forecast"] + sum(row[name] for name in STEPS) == row["actual"]
    return tuple(row[name] for name in STEPS)

"""
Write the sample portfolio again: ``python benchmarks/sample_portfolio.py --out data/sample``.

A fictitious software vendor plans its first quarter of 2027: 24 managers, 110 contracts, five
continents. The same bytes come out on every machine; what is written by hand and what follows
from it by drawing is said in `sample`.
"""

import argparse
import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from sample.bookings import assignment_rows, book_contracts
from sample.contracts import company_rows, contact_rows, contract_rows, read_contracts
from sample.history import case_rows, timesheet_rows
from sample.money import exchange_rows, invoice_rows, offer_rows, rate_rows
from sample.occasions import (
    Directory,
    absence_rows,
    demand_rows,
    holiday_rows,
    pin_rows,
    purchase_rows,
    weekend_rows,
)
from sample.outlook import profile_rows, prospect_rows
from sample.team import Row, manager_rows


def sample_tables() -> dict[str, list[Row]]:
    """Return the rows of every table of the sample by the table's name."""
    contracts = read_contracts()
    bookings = book_contracts(contracts)
    directory = Directory(contracts)
    return {
        "companies": company_rows(contracts),
        "contracts": contract_rows(contracts),
        "contacts": contact_rows(contracts),
        "managers": manager_rows(),
        "absences": absence_rows(),
        "holidays": holiday_rows(),
        "assignments": assignment_rows(bookings),
        "pins": pin_rows(directory, bookings),
        "demand": demand_rows(directory),
        "purchased_hours": purchase_rows(directory),
        "weekend_sessions": weekend_rows(directory),
        "prospects": prospect_rows(directory),
        "profiles": profile_rows(),
        "rates": rate_rows(),
        "offers": offer_rows(),
        "invoices": invoice_rows(),
        "exchange_rates": exchange_rows(),
        "cases": case_rows(contracts, bookings),
        "timesheets": timesheet_rows(bookings),
    }


def write_tables(tables: Mapping[str, Sequence[Row]], folder: Path) -> None:
    """Write one CSV file per table; the first row names the columns."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def main() -> None:
    """Write the tables to the folder that the command line names."""
    parser = argparse.ArgumentParser(description="Write the sample portfolio.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    write_tables(sample_tables(), parser.parse_args().out)


if __name__ == "__main__":
    main()

"""A cut of the sample that has a row in every table, small enough to be read often."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from tsam_planner.io.decision_files import write_decisions
from tsam_planner.io.portfolios import read_portfolio
from tsam_planner.plan.decision_record import DecisionRecord, record_decision
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.report.publication import publish_plan
from tsam_planner.service.policy import Policy

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CONTRACTS = ("C-004", "C-008", "C-036", "C-053")
_LONGEST = 6


def small_sample():
    """Return the tables of a portfolio that can be planned: header and rows by name."""
    tables = {path.stem: _read(path) for path in sorted(SAMPLE.glob("*.csv"))}
    kept = {"contract_id": {*CONTRACTS, "X-01"}}
    _keep(tables["contracts"], kept)
    for name in ("manager_id", "company_id", "backup_id"):
        kept[name] = _ids(tables, name)
    kept["manager_id"] |= kept.pop("backup_id")
    for table in tables.values():
        _keep(table, kept)
    for name in ("cases", "timesheets", "contacts", "absences", "holidays"):
        del tables[name][1 + _LONGEST :]
    return tables


def as_csv(table):
    """Return a table as the bytes of a file."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue().encode("utf-8", "surrogatepass")


def as_workbook(tables):
    """Return tables as the bytes of a workbook with a sheet for each."""
    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(packed, options) as book:
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(table):
                sheet.write_row(at, 0, cells)
    return packed.getvalue()


def write_tables(folder, tables):
    """Write tables as a folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        (folder / f"{name}.csv").write_bytes(as_csv(table))
    return folder


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _ids(tables, name):
    """Return the ids that the contracts which are kept refer to, in whatever table."""
    found = set()
    for table in ("contracts", "assignments", "pins"):
        header, *rows = tables[table]
        if name in header:
            found |= {
                row[header.index(name)]
                for row in rows
                if table == "contracts" or row[header.index("contract_id")] in CONTRACTS
            }
    return found - {""}


def _keep(table, kept):
    header, *rows = table
    places = {header.index(name): ids for name, ids in kept.items() if name in header}
    table[1:] = [
        row for row in rows if all(row[at] in {*ids, ""} for at, ids in places.items())
    ]


@dataclass(frozen=True)
class GoodFiles:
    """A portfolio and its plan, in folders and as what was read of them."""

    tables: Mapping[str, list]
    portfolio: Portfolio
    tables_folder: Path
    plan_folder: Path

    def read(self, name):
        """Return a file of the plan."""
        return (self.plan_folder / name).read_bytes()


def good_files(folder):
    """Write the portfolio and its plan, with sales, a decision record and every page."""
    tables = small_sample()
    place = write_tables(folder / "portfolio", tables)
    portfolio = read_portfolio(place)
    policy = Policy(additional_hours="optimize", offers={"currency": "EUR"})
    options = SolveOptions(num_workers=1)
    plan = make_plan(portfolio, start="2027-02-01", weeks=8, policy=policy, options=options)
    publish_plan(plan, folder / "plan")
    record = DecisionRecord()
    for what in ("draft", "approved", "published"):
        record = record_decision(record, plan, "Kim", what, when=dt.datetime(2027, 1, 4))
    record = record_decision(record, plan, "Kim", "pinned", "asked for", contract_id="C-004")
    write_decisions(record, folder / "plan")
    return GoodFiles(tables, portfolio, place, folder / "plan")

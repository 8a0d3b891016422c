"""Whatever exports hold, what an import writes passes the portfolio's own checks."""

import csv
import random

import pytest

from tsam_planner.intake.recipe import import_exports
from tsam_planner.tables.dictionary import tables

ENTRY = """
[[table]]
target = "{name}"
file = "{name}.csv"
decimal = "."
"""
GOOD = {
    "id": [*"ABCDEFGH", "I\rJ"],
    "text": ["x", "two\nlines", '=1+"1"'],
    "date": ["2026-01-01", "2026-06-30", "2027-12-31"],
    "week": ["2026-11-02", "2026-11-09"],
    "month": ["2026-11", "2026-12-01"],
    "time": ["08:00", "12:00", "18:00"],
    "zone": ["Europe/Rome", "Asia/Tokyo"],
    "country": ["IT", "US", "XX"],
    "number": ["1", "7.5"],
    "share": ["0.5", "1"],
    "integer": ["1", "3"],
    "money": ["120.50", "0"],
    "boolean": ["true", "false"],
    "currency": ["EUR", "USD"],
    "language": ["en", "it"],
    "languages": ["en;it", "de"],
    "list": ["Creo;Arena", "Creo"],
    "email": ["a@b"],
}
BAD = ["", "2026-02-30", "-1", "25:00", "many"]
NAMES = [name for name, table in tables().items() if not table.is_log]


def cell(dice, column):
    """Return what may stand in a column, seldom something that it refuses."""
    if dice.random() < 0.02:
        return dice.choice(BAD)
    if not column.is_required and dice.random() < 0.9:
        return ""
    return dice.choice(column.choices or GOOD[column.type])


@pytest.mark.parametrize("seed", range(20))
def test_what_is_written_has_no_error_but_tables_without_rows(tmp_path, seed):
    """Of 40 random rows of each table, those that are left make no error together."""
    dice = random.Random(seed)
    mapping = ""
    for name in NAMES:
        columns = tables()[name].columns.values()
        mapping += ENTRY.format(name=name)
        mapping += "".join(f'columns.{item.name} = "{item.name}"\n' for item in columns)
        lines = [[cell(dice, item) for item in columns] for _ in range(40)]
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerows([[item.name for item in columns], *lines])
    (tmp_path / "map.toml").write_text(mapping)
    exports = sorted(tmp_path.glob("*.csv"))
    intake = import_exports(exports, tmp_path / "map.toml", tmp_path / "out")
    # Enough are left for rules about several rows: contracts, their pins and their offers.
    assert sum(len(settled.records) for settled in intake.settled.values()) > 50
    errors = [item for item in intake.left_to_do if item.severity == "error"]
    assert {item.found for item in errors} <= {"no rows"}

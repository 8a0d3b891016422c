"""Control totals add up, and no row is lost, whatever the exports hold."""

import csv
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tsam_planner.intake.recipe import import_exports

MAPPING = """
[[table]]
target = "contracts"
file = "contracts*"
columns = {contract_id = "Contract", company_id = "Company", need_hours = "Need"}
constants = {offering = "tsam", deployment = "on_prem", time_zone = "Europe/Rome"}
decimal = "."
ignore.Status = "Draft"
[[table]]
target = "cases"
file = "cases*"
columns = {case_id = "No", contract_id = "Contract", opened_at = "Opened", hours = "Hours"}
decimal = "."
ignore.Status = "Draft"
[[table]]
target = "timesheets"
file = "cases*"
columns = {contract_id = "Contract", date = "Day", hours = "Hours"}
decimal = "."
only.Status = ["", "Open"]
"""
CONTRACTS = st.sampled_from(["C-1", "C-2", "C-9", ""])
HOURS = st.sampled_from(["0.1", "2.25", "7.333", "25", "-1", "two", ""])
STATUS = st.sampled_from(["Open", "Draft", ""])
CONTRACT_ROWS = st.lists(
    st.tuples(CONTRACTS, st.sampled_from(["K-1", "K-2"]), HOURS, STATUS), max_size=6
)
CASE_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", ""]),
        CONTRACTS,
        st.sampled_from(["2026-11-02T10:00Z", "2026-11-31T10:00Z", "soon"]),
        st.sampled_from(["2026-11-02", "2026-11-31"]),
        HOURS,
        STATUS,
    ),
    max_size=12,
)


def write(path, header, rows):
    """Write an export."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(), *rows])


def read(path):
    """Return a CSV file's rows as dictionaries."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text):
    """Return what control totals count a cell of hours as, zero where it is none."""
    try:
        value = Decimal(text)
    except ArithmeticError:
        return Decimal()
    return value


@settings(deadline=None, max_examples=60)
@given(CONTRACT_ROWS, CASE_ROWS, CASE_ROWS)
def test_totals_add_up_and_nothing_is_lost(contracts, first, second):
    """Each row has one fate; rows and hours read are those used, refused, left out, double."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "map.toml").write_text(MAPPING)
        write(folder / "contracts.csv", "Contract Company Need Status", contracts)
        sheets = {"cases_1.csv": first, "cases_2.csv": second}
        for name, lines in sheets.items():
            write(folder / name, "No Contract Opened Day Hours Status", lines)
        exports = [folder / name for name in ("cases_2.csv", "contracts.csv", "cases_1.csv")]
        import_exports(exports, folder / "map.toml", folder / "out")
        totals = read(folder / "out/import/control_totals.csv")
        quarantine = read(folder / "out/import/quarantine.csv")
        tables = {
            name: read(folder / f"out/{name}.csv")
            for name in ("contracts", "cases", "timesheets")
        }
    fates = ("used", "quarantined", "left_out", "duplicate")
    for total in totals:
        assert Decimal(total["read"]) == sum(Decimal(total[fate]) for fate in fates)
    by_place = {(item["file"], item["table"], item["measure"]): item for item in totals}
    refused = Counter(
        place for place in {(q["file"], q["table"], q["row"]) for q in quarantine}
    )
    for name, lines in sheets.items():
        for table in ("cases", "timesheets"):
            rows = by_place[name, table, "rows"]
            assert int(rows["read"]) == len(lines)
            left_out = {"Draft"}
            assert int(rows["left_out"]) == sum(line[5] in left_out for line in lines)
            in_quarantine = sum(1 for place in refused if place[:2] == (name, table))
            assert int(rows["quarantined"]) == in_quarantine
            if lines:
                # 25 and -1 are numbers and count, though no timesheet may hold them.
                hours = sum(number(line[4]) for line in lines)
                assert Decimal(by_place[name, table, "hours"]["read"]) == hours
    for table, measure in (("cases", "hours"), ("timesheets", "hours")):
        used = sum(
            Decimal(by_place[name, table, measure]["used"])
            for name in sheets
            if (name, table, measure) in by_place
        )
        assert used == sum(number(item[measure]) for item in tables[table])
    assert len(tables["timesheets"]) == sum(
        int(by_place[name, "timesheets", "rows"]["used"]) for name in sheets
    )
    assert_every_key_is_somewhere(first + second, tables["cases"], quarantine)


def assert_every_key_is_somewhere(lines, cases, quarantine):
    """A case that is no draft is in the table or in quarantine."""
    kept = {item["case_id"] for item in cases}
    refused = {item["original"] for item in quarantine if item["table"] == "cases"}
    for line in lines:
        if line[5] != "Draft" and line[0] not in kept:
            assert any(f'"No": "{line[0]}"' in original for original in refused)

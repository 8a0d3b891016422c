"""The fate of rows that mean the same record, or one that the portfolio's checks refuse."""

import csv

import pytest

from tsam_planner.demand.open_cases import peak_open_cases
from tsam_planner.intake.recipe import import_exports, table_order
from tsam_planner.io.portfolios import check_portfolio, read_portfolio
from tsam_planner.tables.dictionary import tables

CASES = """
[[table]]
target = "cases"
file = "cases*"
columns.case_id = "No"
columns.contract_id = "Contract"
columns.opened_at = "Opened"
columns.closed_at = "Closed"
columns.severity = "Severity"
"""
CONTRACTS = """
[[table]]
target = "contracts"
file = "contracts*"
columns = {contract_id = "Ref", start_date = "From", end_date = "To", country = "Country"}
constants = {company_id = "K", offering = "tsam", deployment = "on_prem", time_zone = "UTC"}
"""
MANAGERS = """
[[table]]
target = "managers"
file = "managers*"
columns = {manager_id = "Id", name = "Name"}
constants.time_zone = "UTC"
"""
A_MANAGER = "Id,Name\nM-1,Kim Vega\n"
# The term of C-2 ends before it starts.
TERMS = "Ref,From,To,Country\nC-1,2026-01-01,2027-12-31,IT\nC-2,2027-12-31,2026-01-01,IT\n"


def test_no_table_is_settled_before_one_that_it_refers_to():
    """References can be asked for in one pass."""
    order = table_order()
    assert sorted(order) == sorted(tables())
    for name, table in tables().items():
        for column in table.columns.values():
            if column.references is not None:
                assert order.index(column.references[0]) < order.index(name)


@pytest.fixture
def bring_in(tmp_path):
    """Return a function that imports texts by file name and returns the import."""

    def bring_in(mapping, **files):
        paths = []
        for name, text in files.items():
            paths.append(tmp_path / f"{name}.csv")
            paths[-1].write_text(text, encoding="utf-8")
        (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
        return import_exports(paths, tmp_path / "map.toml", tmp_path / "out")

    return bring_in


def quarantine(intake):
    """Return table, row, column and reason of everything in quarantine."""
    with (intake.folder / "import/quarantine.csv").open(encoding="utf-8", newline="") as file:
        return [
            (item["table"], int(item["row"]), item["column"], item["reason"])
            for item in csv.DictReader(file)
        ]


def test_every_period_of_a_reopened_case_is_kept(bring_in):
    """Two periods of case 1 stay two rows; a copy is a duplicate, another contract no case."""
    intake = bring_in(
        CONTRACTS + MANAGERS + CASES,
        contracts="Ref,From,To,Country\nC-1,2026-01-01,2027-12-31,\nC-2,2026-01-01,2027-12-31,\n",
        managers=A_MANAGER,
        cases=(
            "No,Contract,Opened,Closed,Severity\n"
            "1,C-1,2027-01-04T09:00Z,2027-01-06T09:00Z,2\n"
            "1,C-1,2027-01-11T09:00Z,,1\n"
            "1,C-1,2027-01-11T09:00Z,2027-01-13T09:00Z,1\n"
            "1,C-1,2027-01-04T09:00Z,2027-01-06T09:00Z,2\n"
            "1,C-2,2027-01-05T09:00Z,,2\n"
            "2,C-1,2027-01-12T09:00Z,,2\n"
        ),
    )
    assert [
        (case["case_id"], case["opened_at"][:10], case["closed_at"][:10])
        for case in intake.settled["cases"].records
    ] == [
        ("1", "2027-01-04", "2027-01-06"),
        # Its closing was exported later, and completes the row.
        ("1", "2027-01-11", "2027-01-13"),
        ("2", "2027-01-12", ""),
    ]
    assert quarantine(intake) == [
        ("cases", 6, "contract_id", "'1' has contract_id 'C-1' already (row 2 of cases.csv)")
    ]
    # Case 2 is open together with the second period of case 1 only.
    (peak,) = peak_open_cases(read_portfolio(intake.folder).cases).to_dict("records")
    assert (peak["contract_id"], peak["peak"]) == ("C-1", 2)
    assert str(peak["first_reached"])[:10] == "2027-01-12"


def test_a_contract_that_ends_before_it_starts_is_in_quarantine(bring_in):
    """So are the rows that refer to it, with its reason; what is written can be planned."""
    pins = """
[[table]]
target = "pins"
file = "pins*"
columns = {contract_id = "Contract", manager_id = "Manager"}
constants.rule = "pin"
"""
    intake = bring_in(
        CONTRACTS + MANAGERS + pins,
        contracts=TERMS,
        managers=A_MANAGER,
        pins="Contract,Manager\nC-1,M-1\nC-2,M-1\n",
    )
    reason = "ends on 2026-01-01, before it starts on 2027-12-31"
    assert quarantine(intake) == [
        ("contracts", 3, "end_date", reason),
        ("pins", 3, "contract_id", "contracts has no 'C-2'"),
    ]
    (pin,) = (row for row in intake.settled["pins"].rows if row.defects)
    assert pin.defects[0].remedy == (
        f"its row of contracts is in quarantine: mend that first ({reason})"
    )
    assert intake.left_to_do == check_portfolio(intake.folder) == ()
    assert [item.contract_id for item in read_portfolio(intake.folder).contracts] == ["C-1"]


def test_every_row_that_made_a_refused_record_is_in_quarantine(bring_in):
    """Start and end come from two exports: neither is the wrong one for sure."""
    half = CONTRACTS.replace('end_date = "To", country = "Country"', "").replace(", }", "}")
    other = """
[[table]]
name = "ends"
target = "contracts"
file = "ends*"
columns = {contract_id = "Ref", end_date = "To"}
"""
    intake = bring_in(
        half + other, contracts="Ref,From\nC-1,2027-12-31\n", ends="Ref,To\nC-1,2026-01-01\n"
    )
    assert [(table, column) for table, _, column, _ in quarantine(intake)] == [
        ("contracts", "end_date"),
        ("contracts", "end_date"),
    ]
    assert intake.settled["contracts"].records == []


def test_of_five_contacts_three_are_kept(bring_in):
    """The service knows three contacts of a contract (R42): the fourth and fifth wait."""
    contacts = """
[[table]]
target = "contacts"
file = "people*"
columns = {contract_id = "Contract", name = "Name"}
"""
    intake = bring_in(
        contacts, people="Contract,Name\n" + "".join(f"C-1,{name}\n" for name in "ABCDE")
    )
    assert [item["name"] for item in intake.settled["contacts"].records] == ["A", "B", "C"]
    # The header is row 1.
    assert [row for _, row, _, _ in quarantine(intake)] == [5, 6]


def test_a_calendar_of_ones_own_makes_a_country_known(bring_in):
    """No list of holidays comes along for XX; with one, its contracts are used."""
    lists = """
[[table]]
target = "holidays"
file = "days*"
columns = {calendar = "List", date = "Day"}
"""
    contracts = "Ref,From,To,Country\nC-1,2026-01-01,2027-12-31,XX\n"
    alone = bring_in(CONTRACTS, contracts=contracts)
    assert quarantine(alone) == [
        ("contracts", 2, "country", "no holiday list for country 'XX'")
    ]
    both = bring_in(CONTRACTS + lists, contracts=contracts, days="List,Day\nXX,2027-01-06\n")
    assert quarantine(both) == []


def test_the_kept_policy_judges(bring_in):
    """With two contacts in the folder's policy.toml, the third one waits."""
    contacts = """
[[table]]
target = "contacts"
file = "people*"
columns = {contract_id = "Contract", name = "Name"}
"""
    people = "Contract,Name\nC-1,A\nC-1,B\nC-1,C\n"
    folder = bring_in(contacts, people=people).folder
    (folder / "policy.toml").write_text("max_contacts = 2\n")
    assert [row for _, row, _, _ in quarantine(bring_in(contacts, people=people))] == [4]


def test_notes_and_suggestions_are_about_rows_that_they_would_help(bring_in):
    """A row that stays in quarantine whatever is confirmed is in no count and no suggestion."""
    owners = CASES.replace('"Severity"', '"Severity"\ncolumns.manager_id = "Owner"')
    intake = bring_in(
        CONTRACTS + MANAGERS + owners + 'empty_if_unknown = "manager_id"\n',
        contracts=(
            "Ref,From,To,Country\n"
            "C-1,2026-01-01,2027-12-31,IT\nC-2,2026-01-01,2027-12-31,IT\n"
            "C-3,2026-01-01,never,Japan\nC-4,2026-01-01,2027-12-31,Italy\n"
        ),
        managers="Id,Name\nM-1,Kim Vega\nM-2,Zoë Conti\nM-3,Ana Prado\n",
        cases=(
            "No,Contract,Opened,Closed,Severity,Owner\n"
            "1,C-1,2027-01-04T09:00Z,,2,kim vega\n"
            # K has two contracts: a person must say which, and then Zoë counts.
            "2,K,2027-01-04T09:00Z,,2,Zoe Conti\n"
            # Case 1 is of C-1 already, whoever Ana is.
            "1,C-2,2027-01-04T09:00Z,,2,ana prado\n"
        ),
    )
    assert intake.notes == ("cases: manager_id left empty in 1 row, unknown ids: 1",)
    assert [(item.section, item.found, item.rows) for item in intake.suggestions] == [
        # Japan is the country of C-3, which ends never.
        ("countries", "Italy", 1),
        ("managers", "Zoe Conti", 1),
        ("managers", "kim vega", 1),
    ]


def test_a_case_of_the_hour_that_comes_twice_waits_for_the_mapping(bring_in):
    """Rome put clocks back at 03:00 on 25 October 2026: 02:30 was 00:30 and 01:30 UTC."""
    cases = "No,Contract,Opened,Closed,Severity\n1,C-1,2026-10-25 02:30,,2\n"
    zone = 'time_zone = "Europe/Rome"\n'
    intake = bring_in(zone + CASES, cases=cases)
    (found,) = quarantine(intake)
    assert found[:3] == ("cases", 2, "opened_at")
    assert "2026-10-25T00:30Z" in found[3]
    assert "2026-10-25T01:30Z" in found[3]
    intake = bring_in(zone + 'repeated_hour = "later"\n' + CASES, cases=cases)
    (case,) = intake.settled["cases"].records
    assert case["opened_at"] == "2026-10-25T01:30Z"


def test_months_are_read_in_the_stated_format(bring_in):
    """A month is named by its first day; any other day is no month."""
    invoices = """
date_format = "%d/%m/%Y"
[[table]]
target = "invoices"
columns = {contract_id = "Contract", month = "Month", hours = "Hours", amount = "Amount"}
constants.currency = "EUR"
decimal = "."
"""
    intake = bring_in(
        invoices,
        bills="Contract,Month,Hours,Amount\nC-1,01/11/2026,2,240\nC-1,02/11/2026,2,240\n",
    )
    assert [item["month"] for item in intake.settled["invoices"].records] == ["2026-11-01"]
    assert [item[:3] for item in quarantine(intake)] == [("invoices", 3, "month")]

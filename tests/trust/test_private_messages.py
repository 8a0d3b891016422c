"""Errors and warnings carry ids and numbers of rows, never a person's name or address."""

import pytest
from marked import QUARTER, WHY_AWAY, call, tables, write_portfolio

from tsam_planner.tables.dictionary import UNTOLD
from tsam_planner.tables.dictionary import tables as dictionary


@pytest.mark.parametrize(
    ("table", "line", "said"),
    [
        ("absences", "manager_id,start_date,end_date,reason", "column 'reason'"),
        ("absences", "manager_id,start_date,end_date,kind", "expected one of leave, training"),
    ],
)
def test_a_reason_in_the_input_is_refused_and_not_repeated(table, line, said, tmp_path):
    """Neither a column for reasons is read, nor is a reason in place of a kind."""
    lines = [line, f"zqm01,2027-02-08,2027-02-12,{WHY_AWAY}"]
    records = write_portfolio(tmp_path / "portfolio", **{table: lines})
    for command in (
        ("check", records),
        ("plan", records, *QUARTER, "--out", tmp_path / "plan"),
    ):
        code, words = call(*command)
        assert code == 2
        assert said in words
        assert WHY_AWAY not in words
    assert not (tmp_path / "plan").exists()


def test_sales_and_people_are_named_in_no_portfolio_message():
    """Names, addresses and kinds of absences are columns that no message repeats."""
    named = {
        (table.name, column.name)
        for table in dictionary().values()
        for column in table.columns.values()
        if column.name in ("name", "email") and table.name != "holidays"
    }
    assert named | {("absences", "kind")} == UNTOLD


def test_the_tables_of_these_tests_are_of_the_dictionary():
    """Every table with words of people is marked here."""
    assert {table for table, _ in UNTOLD} - {"absences"} <= tables().keys()


PERSON, ADDRESS = "Zq Person", "zqperson@zqmail.example"


def changed(table, *lines, row=None, number=1):
    """Return a table of the marked portfolio with lines added, or with a row replaced."""
    before = tables()[table]
    if row is None:
        return {table: [*before, *lines]}
    return {table: [*before[:number], row, *before[number + 1 :]]}


_CONTRACT = (
    "zqc01,zqk01,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome,IT,Zqproduct,13,4,150,EUR"
)
_AWAY = "manager_id,start_date,end_date"

# Every kind of problem that might repeat a cell: the tables, and what is said instead.
PROBLEMS = {
    "a name for an address": (
        changed("contacts", f"zqc01,Zqother,{PERSON}"),
        "contacts.csv, row 14, column 'email': expected an address, got something else",
    ),
    "a contact twice": (
        changed("contacts", f"zqc01,{PERSON},", f"zqc01,{PERSON},"),
        "row 15, column 'name': 'zqc01' with the same name stands already in row 14",
    ),
    "too many contacts": (
        changed("contacts", *(f"zqc01,{PERSON} {number},{ADDRESS}" for number in range(3))),
        "row 16, column 'contract_id': zqc01 has 4 contacts, at most 3",
    ),
    "cells beyond the header": (
        changed("contacts", f"zqc01,{PERSON},{ADDRESS},{PERSON}"),
        "contacts.csv, row 14: 4 cells, the header has 3",
    ),
    "a name for an id": (
        changed("assignments", f"zqc01,{PERSON}"),
        "row 12, column 'manager_id': managers has no '(a name)'",
    ),
    "an address for an id": (
        changed("assignments", f"zqc01,{ADDRESS}"),
        "row 12, column 'manager_id': managers has no '(an e-mail address)'",
    ),
    "an address that is an id": (
        changed("managers", *[f"{ADDRESS},{PERSON},Europe/Rome,IT,,70,EUR"] * 2),
        "row 14, column 'manager_id': '(an e-mail address)' stands already in row 13",
    ),
    "a slipped column": (
        changed("managers", row=f"zqm01,{PERSON},{ADDRESS},IT,Zqproduct,70,EUR"),
        "row 2, column 'time_zone': unknown time zone '(an e-mail address)'",
    ),
    "a number": (
        changed("contracts", row=_CONTRACT.replace(",13,", f",{ADDRESS},")),
        "row 2, column 'need_hours': expected a number, got '(an e-mail address)'",
    ),
    "a date": (
        changed("contracts", row=_CONTRACT.replace("2026-01-01", ADDRESS)),
        "row 2, column 'start_date': expected a date, got '(an e-mail address)'",
    ),
    "a choice": (
        changed("contracts", row=_CONTRACT.replace("on_prem", ADDRESS)),
        "expected one of on_prem, saas, got '(an e-mail address)'",
    ),
    "the kind of an absence": (
        {"absences": [f"{_AWAY},kind", f"zqm01,2027-02-01,2027-02-02,{PERSON} is ill"]},
        "row 2, column 'kind': expected one of leave, training, got something else",
    ),
    "absences of an address": (
        changed("managers", f"{ADDRESS},{PERSON},Europe/Rome,IT,,70,EUR")
        | {
            "absences": [
                _AWAY,
                f"{ADDRESS},2027-02-01,2027-02-05",
                f"{ADDRESS},2027-02-04,2027-02-09",
            ]
        },
        "row 3, column 'start_date': (an e-mail address) is away from 2027-02-04, but row 2",
    ),
    "pins against each other": (
        changed("pins", f"zqc01,zqm02,pin,{PERSON} wants it"),
        "row 4, column 'manager_id': zqc01 is pinned to zqm01 in row 2 and to zqm02 here",
    ),
}


@pytest.mark.parametrize("kind", PROBLEMS)
def test_bad_rows_are_told_by_ids_and_numbers(kind, tmp_path):
    """File, row, column and id lead to the cell; who stands in it is not said."""
    wrong, said = PROBLEMS[kind]
    records = write_portfolio(tmp_path / "portfolio", **wrong)
    for command in (
        ("check", records),
        ("check", records, "--json"),
        ("plan", records, *QUARTER, "--out", tmp_path / "plan"),
    ):
        code, words = call(*command)
        assert code == 2
        assert said in words or "--json" in command
        assert not any(part in words for part in ("Zq Person", "zqmail", "Zqname", "Zqother"))


def test_rows_of_logs_are_counted_and_not_quoted(tmp_path):
    """People of time sheets who are in no table of managers, and moments that are none."""
    wrong = changed(
        "timesheets", f"zqc01,{ADDRESS},2,{PERSON},{PERSON} called", f"{PERSON},,,,"
    )
    records = write_portfolio(tmp_path / "portfolio", **wrong)
    code, words = call("check", records)
    assert code == 0
    # A header and 3 contracts by 26 weeks stand before them.
    assert "row 80, column 'manager_id': 1 row: no such id in managers, e.g. row 80" in words
    assert "Zq Person" not in words
    assert "zqmail" not in words


def test_an_edited_plan_is_told_by_ids(place, everything, tmp_path):
    """A name in place of a manager's id, and a pin that is broken."""
    table = (everything / "plan/assignments.csv").read_text().splitlines()
    for cell, said in (
        (PERSON, "unknown id '(a name)'"),
        ("zqm02", "zqc01 is pinned for zqm01"),
    ):
        edited = [line.replace("zqc01,zqm01", f"zqc01,{cell}") for line in table]
        folder = tmp_path / cell
        folder.mkdir()
        (folder / "assignments.csv").write_text("\n".join(edited) + "\n")
        code, words = call("verify", place / "portfolio", folder, *QUARTER)
        assert code in (1, 2)
        assert said in words
        assert PERSON not in words.replace(str(folder), "")
        assert "zqpinnote" not in words


def test_an_import_says_how_many_and_not_who(tmp_path):
    """Names that are looked for stand in suggestions.csv, which a person opens."""
    people = "Id,Name,Zone\nzqm01,Zq Person,Europe/Rome\n"
    cases = "Number,Contract,Opened,Who\nzqs1,zqc01,2026-12-01T09:00Z,Person Zq\n"
    mapping = """
time_zone = "UTC"
[[table]]
target = "managers"
file = "people*"
columns = {manager_id = "Id", name = "Name", time_zone = "Zone"}
[[table]]
target = "cases"
file = "cases*"

[table.columns]
case_id = "Number"
contract_id = "Contract"
opened_at = "Opened"
manager_id = "Who"
"""
    for name, text in (("people.csv", people), ("cases.csv", cases), ("map.toml", mapping)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for form in ((), ("--json",)):
        code, words = call(
            *("import", tmp_path / "people.csv", tmp_path / "cases.csv"),
            *("--map", tmp_path / "map.toml", "--out", tmp_path / "out", *form),
        )
        assert code == 0
        assert "Person" not in words
    assert "Person Zq" in (tmp_path / "out/import/suggestions.csv").read_text(encoding="utf-8")

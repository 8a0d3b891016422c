"""Portfolios from files: what is accepted, and every problem that is reported."""

import datetime as dt

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from examples import updated
from strategies import portfolios
from tsam_planner.errors import PortfolioError
from tsam_planner.io.portfolios import RECORDS, check_portfolio, read_portfolio

CONTRACT = {
    "contract_id": "C-1",
    "company_id": "K-1",
    "offering": "tsam",
    "deployment": "on_prem",
    "start_date": "2026-01-01",
    "end_date": "2027-12-31",
    "time_zone": "Europe/Rome",
}
MANAGER = {"manager_id": "M-1", "time_zone": "Europe/Rome"}


def frames(contract=None, manager=None, **others):
    """Return a portfolio of one contract and one manager as DataFrames of text."""
    given_tables = {
        "contracts": [{**CONTRACT, **(contract or {})}],
        "managers": [{**MANAGER, **(manager or {})}],
        **others,
    }
    return {name: pd.DataFrame(rows, dtype=object) for name, rows in given_tables.items()}


def folder_of(tables, folder):
    """Write DataFrames as a CSV folder."""
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def only_problem(source):
    """Return the single problem of a portfolio."""
    problems = check_portfolio(source)
    assert len(problems) == 1, [str(item) for item in problems]
    return problems[0]


def test_the_smallest_portfolio_has_no_problem():
    """One contract and one manager with their required columns can be planned."""
    assert check_portfolio(frames()) == ()
    records = read_portfolio(frames())
    assert records.contracts[0].end_date == dt.date(2027, 12, 31)
    assert records.managers[0].weekly_hours == 40


@pytest.mark.parametrize(
    ("table", "column", "value", "rule", "words"),
    [
        ("contracts", "time_zone", "UTC+1", "R29, Q15", "fixed offset (R29, Q15); use a zone"),
        ("contracts", "time_zone", "+01:00", "R29, Q15", "fixed offset"),
        ("contracts", "time_zone", "EST", "R29, Q15", "fixed offset"),
        ("contracts", "time_zone", "Etc/GMT-1", "R29, Q15", "fixed offset"),
        ("contracts", "time_zone", "Europe/Rom", "R29, Q15", "'Europe/Rome'?"),
        ("contracts", "time_zone", "Rome", "R29, Q15", "'Europe/Rome'?"),
        ("contracts", "need_hours", "-3", "R45", "at least 0 h/week, got -3"),
        ("contracts", "need_hours", "inf", "R45", "finite number, got inf"),
        ("contracts", "need_hours", "7,5", "R45", "use a decimal point: 7.5"),
        ("contracts", "need_hours", "1e999", "R45", "finite number"),
        ("contracts", "cases", "2.5", "R43", "whole number, got 2.5"),
        ("contracts", "start_date", "31.12.2026", "R25", "year-month-day"),
        ("contracts", "start_date", "46390", "R25", "it means 2027-01-03"),
        ("contracts", "start_date", "2026-01-01 00:00:00", "R25", "leave out the time"),
        ("contracts", "start_date", "", "R25", "the cell is empty"),
        ("contracts", "offering", "premium", "R2, R3, R4", "'saas_premium'?"),
        ("contracts", "priority", "0.5", "", "at least 1, got 0.5"),
        ("contracts", "end_date", "2025-12-31", "", "before it starts on 2026-01-01"),
        ("contracts", "deployment", "saas", "R3", "does not go with deployment saas"),
        ("contracts", "country", "XX", "R32", "no holiday list for country 'XX'"),
        ("contracts", "time_zone_authorized", "maybe", "R30", "true or false, got 'maybe'"),
        ("managers", "weekly_hours", "0", "Q25", "at least 0.1"),
        ("managers", "work_end", "08:00", "Q16", "work starts at 09:00 and ends at 08:00"),
        ("managers", "internal_share", "1", "Q25", "at most 0.99"),
        ("managers", "languages", "English", "R36, R37", "a language code"),
    ],
)
def test_an_impossible_value_is_named_with_place_rule_and_remedy(
    table, column, value, rule, words
):
    """Each fault is one problem in row 2 of its table and column."""
    side = "contract" if table == "contracts" else "manager"
    found = only_problem(frames(**{side: {column: value}}))
    assert (found.file, found.row, found.column) == (table, 2, column)
    assert found.rule == rule
    assert words in str(found)
    assert found.severity == "error"


def test_a_forecast_may_be_of_a_prospect():
    """Its rows of demand name it; whoever is neither contract nor prospect is refused."""
    tables = frames()
    offered = tables["contracts"].assign(contract_id="C-9", win_probability="0.5")
    demand = pd.DataFrame({"contract_id": ["C-9"], "week": ["2027-01-04"], "need_hours": ["9"]})
    read = read_portfolio({**tables, "prospects": offered, "demand": demand})
    assert [row.contract_id for row in read.demand] == ["C-9"]
    found = only_problem({**tables, "demand": demand})
    assert "contracts has no 'C-9'" in str(found)


def test_added_days_alone_make_no_calendar():
    """A country without a list is one still, until somebody lists its days."""
    tables = frames(contract={"country": "XX"})
    days = pd.DataFrame({"calendar": ["XX"], "date": ["2027-02-01"], "is_added": ["true"]})
    found = only_problem({**tables, "holidays": days})
    assert "no holiday list for country 'XX'" in str(found)
    assert read_portfolio({**tables, "holidays": days.assign(is_added="false")})


@pytest.mark.parametrize(
    ("column", "value", "missing", "words"),
    [
        ("subdivision", "CA", "country", "subdivision CA without a country"),
        ("extra_hour_rate", "120", "currency", "extra_hour_rate without a currency"),
        ("time_zone_authorized", "true", "requested_time_zone", "nothing is requested"),
        ("language_authorized", "true", "requested_language", "nothing is requested"),
    ],
)
def test_a_value_without_its_partner_points_at_the_empty_cell(column, value, missing, words):
    """The problem names the column to fill in."""
    found = only_problem(frames(contract={column: value}))
    assert (found.row, found.column, found.severity) == (2, missing, "error")
    assert words in str(found)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [("requested_time_zone", "Asia/Tokyo", "R30"), ("requested_language", "de", "R37")],
)
def test_a_request_without_authorization_is_a_warning(column, value, rule):
    """Cases 9 and 10: the base value holds, and the warning says so."""
    tables = frames(contract={column: value})
    found = only_problem(tables)
    assert (found.severity, found.rule) == ("warning", rule)
    record = read_portfolio(tables).contracts[0]
    assert (record.zone, record.language) == ("Europe/Rome", "en")


def test_four_contacts_are_one_too_many():
    """Case 2: at most three named contacts per contract (R42)."""
    people = [{"contract_id": "C-1", "name": f"contact {number}"} for number in range(4)]
    assert check_portfolio(frames(contacts=people[:3])) == ()
    found = only_problem(frames(contacts=people))
    assert found.rule == "R42"
    assert "C-1 has 4 contacts, at most 3" in str(found)


def test_a_weekend_session_counts_only_when_approved():
    """Case 13: without approval it is refused, with a warning (R35)."""
    session = {"contract_id": "C-1", "date": "2027-03-06", "hours": "3"}
    assert only_problem(frames(weekend_sessions=[session])).rule == "R35"
    approved = {**session, "approved": "true"}
    assert check_portfolio(frames(weekend_sessions=[approved])) == ()


def test_unknown_and_doubled_ids_are_named_with_the_nearest():
    """A reference to nobody and a key used twice are found in their rows."""
    today = [{"contract_id": "C-1", "manager_id": "M1"}]
    found = only_problem(frames(assignments=today))
    assert str(found) == (
        "assignments, row 2, column 'manager_id': managers has no 'M1' (R40); "
        "did you mean 'M-1'?"
    )
    tables = frames()
    tables["managers"] = pd.concat([tables["managers"]] * 2)
    assert "'M-1' stands already in row 2" in str(only_problem(tables))


@pytest.mark.parametrize(
    ("pins", "treatment", "words"),
    [
        ([("C-1", "M-1", "pin"), ("C-1", "M-2", "pin")], "allow", "is pinned to M-1 in row 2"),
        ([("C-1", "M-1", "pin"), ("C-2", "M-2", "pin")], "require", "same_manager require"),
        ([("C-1", "M-1", "pin"), ("C-2", "M-1", "pin")], "forbid", "same_manager forbid"),
    ],
)
def test_contradictory_pins_are_an_input_error(pins, treatment, words):
    """Two pins that cannot both be kept are refused before any search."""
    tables = {
        "contracts": pd.DataFrame([CONTRACT, {**CONTRACT, "contract_id": "C-2"}]),
        "managers": pd.DataFrame([MANAGER, {**MANAGER, "manager_id": "M-2"}]),
        "companies": pd.DataFrame([{"company_id": "K-1", "same_manager": treatment}]),
        "pins": pd.DataFrame(pins, columns=["contract_id", "manager_id", "rule"]),
    }
    assert words in str(only_problem(tables))


def test_overlapping_absences_are_refused_and_part_days_add():
    """Two whole-day absences on one day are a mistake; hours of a day are not."""
    leave = {"manager_id": "M-1", "start_date": "2027-01-04", "end_date": "2027-01-08"}
    found = only_problem(frames(absences=[leave, {**leave, "start_date": "2027-01-08"}]))
    assert "row 2 has the same manager away until 2027-01-08" in str(found)
    part = {**leave, "hours_per_day": "2"}
    assert check_portfolio(frames(absences=[leave, part])) == ()


def test_every_problem_of_a_portfolio_is_reported_at_once():
    """Faults of several tables and kinds come in one error; nothing else is raised."""
    tables = frames(
        contract={"time_zone": "Mars", "need_hours": "x", "end_date": "2025-01-01"},
        manager={"weekly_hours": "nan?"},
        pins=[{"contract_id": "C-9", "manager_id": "M-1", "rule": "pin"}],
    )
    with pytest.raises(PortfolioError, match=r"cannot be planned \(5 problems\)") as caught:
        read_portfolio(tables)
    places = {(item.file, item.column) for item in caught.value.problems}
    assert places == {
        ("contracts", "time_zone"),
        ("contracts", "need_hours"),
        ("contracts", "end_date"),
        ("managers", "weekly_hours"),
        ("pins", "contract_id"),
    }


class TestFiles:
    """What can be wrong with files rather than with values."""

    def test_missing_folder_and_missing_table(self, tmp_path):
        """Both are named, with what is needed."""
        assert "does not exist" in str(only_problem(tmp_path / "nowhere"))
        folder = folder_of(frames(), tmp_path / "p")
        (folder / "managers.csv").unlink()
        assert str(only_problem(folder)).startswith("managers.csv: the table is missing")

    def test_wrong_encoding_names_byte_and_row(self, tmp_path):
        """A Latin-1 file is refused at its first foreign byte."""
        folder = folder_of(frames(), tmp_path / "p")
        (folder / "companies.csv").write_bytes(b"company_id,name\nK-1,Soci\xe9t\xe9\n")
        found = only_problem(folder)
        assert found.row == 2
        assert "byte 24 is not UTF-8 (0xe9); save the file as UTF-8" in str(found)

    def test_a_byte_order_mark_is_no_problem(self, tmp_path):
        """Spreadsheets write one in front of UTF-8."""
        folder = folder_of(frames(), tmp_path / "p")
        path = folder / "contracts.csv"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        assert check_portfolio(folder) == ()

    @pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
    def test_other_separators_are_one_problem(self, tmp_path, mark, name):
        """Not one per column that seems to be missing."""
        folder = folder_of(frames(), tmp_path / "p")
        frames()["contracts"].to_csv(folder / "contracts.csv", sep=mark, index=False)
        assert f"separated by {name}; save the file with commas" in str(only_problem(folder))

    def test_misspelt_tables_and_columns_name_the_nearest(self, tmp_path):
        """A file or column that nobody reads would be lost silently."""
        folder = folder_of(frames(contract={"needhours": "5"}), tmp_path / "p")
        (folder / "absence.csv").write_text("manager_id\n")
        found = {str(item) for item in check_portfolio(folder)}
        assert found == {
            "absence.csv: no table is called 'absence'; did you mean 'absences'?",
            "contracts.csv, row 1, column 'needhours': unknown column; "
            "did you mean 'need_hours'?",
        }

    def test_a_missing_column_is_one_problem(self, tmp_path):
        """However many rows there are."""
        tables = frames()
        tables["contracts"] = pd.DataFrame(
            [{**CONTRACT, "contract_id": f"C-{n}"} for n in range(5)]
        ).drop(columns="time_zone")
        found = only_problem(folder_of(tables, tmp_path / "p"))
        assert (found.row, found.column) == (1, "time_zone")

    def test_ragged_rows_and_blank_lines(self, tmp_path):
        """An unquoted comma shifts cells and is refused; blank lines only count."""
        folder = folder_of(frames(), tmp_path / "p")
        (folder / "companies.csv").write_text("company_id,name\nK-1,A\n\nK-2,B, C\n")
        found = only_problem(folder)
        assert (found.row, found.found) == (4, "3 cells, the header has 2")

    @pytest.mark.parametrize("text", ["", "\n"])
    def test_an_empty_file_is_named(self, tmp_path, text):
        """A file without a header is no table."""
        folder = folder_of(frames(), tmp_path / "p")
        (folder / "contracts.csv").write_text(text)
        assert "contracts.csv, row 1: the table is empty" in str(only_problem(folder))

    def test_tables_without_rows(self, tmp_path):
        """Contracts must have some, an optional table need not."""
        folder = folder_of(frames(), tmp_path / "p")
        (folder / "pins.csv").write_text("contract_id,manager_id,rule\n")
        assert check_portfolio(folder) == ()
        (folder / "contracts.csv").write_text(",".join(CONTRACT) + "\n")
        assert "contracts.csv: no rows" in str(only_problem(folder))

    def test_a_workbook_keeps_dates_times_and_numbers(self, tmp_path):
        """Real dates, times and numbers of a spreadsheet are what they are."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "contracts"
        sheet.append([*CONTRACT, "window_start", "cases", None])
        dates = {"start_date": dt.datetime(2026, 1, 1), "end_date": dt.date(2027, 12, 31)}
        sheet.append([*{**CONTRACT, **dates}.values(), dt.time(8, 30), 3.0])
        managers = book.create_sheet("managers")
        managers.append(list(MANAGER))
        managers.append(list(MANAGER.values()))
        book.save(tmp_path / "portfolio.xlsx")
        record = read_portfolio(tmp_path / "portfolio.xlsx").contracts[0]
        assert record.start_date == dt.date(2026, 1, 1)
        assert (record.window_start, record.cases) == (dt.time(8, 30), 3)

    def test_what_is_no_workbook_is_named(self, tmp_path):
        """A text file with the name of a workbook is refused."""
        (tmp_path / "portfolio.xlsx").write_text("no zip")
        assert "the workbook cannot be opened" in str(only_problem(tmp_path / "portfolio.xlsx"))

    def test_policy_beside_the_tables_is_read_and_judged(self, tmp_path):
        """Unknown keys and impossible values of policy.toml stand in the same list."""
        folder = folder_of(frames(), tmp_path / "p")
        (folder / "policy.toml").write_text("max_open_cases = 25\n")
        assert read_portfolio(folder).policy.max_open_cases == 25
        (folder / "policy.toml").write_text("max_open_case = 25\ninternal_share = 1.5\n")
        found = [str(item) for item in check_portfolio(folder)]
        assert len(found) == 2
        assert any("did you mean 'max_open_cases'?" in text for text in found)
        assert any("policy.toml, row 2, column 'internal_share'" in text for text in found)


def test_a_dirty_log_is_reported_and_stops_nothing():
    """Defects of a log are findings with counts; the rows stay (R43)."""
    log = [
        {"case_id": "1", "contract_id": "C-1", "opened_at": "2026-10-01T08:00:00"},
        {"case_id": "2", "contract_id": "C-9", "opened_at": "2026-10-01T08:00:00+02:00"},
        {"case_id": "2", "contract_id": "C-1", "opened_at": "yesterday"},
        {
            "case_id": "3",
            "contract_id": "C-1",
            "opened_at": "2026-10-02",
            "closed_at": "2026-10-01",
        },
    ]
    records = read_portfolio(frames(cases=log))
    assert len(records.cases) == 4
    texts = [str(item) for item in records.findings]
    assert len(texts) == 4
    assert any("1 row: no such id in contracts, e.g. row 3" in text for text in texts)
    assert any("1 row: no timestamp, e.g. row 4" in text for text in texts)
    assert any("1 row: closed before it was opened, e.g. row 5" in text for text in texts)
    assert any("1 row: repeats an id, e.g. row 4" in text for text in texts)
    # Offsets are converted: 8:00 two hours east of Greenwich is 6:00 there.
    assert records.cases["opened_at"].iloc[1] == pd.Timestamp("2026-10-01T06:00Z")


def test_a_hundred_thousand_rows_are_checked_and_every_fault_is_listed():
    """All rows share two faults: two problems for each, none lost."""
    number = 100_000
    tables = frames()
    tables["contracts"] = pd.DataFrame(
        {
            **{name: np.repeat(value, number) for name, value in CONTRACT.items()},
            "contract_id": [f"C-{row}" for row in range(number)],
            "deployment": np.repeat("saas", number),
            "need_hours": np.repeat("-1", number),
        }
    )
    assert len(check_portfolio(tables)) == 2 * number


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(portfolios())
def test_folder_workbook_and_frames_read_as_the_same_portfolio(tmp_path_factory, drawn):
    """Whatever the way in, records and fingerprint are the same; row order is no matter."""
    # Logs are tables already; they have tests of their own.
    portfolio = updated(drawn[0], timesheets=pd.DataFrame())
    tables = {
        name: pd.DataFrame([_texts(row) for row in rows][::-1])
        for name in RECORDS
        if (rows := getattr(portfolio, name))
    }
    place = tmp_path_factory.mktemp("ways")
    folder = folder_of(tables, place / "folder")
    with pd.ExcelWriter(place / "book.xlsx") as writer:
        for name, table in tables.items():
            table.to_excel(writer, sheet_name=name, index=False)
    ways = [read_portfolio(source) for source in (folder, place / "book.xlsx", tables)]
    for read in ways:
        assert set(read.contracts) == set(portfolio.contracts)
        assert set(read.managers) == set(portfolio.managers)
        assert read.content_hash == ways[0].content_hash == portfolio.content_hash
    assert all(item.severity == "warning" for item in check_portfolio(ways[0]))


def _texts(record):
    """Return a record as the text of CSV cells."""
    return {
        name: ";".join(value)
        if isinstance(value, tuple)
        else ""
        if value is None
        else str(value)
        for name, value in record
    }

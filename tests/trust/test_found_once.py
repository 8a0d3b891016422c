"""What spoiled files have once brought down, each with the sentence that it brings now."""

import datetime as dt
import json
import time
from zoneinfo import available_timezones

import pandas as pd
import pytest
from small_sample import as_csv, as_workbook, small_sample
from spoiling import folder_with

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import ArgumentError, PlanFileError, PortfolioError
from tsam_planner.io.decision_files import read_decisions
from tsam_planner.io.plans import add_to_plan, read_assignments, read_plan
from tsam_planner.io.portfolios import check_portfolio
from tsam_planner.io.workbook_sheets import DamagedWorkbook, OpenedWorkbook
from tsam_planner.service.policy_files import read_policy
from tsam_planner.tables import cells
from tsam_planner.tables.cell_errors import SEARCHES
from tsam_planner.verify.verification import verify_plan
from tsam_planner.words import closest

TABLES = small_sample()
WEEKS = {"start": "2027-02-01", "weeks": 8}


def problems_of(good, name, column, value):
    """Return what is said of a table in whose first row one cell is another one."""
    header, first, *rows = TABLES[name]
    cells = {**dict(zip(header, first, strict=True)), column: value}
    with folder_with(
        f"{name}.csv", as_csv([list(cells), list(cells.values()), *rows]), good.tables_folder
    ) as folder:
        return [str(item) for item in check_portfolio(folder) if item.file == f"{name}.csv"]


@pytest.mark.parametrize(
    ("name", "column", "value", "message"),
    [
        ("contracts", "cases", "1e300", "expected at most 1,000 cases"),
        ("contracts", "priority", "1e18", "expected at most 1,000"),
        ("contracts", "handover_weight", "1e18", "expected at most 1,000"),
        ("managers", "max_cases", "1e300", "expected at most 1,000,000 cases"),
        ("managers", "hourly_cost", "1e200", "expected at most 1,000,000,000,000"),
        ("demand", "cases", "1e12", "expected at most 1,000 cases"),
        ("profiles", "lead_weeks", "100000", "expected at most 520 weeks"),
    ],
)
def test_a_figure_that_no_sum_can_hold_is_refused(good, name, column, value, message):
    """They overflowed whole millionths, filled the memory, or passed as garbage."""
    (problem,) = problems_of(good, name, column, value)
    assert message in problem


def test_two_long_ids_are_not_compared():
    """Words of 100,000 letters are no slip of each other; comparing them took minutes."""
    letters = "".join(chr(0x4E00 + number * 7 % 250) for number in range(100_000))
    assert closest(letters, [letters[:-1]]) is None


def test_a_long_cell_is_told_by_its_beginning(good):
    """An address in 100,000 letters was looked for from each of them on."""
    (problem,) = problems_of(good, "contracts", "offering", "ab" * 60_000)
    assert len(problem) < 5_000


def test_each_wrong_word_of_a_column_has_a_remedy_of_its_own(good):
    """Kinds of absences are never repeated; what was meant is told of each of them."""
    header, first, *_ = TABLES["absences"]
    rows = [dict(zip(header, first, strict=True)) for _ in range(3)]
    for number, (row, kind) in enumerate(zip(rows, ("leav", "traininx", "zzq"), strict=True)):
        row |= {"kind": kind, "start_date": f"2027-05-0{number + 3}"}
        row |= {"end_date": row["start_date"]}
    table = [header, *(list(row.values()) for row in rows)]
    with folder_with("absences.csv", as_csv(table), good.tables_folder) as folder:
        told = [item.remedy for item in check_portfolio(folder) if item.column == "kind"]
    assert told == ["did you mean 'leave'?", "did you mean 'training'?", "use one of these"]


@pytest.mark.parametrize(
    ("column", "searches"),
    [("time_zone", 2 * SEARCHES), ("offering", SEARCHES)],
)
def test_two_thousand_wrong_words_are_not_all_searched_for(good, monkeypatch, column, searches):
    """
    Each of them was compared with all that are known, and zones were read from the disk anew.

    A word is searched for once however often it stands there, and 100 words of a column at all;
    a zone by its name and, where that is not near, by its city.
    """
    asked, walks = [], []
    monkeypatch.setattr(cells, "closest", lambda name, *_args, **_more: asked.append(name))
    monkeypatch.setattr(
        cells, "available_timezones", lambda: walks.append(1) or available_timezones()
    )
    cells._zones.cache_clear()
    header, first, *_ = TABLES["contracts"]
    row = dict(zip(header, first, strict=True))
    words = [f"Atlantis/City {number // 2}" for number in range(2_000)]
    table = [header]
    for number, word in enumerate(words):
        table.append(list({**row, "contract_id": f"C-{number}", column: word}.values()))
    with folder_with("contracts.csv", as_csv(table), good.tables_folder) as folder:
        told = [item for item in check_portfolio(folder) if item.column == column]
    assert len(told) == len(words)
    assert len(asked) == searches
    assert len(walks) == 1


def test_a_thousand_equal_prices_are_a_thousand_problems(good):
    """Not a problem for each pair of them."""
    card = [TABLES["rates"][0], *[TABLES["rates"][1]] * 1001]
    with folder_with("rates.csv", as_csv(card), good.tables_folder) as folder:
        assert len(check_portfolio(folder)) == 1000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('window_start = "09:00Z"', "expected a local time, without an offset"),
        ("max_open_cases = 1" + "0" * 30, "expected at most 100,000"),
        ("[offers]\nlead_weeks = 1000", "expected at most 520"),
        ("x" + ".x" * 5000 + " = 1", "joins more than 1,000 names"),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(tmp_path, text, message):
    """Times with an offset, figures that overflow dates, keys that take minutes to parse."""
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(PortfolioError, match=message):
        read_policy(tmp_path / "policy.toml")


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("horizon", "weeks"), 4.5, "horizon.weeks: input should be a valid integer"),
        (("horizon", "start"), "9999-12-27", "from 1900 to 2200"),
        (("warnings",), [{}], r"warnings\.0"),
        (("assignments", "contract_id"), [], "columns of different length"),
        (("assignments",), {}, "'contract_id' is missing"),
        (("overlaps", "week", 0), True, "'week' is of another kind"),
        (("contract_weeks", "need_hours", 0), 10**400, "is damaged"),
        (("input_hash",), "\ud800", "cannot be read"),
        (("seed",), float("inf"), "expected finite numbers, got Infinity"),
    ],
)
def test_a_plan_of_other_values_is_damaged(good, place, value, message):
    """It was read before, and failed where its tables were used."""
    document = json.loads(good.read("plan.json"))
    part = document
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    content = json.dumps(document).encode()
    with (
        folder_with("plan.json", content, good.plan_folder) as folder,
        pytest.raises(PlanFileError, match=message),
    ):
        read_plan(folder)


def test_an_account_that_lists_no_names_is_not_believed(good):
    """Files are added to the folder all the same."""
    with folder_with("run.json", b'{"files": [[1], 2]}', good.plan_folder) as folder:
        add_to_plan(folder, {"notes.txt": b"x"})
        assert (folder / "notes.txt").is_file()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("decision", None, "the column is missing"),
        ("hours_per_week", "nan", "row 2, column 'hours_per_week'"),
        ("rate", "1e300", "row 2, column 'rate'"),
        ("margin_currency", "", "row 2, column 'margin_currency'"),
    ],
)
def test_sales_that_cannot_be_understood_are_told_by_cell(good, column, value, message):
    """A missing column was a KeyError, and hours that are no number an overflow."""
    row = {
        "contract_id": "C-004", "decision": "sold", "hours_per_week": "2", "rate": "180",
        "start_date": "2027-02-01", "end_date": "2027-03-28", "currency": "EUR",
        "margin_currency": "EUR",
    }  # fmt: skip
    table = pd.DataFrame([{**row, column: value}])
    if value is None:
        table = table.drop(columns=column)
    plan = pd.DataFrame({"contract_id": ["C-004"], "manager_id": ["M-06"]})
    with pytest.raises(PlanFileError, match=message):
        verify_plan(good.portfolio, plan, sales=table, **WEEKS)


def test_cells_beyond_the_header_and_doubled_columns_are_told(tmp_path):
    """Pandas moved such rows by a column, and passed over the second of two columns."""
    path = tmp_path / "assignments.csv"
    path.write_text("contract_id,manager_id\nC-1,M-1,M-2\nC-2,M-1,\n")
    with pytest.raises(PlanFileError, match="row 2: 3 cells, the header has 2"):
        read_assignments(path)
    path.write_text("contract_id,manager_id,manager_id\nC-1,M-1,M-2\n")
    with pytest.raises(PlanFileError, match="2 columns are called 'manager_id'"):
        read_assignments(path)


def test_a_decision_at_the_end_of_the_calendar_is_damaged(good):
    """A moment of year 0 in UTC is none."""
    spoiled = good.read("decisions.csv").replace(
        b"2027-01-04T00:00:00Z", b"0001-01-01T00:00:00+14:00", 1
    )
    with (
        folder_with("decisions.csv", spoiled) as folder,
        pytest.raises(PlanFileError, match=r"decisions\.csv cannot be read"),
    ):
        read_decisions(folder)


@pytest.fixture
def tokyo(monkeypatch):
    """Let the machine stand in Tokyo."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("tokyo")
def test_a_decision_without_a_zone_was_made_in_utc(good):
    """It was read in the time of the machine: another moment on every other one."""
    content = good.read("decisions.csv").replace(b"T00:00:00Z", b"T23:30:00")
    with folder_with("decisions.csv", content) as folder:
        published = read_decisions(folder).entries[2]
    assert published.when == dt.datetime(2027, 1, 4, 23, 30, tzinfo=dt.UTC)


def test_weeks_beyond_the_calendar_are_refused():
    """Weeks before and after a plan are dates, too."""
    with pytest.raises(ArgumentError, match="from 1900 to 2200"):
        Horizon.of(start="9999-12-27", weeks=4)


def test_a_damaged_workbook_is_closed(tmp_path):
    """It can be replaced at once, and leaves no open file behind."""
    content = as_workbook({"contracts": TABLES["contracts"]})
    (tmp_path / "book.xlsx").write_bytes(
        content.replace(b"xl/workbook.xml", b"xl/workbook.xmm")
    )
    with pytest.raises(DamagedWorkbook, match="cannot be opened"):
        OpenedWorkbook(tmp_path / "book.xlsx")

"""The workbook of a plan: what its cells hold, and what edits of it break and cost."""

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio, updated
from tsam_planner.errors import PlanFileError
from tsam_planner.io.workbook_cells import shown
from tsam_planner.io.workbooks import read_workbook
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company
from tsam_planner.report.workbook.recipe import plan_workbook
from tsam_planner.studies.edits import check_workbook
from tsam_planner.verify.verification import verify_plan

HOSTILE = [
    '=HYPERLINK("http://example.com","click")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "a\x00b\x08c\x1b[31m",
    "x" * 200,
    "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u202eright to left\u202c שלום",
    "_x0041_ and \uffff",
    "<b>&amp;\"quoted\" 'single'</b>",
    "*?~ >5 <>",
]


def planned(contracts, team, **tables):
    """Return the exact plan of four weeks."""
    return make_plan(portfolio(contracts, team, **tables), **FOUR_WEEKS, options=EXACT)


@pytest.fixture(scope="module")
def plan():
    """C-1 with Ada today, C-2 with Bob; only Ada knows what C-3 needs; nobody serves C-4."""
    signed = [
        contract("C-1", cases=5),
        contract("C-2", cases=5),
        contract("C-3", products=("Windchill",)),
        contract("C-4", products=("Arena",)),
    ]
    team = [manager("M-1", name="Ada", products=("Windchill",)), manager("M-2", name="Bob")]
    return planned(signed, team, today={"C-1": "M-1", "C-2": "M-2"})


@pytest.fixture
def workbook(plan, tmp_path):
    """The workbook of that plan on disk."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_workbook(plan))
    return path


def edited(path, change, *, to="edited.xlsx"):
    """Change the assignments sheet as a person would, and save under another name."""
    book = openpyxl.load_workbook(path)
    change(book["Assignments"])
    book.save(path.with_name(to))
    return path.with_name(to)


def opened(content):
    """Open a workbook from its bytes, formulas as texts."""
    return openpyxl.load_workbook(io.BytesIO(content))


def column(sheet, header):
    """Return the values under a header."""
    at = [cell.value for cell in sheet[1]].index(header)
    return [row[at].value for row in sheet.iter_rows(min_row=2)]


def test_assignments_are_the_plan_s(plan, workbook):
    """Owner, substitute, weeks, hours and reason of every stretch."""
    sheet = openpyxl.load_workbook(workbook)["Assignments"]
    assert column(sheet, "Contract") == plan.assignments["contract_id"].tolist()
    assert column(sheet, "Owner") == ["M-1 Ada", "M-2 Bob", "M-1 Ada", None]
    assert column(sheet, "From week") == [dt.datetime(2027, 2, 1)] * 4
    # Four weeks of five hours each.
    assert column(sheet, "Hours") == [20.0] * 4
    assert column(sheet, "Why") == plan.assignments["reason"].tolist()
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:S5"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"


def test_lists_offer_who_may_by_the_rules_of_a_pair(plan, workbook):
    """Anybody for C-1, Ada alone for C-3, nobody for C-4; the number goes along when sorted."""
    book = openpyxl.load_workbook(workbook)
    numbers = column(book["Assignments"], "Owner's list")
    lists = book["_lists"]
    offered = [
        [lists.cell(row, number).value for row in range(2, 2 + lists.cell(1, number).value)]
        for number in numbers
    ]
    assert offered == [["M-1 Ada", "M-2 Bob"], ["M-1 Ada", "M-2 Bob"], ["M-1 Ada"], []]
    rules = book["Assignments"].data_validations.dataValidation
    assert [str(rule.sqref) for rule in rules] == ["C2:C5", "D2:D5"]
    assert all("$R2" in rules[0].formula1 and rule.type == "list" for rule in rules[:1])
    assert (lists.sheet_state, book["_plan"].sheet_state) == ("hidden", "veryHidden")


def test_the_same_plan_gives_the_same_bytes(plan):
    """Dated to the plan's first day, inside and outside."""
    content = plan_workbook(plan)
    assert content == plan_workbook(plan)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert opened(content).properties.created == dt.datetime(2027, 2, 1)


def test_an_unedited_workbook_costs_what_the_plan_costs(plan, workbook):
    """No edits, every rule holds, the plan's points."""
    effect = check_workbook(plan.portfolio, workbook)
    assert effect.edits == ()
    assert effect.ok
    assert effect.is_same_input
    assert effect.after.objective == pytest.approx(plan.objective)
    assert str(effect).startswith("no owner and no substitute was changed")


def test_an_edit_breaks_and_costs_what_the_checker_says(plan, workbook):
    """Bob for C-3, whose product he does not know, and nobody for C-2."""

    def change(sheet):
        sheet["C4"] = "M-2 Bob"
        sheet["C3"] = None

    effect = check_workbook(plan.portfolio, edited(workbook, change))
    assert [str(edit) for edit in effect.edits if edit.column == "manager_id"] == [
        "C-2: owner M-2 → nobody (Assignments!C3)",
        "C-3: owner M-1 → M-2 (Assignments!C4)",
    ]
    table = plan.assignments[["contract_id", "manager_id", "backup_id"]].copy()
    table.loc[table["contract_id"] == "C-3", "manager_id"] = "M-2"
    table.loc[table["contract_id"] == "C-2", ["manager_id", "backup_id"]] = None
    check = verify_plan(plan.portfolio, table, **FOUR_WEEKS)
    assert {str(item) for item in effect.broken} == {str(item) for item in check.violations}
    assert "C-3 with M-2 Bob: does not know Windchill" in str(effect)
    goals = effect.goals.set_index("goal")
    for goal, points in check.goals.items():
        assert goals.loc[goal.replace("_", " "), "after"] == pytest.approx(points)
    assert goals.loc["unassigned", "change"] > 0


def test_ids_are_understood_like_names(plan, workbook):
    """M-2 is Bob; a substitute without an owner is nobody's."""

    def change(sheet):
        sheet["C2"], sheet["D2"] = "M-2", "M-1"

    effect = check_workbook(plan.portfolio, edited(workbook, change))
    assert [edit.after for edit in effect.edits] == ["M-2", "M-1"]
    assert effect.contracts_to_call_anew == ("C-1",)


def test_rows_may_be_sorted_and_columns_moved(plan, workbook):
    """What counts is what stands under the headers."""

    def change(sheet):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1)]
        body = sorted(rows[1:], key=lambda row: row[0], reverse=True)
        for number, row in enumerate([rows[0], *body], start=1):
            for position, value in enumerate(reversed(row), start=1):
                sheet.cell(number, position).value = value

    effect = check_workbook(plan.portfolio, edited(workbook, change))
    assert effect.edits == ()


def test_every_problem_is_told_at_once_with_its_place(plan, workbook):
    """An unknown person, a formula, a new contract, changed weeks, a deleted row."""

    def change(sheet):
        sheet["C2"] = "M-1 Adda"
        sheet["D2"] = "=C3"
        sheet["A3"] = "C-99"
        sheet["E4"] = "2027-02-08"
        sheet.delete_rows(5)

    with pytest.raises(PlanFileError) as caught:
        read_workbook(edited(workbook, change), plan.portfolio)
    told = [str(item) for item in caught.value.problems]
    place = "edited.xlsx:Assignments"
    assert [text.split(";")[0] for text in told] == [
        f"{place}: the row of C-2 (2027-02-01 to 2027-02-22) is missing",
        f"{place}: the row of C-4 (2027-02-01 to 2027-02-22) is missing",
        f"{place}, row 2, column 'Substitute': a formula: =C3",
        f"{place}, row 2, column 'Owner': the text is no manager's",
        f"{place}, row 3, column 'Contract': the plan has no contract 'C-99'",
        f"{place}, row 4, column 'From week': C-3 from 2027-02-08 to 2027-02-22: "
        "the plan has 2027-02-01 to 2027-02-22",
    ]
    assert "did you mean 'M-1'?" in told[3]


def test_a_row_twice_is_one_too_many(plan, workbook):
    """The second one is named with the first."""

    def change(sheet):
        sheet.append([cell.value for cell in sheet[2]])

    with pytest.raises(
        PlanFileError, match="row 6, column 'Contract': C-1 of these weeks stands"
    ):
        read_workbook(edited(workbook, change), plan.portfolio)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda book: setattr(book["Assignments"], "title", "Mine"),
            "there is no sheet of this",
        ),
        (lambda book: book.remove(book["_plan"]), "the hidden sheet .* is missing"),
        (lambda book: setattr(book["_plan"]["A2"], "value", "{"), "is damaged"),
        (lambda book: setattr(book["Assignments"]["C1"], "value", "Who"), "column is missing"),
        (lambda book: setattr(book["Assignments"]["A1"], "value", "Owner"), "appears twice"),
    ],
)
def test_what_was_taken_away_is_named_with_a_remedy(plan, workbook, change, message):
    """Sheets, the hidden record, headers."""
    book = openpyxl.load_workbook(workbook)
    change(book)
    book.save(workbook)
    with pytest.raises(PlanFileError, match=message):
        read_workbook(workbook, plan.portfolio)


def test_no_workbook_is_said_so(plan, tmp_path):
    """A text file, and nothing at all."""
    (tmp_path / "plan.xlsx").write_text("hello")
    with pytest.raises(PlanFileError, match="cannot be opened"):
        read_workbook(tmp_path / "plan.xlsx", plan.portfolio)
    with pytest.raises(PlanFileError, match="does not exist"):
        read_workbook(tmp_path / "none.xlsx", plan.portfolio)


def test_another_portfolio_is_noticed(plan, workbook):
    """Points are told for the portfolio given; who has left is named."""
    more = updated(plan.portfolio, managers=(*plan.portfolio.managers, manager("M-3")))
    assert not check_workbook(more, workbook).is_same_input
    fewer = updated(plan.portfolio, managers=plan.portfolio.managers[1:], assignments=())
    with pytest.raises(PlanFileError, match="has no manager 'M-1' any more"):
        check_workbook(fewer, workbook)


@pytest.fixture(scope="module")
def hostile():
    """A plan in which every name, id and reason that people type is hostile."""
    signed = [
        contract(f"{text}|C{n}".strip(), company_id=f"{text}|K{n}", cases=1)
        for n, text in enumerate(HOSTILE)
    ]
    team = [manager(f"{text}|M{n}".strip(), name=text) for n, text in enumerate(HOSTILE)]
    companies = tuple(
        Company(company_id=f"{text}|K{n}", name=text) for n, text in enumerate(HOSTILE)
    )
    return planned(signed, team, companies=companies)


def test_no_text_of_the_data_becomes_a_formula(hostile):
    """Formulas are ours: none of them holds a word of the data."""
    content = plan_workbook(hostile)
    ours = re.compile(
        r"=(IF|SUM|SUMIFS|SUMPRODUCT|COUNTIFS?|SUBTOTAL|IFERROR|_xlfn\.[A-Z]+)\(|='(Managers|Goals)'!"
    )
    texts = 0
    for sheet in opened(content):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert ours.match(cell.value), cell.value
                    assert "example" not in cell.value
                elif isinstance(cell.value, str) and cell.value[:1] in tuple("=+-@"):
                    texts += 1
                    assert cell.data_type == "s"
                    assert cell.quotePrefix, (sheet.title, cell.coordinate)
    assert texts > 4 * len(HOSTILE[:4])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any("externalLink" in name for name in archive.namelist())


def test_hostile_names_survive_or_are_replaced_visibly(hostile, tmp_path):
    """Control characters become pictures of themselves; all else reads back as it was."""
    assert shown("\t=1+1") == "␉=1+1"
    assert shown("a\x00b\ud800\uffff") == "a␀b\ufffd\ufffd"
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_workbook(hostile))
    effect = check_workbook(hostile.portfolio, path)
    assert effect.edits == ()
    assert effect.ok
    customers = column(openpyxl.load_workbook(path)["Assignments"], "Customer")
    assert "x" * 200 in customers
    assert "\u202eright to left\u202c שלום" in customers


def test_ids_in_place_of_names_where_asked(plan):
    """A pseudonymous workbook names nobody."""
    with zipfile.ZipFile(io.BytesIO(plan_workbook(plan, pseudonymous=True))) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"M-1" in text
    assert b"Ada" not in text


def test_values_shown_are_those_of_the_tables(plan):
    """Programs that do not compute formulas see the plan's figures, too."""
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook(plan)), data_only=True)
    weeks = plan.manager_weeks.groupby("manager_id")
    sheet = book["Managers"]
    assert column(sheet, "Load")[:-1] == pytest.approx(weeks["load_hours"].sum().tolist())
    assert column(sheet, "Most cases")[:-1] == weeks["cases"].max().tolist()
    shares = pd.Series(column(book["Manager weeks"], "Utilization"), dtype=float)
    assert shares.to_numpy() == pytest.approx(plan.manager_weeks["utilization"].to_numpy())
    assert column(book["Goals"], "Points")[-2] == pytest.approx(plan.objective)

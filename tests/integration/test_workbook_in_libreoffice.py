"""The workbook in a real spreadsheet program: its formulas, its pages, a file it saved."""

import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.report.workbook.recipe import plan_workbook
from tsam_planner.studies.edits import check_workbook

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(
    SOFFICE is None,
    reason="no LibreOffice on this machine (Debian: apt install libreoffice-calc)",
)


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """Return a function that opens a workbook in LibreOffice and saves it as something."""
    profile = tmp_path_factory.mktemp("profile")

    def run(content, kind):
        folder = tmp_path_factory.mktemp(kind)
        (folder / "plan.xlsx").write_bytes(content)
        command = [
            SOFFICE,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(folder / "out"),
            str(folder / "plan.xlsx"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return folder / "out" / f"plan.{kind}"

    return run


def without_values(content):
    """Remove the values that formulas show, so that a program has to compute them."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/"):
                part = re.sub(
                    rb"(<c [^>]*?)( t=\"str\")?(>)(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1\3\4", part
                )
            target.writestr(name, part)
    return result.getvalue()


def planned(names):
    """Return a plan of twelve contracts, one too many, and people of given names."""
    signed = [
        contract(f"C-{n:02}", cases=9, need_hours=4 + n % 3, priority=1 + n) for n in range(12)
    ]
    signed.append(contract("C-99", products=("Arena",)))
    team = [manager(f"{name}-{n}", name=f"{name} {n}") for n, name in enumerate(names)]
    return make_plan(portfolio(signed, team), **FOUR_WEEKS, options=EXACT)


@pytest.fixture(scope="module", params=[("M", "M", "M", "N"), ("*", "?", "=1", "007")])
def plan(request):
    """Plans of plain names, and of names that SUMIFS would mistake for patterns."""
    return planned(request.param)


def values(sheet, header):
    """Return the values under a header."""
    at = [cell.value for cell in sheet[1]].index(header)
    return [row[at].value for row in sheet.iter_rows(min_row=2)]


def test_formulas_give_the_plan_s_figures(plan, convert):
    """Managers, weeks, goals and summary, computed by LibreOffice from nothing."""
    content = without_values(plan_workbook(plan))
    book = openpyxl.load_workbook(convert(content, "xlsx"), data_only=True)
    ids = [item.manager_id for item in plan.facts.managers]
    weeks = plan.manager_weeks.groupby("manager_id")
    sheet = book["Managers"]
    count = len(ids)
    for header, expected in (
        ("Load", weeks["load_hours"].sum()),
        ("Deployable hours", weeks["deployable_hours"].sum()),
        ("Cover hours", weeks["cover_hours"].sum()),
        ("Most cases", weeks["cases"].max()),
        ("Limit of cases", weeks["max_cases"].max()),
        ("Fullest week", weeks["utilization"].max()),
        ("Utilization", weeks["load_hours"].sum() / weeks["deployable_hours"].sum()),
        ("Utilization with edits", weeks["load_hours"].sum() / weeks["deployable_hours"].sum()),
    ):
        assert values(sheet, header)[:count] == pytest.approx(expected[ids].tolist()), header
    assert values(sheet, "Load")[count] == pytest.approx(plan.manager_weeks["load_hours"].sum())
    shares = values(book["Manager weeks"], "Utilization")
    assert shares == pytest.approx(plan.manager_weeks["utilization"].tolist())
    assert values(book["Goals"], "Points")[-2] == pytest.approx(plan.objective)
    summary = {row[0].value: row[1].value for row in book["Summary"].iter_rows(max_col=2)}
    alone = plan.assignments[plan.assignments["status"] == "unassigned"]
    hours = plan.contract_weeks.groupby("contract_id")["planned_hours"].sum()
    assert summary["Rows without an owner"] == len(alone)
    assert summary["Hours without an owner"] == pytest.approx(hours[alone["contract_id"]].sum())
    assert summary["Points, as written"] == pytest.approx(plan.objective)
    assert summary["Rows that you edited"] == 0


def sums_itself(cell):
    """Say whether a formula's range on its own sheet holds the formula."""
    ranges = re.findall(r"(?<![!$A-Z])([A-Z]+)(\d+):\1(\d+)", cell.value)
    return any(
        letter == cell.column_letter
        and min(int(first), int(last)) <= cell.row <= max(int(first), int(last))
        for letter, first, last in ranges
    )


@pytest.mark.parametrize(
    ("signed", "team"),
    [([], []), ([contract()], []), ([], [manager()])],
    ids=["nothing", "nobody", "no contract"],
)
def test_formulas_of_empty_tables_give_what_they_show(signed, team, convert):
    """No formula includes its own cell; computed anew, each gives the value that it showed."""
    content = plan_workbook(make_plan(portfolio(signed, team), **FOUR_WEEKS, options=EXACT))
    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    computed = convert(without_values(content), "xlsx")
    seen = openpyxl.load_workbook(computed, data_only=True)
    cells = [
        (sheet.title, cell)
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert cells
    for title, cell in cells:
        assert not sums_itself(cell), (title, cell.coordinate, cell.value)
        before, now = (book[title][cell.coordinate].value for book in (shown, seen))
        assert (now or 0) == pytest.approx(before or 0), (title, cell.coordinate, cell.value)


def test_figures_follow_edits(convert):
    """C-00 goes from its owner to another one: rows, hours and utilization go along."""
    made = planned(("M", "M", "M", "N"))
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook(made)))
    sheet = book["Assignments"]
    other = next(name for name in values(sheet, "Owner") if name and name != sheet["C2"].value)
    before, hours = sheet["C2"].value, values(sheet, "Hours")[0]
    sheet["C2"] = other
    edited = io.BytesIO()
    book.save(edited)
    seen = openpyxl.load_workbook(convert(edited.getvalue(), "xlsx"), data_only=True)
    change = dict(
        zip(
            values(seen["Managers"], "Manager"),
            values(seen["Managers"], "Change by edits"),
            strict=True,
        )
    )
    assert change[other] == pytest.approx(hours)
    assert change[before] == pytest.approx(-hours)
    summary = {row[0].value: row[1].value for row in seen["Summary"].iter_rows(max_col=2)}
    assert summary["Rows that you edited"] == 1
    assert values(seen["Assignments"], "Edited")[0] == "edited"


def test_what_it_saves_is_read_back(plan, convert):
    """Nothing counts as an edit, and lists to choose from are still there."""
    saved = convert(plan_workbook(plan), "xlsx")
    effect = check_workbook(plan.portfolio, saved)
    assert effect.edits == ()
    assert effect.after.objective == pytest.approx(plan.objective)
    rules = openpyxl.load_workbook(saved)["Assignments"].data_validations.dataValidation
    assert any("_lists" in (rule.formula1 or "") for rule in rules)


def test_lists_are_found_by_the_formula_of_the_drop_down(plan, convert):
    """The first and the last name of each row's list, by the very formula of the cell."""
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook(plan)))
    sheet, lists = book["Assignments"], book["_lists"]
    [rule] = [one for one in sheet.data_validations.dataValidation if str(one.sqref)[0] == "C"]
    for row in range(2, sheet.max_row + 1):
        cells = rule.formula1.replace("$R2", f"$R{row}")
        sheet.cell(row, 25).value = f"=COUNTA({cells})"
        sheet.cell(row, 26).value = f"=INDEX({cells},1)"
    asked = io.BytesIO()
    book.save(asked)
    seen = openpyxl.load_workbook(convert(asked.getvalue(), "xlsx"), data_only=True)[
        "Assignments"
    ]
    for row, number in enumerate(values(sheet, "Owner's list"), start=2):
        assert seen.cell(row, 25).value == lists.cell(1, number).value
        assert seen.cell(row, 26).value == (lists.cell(2, number).value or 0)


def test_it_prints(plan, convert):
    """A page for each sheet at least, and no complaint."""
    pages = convert(plan_workbook(plan), "pdf").read_bytes()
    assert pages.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pages)) >= 13

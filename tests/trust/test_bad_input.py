"""Bad input at the command line and in ids: sentences, no tracebacks, no file elsewhere."""

import ast
import io
import re
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_sample import as_csv, small_sample
from spoiling import folder_with, spoiled_archives, spoiled_bytes, spoiled_tables

from examples import FOUR_WEEKS, contract, manager
from money_examples import STEADY, booked, records_of
from tsam_planner.cli.commands import run
from tsam_planner.planning.recipe import make_plan
from tsam_planner.report.page.works_council import works_council_page
from tsam_planner.report.publication import publish_plan

SOURCES = sorted((Path(__file__).parents[2] / "src").rglob("*.py"))
TABLES = small_sample()
# Of cells that hold no such date openpyxl tells in a warning, and goes on.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
HOSTILE = (
    "../../x", "/etc/passwd", "..", "CON", "C:\\x", "a" * 300, "a\nb", "😀", "=1+1", "-x",
    "<script>alert(1)</script>", "\x1b[31m", "{{7*7}}", "a.csv", "\u202e",
)  # fmt: skip


def answer(*arguments):
    """Run a command at a terminal of few letters; return its exit code and what it says."""
    out, error = (io.TextIOWrapper(io.BytesIO(), "ascii") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(error):
        code = run([str(argument) for argument in arguments])
    out.flush()
    error.flush()
    # What typer says of a call itself is in UTF-8 even there.
    return code, (out.buffer.getvalue() + error.buffer.getvalue()).decode()


@settings(deadline=None)
@given(name=st.sampled_from(sorted(TABLES)), as_json=st.booleans(), data=st.data())
def test_check_answers_for_any_portfolio(good, name, as_json, data):
    """Exit code 0 or 2, and sentences without control characters."""
    table = as_csv(TABLES[name])
    content = data.draw(spoiled_tables(TABLES[name]).map(as_csv) | spoiled_bytes(table))
    with folder_with(f"{name}.csv", content, good.tables_folder) as folder:
        code, said = answer("check", folder, *["--json"] * as_json)
    assert code in (0, 2)
    assert "Traceback" not in said
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", said)


@settings(deadline=None)
@given(
    name=st.sampled_from(
        ("plan.json", "plan.xlsx", "assignments.csv", "sales.csv", "run.json")
    ),
    command=st.sampled_from(("verify", "compare", "explain")),
    data=st.data(),
)
def test_commands_about_a_plan_answer_for_any_folder(good, name, command, data):
    """Exit code 0, 1 or 2: nothing that stands in a plan's folder is a failure of ours."""
    content = good.read(name)
    spoiled = spoiled_archives(content) if name == "plan.xlsx" else spoiled_bytes(content)
    with folder_with(name, data.draw(spoiled), good.plan_folder) as folder:
        place = folder / name if name == "plan.xlsx" else folder
        calls = {
            "verify": ("verify", good.tables_folder, place),
            "compare": ("compare", good.plan_folder, place),
            "explain": ("explain", good.tables_folder, place, "C-036", "--time-limit", "1"),
        }
        code, said = answer(*calls[command])
    assert code in (0, 1, 2), said
    assert "Traceback" not in said


@pytest.fixture(scope="module")
def hostile_plan():
    """Return a plan whose ids and names are hostile."""
    signed = [contract(name, company_id=name) for name in HOSTILE]
    people = [manager(name, name=name) for name in HOSTILE]
    records = records_of(signed).model_copy(
        update={"managers": people, "timesheets": booked(dict.fromkeys(HOSTILE, STEADY))}
    )
    return make_plan(records, **FOUR_WEEKS)


@pytest.fixture(scope="module")
def hostile(hostile_plan, tmp_path_factory):
    """Return the folder of that plan, in one of its own."""
    return publish_plan(hostile_plan, tmp_path_factory.mktemp("hostile") / "inner" / "plan")


def test_nothing_is_written_outside_the_folder(hostile):
    """An id such as ../../x names a file inside, with digits in place of what is not plain."""
    root = hostile.parents[1]
    outside = [path for path in root.rglob("*") if not path.is_relative_to(hostile)]
    assert outside == [hostile.parent]
    names = [path.name for path in hostile.rglob("*") if path.is_file()]
    assert len([name for name in names if name.endswith(".ics")]) == len(HOSTILE) + 1
    assert len(list((hostile / "evidence").iterdir())) == len(HOSTILE)
    plain = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]*")
    assert [name for name in names if not plain.fullmatch(name) or len(name) > 80] == []


def test_no_page_holds_a_script_of_an_id(hostile):
    """Ids are shown as text: the pages have the scripts of the package only."""
    pages = [path.read_text(encoding="utf-8") for path in hostile.rglob("*.html")]
    assert len(pages) == len(HOSTILE) + 1
    assert not any("<script>alert" in page for page in pages)
    assert any("&lt;script&gt;alert" in page for page in pages)


def test_no_calendar_holds_a_line_of_an_id(hostile):
    """A line break in an id begins no line of its own: every line is a property, or folded."""
    for path in hostile.rglob("*.ics"):
        lines = path.read_bytes().decode().split("\r\n")
        assert not any("\n" in line for line in lines)
        assert all(re.match(r" |[A-Z-]+[:;]|$", line) for line in lines), path


def test_no_page_for_a_works_council_holds_an_id(hostile_plan):
    """It shows nobody, and so nothing that an id could bring in."""
    page = works_council_page(hostile_plan).decode()
    assert "<h1" in page
    assert not any(name in page for name in ("<script>alert", "{{7*7}}", "../../x", "\x1b"))


def test_no_id_is_a_formula_of_the_workbook(hostile):
    """What begins with = is a text in each cell where it stands."""
    with zipfile.ZipFile(hostile / "plan.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "sheets/" in name]
    assert sheets
    assert not any(re.search(rb"<f>[^<]*1\+1", sheet) for sheet in sheets)


def test_no_module_runs_what_a_file_says():
    """
    No pickle, no eval and no shell.

    One study packs itself for its own workers, who take it from the pipe of their parent; no
    file is read that way.
    """
    found = {
        (path.name, name)
        for path in SOURCES
        for name in _names_in(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == {("sweep_study.py", "pickle")}


FORBIDDEN = frozenset(
    {
        "pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml",
        "subprocess", "eval", "exec", "compile", "__import__", "os.system", "os.popen",
        "read_pickle", "allow_pickle",
    }
)  # fmt: skip


def _names_in(tree):
    """Yield what a module imports or calls of what could run the content of a file."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [item.name.partition(".")[0] for item in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [(node.module or "").partition(".")[0], *(item.name for item in node.names)]
        elif isinstance(node, ast.Call):
            called = node.func
            # re.compile makes a pattern, no code.
            if isinstance(called, ast.Name):
                names = [called.id]
            elif isinstance(called, ast.Attribute) and called.attr != "compile":
                names = [called.attr, ast.unparse(called)]
            names += [item.arg or "" for item in node.keywords]
        yield from FORBIDDEN.intersection(names)

"""Every command, called with whatever stands in its arguments, and about spoiled files."""

import re
import shutil

import pytest
from hostile_calls import calls
from hypothesis import given, settings
from hypothesis import strategies as st
from small_sample import as_csv, small_sample
from spoiling import folder_with, spoiled_bytes, spoiled_tables
from test_bad_documents import MAPPING, as_toml
from test_bad_input import answer

TABLES = small_sample()
# Commands take longer than readers: a part of the examples of other tests.
fewer = settings(deadline=None, max_examples=max(10, settings.default.max_examples // 10))
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:openpyxl"),
    pytest.mark.filterwarnings("ignore::tsam_planner.errors.DataQualityWarning"),
]


@pytest.fixture(scope="module")
def desk(good, tmp_path_factory):
    """Return a folder of its own with a portfolio, two plans, a mapping, prices and revenue."""
    place = tmp_path_factory.mktemp("desk") / "inner"
    shutil.copytree(good.tables_folder, place / "portfolio")
    shutil.copytree(good.plan_folder, place / "plan")
    shutil.copytree(good.plan_folder, place / "plan-2")
    shutil.copy(place / "portfolio" / "rates.csv", place / "rates.csv")
    (place / "map.toml").write_bytes(as_toml(MAPPING))
    (place / "notes.txt").write_text("not to be lost")
    code, said = answer(
        "revenue",
        place / "portfolio",
        place / "plan",
        "--draws",
        "20",
        "--out",
        place / "money",
    )
    assert code == 0, said
    shutil.copy(place / "money" / "revenue.csv", place / "revenue.csv")
    return place


@fewer
@given(call=calls())
def test_any_call_is_answered(desk, call):
    """Exit code 0, 1 or 2, no traceback, no control character, and nothing outside."""
    with pytest.MonkeyPatch.context() as patch, folder_with("x", b"") as folder:
        shutil.copytree(desk, folder / "desk", symlinks=True)
        patch.chdir(folder / "desk")
        code, said = answer(*call)
        assert (folder / "desk" / "notes.txt").read_text() == "not to be lost" or (
            call[0] in ("report", "staff") or "notes.txt" in call
        )
        assert sorted(path.name for path in folder.iterdir()) == ["desk", "x"]
    assert code in (0, 1, 2), (call, said)
    assert "Traceback" not in said
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", said)


LONG = "a" * 5000
WEEKS = ("--start", "2027-02-01", "--weeks", "260")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("check", LONG), "cannot be used as a path: File name too long"),
        (("new", LONG), "File name too long"),
        (("compare", "plan", LONG), "File name too long"),
        (("import", "rates.csv", "--map", LONG, "--out", "new"), "File name too long"),
        (("verify", "portfolio", "a\0b"), "embedded null byte"),
        (("report", "portfolio", "plan", "--out", ""), "it names a folder, not a file"),
        (
            ("report", "portfolio", "plan", "--out", "rates.csv/x"),
            "rates.csv/x cannot be written",
        ),
        (
            ("forecast", "portfolio", *WEEKS, "--out", "new", "--draws", "1" + "0" * 20),
            "expected draws <= 1,000,000, got 100,000",
        ),
        (
            ("forecast", "portfolio", *WEEKS, "--out", "new", "--draws", "1000000"),
            "for so many contracts and weeks",
        ),
        (
            ("revenue", "portfolio", "plan", "--draws", "1000000000"),
            "expected draws <= 1,000,000",
        ),
    ],
)
def test_a_call_that_failed_once_is_refused(desk, monkeypatch, call, message):
    """Exit code 2 and a sentence; each was a traceback, and the last filled the memory."""
    monkeypatch.chdir(desk)
    code, said = answer(*call)
    assert code == 2, said
    assert message in said
    assert "Traceback" not in said


ABOUT = {
    "check": (),
    "forecast": ("--start", "2027-02-01", "--weeks", "4", "--draws", "20", "--out", "out"),
    "revenue": ("plan", "--draws", "20", "--out", "out"),
    "reconcile": ("revenue.csv", "--from", "2026-10", "--to", "2027-03", "--out", "out"),
    "report": ("plan", "--out", "out.html"),
    "replan": ("plan", "--out", "out", "--time-limit", "1"),
    "explain": ("plan", "C-036", "--time-limit", "1"),
    "sell-or-hire": ("plan", "--time-limit", "1"),
    "staff": ("--start", "2027-02-01", "--weeks", "4", "--time-limit", "1"),
}


@fewer
@given(
    command=st.sampled_from(sorted(ABOUT)), name=st.sampled_from(sorted(TABLES)), data=st.data()
)
def test_any_command_answers_for_a_spoiled_portfolio(desk, command, name, data):
    """What one table holds is refused, or is worked with to the end."""
    content = data.draw(spoiled_tables(TABLES[name]).map(as_csv))
    with pytest.MonkeyPatch.context() as patch, folder_with("x", b"") as folder:
        shutil.copytree(desk, folder / "desk")
        patch.chdir(folder / "desk")
        (folder / "desk" / "portfolio" / f"{name}.csv").write_bytes(content)
        code, said = answer(command, "portfolio", *ABOUT[command])
    assert code in (0, 1, 2), (command, said)
    assert "Traceback" not in said


PLAN_FILES = ("plan.json", "decisions.csv", "run.json", "assignments.csv")


@fewer
@given(
    command=st.sampled_from(("revenue", "report", "replan", "reconcile", "sell-or-hire")),
    name=st.sampled_from(PLAN_FILES),
    data=st.data(),
)
def test_any_command_answers_for_a_spoiled_plan(good, desk, command, name, data):
    """A plan that cannot be used is refused, and nothing else comes out."""
    content = data.draw(spoiled_bytes(good.read(name)))
    with pytest.MonkeyPatch.context() as patch, folder_with("x", b"") as folder:
        shutil.copytree(desk, folder / "desk")
        patch.chdir(folder / "desk")
        (folder / "desk" / "plan" / name).write_bytes(content)
        code, said = answer(command, "portfolio", *ABOUT[command])
    assert code in (0, 1, 2), (command, said)
    assert "Traceback" not in said

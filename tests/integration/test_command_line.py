"""The command line: answers, exit codes, and what is not imported."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pytest

from tsam_planner.cli import terminal
from tsam_planner.cli.commands import run

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
CONTRACTS = (
    "contract_id,company_id,offering,deployment,start_date,end_date,time_zone,need_hours\n"
    "C-1,K-1,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome,5\n"
)
MANAGERS = "manager_id,time_zone,products\nM-1,Europe/Rome,\nM-2,America/Los_Angeles,\n"
# What people and their tools may rely on; a plan's folder may hold more.
FILES = {
    "plan.xlsx",
    "additional_hours.csv", "assignments.csv", "calendars", "calls.csv", "calls.ics",
    "contract_weeks.csv", "deliverables.csv", "figures", "manager_weeks.csv",
    "missing_calls.csv", "overlaps.csv", "plan.json", "response_gaps.csv", "run.json",
    "weekend_sessions.csv",
}  # fmt: skip
WEEKS = ["--start", "2027-02-01", "--weeks", "4"]


@pytest.fixture
def small(tmp_path):
    """Return a folder with one contract in Rome and managers in Rome and Los Angeles."""
    folder = tmp_path / "portfolio"
    folder.mkdir()
    (folder / "contracts.csv").write_text(CONTRACTS)
    (folder / "managers.csv").write_text(MANAGERS)
    return folder


HEAVY = "{'ortools', 'matplotlib', 'numba', 'pandas', 'scipy', 'numpy'} & set(sys.modules)"


@pytest.mark.parametrize(
    "code",
    [
        "import tsam_planner",
        "from tsam_planner.cli.commands import run; run(['--help'])",
        "from tsam_planner.cli.commands import run; run(['plan', '--help'])",
    ],
)
def test_help_and_import_load_nothing_heavy(code):
    """Help answers without solver, plots, compilers or DataFrames."""
    code = f"import sys\n{code}\nheavy = {HEAVY}\nsys.exit(str(heavy) if heavy else 0)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_version_is_that_of_the_installed_package(capsys):
    """One line, and exit code 0."""
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"tsam-planner {version('tsam-planner')}\n"


def test_plan_writes_a_folder_that_verify_accepts(small, tmp_path, capsys):
    """Plan, verify, and the summary's words."""
    out = tmp_path / "out"
    assert run(["plan", str(small), *WEEKS, "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "Served    1 of 1 contracts by 1 of 2 managers" in shown
    assert "proven optimal" in shown
    assert run(["verify", str(small), str(out)]) == 0
    # There is nobody else who is eligible: no substitute.
    assert capsys.readouterr().out.splitlines() == [
        "every rule holds; 0.00 points",
        "points of substitutes: 1,000.00 (no backup 1,000)",
    ]
    assert {path.name for path in out.iterdir()} >= FILES


def test_an_edited_plan_that_breaks_a_rule_leaves_with_one(small, tmp_path, capsys):
    """Rome's contract given to Los Angeles: exit 1, the rule named."""
    bare = tmp_path / "edited"
    bare.mkdir()
    (bare / "assignments.csv").write_text("contract_id,manager_id\nC-1,M-2\n")
    assert run(["verify", str(small), str(bare), *WEEKS]) == 1
    shown = capsys.readouterr().out
    assert "C-1 with M-2: has a daily overlap of 0 h, needs 2 h (window overlaps" in shown


def test_verify_says_what_edits_of_the_workbook_break_and_cost(small, tmp_path, capsys):
    """Unedited it holds; Rome's contract given to Los Angeles breaks a rule: exit 1."""
    out = tmp_path / "out"
    assert run(["plan", str(small), *WEEKS, "--out", str(out), "--quiet"]) == 0
    workbook = out / "plan.xlsx"
    assert run(["verify", str(small), str(workbook)]) == 0
    assert "no owner and no substitute was changed" in capsys.readouterr().out
    book = openpyxl.load_workbook(workbook)
    book["Assignments"]["C2"] = "M-2"
    book.save(workbook)
    assert run(["verify", str(small), str(workbook)]) == 1
    shown = capsys.readouterr().out
    assert "edited: C-1: owner M-1 → M-2 (Assignments!C2)" in shown
    assert "breaks: C-1 with M-2: has a daily overlap of 0 h, needs 2 h" in shown
    assert "points: 0.00 → " in shown
    assert "calls to be planned anew: C-1" in shown
    assert run(["verify", str(small), str(workbook), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert [edit["cell"] for edit in answer["edits"]] == ["Assignments!C2"]
    assert answer["broken_by_edits"] == answer["violations"]
    assert run(["verify", str(small), str(workbook), *WEEKS]) == 2
    book["Assignments"]["C2"] = "Nobody I know"
    book.save(workbook)
    capsys.readouterr()
    assert run(["verify", str(small), str(workbook), "--json"]) == 2
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["row"], problem["column"]) == (2, "Owner")


def test_verify_says_what_changed_since_the_plan_was_made(small, tmp_path, capsys):
    """Another portfolio and other points than recorded are both mentioned."""
    out = tmp_path / "out"
    assert run(["plan", str(small), *WEEKS, "--out", str(out), "--quiet"]) == 0
    # Of 6.5 h a week 5.2 are deployable; 5 h are 0.58 h above 85 % and 0.06 h above 95 % of
    # them, four times 0.58 + 3 x 0.06 points. The calls are still good.
    part_time = "manager_id,time_zone,products,weekly_hours\nM-1,Europe/Rome,,6.5\n"
    (small / "managers.csv").write_text(part_time)
    capsys.readouterr()
    assert run(["verify", str(small), str(out)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "every rule holds; 3.04 points",
        "points of substitutes: 1,000.00 (no backup 1,000)",
        "the portfolio is not the one that the plan was made from",
        "the plan as it was written had 0.00 points",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan", "{}", "--quarter", "2027Q5", "--out", "x"], "expected a quarter"),
        (["plan", "{}", "--start", "2027-02-02", "--weeks", "4", "--out", "x"], "a Monday"),
        (["plan", "{}", "--out", "x"], "name the weeks"),
        (["plan", "{}", *WEEKS, "--out", "{}"], "choose another output folder"),
        (["plan", "nowhere", *WEEKS, "--out", "x"], "it does not exist"),
        (["plan", "{}", *WEEKS, "--out", "x", "--gap", "2"], "relative_gap in"),
        (["verify", "{}", "{}"], "does not exist"),
        (["new", "{}"], "exists already and is not empty"),
        (["plan", "{}"], "--out"),
        (["check", "nowhere"], "it does not exist"),
    ],
)
def test_a_wrong_call_leaves_with_two_and_writes_nothing(
    small, tmp_path, monkeypatch, capsys, arguments, words
):
    """The message says what is wrong; the folder stays as it was."""
    monkeypatch.chdir(tmp_path)
    assert run([word.format(small) for word in arguments]) == 2
    captured = capsys.readouterr()
    assert words in captured.out + captured.err
    assert [path.name for path in tmp_path.iterdir()] == ["portfolio"]


def test_check_lists_one_unwrapped_line_per_problem(small, capsys):
    """Two faults, two lines, exit 2; a mended portfolio leaves with 0."""
    (small / "contracts.csv").write_text(
        CONTRACTS.replace("on_prem", "saas").replace("Europe/Rome", "UTC+1")
    )
    assert run(["check", str(small)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("error: contracts.csv, row 2, column 'time_zone': 'UTC+1'")
    assert "(R3)" in lines[1]
    (small / "contracts.csv").write_text(CONTRACTS)
    assert run(["check", str(small)]) == 0


def test_json_answers_programs(small, tmp_path, capsys):
    """Plan, verify and check answer in JSON where asked."""
    out = str(tmp_path / "out")
    assert run(["plan", str(small), *WEEKS, "--out", out, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["objective"] == 0
    assert run(["verify", str(small), out, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    assert run(["check", str(small), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"errors": [], "warnings": []}
    assert run(["check", "nowhere", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"]


def test_a_new_portfolio_lacks_only_its_rows(tmp_path, capsys):
    """The template, folder or workbook, is complete but for what people must fill in."""
    for name in ("empty", "empty.xlsx"):
        assert run(["new", str(tmp_path / name)]) == 0
        capsys.readouterr()
        assert run(["check", str(tmp_path / name)]) == 2
        errors = [line for line in capsys.readouterr().out.splitlines() if "error: " in line]
        assert len(errors) == 2
        assert all("no rows" in line for line in errors)


def test_an_interrupted_search_writes_its_best_plan(tmp_path, monkeypatch, capsys):
    """Ctrl-C ends the search, not the program: a verified plan, exit 130."""

    @contextmanager
    def interrupting_progress(clock, limit, *, shown):
        assert shown
        pressed = []

        def see(_incumbent):
            if not pressed:
                pressed.append(True)
                os.kill(os.getpid(), signal.SIGINT)

        line = terminal.ProgressLine(clock, limit)
        line.see = see
        yield line

    monkeypatch.setattr(terminal, "progress", interrupting_progress)
    out = tmp_path / "plan"
    call = ["plan", str(SAMPLE), "--quarter", "2027Q1", "--out", str(out), "--gap", "0"]
    assert run([*call, "--workers", "1"]) == 130
    assert "the best plan so far, if any, will be written" in capsys.readouterr().err
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert document["stop_reason"] == "interrupted"
    assert run(["verify", str(SAMPLE), str(out)]) == 0

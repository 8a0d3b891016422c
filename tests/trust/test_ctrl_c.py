"""Ctrl-C at any moment: the best plan so far, or nothing; never a traceback, nothing half."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.random_portfolio import random_portfolio
from small_sample import small_sample, write_tables
from writers import contents

from tsam_planner import SolveOptions, make_plan, read_plan, read_portfolio, verify_plan
from tsam_planner.cli.commands import run
from tsam_planner.planning.searches import Searcher
from tsam_planner.solver import race
from tsam_planner.studies.frontier import handover_frontier
from tsam_planner.studies.scenario import Scenario
from tsam_planner.studies.scenarios import plan_scenarios
from tsam_planner.studies.sensitivity import sensitivity
from tsam_planner.studies.sweeps import sweep
from tsam_planner.studies.team import smallest_team
from tsam_planner.studies.year import plan_year

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")
ROOT = Path(__file__).parents[2]
# Where a plan is made, in turn: module and function.
PHASES = [
    ("tsam_planner.planning.recipe", "gather_facts"),
    ("tsam_planner.planning.primaries", "model_primaries"),
    ("tsam_planner.solver.solve", "_search"),
    ("tsam_planner.planning.people", "find_backups"),
    ("tsam_planner.planning.recipe", "place_calls"),
    ("tsam_planner.planning.recipe", "verify_decisions"),
    ("tsam_planner.report.publication", "draw_figures"),
    ("tsam_planner.report.publication", "write_plan"),
    ("tsam_planner.io.folders", "_exchange"),
]
SHORT = SolveOptions(time_limit=5)
NAMES = [name for _, name in PHASES]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Return the folder of a small portfolio."""
    folder = tmp_path_factory.mktemp("sample")
    write_tables(folder, small_sample())
    return folder


@pytest.fixture(scope="module")
def earlier(sample, tmp_path_factory):
    """Return the folder of a plan."""
    folder = tmp_path_factory.mktemp("earlier") / "plan"
    assert run(plan_call(sample, folder)) == 0
    return folder


def press(monkeypatch, module, name, times):
    """Let Ctrl-C be pressed whenever a function is entered, for as often as told."""
    entered = sys.modules[module].__dict__[name]
    left = [times]

    def interrupted(*args, **named):
        while left[0]:
            left[0] -= 1
            signal.raise_signal(signal.SIGINT)
        return entered(*args, **named)

    monkeypatch.setattr(f"{module}.{name}", interrupted)


def plan_call(sample, out):
    """Return the words of a short plan command."""
    return ["plan", str(sample), "--quarter", "2027Q1", "--out", str(out), "--time-limit", "5"]


@pytest.mark.parametrize(("module", "name"), PHASES, ids=NAMES)
def test_ctrl_c_in_any_phase_gives_a_whole_plan(
    module, name, sample, tmp_path, monkeypatch, capsys
):
    """Exit code 130, and a plan that keeps every rule."""
    out = tmp_path / "plan"
    with monkeypatch.context() as patched:
        press(patched, module, name, 1)
        assert run(plan_call(sample, out)) == 130
    assert capsys.readouterr().err.splitlines() == [
        "stopping; the best plan so far, if any, will be written (again to abort)"
    ]
    assert run(["verify", str(sample), str(out)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.parametrize(("module", "name"), PHASES, ids=NAMES)
def test_a_second_ctrl_c_leaves_everything_as_it_was(
    module, name, sample, earlier, tmp_path, monkeypatch, capsys
):
    """Exit code 130 and a word about it; the earlier plan's files are the same bytes."""
    out = shutil.copytree(earlier, tmp_path / "plan")
    with monkeypatch.context() as patched:
        press(patched, module, name, 2)
        assert run(plan_call(sample, out)) == 130
    told = capsys.readouterr()
    assert told.err.splitlines()[1:] == ["interrupted; no file was left half written"]
    assert contents(out) == contents(earlier)
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_ctrl_c_while_the_portfolio_is_read_writes_nothing(
    sample, tmp_path, monkeypatch, capsys
):
    """There is no plan yet that could be the best so far."""
    press(monkeypatch, "tsam_planner.io.portfolios", "read_portfolio", 1)
    assert run(plan_call(sample, tmp_path / "plan")) == 130
    told = capsys.readouterr().err.splitlines()
    assert told[1:] == ["interrupted; no file was left half written"]
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_planning_again_writes_the_best_plan(
    sample, earlier, tmp_path, monkeypatch, capsys
):
    """Exit code 130, and what changes stands beside it."""
    again = tmp_path / "again"
    words = ["replan", str(sample), str(earlier), "--from", "2027-02-01"]
    with monkeypatch.context() as patched:
        press(patched, "tsam_planner.planning.primaries", "model_primaries", 1)
        assert run([*words, "--out", str(again)]) == 130
    assert "the best plan so far, if any, will be written" in capsys.readouterr().err
    assert (again / "changes.csv").is_file()
    assert run(["verify", str(sample), str(again)]) == 0


@pytest.fixture(scope="module")
def planned():
    """Return a portfolio that engines have to search for, with its plan."""
    portfolio = random_portfolio(6, 30, 0.9, seed=0)
    return portfolio, make_plan(portfolio, quarter="2027Q1", options=SHORT)


def press_while_searching(monkeypatch):
    """Let Ctrl-C reach the main thread while engines search, as Python delivers it."""
    press(monkeypatch, "tsam_planner.solver.race", "_wait", 1)


def press_once_proven(monkeypatch):
    """Let Ctrl-C come when a search is over, and has proven what it was asked for."""
    waited = race._wait

    def waiting(*args):
        waited(*args)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(race, "_wait", waiting)


def test_ctrl_c_in_a_search_of_make_plan_gives_its_best_plan(planned, monkeypatch):
    """Later searches of the plan end at once, too: each problem is searched as if stopped."""
    stopped = []
    searched = Searcher._solve

    def told(self, *args, **named):
        result = searched(self, *args, **named)
        stopped.append(self.is_stopped)
        return result

    monkeypatch.setattr(Searcher, "_solve", told)
    press_while_searching(monkeypatch)
    portfolio, _ = planned
    plan = make_plan(portfolio, quarter="2027Q1", options=SHORT)
    assert str(plan.stop_reason) == "interrupted"
    assert set(stopped) == {True}
    assert verify_plan(portfolio, plan.assignments, quarter="2027Q1").ok


STUDIES = {
    "scenarios": lambda portfolio, _: plan_scenarios(
        portfolio, [Scenario("base"), Scenario("again")], quarter="2027Q1", options=SHORT
    ),
    "year": lambda portfolio, _: plan_year(portfolio, 2027, quarters=2, options=SHORT),
    "team": lambda _, plan: smallest_team(plan, options=SHORT),
    "frontier": lambda _, plan: handover_frontier(plan, options=SHORT),
    "sensitivity": lambda _, plan: sensitivity(plan, options=SHORT),
}


def test_ctrl_c_ends_a_study_though_the_search_has_proven_enough(planned, monkeypatch):
    """It is meant for the whole."""
    press_once_proven(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        STUDIES["scenarios"](*planned)


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_ctrl_c_ends_a_study_of_several_searches(study, planned, monkeypatch):
    """What follows from a search that was cut short is not told as if it were the best."""
    press_while_searching(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        study(*planned)


def test_ctrl_c_in_a_sweep_keeps_no_plan_that_was_cut_short(planned, tmp_path, monkeypatch):
    """The point is not in the cache: it is planned when the sweep goes on."""
    portfolio, _ = planned
    press_while_searching(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        sweep(portfolio, [Scenario("base")], quarter="2027Q1", cache=tmp_path, options=SHORT)
    assert [
        path for path in tmp_path.rglob("*.json") if "interrupted" in path.read_text()
    ] == []


def planner(sample, out):
    """Start a process that plans."""
    return subprocess.Popen(
        [sys.executable, "-m", "tsam_planner", *plan_call(sample, out)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def seconds(sample, tmp_path_factory):
    """Return how long the whole command takes here and now."""
    begun = time.monotonic()
    planner(sample, tmp_path_factory.mktemp("undisturbed") / "plan").communicate()
    return time.monotonic() - begun


@pytest.mark.parametrize("trial", range(int(os.environ.get("TSAM_INTERRUPTS", "2"))))
def test_ctrl_c_at_a_random_moment_leaves_a_whole_plan_or_none(
    trial, seconds, sample, tmp_path
):
    """From the first import to the last word; sometimes it is pressed twice."""
    chance = random.Random(trial)
    out = tmp_path / "plan"
    process = planner(sample, out)
    for share in chance.choice([(1.0,), (0.8, 0.2)]):
        time.sleep(chance.uniform(0.0, share * seconds))
        process.send_signal(signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode in (0, 130, -signal.SIGINT), told
    assert "Traceback" not in told or process.returncode == -signal.SIGINT
    # A second Ctrl-C may meet the removal of the folder that was filled.
    left = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".plan-")}
    assert left <= {"plan"}
    if out.exists():
        plan = read_plan(out)
        document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
        assert document["bound"] <= document["objective"] == plan.objective
        portfolio = read_portfolio(sample)
        assert verify_plan(portfolio, plan.assignments, quarter="2027Q1").ok

"""Sweeps: every point once, in the order of the grid, however and wherever it is planned."""

import errno
import json
import multiprocessing
import os
import pickle
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, HORIZON, contract, manager, portfolio
from tsam_planner.errors import ArgumentError, DataQualityWarning, StudyError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Prospect
from tsam_planner.service.policy import Policy
from tsam_planner.studies.drawn import draw_portfolio
from tsam_planner.studies.plan_figures import figures_of
from tsam_planner.studies.scenario import Scenario
from tsam_planner.studies.sweep_results import SweepResults
from tsam_planner.studies.sweep_study import Parcel, SweepStudy
from tsam_planner.studies.sweeps import SWEEP_FIGURES, sweep

HOW = {**FOUR_WEEKS, "options": EXACT}
SERVED = "contracts served in all weeks"
# Of 5 h and 10 cases each: two managers hold three of them each, by cases.
GRID = {"need_factor": [1.0, 2.0], "policy.max_open_cases": [9, 19, 30]}


def base(**tables):
    """Return three contracts of 5 hours and 10 cases, and two managers."""
    signed = [contract(f"C-{number}", cases=10) for number in (1, 2, 3)]
    return portfolio(signed, [manager("M-1"), manager("M-2")], **tables)


@pytest.fixture
def planned(monkeypatch):
    """Return the list of points that were planned by this process."""
    points = []
    plan = SweepStudy.plan

    def counted(study, point):
        points.append(point)
        return plan(study, point)

    monkeypatch.setattr(SweepStudy, "plan", counted)
    return points


def test_a_grid_is_planned_in_its_order():
    """Of 10 cases, a book of 9 holds none, one of 19 a single one: 0, 2 and 3 are served."""
    table = sweep(base(), GRID, **HOW)
    assert table.columns.tolist() == [*GRID, *SWEEP_FIGURES]
    assert table["need_factor"].tolist() == [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]
    assert table["policy.max_open_cases"].tolist() == [9, 19, 30] * 2
    assert table[SERVED].tolist() == [0.0, 2.0, 3.0] * 2
    # 5 h each are within the allowance of 10 h, and so are 10 h.
    assert table["unfunded hours"].tolist() == [0.0] * 6
    assert table["error"].isna().all()


def test_figures_are_those_of_the_plan():
    """A point says what a plan of the same scenario says, with bound, gap and reason."""
    row = sweep(base(), {"need_factor": [3.0]}, **HOW).iloc[0]
    plan = make_plan(Scenario("more", need_factor=3.0).apply(base()), **HOW)
    figures = figures_of(plan)
    assert (*figures, "bound", "gap", "stop_reason", "error") == SWEEP_FIGURES
    assert row[list(figures)].to_dict() == figures
    assert (row["bound"], row["gap"]) == (plan.bound, plan.gap)
    assert row["stop_reason"] == "proven optimal"


def test_scenarios_are_swept_by_name():
    """One row each, with its name for parameter; composed ones as others."""
    few = Scenario("few", policy={"max_open_cases": 19})
    table = sweep(base(), [few, few.then(Scenario("lost", lost=["C-1"]))], **HOW)
    assert table["scenario"].tolist() == ["few", "few, lost"]
    assert table["contracts planned"].tolist() == [3.0, 2.0]


def test_make_builds_scenarios_of_any_parameters():
    """Growth of 100 % is a factor of 2; who leaves is a parameter as well, kept as it is."""

    def make(growth, leavers):
        return Scenario("made", need_factor=1 + growth, without_managers=leavers)

    grid = {"growth": np.array([0.0, 1.0]), "leavers": [(), ("M-1", "M-2")]}
    table = sweep(base(), grid, make=make, **HOW)
    assert table["growth"].tolist() == [0.0, 0.0, 1.0, 1.0]
    assert table["leavers"].tolist() == [(), ("M-1", "M-2")] * 2
    assert table[SERVED].tolist() == [3.0, 0.0] * 2


def test_policy_keys_join_a_policy_of_the_grid():
    """One parameter holds whole sets of keys, the other one key more."""
    grid = {"policy": [{"averaging_weeks": 2}], "policy.max_open_cases": [9]}
    assert sweep(base(), grid, **HOW)[SERVED].tolist() == [0.0]


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"need": [1.0]}, "no parameter 'need'; there are without_managers"),
        ({"policy.case_limit": [28]}, r"no parameter 'policy\.case_limit'"),
        ({"need_factor": []}, "at least one scenario, and a value of each parameter"),
        ([], "at least one scenario"),
        ({"won": "C-1"}, "expected a sequence of values of 'won', got 'C-1'"),
        ([Scenario("a"), Scenario("a")], "names of their own, got a, a"),
    ],
)
def test_a_grid_that_names_nothing_is_refused(grid, message):
    """Before anything is planned."""
    with pytest.raises(ArgumentError, match=message):
        sweep(base(), grid, **HOW)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"draws": 0}, "draws >= 1, got 0"),
        ({"seed": -1}, "seed >= 0, got -1"),
        ({"make": lambda **_: Scenario("x"), "grid": {"points": [1]}}, "'points' has the name"),
        ({"make": lambda **_: Scenario("x"), "grid": [Scenario("a")]}, "scenarios were given"),
        ({"cache": __file__}, "cannot be made: File exists"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(arguments, message):
    """With the value that is wrong."""
    with pytest.raises(ArgumentError, match=message):
        sweep(base(), **{"grid": {"need_factor": [1.0]}, **HOW, **arguments})


def test_a_broken_point_does_not_stop_the_rest(monkeypatch):
    """A negative factor, somebody unknown, a defect: each row says so; the last is planned."""

    def fails(scenario, portfolio):
        if scenario.without_managers == ("M-2",):
            return 1 // 0
        return applied(scenario, portfolio)

    applied = Scenario.apply
    monkeypatch.setattr(Scenario, "apply", fails)
    grid = {"need_factor": [-1.0, 1.0], "without_managers": [["M-9"], ["M-2"], []]}
    table = sweep(base(), grid, **HOW)
    errors = table["error"].tolist()
    assert all("expected factors >= 0" in text for text in errors[:3])
    assert "without_managers has unknown M-9" in errors[3]
    assert errors[4:] == ["ZeroDivisionError: integer division or modulo by zero", None]
    assert table[SERVED].isna().tolist() == [True] * 5 + [False]


def test_only_broken_points_leave_the_columns_as_they_are():
    """Figures are numbers, all missing."""
    table = sweep(base(), {"lost": [["C-9"]]}, **HOW)
    assert table.columns.tolist() == ["lost", *SWEEP_FIGURES]
    assert table["points"].dtype == float


class TestCache:
    """Results on disk: what is there is not planned again."""

    def test_a_sweep_goes_on_where_it_was(self, tmp_path, planned):
        """Two of three values are there; the third is planned, and the table is the same."""
        sweep(base(), {"need_factor": [1.0, 2.0]}, **HOW, cache=tmp_path)
        assert len(planned) == len(list(tmp_path.iterdir())) == 2
        whole = sweep(base(), {"need_factor": [3.0, 2.0, 1.0]}, **HOW, cache=tmp_path)
        assert [point.parameters["need_factor"] for point in planned] == [1.0, 2.0, 3.0]
        again = sweep(base(), {"need_factor": [3.0, 2.0, 1.0]}, **HOW, cache=tmp_path)
        assert len(planned) == 3
        pd.testing.assert_frame_equal(again, whole)
        alone = sweep(base(), {"need_factor": [3.0, 2.0, 1.0]}, **HOW)
        pd.testing.assert_frame_equal(alone, whole)

    def test_an_interrupted_sweep_keeps_what_was_ready(self, tmp_path, monkeypatch, planned):
        """Interrupted at the third of six points, it has four to plan."""
        plan = SweepStudy.plan

        def interrupted(study, point):
            if len(planned) == 2:
                raise KeyboardInterrupt
            return plan(study, point)

        with monkeypatch.context() as patched:
            patched.setattr(SweepStudy, "plan", interrupted)
            with pytest.raises(KeyboardInterrupt):
                sweep(base(), GRID, **HOW, cache=tmp_path)
        planned.clear()
        sweep(base(), GRID, **HOW, cache=tmp_path)
        assert len(planned) == 4

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"fingerprint": "x", "result": {}}'])
    def test_a_file_that_cannot_be_read_is_planned_again(self, tmp_path, planned, text):
        """Empty, cut off, of another shape or another point: told, and written anew."""
        first = sweep(base(), {"need_factor": [1.0, 2.0]}, **HOW, cache=tmp_path)
        spoiled = min(tmp_path.iterdir())
        before = json.loads(spoiled.read_text())
        spoiled.write_text(text)
        with pytest.warns(
            DataQualityWarning, match=f"{spoiled.name} .* is planned again"
        ) as told:
            second = sweep(base(), {"need_factor": [1.0, 2.0]}, **HOW, cache=tmp_path)
        assert told[0].filename == __file__
        assert len(planned) == 3
        pd.testing.assert_frame_equal(first, second)
        assert json.loads(spoiled.read_text()) == before

    @pytest.mark.parametrize(
        "change",
        [
            {"weeks": 3},
            {"options": None},
            {"portfolio": portfolio([contract()], [manager()])},
            {"portfolio": base(policy=Policy(max_open_cases=9))},
            {"draws": 1},
        ],
    )
    def test_another_question_has_another_answer(self, tmp_path, planned, change):
        """Other weeks, options, contracts, policy, a drawn future: nothing is mixed up."""
        asked = {"portfolio": base(), "grid": {"need_factor": [1.0]}, **HOW, "cache": tmp_path}
        sweep(**asked)
        sweep(**{**asked, **change})
        assert len(planned) == 2

    @pytest.mark.parametrize("name", ["tsam-planner", "holidays", "tzdata", "highspy"])
    def test_another_version_of_what_makes_plans_plans_again(
        self, tmp_path, planned, monkeypatch, name
    ):
        """Holidays, time zones and engines change results as this library does."""

        def newer(package):
            return "999" if package == name else version(package)

        sweep(base(), {"need_factor": [1.0]}, **HOW, cache=tmp_path)
        monkeypatch.setattr("tsam_planner.studies.sweep_study.version", newer)
        sweep(base(), {"need_factor": [1.0]}, **HOW, cache=tmp_path)
        assert len(planned) == 2

    def test_points_that_mean_the_same_are_planned_once(self, tmp_path, planned):
        """Names change nothing, nor whether a number is numpy's."""
        one, two = Scenario("a"), Scenario("b", lost=["C-1"])
        sweep(base(), [one, replace(one, name="c")], **HOW)
        sweep(base(), [one.then(two), replace(one, name="c").then(two)], **HOW)
        sweep(base(), {"need_factor": np.array([2.0])}, **HOW, cache=tmp_path)
        table = sweep(base(), {"need_factor": [2.0, 2.0]}, **HOW, cache=tmp_path)
        assert len(planned) == 3
        assert len(table) == 2

    def test_errors_are_not_kept(self, tmp_path, planned):
        """Whatever was wrong may have been set right."""
        sweep(base(), {"lost": [["C-9"]]}, **HOW, cache=tmp_path)
        assert list(tmp_path.iterdir()) == []
        sweep(base(), {"lost": [["C-9"]]}, **HOW, cache=tmp_path)
        assert len(planned) == 2

    def test_a_result_is_there_whole_or_not_at_all(self, tmp_path, monkeypatch):
        """Writing that fails leaves no file, neither of a result nor of a part."""

        def full(*_):
            raise OSError(errno.ENOSPC, "no space left")

        monkeypatch.setattr("pathlib.Path.replace", full)
        with pytest.raises(OSError, match="no space left"):
            SweepResults(tmp_path).keep("abc", {"points": 1.0})
        assert list(tmp_path.iterdir()) == []


class TestDraws:
    """Futures: seeded, independent of their number, the same for all scenarios."""

    def test_each_scenario_is_planned_in_each_future(self):
        """Two by three points; need strays beyond the allowance of 10 h in some of them."""
        grid = {"need_factor": [1.0, 2.0]}
        table = sweep(base(), grid, **HOW, draws=3)
        assert table.columns.tolist() == ["need_factor", "draw", *SWEEP_FIGURES]
        assert table["draw"].tolist() == [0, 1, 2] * 2
        assert len(set(table["unfunded hours"])) > 1
        again = sweep(base(), grid, **HOW, draws=3)
        pd.testing.assert_frame_equal(table, again)

    def test_more_draws_keep_those_that_there_were(self, tmp_path, planned):
        """Of four draws, two are in the cache; another seed has none."""
        few = sweep(base(), {"need_factor": [2.0]}, **HOW, draws=2, cache=tmp_path)
        more = sweep(base(), {"need_factor": [2.0]}, **HOW, draws=4, cache=tmp_path)
        pd.testing.assert_frame_equal(more.iloc[:2], few)
        assert len(planned) == 4
        sweep(base(), {"need_factor": [2.0]}, **HOW, draws=2, seed=1, cache=tmp_path)
        assert len(planned) == 6

    def test_need_is_explicit_in_a_future(self):
        """Each contract and week has its hours and cases, different from draw to draw."""
        one, two = (draw_portfolio(base(), HORIZON, draw).demand for draw in (0, 1))
        assert {(row.contract_id, row.week) for row in one} == {
            (f"C-{number}", monday) for number in (1, 2, 3) for monday in HORIZON.mondays
        }
        assert [row.need_hours for row in one] != [row.need_hours for row in two]
        assert [row.cases for row in one] != [row.cases for row in two]
        assert draw_portfolio(base(), HORIZON, 0).demand == one

    def test_scenarios_are_compared_in_the_same_futures(self):
        """Twice the need is twice the hours of each week; people and policy change none."""
        one = draw_portfolio(base(), HORIZON, 0).demand
        double = draw_portfolio(Scenario("x", need_factor=2.0).apply(base()), HORIZON, 0).demand
        hours = [row.need_hours for row in double]
        assert hours == pytest.approx([2 * row.need_hours for row in one], abs=2e-4)
        gone = Scenario("x", without_managers=["M-1"], policy={"max_open_cases": 9})
        assert draw_portfolio(gone.apply(base()), HORIZON, 0).demand == one

    def test_the_mean_of_futures_is_the_planning_figure(self):
        """5 h a week, over 400 futures: their standard error is about 1 %."""
        hours = [
            row.need_hours
            for draw in range(400)
            for row in draw_portfolio(
                portfolio([contract()], [manager()]), HORIZON, draw
            ).demand
        ]
        assert np.mean(hours) == pytest.approx(5.0, rel=0.05)

    def test_prospects_are_won_or_lost(self):
        """With a chance of a half, some futures have two contracts, others one."""
        prospect = Prospect(**contract("C-9").model_dump(), win_probability=0.5)
        records = portfolio([contract()], [manager()], prospects=(prospect,))
        drawn = [draw_portfolio(records, HORIZON, draw) for draw in range(12)]
        assert {len(one.contracts) for one in drawn} == {1, 2}
        assert all(one.prospects == () for one in drawn)

    def test_prospects_that_a_future_wins_grow_like_contracts(self):
        """Twice the need is twice the hours of a prospect, in the same future."""
        prospect = Prospect(**contract("C-9").model_dump(), win_probability=1.0)
        records = portfolio([contract()], [manager()], prospects=(prospect,))
        double = Scenario("x", need_factor=2.0).apply(records)
        one, two = (draw_portfolio(row, HORIZON, 0).demand for row in (records, double))
        assert {row.contract_id for row in two} == {"C-1", "C-9"}
        hours = [row.need_hours for row in two]
        assert hours == pytest.approx([2 * row.need_hours for row in one], abs=2e-4)

    def test_a_known_future_needs_no_room_for_others(self):
        """A policy with a risk plans each future as one without."""
        records = base(policy=Policy(risk=0.05))
        assert draw_portfolio(records, HORIZON, 0).policy.risk is None


class TestExecutors:
    """Side by side: the same table as one after the other."""

    def test_threads_and_processes_plan_the_same(self):
        """Also of drawn futures and of a broken point."""
        grid = {"need_factor": [1.0, 2.0, 3.0], "lost": [(), ("C-9",)]}
        alone = sweep(base(), grid, **HOW, draws=2)
        with ThreadPoolExecutor(2) as executor:
            threads = sweep(base(), grid, **HOW, draws=2, executor=executor)
        with _processes() as executor:
            processes = sweep(base(), grid, **HOW, draws=2, executor=executor)
        pd.testing.assert_frame_equal(threads, alone)
        pd.testing.assert_frame_equal(processes, alone)

    def test_what_was_ready_outlives_dead_processes(self, tmp_path, monkeypatch, planned):
        """Killed after the first result; the same call goes on, and plans no point twice."""
        keep = SweepResults.keep

        def keep_and_kill(*arguments):
            keep(*arguments)
            for process in multiprocessing.active_children():
                os.kill(process.pid, signal.SIGKILL)

        factors = {"need_factor": [1 + 0.1 * number for number in range(24)]}
        with monkeypatch.context() as patched, _processes() as executor:
            patched.setattr(SweepResults, "keep", keep_and_kill)
            with pytest.raises(StudyError, match=r"of 24 points have no result.*same call"):
                sweep(base(), factors, **HOW, cache=tmp_path, executor=executor)
            # A pool that is broken from the start says the same.
            with pytest.raises(StudyError, match="2 of 2 points have no result"):
                sweep(base(), {"need_factor": [8.0, 9.0]}, **HOW, executor=executor)
        ready = len(list(tmp_path.iterdir()))
        assert 1 <= ready < 24
        table = sweep(base(), factors, **HOW, cache=tmp_path)
        assert len(planned) == 24 - ready
        pd.testing.assert_frame_equal(table, sweep(base(), factors, **HOW))

    def test_a_study_is_packed_and_unpacked_once(self):
        """Whoever has it looks only at the name; what was worked out stays behind."""
        records = base()
        records.worked_out["much"] = "work"
        parcel = Parcel(SweepStudy(records, HORIZON, EXACT, 0))
        there, again = (pickle.loads(pickle.dumps(parcel)) for _ in range(2))
        assert there is again
        assert there.packed == parcel.packed
        assert there.study.portfolio.content_hash == records.content_hash
        assert there.study.portfolio.worked_out == {}


def _processes():
    # Forking a process that has threads is deprecated from Python 3.12 on.
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


def test_the_bar_is_on_standard_error_only(capsys):
    """Nothing without a terminal, unless it is asked for."""
    sweep(base(), {"need_factor": [1.0, 2.0]}, **HOW)
    assert capsys.readouterr() == ("", "")
    sweep(base(), {"need_factor": [1.0, 2.0]}, **HOW, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "2/2" in shown.err

"""Killed at any moment: the folder holds one plan whole, the old one or the new one."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from writers import contents, two_plans, write_in_turn

from tsam_planner.io.plans import read_plan
from tsam_planner.report.publication import publish_plan

ROOT = Path(__file__).parents[2]
WRITER = Path(__file__).with_name("writers.py")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return what the folders of both plans hold when nobody disturbs their writers."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return [contents(publish_plan(plan, folder / "plan")) for plan in two_plans()]


def writer(folder, times=10**6):
    """Start a process that writes plans in turn."""
    places = os.pathsep.join(str(ROOT / name) for name in ("src", "tests", "tests/trust"))
    return subprocess.Popen(
        [sys.executable, WRITER, folder, str(times)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": places},
        text=True,
    )


def kill_while_writing(folder, moment):
    """Let a process write plans, and kill it some seconds after the first one stands."""
    with writer(folder) as process:
        assert process.stdout.readline() == "writing\n"
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("trial", range(int(os.environ.get("TSAM_KILLS", "3"))))
def test_a_killed_writer_leaves_the_old_plan_or_the_new_one(trial, whole, tmp_path):
    """Every byte is that of one of both plans, wherever in three writings the end comes."""
    folder = tmp_path / "plan"
    kill_while_writing(folder, random.Random(trial).uniform(0.0, 3.0))
    assert contents(folder) in whole
    assert read_plan(folder).assignments.shape[0] in (1, 3)
    # What the dead process left beside the folder disturbs nobody.
    write_in_turn(folder, 1)
    assert contents(folder) == whole[1]


def test_two_runs_into_one_folder_end_with_one_of_both_plans(whole, tmp_path):
    """Neither of them fails, whoever is last."""
    with writer(tmp_path / "plan", 4) as one, writer(tmp_path / "plan", 4) as other:
        one.communicate()
        other.communicate()
    assert (one.returncode, other.returncode) == (0, 0)
    assert contents(tmp_path / "plan") in whole
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]

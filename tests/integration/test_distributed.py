"""A sweep on a Dask cluster: two worker processes, one of which is killed on the way."""

import os
import signal

import dask
import pandas as pd
import pytest
from distributed import Client, LocalCluster

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.errors import StudyError
from tsam_planner.studies.sweep_results import SweepResults
from tsam_planner.studies.sweeps import sweep

HOW = {**FOUR_WEEKS, "options": EXACT, "draws": 2}
# 12 factors in 2 futures make 24 points.
GRID = {"need_factor": [1 + 0.1 * number for number in range(12)]}
RECORDS = portfolio(
    [contract(f"C-{number}", cases=10) for number in (1, 2, 3)],
    [manager("M-1"), manager("M-2")],
)


@pytest.fixture
def client():
    """Return the client of a cluster of two processes with a thread each."""
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def kept(client, monkeypatch):
    """Return what is written to the cache; after the first result, a worker is killed."""
    names = []
    keep = SweepResults.keep

    def keep_and_kill(store, fingerprint, result):
        keep(store, fingerprint, result)
        if not names:
            os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)
        names.append(fingerprint)

    monkeypatch.setattr(SweepResults, "keep", keep_and_kill)
    return names


def test_a_killed_worker_costs_no_point(client, kept, tmp_path):
    """
    What it was at is planned by others: every point once, as one after the other.

    Half of the points are broken, and say so wherever they are planned.
    """
    grid = {**GRID, "lost": [(), ("C-9",)]}
    before = set(client.run(os.getpid).values())
    table = sweep(RECORDS, grid, **HOW, cache=tmp_path, executor=client.get_executor())
    assert min(before) not in client.run(os.getpid).values()
    assert len(kept) == len(set(kept)) == len(list(tmp_path.iterdir())) == 24
    assert len(table) == 48
    assert table["error"].notna().sum() == 24
    pd.testing.assert_frame_equal(table, sweep(RECORDS, grid, **HOW))


@pytest.fixture
def impatient():
    """Have the scheduler give up a point whose worker dies once."""
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}):
        yield


def test_points_that_are_given_up_are_planned_by_the_next_call(
    impatient, client, kept, tmp_path
):
    """All others are kept; together, both calls plan every point once."""
    executor = client.get_executor()
    with pytest.raises(StudyError, match=r"of 24 points have no result.*KilledWorker"):
        sweep(RECORDS, GRID, **HOW, cache=tmp_path, executor=executor)
    assert 1 <= len(kept) < 24
    table = sweep(RECORDS, GRID, **HOW, cache=tmp_path, executor=executor)
    assert len(kept) == len(set(kept)) == 24
    pd.testing.assert_frame_equal(table, sweep(RECORDS, GRID, **HOW))

"""Many plans in one process: it holds no more after the last of them than after the first."""

import os
import tempfile

from benchmarks.harness.holdings import take_stock
from benchmarks.soak import soak

# Portfolios, planned in turn by one thread and by a race of two; then all of them again.
PORTFOLIOS = 4
PLANS = int(os.environ.get("TSAM_SOAK", "12"))


def test_a_process_holds_no_more_after_many_plans(tmp_path, monkeypatch):
    """
    Every plan is published and one in five explained; the same portfolios come in turn.

    Once all have been planned, nothing is left to be learnt: threads, open files, children,
    figures, temporary files and objects stay as many, but for one of the test's own per plan.
    """
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    held = list(soak(PLANS, tmp_path / "plan", lambda number: number % PORTFOLIOS))
    first, last = held[PORTFOLIOS - 1], held[-1]
    for name in ("threads", "python_threads", "open_files", "children", "figures", "temporary"):
        assert getattr(last, name) <= getattr(first, name), name
    # A plan that is kept has some thousands; what is explained first imports a little more.
    assert last.objects <= first.objects + 500 + PLANS


def test_stock_is_taken_of_what_is_left_behind(tmp_path):
    """An open file and a thousand objects are seen."""
    before = take_stock()
    with (tmp_path / "open").open("w"):
        kept = [[] for _ in range(1000)]
        after = take_stock()
    assert after.open_files == before.open_files + 1
    assert after.objects >= before.objects + len(kept)

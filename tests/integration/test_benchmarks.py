"""The benchmarks run, keep what they ran, and show it."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks import gap, publication, scale, soak
from benchmarks import load as whole_command
from benchmarks.compare import report
from benchmarks.compare.__main__ import main as run_compare
from benchmarks.harness import run
from benchmarks.harness.cells import Cell
from benchmarks.harness.pricing import row_of
from benchmarks.harness.problems import Case, draw, load, save
from benchmarks.harness.store import Store
from benchmarks.methods import Answer, Moment
from benchmarks.methods.spreadsheet import keep_today, plan_by_hand

from tsam_planner.solver import AssignmentProblem

METHODS = ("engine", "cp-sat", "highs", "spreadsheet")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the file of a comparison on one small instance."""
    file = tmp_path_factory.mktemp("results") / "compare.csv"
    run_compare(_arguments(file))
    return file


def _arguments(file: Path) -> list[str]:
    chosen = ["--methods", *METHODS, "--limit", "2", "--seeds", "0", "--results", str(file)]
    return ["4x12-90", *chosen]


def _one_agent() -> Case:
    """Return tasks of 6 and 5 hours and an agent of 8, who serves the first one today."""
    problem = AssignmentProblem.from_dense(
        cost=[[1.0, 1.0]],
        load=[[6.0], [5.0]],
        capacity=[[8.0]],
        unassigned_cost=[60.0, 50.0],
    )
    return Case(problem, np.array([0, -1]))


def test_every_method_returns_a_plan_of_comparable_cost(results):
    """Exact methods agree on the optimum of a small instance; no plan costs less."""
    rows = {row["method"]: row for row in Store(results).latest()}
    assert tuple(rows) == METHODS
    assert {rows[name]["status"] for name in METHODS[:3]} == {"optimal"}
    costs = [float(rows[name]["objective"]) for name in METHODS]
    assert costs[0] == costs[1] == costs[2] <= costs[3]
    assert all(float(row["peak_mb"]) > 0 and row["versions"] for row in rows.values())


def test_a_finished_cell_is_not_run_again(results, tmp_path):
    """A second run adds no row; with ``--again`` the old row stays and the new one counts."""
    file = tmp_path / "compare.csv"
    file.write_bytes(results.read_bytes())
    run_compare(_arguments(file))
    assert file.read_bytes() == results.read_bytes()
    arguments = _arguments(file)
    arguments[2:6] = ["spreadsheet"]
    run_compare([*arguments, "--again"])
    assert file.read_bytes().startswith(results.read_bytes())
    assert len(Store(file).latest()) == len(METHODS)
    assert len(file.read_text().splitlines()) == 1 + len(METHODS) + 1


def test_tables_and_figures_show_what_was_run(results, tmp_path):
    """The table has a line per method and says where it was made."""
    table = tmp_path / "table.md"
    figures = ["--table", str(table), "--figures", str(tmp_path)]
    run_compare(["--results", str(results), *figures])
    text = table.read_text()
    assert "### 4x12-90, 2 s, 1 seed" in text
    assert all(f"| {method} | " in text for method in METHODS)
    assert "cores" in text
    assert (tmp_path / "compare-90.png").stat().st_size > 0


def test_a_crash_is_a_row(tmp_path):
    """What goes wrong is recorded, and counted in the table."""
    store = Store(tmp_path / "compare.csv")
    cell = Cell(benchmark="compare", instance="4x12-90", method="nobody", seed=0, limit=1.0)
    run.run_all([cell], store)
    (row,) = store.latest()
    assert row["status"] == "crashed"
    assert "nobody" in row["note"]
    assert "1 crashed" in report.tables([row])


def test_a_method_that_does_not_return_is_killed(tmp_path, monkeypatch):
    """A search of 10 s that may take 0.2 s is a row, too."""
    monkeypatch.setattr(run, "grace", lambda limit: 0.2 - limit)
    store = Store(tmp_path / "compare.csv")
    cell = Cell(benchmark="compare", instance="10x50-90", method="cp-sat", seed=0, limit=10.0)
    run.run_all([cell], store)
    assert [row["status"] for row in store.latest()] == ["killed"]


def test_a_plan_that_breaks_a_limit_has_no_cost():
    """6 + 5 hours do not fit in 8, whoever claims so."""
    row = row_of(_one_agent(), Answer(option_of_task=np.array([0, 1]), bound=0.0))
    assert row["status"] == "infeasible"
    assert "objective" not in row


def test_a_row_says_when_gaps_were_reached():
    """100 and 96 are within 5 %; 51 and 51 are the same. Serving nobody (110) is no plan."""
    moments = [Moment(0.5, 110.0, 0.0), Moment(1.0, 100.0, 96.0), Moment(2.0, 51.0, 51.0)]
    plan = np.array([0, -1])
    row = row_of(_one_agent(), Answer(option_of_task=plan, bound=51.0, history=moments))
    assert row["status"] == "optimal"
    assert (row["objective"], row["gap"], row["unassigned"]) == (51.0, 0.0, 1)
    assert (row["first_seconds"], row["to_5pct"], row["to_1pct"]) == (1.0, 1.0, 2.0)


def test_the_spreadsheet_planner_keeps_and_fits():
    """Today's manager keeps the contract of 6 hours; 5 more do not fit."""
    assert plan_by_hand(_one_agent()).tolist() == [0, -1]
    assert keep_today(_one_agent()).tolist() == [0, -1]


def test_a_problem_on_file_is_the_same(tmp_path):
    """A drawn problem, saved and loaded, has equal arrays."""
    case = draw("4x12-90", 0)
    save(case, tmp_path / "problem.npz")
    again = load(tmp_path / "problem.npz")
    for name in ("option_task", "option_cost", "load_amount", "capacity", "overload_cost"):
        assert np.array_equal(getattr(case.problem, name), getattr(again.problem, name))
    assert [task.tolist() for task, _ in case.problem.groups] == [
        task.tolist() for task, _ in again.problem.groups
    ]
    assert np.array_equal(case.start, again.start)


def test_published_instances_come_from_a_folder(tmp_path):
    """Costs 1 2 / 2 1, uses 1, capacities 1: each agent serves its cheap task, cost 2."""
    (tmp_path / "tiny").write_text("2 2  1 2 2 1  1 1 1 1  1 1")
    (tmp_path / "best-known.csv").write_text("instance,best_known\ntiny,2\n")
    file, table = tmp_path / "gap.csv", tmp_path / "gap.md"
    gap.main([str(tmp_path), "--limit", "2", "--methods", "highs", "--results", str(file)])
    gap.main(["--results", str(file), "--table", str(table), "--figures", str(tmp_path)])
    assert "| tiny | 2 | 2 | 0.000 | 0.000 |" in table.read_text()


def test_scale_shows_time_to_gap(results, tmp_path):
    """The table of sizes shows when each gap was proven."""
    store = Store(tmp_path / "scale.csv")
    for row in Store(results).latest():
        if row["method"] == "engine":
            store.append(row)
    store.append(
        {
            "instance": "start-up",
            "method": "warm cache",
            "seed": 0,
            "limit": 0.0,
            "status": "plan",
            "seconds": 1.5,
            "date": "2027-01-04",
        }
    )
    text = scale.tables(store.latest())
    assert "| 4x12-90 | 2 |" in text
    assert "| warm cache | 1.5 |" in text
    scale.figures(store.latest(), tmp_path)
    assert (tmp_path / "scale-90.png").exists()


def test_the_files_of_a_plan_are_timed_part_by_part(tmp_path):
    """Every part has a row, with its files; together they are all files of the folder."""
    file, table = tmp_path / "publication.csv", tmp_path / "publication.md"
    chosen = ["--instances", "8x24-90", "--seeds", "0", "--limit", "3"]
    publication.main([*chosen, "--results", str(file)])
    publication.main(["--results", str(file), "--table", str(table)])
    rows = {row["method"]: row for row in Store(file, publication.COLUMNS).latest()}
    assert list(rows) == [*publication.PARTS, "whole"]
    files = [int(row["files"]) for row in rows.values()]
    assert sum(files[:-1]) == files[-1]
    assert all(float(row["seconds"]) > 0 for row in rows.values())
    # One of 20 contracts asks for more: the first, and the one after twenty.
    assert rows["evidence"]["files"] == "2"
    assert "| whole | " in table.read_text()


def test_instances_are_named_by_size_and_load():
    """A name of another form is refused before anything runs."""
    with pytest.raises(ValueError, match="expected an instance such as 60x300-90, got '60'"):
        run_compare(["60", "--limit", "1"])


def test_the_whole_command_is_timed_part_by_part(tmp_path):
    """Every part has its seconds and memory; the whole holds the most of them."""
    file, table = tmp_path / "load.csv", tmp_path / "load.md"
    whole_command.main(["--instances", "4x12-90", "--limit", "1", "--results", str(file)])
    rows = {row["method"]: row for row in Store(file, whole_command.COLUMNS).latest()}
    assert list(rows) == [*whole_command.PARTS, whole_command.WHOLE]
    assert {row["status"] for row in rows.values()} == {"plan"}
    memory = {part: float(row["peak_mb"]) for part, row in rows.items()}
    assert 0 < min(memory.values()) < max(memory.values()) == memory[whole_command.WHOLE]
    assert float(rows[whole_command.WHOLE]["page_mb"]) > 0
    figures = ["--figures", str(tmp_path)]
    whole_command.main(["--results", str(file), "--table", str(table), *figures])
    assert "| reading |" in table.read_text()
    assert (tmp_path / "whole-command.png").stat().st_size > 0


def test_growth_over_plans_is_told(tmp_path):
    """Of rows that grow by a megabyte a plan, the table says so: 1.0000."""
    rows = []
    for number in range(10):
        row = dict.fromkeys(soak.COLUMNS, "0")
        rows.append(row | {"seed": str(number), "rss_mb": str(100 + number)})
    (line,) = [text for text in soak.tables(rows).splitlines() if "memory" in text]
    assert line == "| memory, MiB | 109.0 | 109.0 | 109.0 | 1.0000 ± 0.0000 |"

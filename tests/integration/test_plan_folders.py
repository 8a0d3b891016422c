"""Plans written to disk and read back."""

import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from matplotlib.figure import Figure

from examples import FOUR_WEEKS, contract, manager, portfolio
from strategies import portfolios
from tsam_planner.errors import PlanFileError
from tsam_planner.io.folders import write_folder
from tsam_planner.io.plans import add_to_plan, read_assignments, read_plan, write_plan
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.plotting.search_history import plot_search
from tsam_planner.verify.verification import verify_plan

QUICK = SolveOptions(num_workers=1)


@pytest.fixture
def plan():
    """A plan of two contracts and one manager; one contract needs a product."""
    records = portfolio(
        [contract("C-1"), contract("C-2", products=("Windchill",))], [manager()]
    )
    return make_plan(records, **FOUR_WEEKS, options=QUICK)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(portfolios())
def test_reading_back_gives_the_same_plan(tmp_path_factory, drawn):
    """Everything but the run's own record survives the way to disk and back."""
    records, horizon = drawn
    made = make_plan(records, start=horizon.start, weeks=horizon.weeks, options=QUICK)
    folder = write_plan(made, tmp_path_factory.mktemp("plans") / "plan")
    assert read_plan(folder).equals(made)
    edited = read_assignments(folder)
    check = verify_plan(records, edited, start=horizon.start, weeks=horizon.weeks)
    assert check.ok
    assert check.objective == pytest.approx(made.objective, abs=1e-6)


def test_the_search_of_a_plan_can_be_drawn_later(plan, tmp_path):
    """What run.json says of the search is read back; without that file nothing is known."""
    folder = write_plan(plan, tmp_path / "plan")
    again = read_plan(folder)
    assert again.run["history"] == [dict(point) for point in plan.run["history"]]
    axes = plot_search(again, ax=Figure().add_subplot())
    assert axes.get_title(loc="left") == plot_search(plan, ax=axes).get_title(loc="left")
    (folder / "run.json").unlink()
    assert read_plan(folder).run == {}
    (folder / "run.json").write_text("{")
    with pytest.raises(PlanFileError, match=r"run\.json cannot be read"):
        read_plan(folder)


def test_plan_json_states_objective_goals_and_proof_at_its_top(plan, tmp_path):
    """The document's first keys are what a program asks first."""
    folder = write_plan(plan, tmp_path / "plan")
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    # Nobody knows Windchill: 10 * max(10, 4 * 5 h) = 200 points.
    assert document["objective"] == 200
    assert document["goals"]["unassigned"] == 200
    assert document["bound"] == 200
    assert document["gap"] == 0
    assert document["stop_reason"] == "proven optimal"
    assert document["input_hash"] == plan.input_hash
    assert document["policy"]["max_open_cases"] == 30
    assert document["rules"]
    assert document["readings"]
    assert document["assumptions"]


def test_csv_files_have_the_promised_columns(plan, tmp_path):
    """Column names and order are a contract; hours have at least four decimals."""
    folder = write_plan(plan, tmp_path / "plan")
    columns = {
        name: list(pd.read_csv(folder / f"{name}.csv").columns)
        for name in ("assignments", "contract_weeks", "manager_weeks")
    }
    assert columns["assignments"] == [
        "contract_id", "manager_id", "backup_id", "status", "incumbent_id", "handover",
        "reason", "from_week", "to_week",
    ]  # fmt: skip
    assert columns["contract_weeks"] == [
        "contract_id", "week", "need_hours", "allowance_hours", "planned_hours",
        "unfunded_hours", "cases", "cover_hours", "uncovered_hours",
    ]  # fmt: skip
    assert columns["manager_weeks"] == [
        "manager_id", "week", "office_hours", "available_hours", "deployable_hours",
        "load_hours", "cover_hours", "utilization", "cases", "max_cases",
        "unfunded_hours", "utilization_with_unfunded",
    ]  # fmt: skip
    first = (folder / "contract_weeks.csv").read_text(encoding="utf-8").splitlines()[1]
    assert first.startswith("C-1,2027-02-01,5.000000,10.000000,5.000000")


def test_an_earlier_plan_is_replaced_whole_and_what_is_not_of_it_stays(plan, tmp_path):
    """No file of the earlier plan survives, notes do; nothing temporary is left."""
    folder = write_plan(plan, tmp_path / "plan", files={"figures/old.png": b"old"})
    add_to_plan(folder, {"changes.csv": b"old"})
    add_to_plan(folder, {"decisions.csv": b"signed"}, outlive=True)
    (folder / "notes").mkdir()
    (folder / "notes" / "mine.txt").write_text("mine")
    write_plan(plan, folder)
    assert (folder / "notes" / "mine.txt").read_text() == "mine"
    assert (folder / "decisions.csv").read_bytes() == b"signed"
    assert not (folder / "changes.csv").exists()
    assert not (folder / "figures").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.parametrize("run", [None, "{", "{}", '{"files": 5}'])
def test_a_folder_that_does_not_say_what_is_of_the_plan_is_left_alone(plan, tmp_path, run):
    """Somebody's notes could be lost: the folder is refused, and stands as it was."""
    folder = write_plan(plan, tmp_path / "plan")
    (folder / "notes.txt").write_text("mine")
    (folder / "run.json").unlink()
    if run is not None:
        (folder / "run.json").write_text(run)
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(PlanFileError, match="does not say which files are of the plan"):
        write_plan(plan, folder)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_links_and_modes_of_what_is_not_of_the_plan_stay(plan, tmp_path):
    """A link to a folder, one to nowhere, and a script that can be run."""
    (tmp_path / "archive").mkdir()
    folder = write_plan(plan, tmp_path / "plan")
    (folder / "archive").symlink_to(tmp_path / "archive")
    (folder / "nowhere").symlink_to("missing")
    (folder / "send.sh").write_text("#!/bin/sh\n")
    (folder / "send.sh").chmod(0o755)
    for again in (lambda: write_plan(plan, folder), lambda: add_to_plan(folder, {"x": b""})):
        again()
        assert (folder / "archive").readlink() == tmp_path / "archive"
        assert (folder / "nowhere").is_symlink()
        assert (folder / "send.sh").stat().st_mode & 0o777 == 0o755


def test_a_record_is_never_taken_for_a_part_of_a_plan(plan, tmp_path):
    """Whoever hands it over with a plan's files; the next plan keeps it."""
    folder = write_plan(plan, tmp_path / "plan", files={"decisions.csv": b"signed"})
    write_plan(plan, folder)
    assert (folder / "decisions.csv").read_bytes() == b"signed"


def test_edited_assignments_are_no_plan(plan, tmp_path):
    """Another manager in the file than in the plan: verify reads it, nobody else does."""
    folder = write_plan(plan, tmp_path / "plan")
    text = (folder / "assignments.csv").read_text()
    (folder / "assignments.csv").write_text(text.replace("\n", "\r\n"), newline="")
    assert read_plan(folder).equals(plan)
    (folder / "assignments.csv").write_text(text.replace("C-1,M-1", "C-1,M-9"))
    with pytest.raises(PlanFileError, match=r"other managers.*\(C-1\): somebody edited it"):
        read_plan(folder)


def test_a_foreign_folder_is_refused_and_untouched(plan, tmp_path):
    """A folder with other files and no plan.json is not ours."""
    (tmp_path / "photo.txt").write_text("mine")
    with pytest.raises(PlanFileError, match=r"holds other files and no plan\.json"):
        write_plan(plan, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.txt"]


def test_a_failure_while_writing_leaves_the_old_folder(plan, tmp_path):
    """When filling fails half-way, the earlier plan stands as it was."""
    folder = write_plan(plan, tmp_path / "plan")
    before = (folder / "plan.json").read_bytes()

    def fill(place):
        (place / "plan.json").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(PlanFileError, match="No space left on device"):
        write_folder(folder, "plan.json", fill)
    assert (folder / "plan.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read"),
        ("[]", "no plan of this library"),
        ('{"format": 4}', "is damaged"),
        ('{"format": 99}', "no plan of this library"),
    ],
)
def test_a_damaged_plan_file_is_named(tmp_path, text, message):
    """Whatever stands in plan.json, the error names the file."""
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(PlanFileError, match=message):
        read_plan(tmp_path)


def test_a_missing_plan_is_named(tmp_path):
    """A folder without a plan says so."""
    with pytest.raises(PlanFileError, match=r"is .* the folder of a plan"):
        read_plan(tmp_path)


def test_assignments_edited_by_hand_are_understood(plan):
    """Only contract and manager are needed; the rest follows."""
    bare = plan.assignments[["contract_id", "manager_id"]].assign(manager_id="M-1")
    check = verify_plan(plan.portfolio, bare, **FOUR_WEEKS)
    assert [str(violation) for violation in check.violations] == [
        "C-2 with M-1: does not know Windchill (products are known: R16)"
    ]


def test_every_problem_of_edited_assignments_is_named_at_once(plan):
    """Unknown ids and weeks come with row, column and the nearest match."""
    table = plan.assignments.assign(manager_id=["M1", "M-1"], from_week=["2027-02-02", ""])
    with pytest.raises(PlanFileError) as caught:
        verify_plan(plan.portfolio, table, **FOUR_WEEKS)
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [
        (2, "manager_id"),
        (2, "from_week"),
    ]
    assert "did you mean 'M-1'?" in str(caught.value)


def test_a_misspelt_column_is_not_lost_silently(plan):
    """'backupid' would otherwise be ignored."""
    table = plan.assignments.rename(columns={"backup_id": "backupid"})
    with pytest.raises(PlanFileError, match="did you mean 'backup_id'"):
        verify_plan(plan.portfolio, table, **FOUR_WEEKS)

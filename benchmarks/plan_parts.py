"""
The process of one plan, timed part by part: ``python -m benchmarks.plan_parts JOB``.

`make_plan` runs as it is. Its parts are found by name where the recipe calls them, and each is
replaced by itself with a stopwatch around it, so that what is measured is what users wait for.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import ModuleType

from benchmarks.harness.cells import instance_of
from benchmarks.harness.child import WORKERS, peak_mb
from benchmarks.harness.machine import use_cores
from benchmarks.methods.engine import tiny_problem
from benchmarks.random_portfolio import QUARTER, random_portfolio
from tsam_planner import Plan, SolveOptions
from tsam_planner.errors import VerificationError
from tsam_planner.plan.backup_goals import BACKUP_GOALS
from tsam_planner.planning import backups, primaries, recipe, searches
from tsam_planner.solver import solve_assignment

PARTS: dict[str, tuple[ModuleType | type, str]] = {
    "facts": (recipe, "gather_facts"),
    "primaries_model": (primaries, "model_primaries"),
    "primaries_search": (searches.Searcher, "primaries"),
    "reasons": (primaries, "decide"),
    "backups_model": (backups, "model_backups"),
    "backups_search": (searches.Searcher, "backups"),
    "calls": (recipe, "place_calls"),
    "check": (recipe, "verify_decisions"),
    "notices": (recipe, "warnings_of"),
    "tables": (recipe, "build_plan"),
}
# What a cell sets in the policy, by the first word of its method.
SETTINGS = {"reserve": "cover_reserve", "tolerance": "cover_tolerance"}


def seconds_of(part: str) -> str:
    """Return the column with the seconds of a part."""
    return f"{part}_seconds"


class Stopwatch:
    """Seconds of each part, over all its calls; none of the parts calls another."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PARTS, 0.0)

    def watch(self) -> None:
        """Put a stopwatch around every part, for the rest of this process."""
        for part, (place, name) in PARTS.items():
            setattr(place, name, self._timed(part, getattr(place, name)))

    def _timed(self, part: str, function: Callable[..., object]) -> Callable[..., object]:
        @wraps(function)
        def timed(*positional: object, **named: object) -> object:
            began = time.monotonic()
            try:
                return function(*positional, **named)
            finally:
                self.seconds[part] += time.monotonic() - began

        return timed


def main() -> None:
    """Draw the portfolio of the job that the command line names, plan it, write the row."""
    job_file = Path(sys.argv[1])
    folder, job = job_file.parent, json.loads(job_file.read_text())
    use_cores(WORKERS)
    instance = instance_of(job["instance"], job["seed"])
    portfolio = random_portfolio(
        instance.managers, instance.contracts, instance.load, instance.seed
    )
    word, share = job["method"].split("-")
    policy = portfolio.policy.model_copy(update={SETTINGS[word]: float(share)})
    options = SolveOptions(time_limit=job["limit"], num_workers=WORKERS, seed=job["seed"])
    solve_assignment(tiny_problem(), time_limit=120.0, num_workers=WORKERS)
    stopwatch = Stopwatch()
    stopwatch.watch()
    (folder / "started").touch()
    began = time.monotonic()
    row: dict[str, object]
    try:
        plan = recipe.make_plan(portfolio, quarter=QUARTER, policy=policy, options=options)
        row = {"status": "plan"}
    except VerificationError as error:
        plan, row = None, {"status": "disagrees", "note": str(error).splitlines()[-1]}
    row |= {"seconds": time.monotonic() - began, "peak_mb": peak_mb()}
    row |= {seconds_of(part): seconds for part, seconds in stopwatch.seconds.items()}
    (folder / "finished").touch()
    if plan is not None:
        row |= columns_of(plan)
    (folder / "row.json").write_text(json.dumps(row))


def columns_of(plan: Plan) -> dict[str, object]:
    """Return what a plan is worth, all of it as its checker has recomputed it."""
    cover = plan.contract_weeks[["cover_hours", "uncovered_hours"]].sum()
    left_out = plan.assignments.loc[plan.assignments["status"] == "unassigned", "contract_id"]
    own, substitutes = float(plan.goals.sum()), float(plan.backup_goals.sum())
    return {
        "stop": str(plan.stop_reason),
        "backup_stop": str(plan.backup_proof.stop_reason),
        "gap": plan.gap,
        "backup_gap": plan.backup_proof.gap,
        "own_points": own,
        "backup_points": substitutes,
        "points": own + substitutes,
        "call_points": float(plan.call_goals.sum()),
        **{f"backup_{goal}": float(plan.backup_goals[goal]) for goal in BACKUP_GOALS},
        "due_hours": float(cover["cover_hours"]),
        "uncovered_hours": float(cover["uncovered_hours"]),
        "unassigned": int(left_out.nunique()),
        "handovers": int(plan.assignments["handover"].sum()),
        "calls": len(plan.calls),
        "missing_calls": len(plan.missing_calls),
    }


if __name__ == "__main__":
    main()

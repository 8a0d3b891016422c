"""A process that writes two plans into one folder in turn, for as long as it lives."""

import sys
from itertools import cycle
from pathlib import Path

from examples import FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.io.plan_folders import PLAN_FILE
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.report.publication import publish_plan


def two_plans():
    """Return plans of one and of three contracts, each the same on every run."""
    exact = SolveOptions(num_workers=1, relative_gap=0.0)
    return [
        make_plan(
            portfolio([contract(f"C-{number}") for number in range(count)], [manager()]),
            **FOUR_WEEKS,
            options=exact,
        )
        for count in (1, 3)
    ]


def contents(folder):
    """Return what a plan's folder holds, but for what differs from run to run."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file() and path.name != "run.json"
    }


def write_in_turn(folder, times):
    """Write the plans in turn; say "writing" once the first one stands."""
    plans = two_plans()
    publish_plan(plans[0], folder)
    sys.stdout.write("writing\n")
    sys.stdout.flush()
    for number, plan in enumerate(cycle(reversed(plans))):
        if number == times:
            break
        publish_plan(plan, folder)
    assert (Path(folder) / PLAN_FILE).is_file()


if __name__ == "__main__":
    write_in_turn(sys.argv[1], int(sys.argv[2]))

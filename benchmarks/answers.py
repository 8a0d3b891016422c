"""
How long an answer takes: recommend, try_move and explain on a plan of 60 x 300 x 13.

The plan is that of a random portfolio (see `random_portfolio`), searched for as long as
``--limit`` says. The first answer works out where everybody stands, which all later ones
share; it is timed as a row of its own. Each kind of answer is asked of several contracts, and
what counts is its median and its slowest one, in seconds and as a multiple of one full check
of the plan (`verify_plan`) in the same run, which does not depend on the machine.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.harness.cells import instance_of
from benchmarks.harness.machine import describe
from benchmarks.harness.options import parser_of, run_or_show, run_rows
from benchmarks.harness.store import Row, Store
from benchmarks.harness.tables import group, machines, numbers, section, spread
from benchmarks.random_portfolio import QUARTER, random_portfolio
from tsam_planner import (
    Plan,
    SolveOptions,
    explain,
    make_plan,
    recommend,
    try_move,
    verify_plan,
)
from tsam_planner.studies.standing import stand

_INSTANCES = ("60x300-90", "60x300-105")
_SEEDS, _LIMIT = range(2), 30.0
_QUICK, _EXPLAINED = 20, 3
COLUMNS = (
    *("instance", "method", "seed", "limit", "status", "answers"),
    *("seconds", "slowest", "of_verify"),
    *("date", "commit", "versions", "python", "cpu", "cores", "ram_gb"),
)
_HEADER = ("answer", "asked", "median, s", "slowest, s", "slowest, of one verify")


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of answer, and what it is asked of."""

    name: str
    about: Sequence[str]
    ask: Callable[[str], object]


def questions(plan: Plan) -> Iterator[Question]:
    """Yield what is asked of a plan, in the order in which it is asked."""
    rows = plan.assignments
    served = rows.loc[rows["status"] == "assigned"].drop_duplicates("contract_id")
    left = rows.loc[rows["status"] == "unassigned", "contract_id"].drop_duplicates().tolist()
    ids = served["contract_id"].tolist()
    some = ids[:: max(1, len(ids) // _QUICK)][:_QUICK]
    people = [manager.manager_id for manager in plan.facts.managers]
    yield Question("first answer", ["all"], lambda _: stand(plan))
    yield Question("recommend", some, lambda name: recommend(plan, name))
    yield Question(
        "try_move",
        some,
        lambda name: try_move(plan, name, people[ids.index(name) % len(people)]),
    )
    yield Question("explain, served", some[:_EXPLAINED], lambda name: explain(plan, name))
    yield Question("explain, left out", left[:_EXPLAINED], lambda name: explain(plan, name))


def seconds_of(ask: Callable[..., object], *about: object) -> float:
    """Return the seconds of one call."""
    began = time.perf_counter()
    ask(*about)
    return time.perf_counter() - began


def rows_of(instance: str, seed: int, limit: float) -> Iterator[dict[str, object]]:
    """Plan a portfolio and yield the row of every kind of answer."""
    size = instance_of(instance, seed)
    portfolio = random_portfolio(size.managers, size.contracts, size.load, seed)
    plan = make_plan(portfolio, quarter=QUARTER, options=SolveOptions(time_limit=limit))
    check = statistics.median(seconds_of(verify_plan, portfolio, plan) for _ in range(3))
    for question in questions(plan):
        took = [seconds_of(question.ask, name) for name in question.about]
        if took:
            yield {
                "instance": instance,
                "method": question.name,
                "seed": seed,
                "limit": limit,
                "status": "answered",
                "answers": len(took),
                "seconds": statistics.median(took),
                "slowest": max(took),
                "of_verify": max(took) / check,
                **describe(),
            }


def tables(rows: Sequence[Row]) -> str:
    """Return seconds of every kind of answer, over instances and seeds."""
    lines = [
        [
            name,
            str(sum(int(row["answers"]) for row in of)),
            spread(numbers(of, "seconds"), len(of), "{:.3f}"),
            spread(numbers(of, "slowest"), len(of), "{:.3f}"),
            spread(numbers(of, "of_verify"), len(of), "{:.2f}"),
        ]
        for (name,), of in group(rows, "method").items()
    ]
    return "\n\n".join([section("Seconds of an answer", _HEADER, lines), machines(rows)])


def _run(given: argparse.Namespace, store: Store) -> None:
    run_rows(given, store, rows_of, _LIMIT, "{method}: {seconds:.3f} s, slowest {slowest:.3f}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, or write the table."""
    parser = parser_of("answers", __doc__, seeds=_SEEDS)
    parser.add_argument("--instances", nargs="+", default=list(_INSTANCES))
    given = parser.parse_args(arguments)
    run_or_show(given, Store(given.results, COLUMNS), _run, tables)


if __name__ == "__main__":
    main()

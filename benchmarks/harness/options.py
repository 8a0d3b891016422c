"""The command line that all benchmarks share."""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.harness.cells import SEEDS, Cell
from benchmarks.harness.run import run_all
from benchmarks.harness.store import RESULTS, Row, Store

Tables = Callable[[Sequence[Row]], str]
Figures = Callable[[Sequence[Row], Path], None]


def plain_parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return a parser with what every benchmark understands."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}", description=description.split("\n\n")[0]
    )
    parser.add_argument("--again", action="store_true", help="run cells that are done, too")
    parser.add_argument(
        "--results", type=Path, default=RESULTS / f"{name}.csv", help="file of the rows"
    )
    parser.add_argument(
        "--table",
        nargs="?",
        type=Path,
        const=Path("-"),
        help="run nothing, write Markdown tables to a file (default: standard output)",
    )
    return parser


def parser_of(
    name: str, description: str, seeds: Sequence[int] = SEEDS
) -> argparse.ArgumentParser:
    """Return a parser with what every benchmark of searches understands."""
    parser = plain_parser(name, description)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(seeds), metavar="N")
    parser.add_argument("--limit", type=float, help="seconds per cell, instead of the goal's")
    parser.add_argument("--figures", type=Path, help="with --table: folder for figures")
    return parser


def carry_out(
    given: argparse.Namespace, cells: Iterable[Cell], tables: Tables, figures: Figures
) -> None:
    """Run cells, or write the tables and figures of those that are done."""
    store = Store(given.results)
    if given.table is None:
        run_all(cells, store, again=given.again)
        return
    show(given, store.latest(), tables, figures)


def run_or_show(
    given: argparse.Namespace,
    store: Store,
    run: Callable[[argparse.Namespace, Store], None],
    tables: Tables,
    figures: Figures | None = None,
) -> None:
    """Run a benchmark that has cells of its own, or write what is done."""
    if given.table is None:
        run(given, store)
    else:
        show(given, store.latest(), tables, figures or _no_figures)


def _no_figures(_rows: Sequence[Row], _folder: Path) -> None:
    """Draw nothing: the tables say it all."""


def run_rows(
    given: argparse.Namespace,
    store: Store,
    rows_of: Callable[[str, int, float], Iterable[Mapping[str, object]]],
    limit: float,
    said: str,
) -> None:
    """Run instances and seeds one after the other, telling each row in the words given."""
    for instance in given.instances:
        for seed in given.seeds:
            for row in rows_of(instance, seed, given.limit or limit):
                store.append(row)
                print(
                    f"{instance}, seed {seed}, {said.format(**row)}",
                    file=sys.stderr,
                    flush=True,
                )


def show(
    given: argparse.Namespace, rows: Sequence[Row], tables: Tables, figures: Figures
) -> None:
    """Write tables, and figures where a folder is given."""
    if not rows:
        print(f"{given.results.name} has no rows yet", file=sys.stderr)
        return
    text = tables(rows)
    if given.table == Path("-"):
        print(text)
    else:
        given.table.write_text(text + "\n", encoding="utf-8")
    if given.figures is not None:
        given.figures.mkdir(parents=True, exist_ok=True)
        figures(rows, given.figures)

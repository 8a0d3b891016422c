"""The file of a benchmark: every finished cell is a row, no row is ever overwritten."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.harness.cells import ROOT, Cell

RESULTS = ROOT / "benchmarks" / "results"
COLUMNS = (
    "instance",
    "method",
    "seed",
    "limit",
    "status",
    "objective",
    "bound",
    "gap",
    "best_known",
    "unassigned",
    "seconds",
    "first_seconds",
    "first_objective",
    "spreadsheet",
    "beats_spreadsheet",
    "to_5pct",
    "to_1pct",
    "to_0.5pct",
    "peak_mb",
    "compile_seconds",
    "stop",
    "note",
    "date",
    "commit",
    "versions",
    "python",
    "cpu",
    "cores",
    "ram_gb",
)

Row = dict[str, str]


class Store:
    """
    Rows of one benchmark, kept in a CSV file with ``columns``.

    Raises
    ------
    ValueError
        When the file has other columns, as one of an older harness.
    """

    def __init__(self, path: Path, columns: Sequence[str] = COLUMNS) -> None:
        self.path = path
        self._columns = tuple(columns)
        self._rows = self._read()

    def has(self, cell: Cell) -> bool:
        """Say whether a cell was run, whatever came out."""
        return any(_key(row) == cell.key for row in self._rows)

    def latest(self) -> list[Row]:
        """Return the last row of each cell, in the order in which cells first came."""
        return list({_key(row): row for row in self._rows}.values())

    def append(self, row: Mapping[str, object]) -> None:
        """Write a row at once; columns that it does not have stay empty."""
        text = {name: _text(row.get(name)) for name in self._columns}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        with self.path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self._columns, lineterminator="\n")
            if is_new:
                writer.writeheader()
            writer.writerow(text)
            file.flush()
            os.fsync(file.fileno())
        self._rows.append(text)

    def _read(self) -> list[Row]:
        if not self.path.exists():
            return []
        with self.path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != self._columns:
                message = (
                    f"{self.path} has other columns than this harness writes; "
                    f"move it away or give --results another file"
                )
                raise ValueError(message)
            return list(reader)


def _key(row: Row) -> tuple[str, str, int, float]:
    return row["instance"], row["method"], int(row["seed"]), float(row["limit"])


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)

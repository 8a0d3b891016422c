"""
What an import writes: the portfolio's tables, and beside them what became of every row.

``import/`` holds what is no table of the portfolio: quarantine, suggestions, control totals.
"""

import csv
import io
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from tsam_planner.intake.matching import Suggestion
from tsam_planner.intake.settlement import Settled
from tsam_planner.intake.source_rows import Fate, SourceRow, original_cells
from tsam_planner.intake.totals import Total
from tsam_planner.io.folders import write_folder

CONTROL_TOTALS = "import/control_totals.csv"
QUARANTINE = "import/quarantine.csv"
SUGGESTIONS = "import/suggestions.csv"
# What tells a folder of an import from somebody else's.
MARKER = CONTROL_TOTALS

_QUARANTINE_HEADER = (
    "file", "sheet", "row", "table", "column", "source_column", "value", "reason", "remedy",
    "original",
)  # fmt: skip


def write_intake(
    target: Path,
    settled: Mapping[str, Settled],
    totals: Sequence[Total],
    suggestions: Sequence[Suggestion],
) -> None:
    """
    Write everything, whole or not at all; a ``policy.toml`` that stands there is kept.

    Raises
    ------
    PlanFileError
        When the folder must not be replaced or cannot be written.
    """
    policy = target / "policy.toml"

    def fill(folder: Path) -> None:
        for name, table in settled.items():
            _write(folder / f"{name}.csv", *_portfolio_table(table))
        (folder / MARKER).parent.mkdir()
        _write(folder / QUARANTINE, _QUARANTINE_HEADER, _quarantine(settled.values()))
        _write(folder / SUGGESTIONS, _SUGGESTION_HEADER, _suggestion_rows(suggestions))
        _write(folder / CONTROL_TOTALS, _TOTAL_HEADER, _total_rows(totals))
        if policy.is_file():
            shutil.copy2(policy, folder / "policy.toml")

    write_folder(target, MARKER, fill)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = io.StringIO(newline="")
        # Marks inside cells that end lines for some reader are quoted if they end ours.
        writer = csv.writer(lines, lineterminator="\r\n")
        for row in (header, *rows):
            writer.writerow(row)
            file.write(lines.getvalue().removesuffix("\r\n") + "\n")
            lines.seek(0)
            lines.truncate()


def _portfolio_table(settled: Settled) -> tuple[list[str], Iterator[list[str]]]:
    """Return the columns that something fills, and those that still must be filled."""
    filled = {name for record in settled.records for name in record}
    names = [
        name
        for name, column in settled.table.columns.items()
        if name in filled or column.is_required
    ]
    return names, ([record.get(name, "") for name in names] for record in settled.records)


def _quarantine(tables: Iterable[Settled]) -> Iterator[list[str]]:
    for settled in tables:
        for row in sorted(settled.rows, key=_place):
            if row.fate is Fate.QUARANTINED:
                yield from _quarantined(settled.table.name, row)


def _place(row: SourceRow) -> tuple[str, str, int]:
    return row.job.export.file, row.job.export.sheet, row.number


def _quarantined(table: str, row: SourceRow) -> Iterator[list[str]]:
    export = row.job.export
    original = original_cells(export, row.cells, _kept(table, row))
    for item in row.defects:
        texts = (export.file, export.sheet, str(row.number), table, item.column, item.source)
        yield [*map(_harmless, (*texts, item.value, item.reason)), item.remedy, original]


def _kept(table: str, row: SourceRow) -> Collection[str] | None:
    """Return the columns of an export that may be shown: of absences, those that are mapped."""
    if table != "absences":
        return None
    return {name for names in row.job.entry.columns.values() for name in names}


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; people open these files there."""
    if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_SUGGESTION_HEADER = ("section", "found", "meant", "evidence", "rows", "line")


def _suggestion_rows(suggestions: Iterable[Suggestion]) -> Iterator[list[str]]:
    for item in suggestions:
        texts = map(_harmless, (item.found, item.meant, item.evidence))
        yield [f"confirmed.{item.section}", *texts, str(item.rows), item.line]


_TOTAL_HEADER = ("file", "sheet", "table", "entry", "measure", "read", *map(str, Fate))


def _total_rows(totals: Iterable[Total]) -> Iterator[list[str]]:
    for total in totals:
        amounts = (total.read, *(total.amounts[fate] for fate in Fate))
        place = (total.file, total.sheet, total.table, total.entry, total.measure)
        yield [*map(_harmless, place), *map(plain_amount, amounts)]


def plain_amount(amount: Decimal) -> str:
    """Return a number without exponent and without zeros at its end."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text

"""Rows of exports read into the columns of their table, each with its fate."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tsam_planner.intake.column_plans import ColumnPlan
from tsam_planner.intake.columns import ColumnReader, read_word
from tsam_planner.intake.entry_checks import is_hours
from tsam_planner.intake.exports import Export
from tsam_planner.intake.jobs import Job
from tsam_planner.intake.mapping import Confirmed
from tsam_planner.io.rows import is_ragged
from tsam_planner.tables.cell_errors import CellError
from tsam_planner.tables.dictionary import Column, tables

ZERO = Decimal()
_NO_NUMBER: Mapping[str, Decimal] = {}


class Fate(StrEnum):
    """What became of a row of an export; every row has exactly one fate."""

    USED = "used"
    QUARANTINED = "quarantined"
    LEFT_OUT = "left_out"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Defect:
    """Why a row is in quarantine; ``column`` is of the target, ``source`` of the export."""

    column: str
    source: str
    value: str
    reason: str
    remedy: str


@dataclass(slots=True)
class SourceRow:
    """
    A row of an export on its way.

    ``values`` is text by target column; ``hours`` the figures that control totals sum, zero
    where the cell is none; ``repeated`` names columns that an earlier row of the same key
    had filled alike; ``unknown`` holds ids that the other table does not have, by column;
    ``is_renamed`` says that a confirmed translation changed its key.
    """

    job: Job
    number: int
    cells: Sequence[object]
    values: dict[str, str] = field(default_factory=dict)
    defects: list[Defect] = field(default_factory=list)
    hours: Mapping[str, Decimal] = field(default_factory=lambda: _NO_NUMBER)
    repeated: frozenset[str] = frozenset()
    unknown: dict[str, str] = field(default_factory=dict)
    is_renamed: bool = False
    fate: Fate = Fate.USED

    def quarantine(self, column: str, value: str, reason: str, remedy: str) -> None:
        """Add a reason why the row cannot be used."""
        names = self.job.entry.columns.get(column, ())
        source = next((name for name in names if name in self.job.export.header), "")
        self.defects.append(Defect(column, source, value, reason, remedy))
        self.fate = Fate.QUARANTINED

    @property
    def is_mendable(self) -> bool:
        """Whether what a person may confirm is all that the row needs, if anything."""
        return self.fate is not Fate.LEFT_OUT and all(
            item.column in self.unknown
            or item.column == "country"
            or (item.column == "time_zone" and not item.value)
            for item in self.defects
        )


def read_rows(plan: ColumnPlan, confirmed: Confirmed) -> Iterator[SourceRow]:
    """Yield every row of a job: left out, in quarantine, or so far good."""
    hourly = [reader for reader in plan.readers if is_hours(reader.column)]
    for number, cells in zip(plan.job.export.numbers, plan.job.export.rows, strict=True):
        row = SourceRow(plan.job, number, cells)
        _read_cells(row, plan)
        if hourly:
            row.hours = {reader.column.name: _hours(row, reader) for reader in hourly}
        if _is_left_out(cells, plan):
            row.fate = Fate.LEFT_OUT
            row.defects.clear()
        else:
            _complete(row, plan, confirmed)
        yield row


def _is_left_out(cells: Sequence[object], plan: ColumnPlan) -> bool:
    for position, words, stays in plan.filters:
        cell = cells[position] if position < len(cells) else None
        if (read_word(cell) in words) is not stays:
            return True
    return False


def _read_cells(row: SourceRow, plan: ColumnPlan) -> None:
    width = len(plan.job.export.header)
    if is_ragged(row.cells, width):
        found = f"{len(row.cells)} cells, the header has {width}"
        row.quarantine("", "", found, "quote cells that hold the separator")
    for reader in plan.readers:
        name = reader.column.name
        try:
            row.values[name] = reader.read(row.cells)
        except CellError as error:
            value = str(reader.cell(row.cells))
            row.quarantine(name, value, error.found, error.remedy)


def _hours(row: SourceRow, reader: ColumnReader) -> Decimal:
    """Return the hours of a cell, also of one that is refused: totals agree with the export."""
    text = row.values.get(reader.column.name)
    return reader.amount(row.cells) if text is None else Decimal(text or 0)


def _complete(row: SourceRow, plan: ColumnPlan, confirmed: Confirmed) -> None:
    """Apply what a person confirmed, then ask for what is required."""
    table = tables()[plan.job.entry.target]
    for reader in plan.readers:
        column = reader.column
        meant = confirmed.by_table(_id_table(column)).get(row.values.get(column.name, ""))
        if meant is not None:
            row.values[column.name] = meant
            row.is_renamed = row.is_renamed or column.name in table.key
    zone = confirmed.time_zones.get(row.values.get("country", ""))
    if zone and "time_zone" in table.columns and not row.values.get("time_zone", ""):
        row.values["time_zone"] = zone
    refused = {defect.column for defect in row.defects}
    for reader in plan.readers:
        name = reader.column.name
        is_open = reader.column.is_required and not row.values.get(name)
        if is_open and name not in refused:
            row.quarantine(name, "", "the cell is empty", f"give the {name} (required)")


def _id_table(column: Column) -> str:
    """Return the table whose ids a column holds, its own included."""
    if column.references is not None:
        return column.references[0]
    return column.table if column.name in tables()[column.table].key else ""


def original_cells(
    export: Export, cells: Sequence[object], kept: Collection[str] | None = None
) -> str:
    """Return a row as it was found, as a JSON object by source column; ``None`` keeps all."""
    found: dict[str, list[str]] = {}
    for position, cell in enumerate(cells):
        name = export.header[position] if position < len(export.header) else ""
        if kept is not None and name not in kept:
            continue
        found.setdefault(name, []).append("" if cell is None else str(cell))
    plain = {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}
    return json.dumps(plain, ensure_ascii=False)

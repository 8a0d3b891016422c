"""An export as it was found: the header, rows of cells, and what stands below the table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tsam_planner.errors import IntakeError
from tsam_planner.intake.mapping import TableMapping
from tsam_planner.io.sources import problem
from tsam_planner.io.text_tables import COLUMNS, too_wide
from tsam_planner.tables.cells import is_missing

Numbered = tuple[int, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Export:
    """
    One table of one file.

    ``numbers`` counts rows like a spreadsheet, from 1; ``footer`` is the number of rows
    that the mapping says are no part of the table; ``notes`` says what was detected.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    numbers: Sequence[int]
    footer: int = 0
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """What problems call it."""
        return f"{self.file}:{self.sheet}" if self.sheet else self.file


def build_export(
    file: str,
    sheet: str,
    lines: Iterable[Numbered],
    entry: TableMapping,
    notes: Sequence[str] = (),
) -> Export:
    """
    Divide the lines of a file into header, rows and footer; blank lines are no rows.

    Raises
    ------
    IntakeError
        When there is no header where the mapping says it is, or none that a table has.
    """
    header: tuple[str, ...] = ()
    rows: list[Sequence[object]] = []
    numbers: list[int] = []
    footer = 0
    has_ended = False
    for number, cells in lines:
        if number < entry.header_row:
            continue
        is_blank = all(is_missing(cell) for cell in cells)
        if number == entry.header_row:
            header = tuple("" if is_missing(cell) else str(cell).strip() for cell in cells)
        elif is_blank:
            has_ended = has_ended or (entry.ends_at_blank_row and bool(rows))
        elif has_ended:
            footer += 1
        else:
            rows.append(cells)
            numbers.append(number)
    if len(header) > COLUMNS:
        raise IntakeError([too_wide(file, len(header), entry.header_row)])
    # An entry that recognizes its exports passes over sheets without any column.
    if not any(header) and not entry.recognized_by:
        found = f"row {entry.header_row} holds no column names"
        place = f"{file}:{sheet}" if sheet else file
        remedy = "state header_row in the mapping, or correct the export"
        raise IntakeError([problem(place, found, remedy)])
    return Export(file, sheet, header, rows, numbers, footer, tuple(notes))

"""
Workbooks opened for reading, and refused before they fill the memory.

A workbook is a packed folder of XML. A small file can unpack to gigabytes, declare more rows
than there are, or define words that stand for a million others; and whatever garbles a file
makes the parser stumble somewhere else. All of that is one damaged workbook here.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from zipfile import ZipFile, ZipInfo

from tsam_planner.errors import Problem

UNPACKED_BYTES = 400_000_000
"""All parts of a workbook together; a log that is larger belongs into a CSV file."""

ROWS, CELLS = 1_048_576, 30_000_000
"""Of a sheet: rows as spreadsheets allow them, cells with the empty ones before the last."""

_RATIO, _SMALL_PART = 100, 10_000_000
_CHUNK = 1 << 20
_ENTITY = b"<!ENTITY"


class DamagedWorkbook(ValueError):
    """A workbook that cannot be read; ``problem`` says why."""

    def __init__(self, place: str, found: str, remedy: str = "save it again as .xlsx") -> None:
        self.problem = Problem(
            file=place, row=0, column="", rule="", found=found, remedy=remedy
        )
        super().__init__(str(self.problem))


class OpenedWorkbook(AbstractContextManager["OpenedWorkbook"]):
    """
    A workbook whose sheets are read row by row.

    Parameters
    ----------
    path
        The file.
    values
        Whether formulas count with the value that they showed last, or as they are written.

    Raises
    ------
    DamagedWorkbook
        When it cannot be opened, or would unpack to more than a workbook holds.
    """

    def __init__(self, path: Path, *, values: bool = True) -> None:
        self.file = path.name
        # Imported here: only those who use workbooks pay for it.
        import openpyxl

        with ExitStack() as opened:
            try:
                file = opened.enter_context(path.open("rb"))
                _check_parts(file, path.name)
                self._book: Any = openpyxl.load_workbook(
                    file, read_only=True, data_only=values, keep_links=False
                )
                self._sheets = {sheet.title: sheet for sheet in self._book.worksheets}
            except DamagedWorkbook:
                raise
            except Exception as error:
                # Garbled parts make the parser raise whatever it did not expect to find.
                found = f"the workbook cannot be opened: {_told(error)}"
                raise DamagedWorkbook(path.name, found) from error
            self._opened = opened.pop_all()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sheets in their order, hidden ones included."""
        return tuple(self._sheets)

    @property
    def visible_names(self) -> tuple[str, ...]:
        """Names of the sheets that people see."""
        return tuple(
            name for name, sheet in self._sheets.items() if sheet.sheet_state == "visible"
        )

    def rows(self, name: str, *, values_only: bool = True) -> Iterator[Sequence[Any]]:
        """
        Yield the rows of a sheet, each as wide as its last cell; missing rows are empty.

        Raises
        ------
        DamagedWorkbook
            When the sheet cannot be read to its end, or holds more than a sheet does.
        """
        place, sheet, cells = f"{self.file}:{name}", self._sheets[name], 0
        # Sizes that programs write are too small, and what lies beyond would be lost, or too
        # large, and would be filled up with empty cells.
        sheet.reset_dimensions()
        try:
            for number, row in enumerate(sheet.iter_rows(values_only=values_only), start=1):
                cells += len(row)
                if number > ROWS or cells > CELLS:
                    found = f"the sheet has more than {ROWS:,} rows or {CELLS:,} cells"
                    remedy = "delete what lies beyond the table, or give the table as CSV"
                    raise DamagedWorkbook(place, found, remedy)
                yield row
        except (DamagedWorkbook, GeneratorExit):
            raise
        except Exception as error:
            raise DamagedWorkbook(place, f"the sheet cannot be read: {_told(error)}") from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._book.close()
        self._opened.close()


def _check_parts(file: BinaryIO, place: str) -> None:
    """Refuse a file that unpacks to more than a workbook holds, before any part is parsed."""
    with ZipFile(file) as archive:
        # What is read of a part never exceeds the size that the archive declares for it.
        parts = archive.infolist()
        total = sum(part.file_size for part in parts)
        if total > UNPACKED_BYTES:
            found = f"it unpacks to {total:,} bytes, more than {UNPACKED_BYTES:,}"
            raise DamagedWorkbook(place, found, "give its tables as CSV files")
        for part in parts:
            if part.file_size > max(_SMALL_PART, _RATIO * part.compress_size):
                times = part.file_size // max(1, part.compress_size)
                found = f"its part {part.filename!r} unpacks to {times:,} times its size"
                raise DamagedWorkbook(place, found)
            if _defines_entities(archive, part):
                found = f"its part {part.filename!r} defines entities, as no spreadsheet does"
                raise DamagedWorkbook(place, found)


def _defines_entities(archive: ZipFile, part: ZipInfo) -> bool:
    tail = b""
    with archive.open(part) as content:
        while chunk := content.read(_CHUNK):
            # Without zero bytes UTF-16 reads like the other encodings that XML may have.
            text = tail + chunk.replace(b"\0", b"")
            if _ENTITY in text:
                return True
            tail = text[-len(_ENTITY) :]
    return False


def _told(error: Exception) -> str:
    text = str(error).strip()
    return text if isinstance(error, OSError | ValueError) and text else repr(error)[:200]

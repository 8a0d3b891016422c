"""Which export fills which table: every pair of an export and an entry that wants it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from tsam_planner.errors import IntakeError, Problem
from tsam_planner.intake.exports import Export
from tsam_planner.intake.mapping import ImportMapping, TableMapping
from tsam_planner.intake.text_files import open_text
from tsam_planner.intake.workbooks import open_sheet, sheet_names
from tsam_planner.io.sources import problem

_WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Job:
    """An export that fills a table as an entry of the mapping says."""

    export: Export
    entry: TableMapping


@dataclass(slots=True)
class JobList:
    """All jobs, in an order that does not depend on how the exports were named."""

    jobs: list[Job] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_jobs(paths: Sequence[Path], mapping: ImportMapping) -> JobList:
    """Open every export as each entry wants it; what nobody wants is a problem."""
    found = JobList()
    found.problems += _repeated_names(paths)
    for path in sorted(paths, key=lambda path: (path.name, str(path))):
        if not path.is_file():
            remedy = "name files: CSV, TSV, TXT or XLSX"
            found.problems.append(problem(str(path), "there is no such file", remedy))
            continue
        try:
            _find(path, mapping, found)
        except IntakeError as error:
            found.problems += [item for item in error.problems if item not in found.problems]
    used = {job.entry.name for job in found.jobs}
    found.notes += [
        f"no export for {entry.name} (file '{entry.file}', sheet '{entry.sheet}')"
        for entry in mapping.entries()
        if entry.name not in used
    ]
    found.notes = list(dict.fromkeys(found.notes))
    return found


def _repeated_names(paths: Sequence[Path]) -> list[Problem]:
    """Find files that a quarantine could not tell apart."""
    return [
        problem(name, f"{count} exports have this name", "rename one, or name it once")
        for name, count in Counter(path.name for path in paths).items()
        if count > 1
    ]


def _find(path: Path, mapping: ImportMapping, found: JobList) -> None:
    is_book = path.suffix.lower() in _WORKBOOKS
    sheets = sheet_names(path) if is_book else ("",)
    opened: dict[tuple[object, ...], Export] = {}
    wanted: set[str] = set()
    for entry in mapping.entries():
        if not _matches(path.name, entry.file):
            continue
        for sheet in sheets:
            if is_book and not _matches(sheet, entry.sheet):
                continue
            export = _open(path, sheet, entry, opened)
            if _is_recognized(export, entry):
                wanted.add(sheet)
                found.jobs.append(Job(export, entry))
                found.notes += export.notes
    if not wanted:
        remedy = f"add a [[table]] for it to {mapping.source}, or leave it out"
        found.problems.append(problem(path.name, _unwanted(mapping), remedy))
    elif is_book:
        found.notes += [
            f"{path.name}: sheet '{sheet}' is not used"
            for sheet in sheets
            if sheet not in wanted
        ]


def _open(
    path: Path, sheet: str, entry: TableMapping, opened: dict[tuple[object, ...], Export]
) -> Export:
    """Open an export once for all entries that describe it alike."""
    layout = (
        sheet,
        entry.header_row,
        entry.ends_at_blank_row,
        bool(entry.recognized_by),
        *(() if sheet else (entry.encoding, entry.separator)),
        # The columns tell separators apart.
        *(() if sheet or entry.separator else sorted(entry.columns.values())),
    )
    if layout not in opened:
        opened[layout] = open_sheet(path, sheet, entry) if sheet else open_text(path, entry)
    return opened[layout]


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name.casefold(), pattern.casefold())


def _is_recognized(export: Export, entry: TableMapping) -> bool:
    return all(
        any(name in export.header for name in alternatives)
        for alternatives in entry.recognized_by
    )


def _unwanted(mapping: ImportMapping) -> str:
    signs = []
    for entry in mapping.entries():
        sign = f"{entry.name}: file '{entry.file}'"
        if entry.recognized_by:
            sign += " with " + ", ".join(f"'{names[0]}'" for names in entry.recognized_by)
        signs.append(sign)
    return f"no table of the mapping fits ({'; '.join(signs)})"

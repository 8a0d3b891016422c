"""How each column of a table is read from one export, or why it cannot be."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tsam_planner.errors import Problem
from tsam_planner.intake.columns import (
    DATES,
    LISTS,
    NUMBERS,
    ColumnFormats,
    ColumnReader,
    read_constant,
)
from tsam_planner.intake.jobs import Job
from tsam_planner.intake.mapping import Confirmed
from tsam_planner.intake.mapping_keys import nearest
from tsam_planner.intake.moments import find_naive, find_unformatted
from tsam_planner.intake.numerals import Mark, detect_mark
from tsam_planner.io.sources import problem
from tsam_planner.tables.cell_errors import CellError
from tsam_planner.tables.dictionary import Column, tables

# Filters of an entry: source column, words, whether these words stay.
Filter = tuple[int, frozenset[str], bool]


@dataclass(slots=True)
class ColumnPlan:
    """The readers and filters of a job, and what stands in their way."""

    job: Job
    readers: list[ColumnReader] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def plan_columns(job: Job, confirmed: Confirmed) -> ColumnPlan:
    """Find the source of every column in an export, and the formats of its cells."""
    plan = ColumnPlan(job)
    table = tables()[job.entry.target]
    sources: dict[str, str] = {}
    for name, names in job.entry.columns.items():
        # Also for columns that the table does not have: their sources may be misspelled, too.
        found = _find_source(plan, name, names) if names else None
        if found is not None and name in table.columns:
            sources[name] = found
    _find_filters(plan)
    mark = _find_mark(plan, sources)
    for name, column in table.columns.items():
        if name in sources:
            positions = _positions(job, sources[name])
            formats = _formats(job, column, mark, confirmed)
            reader = ColumnReader(column, formats, positions, sources[name])
            plan.problems += _unstated(job, reader, formats)
            plan.readers.append(reader)
        elif name in job.entry.constants:
            plan.readers.append(_constant(job, column))
    return plan


def _find_source(plan: ColumnPlan, target: str, names: tuple[str, ...]) -> str | None:
    """Return the first of the source columns that the export has."""
    header = plan.job.export.header
    column = tables()[plan.job.entry.target].columns.get(target)
    takes_many = column is not None and column.type in LISTS
    for name in names:
        count = header.count(name)
        if count > 1 and not takes_many:
            found = f"'{name}' stands {count} times in the header, {target} takes one"
            _complain(plan, name, found, "rename or remove the others in the export")
            return None
        if count:
            return name
    if target not in plan.job.entry.optional:
        found = f"the export has no column '{names[0]}' for {target}"
        if len(names) > 1:
            found = f"the export has none of the columns {', '.join(names)} for {target}"
        given = [name for name in dict.fromkeys(header) if name]
        _complain(plan, names[0], found, nearest(names[0], given))
    return None


def _complain(plan: ColumnPlan, column: str, found: str, remedy: str) -> None:
    place = plan.job.export.place
    row = plan.job.entry.header_row
    plan.problems.append(problem(place, found, remedy, row=row, column=column))


def _positions(job: Job, source: str) -> tuple[int, ...]:
    return tuple(position for position, name in enumerate(job.export.header) if name == source)


def _find_filters(plan: ColumnPlan) -> None:
    header = plan.job.export.header
    entry = plan.job.entry
    for part, filters, stays in (("only", entry.only, True), ("ignore", entry.ignore, False)):
        for name, words in filters.items():
            if name in header:
                plan.filters.append((header.index(name), frozenset(words), stays))
            else:
                found = f"the export has no column '{name}' for {part}"
                _complain(plan, name, found, nearest(name, [item for item in header if item]))


def _cells(job: Job, source: str) -> Iterator[object]:
    for position in _positions(job, source):
        for row in job.export.rows:
            if position < len(row):
                yield row[position]


def _find_mark(plan: ColumnPlan, sources: dict[str, str]) -> Mark:
    """Return the decimal mark: a program writes all numbers of an export alike."""
    job = plan.job
    if job.entry.decimal is not None:
        return job.entry.decimal
    columns = tables()[job.entry.target].columns
    numeric = [
        source
        for name, source in sources.items()
        if columns[name].type in NUMBERS and name not in job.entry.values
    ]
    mark = detect_mark(cell for source in numeric for cell in _cells(job, source))
    if mark is None:
        found = "the numbers may have decimal points or decimal commas"
        remedy = 'state decimal = "." or decimal = "," in the mapping'
        plan.problems.append(
            problem(job.export.place, found, remedy, column=", ".join(numeric))
        )
    return mark or "."


def _formats(job: Job, column: Column, mark: Mark, confirmed: Confirmed) -> ColumnFormats:
    entry = job.entry
    return ColumnFormats(
        mark=mark,
        unit=entry.units.get(column.name, "hours"),
        date_format=entry.date_format,
        time_zone=entry.time_zone,
        repeated_hour=entry.repeated_hour,
        list_separator=entry.list_separator or ";",
        words=entry.values.get(column.name),
        default=entry.defaults.get(column.name),
        countries=confirmed.countries,
    )


def _unstated(job: Job, reader: ColumnReader, formats: ColumnFormats) -> Iterator[Problem]:
    """Yield what the mapping must state before dates and moments can be read."""
    kind = reader.column.type
    if kind not in DATES and kind != "timestamp":
        return
    place, column = job.export.place, reader.source
    hint = None if formats.date_format else find_unformatted(_cells(job, column))
    if hint is not None:
        yield problem(place, *hint, column=column)
    elif kind == "timestamp" and formats.time_zone is None:
        naive = find_naive(_cells(job, column), formats.date_format)
        if naive is not None:
            found = f"'{naive}' does not say in which time zone"
            remedy = 'state time_zone in the mapping, such as time_zone = "Europe/Rome"'
            yield problem(place, found, remedy, column=column)


def _constant(job: Job, column: Column) -> ColumnReader:
    try:
        text = read_constant(column, job.entry.constants[column.name])
    except CellError:
        # The check of the entry has said so.
        text = ""
    return ColumnReader(column, ColumnFormats(), (), "", text)

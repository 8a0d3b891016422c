"""
Records judged by the portfolio's own checks, so that what an import writes can be planned.

A record that they refuse is in quarantine with every row that made it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tsam_planner.errors import Problem
from tsam_planner.intake.source_rows import Fate, SourceRow
from tsam_planner.io.rows import read_rows
from tsam_planner.io.sources import RawTable
from tsam_planner.portfolio.checks import find_problems
from tsam_planner.portfolio.rows import Row
from tsam_planner.service.policy import Policy
from tsam_planner.tables.dictionary import Table


@dataclass(frozen=True, slots=True)
class Draft:
    """A record on its way: its text by column, and the rows that made it."""

    values: dict[str, str]
    rows: list[SourceRow]


def refuse_unfit(
    table: Table,
    drafts: Sequence[Draft],
    known: Mapping[str, Sequence[Row]],
    policy: Policy,
) -> tuple[list[Draft], list[Row]]:
    """
    Return the records without errors, and what the checks see of them.

    Required cells that the mapping does not fill stay empty; rules about them wait.
    """
    seen = _seen(table, drafts)
    while True:
        rows = [row for row, _ in seen.values()]
        refused = {}
        for item in find_problems({**known, table.name: rows}, policy):
            place = item.file, item.row
            if item.severity == "error" and place in seen:
                refused[place] = seen[place][1]
                _quarantine(refused[place], item)
        if not refused:
            return [draft for _, draft in seen.values()], rows
        # Asked again: of five contacts the fourth is refused first, and then the fifth.
        seen = {place: pair for place, pair in seen.items() if place not in refused}


def _seen(table: Table, drafts: Sequence[Draft]) -> dict[tuple[str, int], tuple[Row, Draft]]:
    """Return each record as the checks see it, by the place of the first row that made it."""
    cells = [[draft.values.get(name, "") for name in table.columns] for draft in drafts]
    raw = RawTable(table.name, tuple(table.columns), cells, range(len(cells)))
    rows, _ = read_rows(raw, table)
    seen = {}
    for row, draft in zip(rows, drafts, strict=True):
        first = draft.rows[0]
        # One row of an export can make several records, by entries of the mapping.
        file = f"{first.job.export.place} {first.job.entry.name}"
        seen[file, first.number] = Row(file, first.number, row.values), draft
    return seen


def _quarantine(draft: Draft, item: Problem) -> None:
    for row in draft.rows:
        if row.fate is not Fate.DUPLICATE:
            value = row.values.get(item.column, "")
            row.quarantine(item.column, value, item.found, item.remedy)

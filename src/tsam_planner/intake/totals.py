"""Control totals: rows and hours read, and where each of them went; they add up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from tsam_planner.intake.jobs import Job
from tsam_planner.intake.source_rows import ZERO, Fate, SourceRow


@dataclass(slots=True)
class Total:
    """
    What became of one measure of one export: its rows, or a column of hours.

    ``entry`` is the mapping's entry, named like the table unless it has a name of its own;
    ``read`` is what stands in the export; ``amounts`` divides it by fate, without remainder.
    """

    file: str
    sheet: str
    table: str
    entry: str
    measure: str
    amounts: dict[Fate, Decimal] = field(default_factory=lambda: dict.fromkeys(Fate, ZERO))
    read: Decimal = ZERO

    def count(self, fate: Fate, amount: Decimal) -> None:
        """Add to what was read and to a fate."""
        self.read += amount
        self.amounts[fate] += amount


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A job and all of its rows."""

    job: Job
    rows: tuple[SourceRow, ...]


def count_totals(groups: Iterable[RowGroup]) -> list[Total]:
    """Return the totals of every export and table, rows first, in order of the tables."""
    return [total for group in groups for total in _totals(group)]


def _totals(group: RowGroup) -> Iterator[Total]:
    export, entry = group.job.export, group.job.entry
    place = (export.file, export.sheet, entry.target, entry.name)
    rows = Total(*place, "rows")
    rows.count(Fate.LEFT_OUT, Decimal(export.footer))
    hours: dict[str, Total] = {}
    for row in group.rows:
        rows.count(row.fate, Decimal(1))
        for name, amount in row.hours.items():
            if name not in hours:
                hours[name] = Total(*place, name)
            is_repeated = row.fate is Fate.USED and name in row.repeated
            hours[name].count(Fate.DUPLICATE if is_repeated else row.fate, amount)
    yield rows
    yield from hours.values()

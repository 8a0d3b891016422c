"""A row of an input table with its place, as checks see it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tsam_planner.errors import Problem, Severity


@dataclass(frozen=True, slots=True)
class Row:
    """
    Values of a row by column; a cell that could not be understood is absent.

    ``file`` and ``number`` say where it stands (the header is row 1).
    """

    file: str
    number: int
    values: Mapping[str, Any]

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a cell can hold any type
        return self.values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def get(self, name: str) -> Any:  # noqa: ANN401 - a cell can hold any type
        """Return a value, None where the cell is empty or could not be understood."""
        return self.values.get(name)


Tables = Mapping[str, Sequence[Row]]
"""All rows that were read, by table."""


def row_problem(
    row: Row,
    column: str,
    found: str,
    remedy: str,
    *,
    rule: str = "",
    severity: Severity = "error",
) -> Problem:
    """Return a problem at a row of the input."""
    return Problem(
        file=row.file,
        row=row.number,
        column=column,
        rule=rule,
        found=found,
        remedy=remedy,
        severity=severity,
    )

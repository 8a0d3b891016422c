"""Rows of an edited assignments sheet: which row of the plan each is, and who is named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from openpyxl.utils import get_column_letter

from tsam_planner.errors import Problem
from tsam_planner.io.sources import did_you_mean, problem
from tsam_planner.io.workbook_record import (
    ASSIGNMENTS_SHEET,
    CONTRACT,
    FROM,
    OWNER,
    SUBSTITUTE,
    TO,
    WorkbookRecord,
)
from tsam_planner.plan.edited_cells import text_of
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.words import closest

_HEADERS = (CONTRACT, FROM, TO, OWNER, SUBSTITUTE)
_COLUMN_OF = {OWNER: "manager_id", SUBSTITUTE: "backup_id"}
_AGAIN = f"undo it, or take {ASSIGNMENTS_SHEET} from a fresh plan.xlsx"

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """
    One cell that somebody changed, such as ``Assignments!E17``.

    ``column`` is ``manager_id`` or ``backup_id``; None is nobody.
    """

    cell: str
    contract_id: str
    column: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        role = "owner" if self.column == "manager_id" else "substitute"
        before, after = (name or "nobody" for name in (self.before, self.after))
        return f"{self.contract_id}: {role} {before} → {after} ({self.cell})"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it was typed: a value, or a formula that nobody computes."""

    value: object
    is_formula: bool = False

    @property
    def text(self) -> str:
        """The value as text, empty where there is none."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return text_of(value)


class SheetReading:
    """Reads the rows of the assignments sheet and keeps every problem."""

    def __init__(self, place: str, record: WorkbookRecord, portfolio: Portfolio) -> None:
        self.problems: list[Problem] = []
        self.edits: list[Edit] = []
        self._place, self._record = place, record
        self._contracts = {text: key for key, text in record.contracts.items()}
        self._people = {item.manager_id: item.manager_id for item in portfolio.managers}
        self._people |= {text: key for key, text in record.people.items()}
        self._known = {item.manager_id for item in portfolio.managers}
        self._planned = {item.contract_id for item in portfolio.contracts}
        self._before: dict[Key, tuple[str, str]] = {
            (row[0], row[1], row[2]): (row[3], row[4])
            for row in record.assignments.itertuples(index=False, name=None)
        }
        self._after: dict[Key, tuple[str, str]] = {}
        self._rows: dict[Key, int] = {}
        self._blamed: set[str] = set()

    def read(self, lines: Sequence[Sequence[Cell]]) -> None:
        """Read all rows; the first one is the header."""
        header = [cell.text for cell in lines[0]] if lines else []
        self.problems += self._header_problems(header)
        if self.problems:
            return
        places = {name: header.index(name) for name in _HEADERS}
        for number, line in enumerate(lines[1:], start=2):
            cells = {
                name: line[place] if place < len(line) else Cell(None)
                for name, place in places.items()
            }
            if any(cell.text for cell in cells.values()):
                self._read_row(number, cells, places)
        for contract_id, first, last in self._before.keys() - self._rows.keys():
            if contract_id in self._blamed:
                continue
            weeks = f" ({first} to {last})" if first else ""
            found = f"the row of {self._record.contracts[contract_id]}{weeks} is missing"
            remedy = (
                f"{_AGAIN}; a contract that nobody is to serve keeps its row, without owner"
            )
            self.problems.append(problem(self._place, found, remedy))
        self.problems.sort(key=lambda item: (item.row, item.found))

    def assignments(self) -> pd.DataFrame:
        """Return all rows as they are now."""
        rows = [(*key, *self._after[key]) for key in self._before]
        return pd.DataFrame(rows, columns=list(self._record.assignments.columns), dtype=str)

    def _header_problems(self, header: Sequence[str]) -> Iterator[Problem]:
        others = [name for name in header if name and name not in _HEADERS]
        for name in _HEADERS:
            if name not in header:
                remedy = did_you_mean(name, others, _AGAIN)
                remedy = remedy.replace("did you mean", "rename it back if it is")
                found = "the column is missing"
                yield problem(self._place, found, remedy, row=1, column=name)
            elif header.count(name) > 1:
                yield problem(
                    self._place, "the column appears twice", "remove one", row=1, column=name
                )

    def _read_row(
        self, number: int, cells: Mapping[str, Cell], places: Mapping[str, int]
    ) -> None:
        formulas = [name for name, cell in cells.items() if cell.is_formula]
        for name in formulas:
            remedy = "write the value itself, such as by pasting values only"
            self._add(number, name, f"a formula: {cells[name].text}", remedy)
        key = self._key(number, cells)
        if key is None:
            return
        self._rows[key] = number
        owner, substitute = (
            "" if name in formulas else self._person(number, name, cells[name])
            for name in (OWNER, SUBSTITUTE)
        )
        now = (owner, substitute if owner else "")
        self._after[key] = now
        for name, old, new in zip((OWNER, SUBSTITUTE), self._before[key], now, strict=True):
            if old != new:
                letter = get_column_letter(places[name] + 1)
                self.edits.append(
                    Edit(
                        cell=f"{ASSIGNMENTS_SHEET}!{letter}{number}",
                        contract_id=key[0],
                        column=_COLUMN_OF[name],
                        before=old or None,
                        after=new or None,
                    )
                )

    def _key(self, number: int, cells: Mapping[str, Cell]) -> Key | None:
        """Return which row of the plan this is; a row that is none is a problem."""
        text = cells[CONTRACT].text
        if text not in self._contracts:
            found = f"the plan has no contract '{text}'" if text else "no contract is named"
            otherwise = "remove the row; new contracts are for `tsam-planner plan` or `replan`"
            self._add(number, CONTRACT, found, did_you_mean(text, self._contracts, otherwise))
            return None
        contract_id = self._contracts[text]
        if contract_id not in self._planned:
            found = f"the portfolio has no contract '{contract_id}' any more"
            self._add(number, CONTRACT, found, "use the portfolio that the plan was made from")
        key = (contract_id, cells[FROM].text, cells[TO].text)
        if key in self._rows:
            found = f"{text} of these weeks stands in row {self._rows[key]} already"
            self._add(number, CONTRACT, found, "remove one of the two")
            return None
        if key not in self._before:
            self._blame_weeks(number, key)
            return None
        return key

    def _blame_weeks(self, number: int, key: Key) -> None:
        self._blamed.add(key[0])
        weeks = [other[1:] for other in self._before if other[0] == key[0]]
        told = " and ".join(
            f"{first or 'nothing'} to {last or 'nothing'}" for first, last in weeks
        )
        found = (
            f"{key[0]} from {key[1] or 'nothing'} to {key[2] or 'nothing'}: the plan has {told}"
        )
        remedy = "write the weeks back; other stretches are made in assignments.csv"
        self._add(number, FROM, found, remedy)

    def _person(self, number: int, column: str, cell: Cell) -> str:
        text = cell.text
        if not text:
            return ""
        manager_id = self._people.get(text)
        if manager_id is None:
            # The cell holds a name, or nearly: who was probably meant is told by the id.
            remedy = "choose from the list of the cell"
            meant = closest(text, self._people)
            if meant:
                remedy = f"did you mean '{self._people[meant]}'?"
            self._add(number, column, "the text is no manager's", remedy)
            return ""
        if manager_id not in self._known:
            found = f"the portfolio has no manager '{manager_id}' any more"
            self._add(number, column, found, "choose somebody else")
        return manager_id

    def _add(self, number: int, column: str, found: str, remedy: str) -> None:
        self.problems.append(problem(self._place, found, remedy, row=number, column=column))

"""
What additional hours cost: the rate card.

The service description names no prices (section 10 of our reading of it): they are input.
Where two prices hold for one contract, neither is taken: that is an error, not a guess.
"""

import csv
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal, Self

from tsam_planner.errors import ArgumentError, PortfolioError, Problem
from tsam_planner.service.basis import Record
from tsam_planner.tables.cell_errors import CellError
from tsam_planner.tables.cells import read_cell
from tsam_planner.tables.dictionary import tables


class Rate(Record):
    """
    A price of an additional hour, sold in whole blocks of hours a week.

    ``offering`` and ``product`` say for which contracts; None means any. A block may start
    at this price from ``valid_from`` to ``valid_to``, both inclusive.
    """

    offering: Literal["tsam", "saas_premium"] | None = None
    product: str | None = None
    currency: str
    rate: Decimal
    block_hours: float = 1.0
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Say whether a block that starts on a day has this price."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    @property
    def precision(self) -> int:
        """How narrowly the price says for whom it is; a product says more than an offering."""
        return 2 * (self.product is not None) + (self.offering is not None)

    def __str__(self) -> str:
        target = " ".join(filter(None, (self.offering, self.product))) or "any contract"
        return f"{self.rate} {self.currency}/h for {target}"


@dataclass(frozen=True, slots=True)
class RateCard:
    """
    All prices of additional hours.

    Examples
    --------
    >>> card = RateCard((
    ...     Rate(currency="EUR", rate="150"),
    ...     Rate(currency="EUR", rate="180", product="Windchill", block_hours=2)))
    >>> day = dt.date(2027, 1, 4)
    >>> str(card.find("tsam", ["Creo"], day, "EUR"))
    '150 EUR/h for any contract'
    >>> card.find("tsam", ["Creo", "Windchill"], day, "EUR").block_hours
    2.0
    """

    rates: tuple[Rate, ...] = ()

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """
        Read a rate card from CSV with the columns of the table ``rates``.

        Raises
        ------
        PortfolioError
            When the file cannot be read, or anything in it is wrong; all problems at once.
        """
        path = Path(path)
        rows, problems = _read_rows(path)
        if problems:
            raise PortfolioError(problems, str(path))
        return cls(tuple(Rate.model_validate(row) for row in rows))

    def find(
        self,
        offering: str,
        products: Sequence[str],
        day: dt.date,
        currency: str | None = None,
    ) -> Rate | None:
        """
        Return the price of an hour for a contract, the narrowest that holds; None without any.

        Parameters
        ----------
        offering, products, currency
            Of the contract; without a currency, prices of all of them are looked at.
        day
            First day of the block.

        Raises
        ------
        ArgumentError
            When several prices hold that are equally narrow.
        """
        found = {
            (rate.rate, rate.currency, rate.block_hours): rate
            for rate in self._narrowest(offering, products, day, currency)
        }
        if len(found) > 1:
            listed = "; ".join(sorted(str(rate) for rate in found.values()))
            known = ", ".join(products) or "no products"
            message = (
                f"several prices hold on {day} for {offering} with {known}: {listed}. Give "
                f"the contract a currency or an extra_hour_rate, or end one of the prices."
            )
            raise ArgumentError(message)
        return next(iter(found.values()), None)

    def find_step(
        self,
        offering: str,
        products: Sequence[str],
        day: dt.date,
        currency: str | None = None,
    ) -> float:
        """
        Return the hours a week of one block for a contract with a price of its own.

        It is the smallest of the narrowest prices that hold, and an hour without any.
        """
        narrowest = self._narrowest(offering, products, day, currency)
        return min((rate.block_hours for rate in narrowest), default=1.0)

    def _narrowest(
        self, offering: str, products: Sequence[str], day: dt.date, currency: str | None
    ) -> list[Rate]:
        holding = [
            rate
            for rate in self.rates
            if rate.holds_on(day)
            and rate.offering in (None, offering)
            and (rate.product is None or rate.product in products)
            and currency in (None, rate.currency)
        ]
        most = max((rate.precision for rate in holding), default=0)
        return [rate for rate in holding if rate.precision == most]


def _read_rows(path: Path) -> tuple[list[Mapping[str, object]], list[Problem]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except FileNotFoundError:
        return [], [_problem(path, "the file does not exist", "check its name")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [_problem(path, f"it cannot be read: {error}", "save it as CSV in UTF-8")]
    header = [name.strip() for name in lines[0]] if lines else []
    problems = list(_header_problems(path, header))
    rows: list[Mapping[str, object]] = []
    if not problems:
        for number, cells in enumerate(lines[1:], start=2):
            if any(cell.strip() for cell in cells[len(header) :]):
                found = f"{len(cells)} cells, the header has {len(header)}"
                remedy = "quote cells that hold a comma"
                problems.append(_problem(path, found, remedy, row=number))
            elif any(cell.strip() for cell in cells):
                row, wrong = _read_row(path, number, dict(zip(header, cells, strict=False)))
                rows.append(row)
                problems += wrong
    return rows, problems


def _header_problems(path: Path, header: Sequence[str]) -> Iterator[Problem]:
    columns = tables()["rates"].columns
    for position, name in enumerate(header):
        if name in header[:position]:
            found = f"column {name} appears twice"
            yield _problem(path, found, "remove one", column=name)
        elif name not in columns:
            remedy = f"known columns: {', '.join(columns)}"
            yield _problem(path, f"unknown column '{name}'", remedy, column=name)
    for column in columns.values():
        if column.is_required and column.name not in header:
            found = f"column {column.name} is missing"
            yield _problem(path, found, "add it", column=column.name)


def _read_row(
    path: Path, number: int, cells: Mapping[str, str]
) -> tuple[Mapping[str, object], list[Problem]]:
    values: dict[str, object] = {}
    problems = []
    for column in tables()["rates"].columns.values():
        try:
            values[column.name] = read_cell(column, cells.get(column.name))
        except CellError as error:
            problems.append(
                _problem(
                    path, error.found, error.remedy, row=number, column=column.name, rule="R46"
                )
            )
    start, end = values.get("valid_from"), values.get("valid_to")
    if isinstance(start, dt.date) and isinstance(end, dt.date) and end < start:
        found, remedy = f"valid to {end}, before it is valid from {start}", "correct the dates"
        problems.append(_problem(path, found, remedy, row=number, column="valid_to"))
    return values, problems


def _problem(
    path: Path, found: str, remedy: str, *, row: int = 0, column: str = "", rule: str = ""
) -> Problem:
    return Problem(
        file=path.name, row=row, column=column, rule=rule, found=found, remedy=remedy
    )

"""The problems of a portfolio made or changed in code, as reading would find them."""

from collections.abc import Iterator, Mapping

from tsam_planner.errors import PortfolioError, Problem
from tsam_planner.io.rows import all_tables, cell_problem, duplicate_keys, unknown_references
from tsam_planner.io.sources import problem
from tsam_planner.portfolio.checks import find_problems
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.rows import Row
from tsam_planner.service.policy import Policy
from tsam_planner.tables.cell_errors import CellError, Remedies
from tsam_planner.tables.cells import read_cell
from tsam_planner.tables.dictionary import Column, Table


def check_records(portfolio: Portfolio, name: str = "the portfolio") -> None:
    """
    Hold that a portfolio made or changed in code can be planned.

    Parameters
    ----------
    name
        What the error calls it.

    Raises
    ------
    PortfolioError
        When reading would refuse it; every problem is listed, rows counted as in a
        spreadsheet.
    """
    found = record_problems(portfolio, portfolio.policy)
    errors = [item for item in found if item.severity == "error"]
    if errors:
        raise PortfolioError(errors, name)


def record_problems(portfolio: Portfolio, policy: Policy) -> tuple[Problem, ...]:
    """Return every problem of a portfolio's records, warnings included; logs are not read."""
    return tuple(_problems(portfolio, policy))


def _problems(portfolio: Portfolio, policy: Policy) -> Iterator[Problem]:
    given: dict[str, list[Row]] = {}
    for name, table in all_tables().items():
        records = getattr(portfolio, name)
        rows, remedies = [], Remedies()
        for number, record in enumerate(records, start=2):
            values, wrong = _cells(table, number, dict(record), remedies)
            yield from wrong
            rows.append(Row(name, number, values))
        if table.is_required and not rows:
            yield problem(name, "no rows", f"fill in {name}")
        # A table that nobody filled in is not asked, as if it were not there.
        if rows or table.is_required:
            given[name] = rows
    for name, rows in given.items():
        yield from duplicate_keys(rows, all_tables()[name])
        yield from unknown_references(rows, all_tables()[name], given)
    yield from find_problems(given, policy)


def _cells(
    table: Table, number: int, values: Mapping[str, object], remedies: Remedies
) -> tuple[Mapping[str, object], list[Problem]]:
    """Return the values of a row that are possible, and what is wrong with the others."""
    problems = []
    kept = dict(values)
    for column in table.columns.values():
        try:
            _check_cell(column, values[column.name])
        except CellError as error:
            problems.append(cell_problem(table.name, number, column, error, remedies))
            del kept[column.name]
    return kept, problems


def _check_cell(column: Column, value: object) -> None:
    if value != value:
        # In a file this is an empty cell; a record says None for that.
        found = f"expected a finite number, got {value}"
        raise CellError(found, "write the real figure, or None")
    if isinstance(value, tuple):
        value = ";".join(str(item) for item in value)
    read_cell(column, value)

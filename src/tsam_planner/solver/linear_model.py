"""A linear model in whole numbers, as every engine of linear kind can read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tsam_planner.solver.integers import NO_LIMIT


class Row(NamedTuple):
    """Hold ``lower <= sum(coefficient * variable) <= upper``; NO_LIMIT = no side."""

    variables: Sequence[int]
    coefficients: Sequence[int]
    lower: int
    upper: int


class Derived(NamedTuple):
    """
    A variable that follows from others: ``(sum(coefficient * variable) - constant)⁺``.

    The value is cut at the upper end: a flag is the cut sum of what it flags.
    """

    variable: int
    variables: Sequence[int]
    coefficients: Sequence[int]
    constant: int


@dataclass(eq=False)
class LinearModel:
    """
    Variables from 0 to ``upper``, rows, and two levels of cost to be minimized.

    ``unit`` is the size in which a variable is best counted where numbers float: 1 for
    decisions, larger for amounts of load. ``derived`` lets values of the decisions be
    completed to values of all variables.
    """

    upper: list[int] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)
    second_cost: list[int] = field(default_factory=list)
    unit: list[float] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    derived: list[Derived] = field(default_factory=list)

    def add_variable(
        self, upper: int = 1, cost: int = 0, second_cost: int = 0, unit: float = 1.0
    ) -> int:
        """Add a variable from 0 to ``upper`` and return its index."""
        self.upper.append(upper)
        self.cost.append(cost)
        self.second_cost.append(second_cost)
        self.unit.append(unit)
        return len(self.upper) - 1

    def add_row(
        self,
        variables: Sequence[int],
        coefficients: Sequence[int] | None = None,
        *,
        lower: int = -NO_LIMIT,
        upper: int = NO_LIMIT,
    ) -> None:
        """Add a row; coefficients are 1 if not given."""
        if coefficients is None:
            coefficients = [1] * len(variables)
        self.rows.append(Row(variables, coefficients, lower, upper))

    def add_excess(
        self,
        variables: Sequence[int],
        coefficients: Sequence[int],
        constant: int,
        *,
        upper: int,
        cost: int,
        unit: float = 1.0,
    ) -> None:
        """Charge ``cost`` >= 0 for each unit of the sum above ``constant``."""
        excess = self.add_variable(upper, cost, unit=unit)
        self.derived.append(Derived(excess, variables, coefficients, constant))
        self.add_row([*variables, excess], [*coefficients, -1], upper=constant)

    def add_flag(self, choices: Iterable[Sequence[int]], cost: int = 0) -> int:
        """Add a variable that is 1 when any variable of ``choices`` is 1.

        At most one variable of each choice is ever 1, which makes the rows tight.
        """
        flag = self.add_variable(cost=cost)
        flagged: list[int] = []
        for choice in choices:
            self.add_row([*choice, flag], [1] * len(choice) + [-1], upper=0)
            flagged += choice
        self.derived.append(Derived(flag, flagged, [1] * len(flagged), 0))
        return flag

    def complete(self, values: list[int]) -> None:
        """Set the derived variables to what the others imply, in place."""
        for variable, variables, coefficients, constant in self.derived:
            terms = zip(coefficients, variables, strict=True)
            total = sum(c * values[v] for c, v in terms) - constant
            values[variable] = min(max(total, 0), self.upper[variable])

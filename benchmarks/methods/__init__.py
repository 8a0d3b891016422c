"""
The methods that are compared, one module each.

A method is a module with ``prepare(case, seed, workers)``, which does whatever does not count
(imports, compiling, starting a virtual machine) and returns the function that does:
``solve(limit)``, in seconds, which includes building its model.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tsam_planner.solver.problem import IntArray

NAMES = ("engine", "cp-sat", "highs", "timefold", "spreadsheet")


class Moment(NamedTuple):
    """What was known so many seconds after the start, in points."""

    elapsed: float
    objective: float | None
    bound: float | None


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """
    What a method returns: the option of each task (-1: none), and what it claims.

    ``option_of_task`` is None when no plan was found, ``bound`` when none is proven.
    """

    option_of_task: IntArray | None
    bound: float | None = None
    history: Sequence[Moment] = field(default=())
    stop: str = ""
    note: str = ""


Solve = Callable[[float], Answer]

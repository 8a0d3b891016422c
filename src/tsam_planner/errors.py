"""
Everything this library raises on purpose.

::

    PlannerError
    ├── PortfolioError (also ValueError)  the input cannot be planned    -> fix the data
    ├── ArgumentError (also ValueError)   a call makes no sense          -> fix the call
    ├── ProblemError (also ValueError)    the solver's input is unusable -> fix the arrays
    ├── InfeasibleError                   proven that no plan exists     -> relax a rule
    ├── NoPlanFoundError                  stopped before any plan        -> allow more time
    ├── StudyError                        workers of a study died        -> call again
    ├── PlanFileError (also ValueError)   a plan cannot be read/written  -> see the message
    ├── IntakeError (also ValueError)     exports cannot be imported     -> fix the mapping
    ├── SolverError                       an engine failed               -> report a bug
    └── VerificationError                 solver and checker disagree    -> report a bug

A `DataQualityWarning` is told where data are usable but not clean.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
_LONGEST = 4_000
# From the first letter of a word on: from each of its letters on takes minutes in a long one.
_ADDRESS = re.compile(r"(?<![^\s'\"(),;:<>])[^\s'\"(),;:<>]+@[^\s'\"(),;:<>]+")


def without_addresses(text: str) -> str:
    """
    Return a text in which no e-mail address can be read.

    Examples
    --------
    >>> without_addresses("managers has no 'ada@vendor.example'")
    "managers has no '(an e-mail address)'"
    """
    return _ADDRESS.sub("(an e-mail address)", text)


def without_name(text: str) -> str:
    """
    Return what stands where the id of a person should, unless it reads like a name.

    Examples
    --------
    >>> without_name("M-9"), without_name("Ada L.")
    ('M-9', '(a name)')
    """
    return "(a name)" if " " in text.strip() else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Say what is wrong with one place of the input, and what to do about it.

    ``row`` counts like a spreadsheet: the header is row 1, the first record row 2; 0
    means the table as a whole. ``rule`` is a rule (``R3``) or question (``Q15``) of the
    service description, empty where the matter is one of plain data quality. E-mail
    addresses are left out of ``found`` and ``remedy``: the row says where they stand.
    """

    file: str
    row: int
    column: str
    rule: str
    found: str
    remedy: str
    severity: Severity = "error"

    def __post_init__(self) -> None:
        # Problems end in logs, and an address may stand in any cell: ids, columns that slipped.
        for name in ("found", "remedy"):
            object.__setattr__(self, name, without_addresses(_cut(getattr(self, name))))

    def __str__(self) -> str:
        place = self.file
        if self.row:
            place += f", row {self.row}"
        if self.column:
            place += f", column '{self.column}'"
        rule = f" ({self.rule})" if self.rule else ""
        return f"{place}: {self.found}{rule}; {self.remedy}"


def _cut(text: str) -> str:
    """Return the beginning of a text that nobody reads to its end."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class DataQualityWarning(UserWarning):
    """Some rows of the data could not be used; the message says which and how many."""


class PlannerError(Exception):
    """Base of every error that this library raises on purpose."""


def told(error: Exception) -> str:
    """
    Return what an error says where one of many answers is missing for it.

    The library's own errors speak for themselves; any other is a defect, and has its name said.
    """
    if isinstance(error, PlannerError):
        return str(error)
    return f"{type(error).__name__}: {error}"


class PortfolioError(PlannerError, ValueError):
    """The input cannot be planned; ``problems`` lists every reason at once."""

    def __init__(self, problems: Sequence[Problem], source: str = "the portfolio") -> None:
        self.problems = tuple(problems)
        self.source = source
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        lines = [f"{source} cannot be planned ({count} {noun}):"]
        lines += [f"  {problem}" for problem in self.problems]
        super().__init__("\n".join(lines))


class ArgumentError(PlannerError, ValueError):
    """An argument of a call makes no sense."""


class ProblemError(PlannerError, ValueError):
    """The arrays given to the solver do not describe an assignment problem."""


class InfeasibleError(PlannerError):
    """It is proven that nothing satisfies every hard rule."""


class NoPlanFoundError(PlannerError):
    """The search stopped before it found any plan; one may still exist."""


class StudyError(PlannerError):
    """A study lost its workers before all of it was planned."""


class PlanFileError(PlannerError, ValueError):
    """
    A plan's folder or file cannot be read, or must not be replaced.

    ``problems`` lists every reason where single rows of a plan are at fault.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        lines = [message, *(f"  {problem}" for problem in self.problems)]
        super().__init__("\n".join(lines))


class IntakeError(PlannerError, ValueError):
    """Exports cannot be imported as the mapping says; ``problems`` lists every reason."""

    def __init__(self, problems: Sequence[Problem], source: str = "the exports") -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        lines = [f"{source} cannot be imported ({count} {noun}):"]
        lines += [f"  {problem}" for problem in self.problems]
        super().__init__("\n".join(lines))


class SolverError(PlannerError):
    """An engine failed or answered nonsense: a defect, not a property of the input."""


class VerificationError(PlannerError):
    """The solver and the independent checker disagree; ``differences`` says where."""

    def __init__(self, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        shown = "\n".join(f"  {line}" for line in self.differences[:20])
        super().__init__(
            f"the plan and its independent check disagree "
            f"({len(self.differences)} differences); please report this:\n{shown}"
        )

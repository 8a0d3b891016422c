"""What is wrong with cells, and what to do about them: a search that takes its time."""

from collections import Counter
from collections.abc import Callable

SEARCHES = 100
"""Wrong words of a column that similar ones are searched for: strangers are no typos."""


class CellError(ValueError):
    """
    A cell that cannot be understood: what was found, and what to do.

    ``near`` searches for what was probably meant by ``word``. It is asked with the remedy only,
    since it takes longer than anything else about a cell; ``otherwise`` is the remedy where
    nothing is near.
    """

    def __init__(
        self,
        found: str,
        otherwise: str,
        word: str = "",
        near: Callable[[str], str | None] | None = None,
    ) -> None:
        self.found = found
        self.otherwise = otherwise
        self.word = word
        self.near = near
        super().__init__(found)

    @property
    def remedy(self) -> str:
        """What to do about the cell."""
        close = self.near(self.word) if self.near else None
        return f"did you mean '{close}'?" if close else self.otherwise

    def __str__(self) -> str:
        return f"{self.found}; {self.remedy}"


class Remedies:
    """What to do about many cells: searched for once a word, and for a column's first words."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], str] = {}
        self._searches = Counter[str]()

    def about(self, column: str, error: CellError) -> str:
        """Return the remedy of a cell of a column that cannot be understood."""
        if error.near is None:
            return error.otherwise
        key = column, error.word
        if key not in self._told:
            self._searches[column] += 1
            is_searched = self._searches[column] <= SEARCHES
            self._told[key] = error.remedy if is_searched else error.otherwise
        return self._told[key]

"""Formulas that add up what belongs to a person, whatever people are called."""

import re
from collections.abc import Iterable

_PLAIN = re.compile(r"[^\W\d_][^*?~]*")


class Sums:
    """
    Formulas about the rows of a table that name somebody.

    SUMIFS takes ``*`` and ``?`` in names for any characters, ``>`` for a comparison and 007
    for 7; where names could be mistaken, the same is said by SUMPRODUCT and EXACT.
    """

    def __init__(self, names: Iterable[str]) -> None:
        # A name must begin with a letter, hold no wildcards and be short for a criterion.
        self._is_plain = all(_PLAIN.fullmatch(name) and len(name) < 200 for name in names)

    def total(self, values: str, keys: str, name: str) -> str:
        """Return the sum of values whose key is a name."""
        if self._is_plain:
            return f"=SUMIFS({values},{keys},{name})"
        return f"=SUMPRODUCT(--EXACT({keys},{name}),{values})"

    def most(self, values: str, keys: str, name: str) -> str:
        """Return the largest of the values whose key is a name."""
        if self._is_plain:
            return f"=_xlfn.MAXIFS({values},{keys},{name})"
        # AGGREGATE leaves out what divides by no, and cells without a number.
        return f"=IFERROR(_xlfn.AGGREGATE(14,6,{values}/EXACT({keys},{name}),1),0)"

    def count(self, keys: str, name: str) -> str:
        """Return in how many rows a name stands."""
        if self._is_plain:
            return f"=COUNTIFS({keys},{name})"
        return f"=SUMPRODUCT(--EXACT({keys},{name}))"

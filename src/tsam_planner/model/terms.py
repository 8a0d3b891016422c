"""What a search for managers is to respect beside the rules."""

from dataclasses import dataclass

from tsam_planner.model.rows import Reserve


@dataclass(frozen=True, slots=True)
class Terms:
    """
    The terms of one search.

    Attributes
    ----------
    reserve
        What books must leave free.
    also
        Contracts (positions) that may change hands to whoever joins.
    held
        Successions (their tasks) whose changes of hands are to be priced exactly.
    """

    reserve: Reserve
    also: frozenset[int] = frozenset()
    held: frozenset[tuple[int, ...]] = frozenset()

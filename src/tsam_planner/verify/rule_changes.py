"""What becomes of broken rules from one plan to another of the same contracts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tsam_planner.verify.cases import Place, Violation, told_once


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """
    Rules that a plan breaks and another one does not, or breaks more or less.

    Attributes
    ----------
    broken
        What the later plan breaks where the earlier one keeps the rule, or breaks it less.
    eased
        What the later plan breaks still, and less than the earlier one.
    mended
        What the earlier plan breaks and the later one keeps.
    """

    broken: tuple[Violation, ...]
    eased: tuple[Violation, ...]
    mended: tuple[Violation, ...]

    def told(self) -> Iterator[str]:
        """Yield what changes in lines, each rule once for each contract and manager."""
        for word, items in (
            ("breaks", self.broken),
            ("still broken, but by less", self.eased),
            ("mends", self.mended),
        ):
            yield from (f"{word}: {text}" for text in told_once(items))


def compare_rules(before: Iterable[Violation], after: Iterable[Violation]) -> RuleChanges:
    """
    Compare what two plans break, place by place and not by words: a number may differ.

    Where a rule is broken at one place more than once, what it is exceeded by adds up.
    """
    old, new = list(before), list(after)
    was, is_now = _excesses(old), _excesses(new)
    return RuleChanges(
        broken=_ordered(
            item
            for item in new
            if item.place not in was or is_now[item.place] > was[item.place]
        ),
        eased=_ordered(
            item for item in new if item.place in was and is_now[item.place] < was[item.place]
        ),
        mended=_ordered(item for item in old if item.place not in is_now),
    )


def _excesses(items: Iterable[Violation]) -> dict[Place, int]:
    """Return by how much each place exceeds its rule, 0 where there is no such number."""
    found: dict[Place, int] = defaultdict(int)
    for item in items:
        found[item.place] += item.excess or 0
    return dict(found)


def _ordered(items: Iterable[Violation]) -> tuple[Violation, ...]:
    return tuple(sorted(items, key=str))

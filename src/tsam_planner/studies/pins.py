"""
Pins that cannot hold together with that of a contract: as few of them as can be told.

A set of pins holds together if all of its contracts can be with their managers at once,
whatever becomes of the others. A contract's own pin is in conflict with others that hold
together without it and do not with it. Sets of others are tried by their size, so that the
first conflict is a smallest one. Where there are too many sets, others are taken in as long
as they hold together, and then taken away as long as the conflict stays: what is left cannot
do without any of its pins, and may not be the fewest (J. W. Chinneck and E. W. Dravnieks,
"Locating minimal infeasible constraint sets in linear programs", ORSA Journal on Computing 3,
1991).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.portfolio.records import Pin
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.studies.standing import Standing, standing_of
from tsam_planner.verify.cases import Violation

# Others from which a set is grown where not every set can be tried.
_SEEDS = 5


@dataclass(frozen=True)
class PinConflict:
    """
    Pins that cannot hold together, that of the contract asked for first.

    Attributes
    ----------
    pins
        None of them can be left out: the others would then hold. Empty where no conflict
        was found.
    is_proven
        Whether every smaller set was tried: no conflict has fewer pins or, where there are
        no ``pins``, there is none.
    """

    pins: tuple[Pin, ...] = ()
    is_proven: bool = True


def conflicting_pins(facts: Facts, contract_id: str, *, tries: int = 300) -> PinConflict:
    """
    Return the fewest pins that cannot hold together with that of a contract.

    Parameters
    ----------
    facts
        With the pins to look at.
    contract_id
        A contract whose own pin is in the answer; without one there is no conflict.
    tries
        How many sets of other pins to try for the fewest, > 0. Where they do not suffice,
        the answer is a set that no pin can be left out of, and says that it is not proven.
    """
    pins = [
        pin
        for pin in facts.portfolio.pins
        if pin.rule == "pin" and facts.planned[facts.contract_index[pin.contract_id]]
    ]
    own = tuple(pin for pin in pins if pin.contract_id == contract_id)
    trial = _Trial(facts, own)
    if own and not trial.hold(own):
        return PinConflict(own)
    others = [pin for pin in pins if pin not in own and _is_near(facts, pin, own)]
    if not own or trial.hold((*own, *others)):
        return PinConflict()
    for some in islice(_by_size(others), tries):
        if trial.is_conflict(some):
            return PinConflict((*own, *some))
    if 2 ** len(others) - 1 <= tries:
        return PinConflict()
    some = _irreducible(trial, others)
    return PinConflict((*own, *some) if some else (), is_proven=False)


def _is_near(facts: Facts, pin: Pin, own: Sequence[Pin]) -> bool:
    """Say whether a pin can be in the way of one that holds alone."""
    company = facts.contract(pin.contract_id).company_id
    if any(
        pin.manager_id == mine.manager_id
        or company == facts.contract(mine.contract_id).company_id
        for mine in own
    ):
        return True
    # Changes of hands count over all contracts; all else is a manager's or a company's.
    is_counted = facts.policy.max_handovers is not None
    return is_counted and _changes_hands(facts, own) and _changes_hands(facts, (pin,))


def _changes_hands(facts: Facts, pins: Sequence[Pin]) -> bool:
    return any(
        facts.incumbents.get(name, who) != who for name, who in _wanted(facts, pins).items()
    )


def _by_size(pins: Sequence[Pin]) -> Iterator[tuple[Pin, ...]]:
    for size in range(1, len(pins) + 1):
        yield from combinations(pins, size)


def _irreducible(trial: "_Trial", others: Sequence[Pin]) -> tuple[Pin, ...]:
    """Return others in conflict, none of which can be left out; none where none is found."""
    for seed in others[:_SEEDS]:
        grown: tuple[Pin, ...] = ()
        for pin in (seed, *(other for other in others if other is not seed)):
            if trial.hold((*grown, pin)):
                grown = (*grown, pin)
        if not trial.is_conflict(grown):
            continue
        for pin in grown:
            rest = tuple(other for other in grown if other is not pin)
            grown = rest if trial.is_conflict(rest) else grown
        return grown
    return ()


@dataclass(frozen=True)
class _Trial:
    """Tries pins on a plan in which nobody serves anything."""

    facts: Facts
    own: tuple[Pin, ...]

    def is_conflict(self, others: tuple[Pin, ...]) -> bool:
        """Say whether others hold together, and do not with the contract's own pin."""
        return not self.hold((*self.own, *others)) and self.hold(others)

    def hold(self, pins: Sequence[Pin]) -> bool:
        """Say whether all contracts of some pins can be with their managers at once."""
        tried = {(pin.contract_id, pin.manager_id) for pin in pins}
        moved = self._nobody.moved(_wanted(self.facts, pins))
        return not any(self._counts(item, tried) for item in moved.violations)

    def _counts(self, item: Violation, tried: set[tuple[str, str]]) -> bool:
        """Say whether a broken rule is one without the pins that are not tried."""
        pair = item.contract_id, item.manager_id
        return (
            item.rule is not HardRule.PINS_ARE_KEPT or pair in tried or pair not in self._pinned
        )

    @cached_property
    def _pinned(self) -> set[tuple[str | None, str | None]]:
        return {
            (pin.contract_id, pin.manager_id)
            for pin in self.facts.portfolio.pins
            if pin.rule == "pin"
        }

    @cached_property
    def _nobody(self) -> Standing:
        facts, mondays = self.facts, self.facts.horizon.mondays
        decisions = []
        for row, contract in enumerate(facts.contracts):
            if not facts.planned[row]:
                decision = Decision(contract_id=contract.contract_id, status="not_planned")
            else:
                first, last = facts.first_and_last_week(row)
                decision = Decision(
                    contract_id=contract.contract_id,
                    status="unassigned",
                    from_week=mondays[first],
                    to_week=mondays[last],
                )
            decisions.append(decision)
        return standing_of(facts, decisions)


def _wanted(facts: Facts, pins: Sequence[Pin]) -> dict[str, str]:
    """Return who must have which contracts: of some companies, all go with a pinned one."""
    wanted = {pin.contract_id: pin.manager_id for pin in pins}
    for company, rows in facts.siblings.items():
        names = [facts.contracts[row].contract_id for row in rows]
        people = [wanted[name] for name in names if name in wanted]
        if people and facts.same_manager[company] == "require":
            wanted = {**dict.fromkeys(names, people[0]), **wanted}
    return wanted

"""
Pins that cannot hold together: the smallest such set, by a deletion filter.

A set of pins holds together if all of its contracts can be with their managers at once,
whatever becomes of the others. Pins are taken away one after the other, as long as the rest
still cannot hold; what is left cannot do without any of its pins (J. W. Chinneck and
E. W. Dravnieks, "Locating minimal infeasible constraint sets in linear programs", ORSA
Journal on Computing 3, 1991).
"""

from collections.abc import Sequence

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.portfolio.records import Pin
from tsam_planner.studies.standing import standing_of


def conflicting_pins(facts: Facts, contract_id: str) -> tuple[Pin, ...]:
    """
    Return pins that cannot hold together with that of a contract; none where they can.

    No pin of the answer can be left out: the others would then hold.
    """
    pins = [
        pin
        for pin in facts.portfolio.pins
        if pin.rule == "pin" and facts.planned[facts.contract_index[pin.contract_id]]
    ]
    own = [pin for pin in pins if pin.contract_id == contract_id]
    if not own or _hold(facts, pins):
        return ()
    if not _hold(facts, own):
        return tuple(own)
    kept = pins
    for pin in pins:
        rest = [other for other in kept if other is not pin]
        if pin not in own and not _hold(facts, rest):
            kept = rest
    # Where the others cannot hold without this contract's pin either, it is not the reason.
    others = [pin for pin in kept if pin not in own]
    return tuple(kept) if _hold(facts, others) else ()


def _hold(facts: Facts, pins: Sequence[Pin]) -> bool:
    """Say whether all contracts of some pins can be with their managers at once."""
    wanted = _wanted(facts, pins)
    decisions = []
    for row, contract in enumerate(facts.contracts):
        name = contract.contract_id
        if not facts.planned[row]:
            decisions.append(Decision(contract_id=name, status="not_planned"))
            continue
        first, last = facts.first_and_last_week(row)
        decisions.append(
            Decision(
                contract_id=name,
                status="assigned" if name in wanted else "unassigned",
                manager_id=wanted.get(name),
                from_week=facts.horizon.mondays[first],
                to_week=facts.horizon.mondays[last],
            )
        )
    return not standing_of(facts, decisions).violations


def _wanted(facts: Facts, pins: Sequence[Pin]) -> dict[str, str]:
    """Return who must have which contracts: of some companies, all go with a pinned one."""
    wanted = {pin.contract_id: pin.manager_id for pin in pins}
    for company, rows in facts.siblings.items():
        names = [facts.contracts[row].contract_id for row in rows]
        people = [wanted[name] for name in names if name in wanted]
        if people and facts.same_manager[company] == "require":
            wanted = {**dict.fromkeys(names, people[0]), **wanted}
    return wanted

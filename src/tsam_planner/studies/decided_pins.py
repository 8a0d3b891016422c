"""Pins that people decided about a plan, kept in the next one as far as they can hold."""

from tsam_planner.facts import Facts
from tsam_planner.plan.decision_record import DecisionRecord
from tsam_planner.portfolio.records import Pin
from tsam_planner.studies.pins import conflicting_pins


def keep_decided_pins(
    record: DecisionRecord | None, facts: Facts
) -> tuple[tuple[Pin, ...], list[str]]:
    """
    Return the pins to plan with, and a sentence for each decided pin that cannot hold.

    Parameters
    ----------
    record
        What was decided; nothing without one.
    facts
        What is planned next. Its portfolio's own pins always stay, and rule out decided ones
        of the same contract.
    """
    pins, dropped = facts.portfolio.pins, list[str]()
    pinned = {pin.contract_id for pin in pins if pin.rule == "pin"}
    for pin in () if record is None else record.pins:
        place = facts.contract_index.get(pin.contract_id)
        if place is None or not facts.planned[place] or pin.contract_id in pinned:
            continue
        obstacle = _obstacle(facts, pins, pin)
        if obstacle:
            dropped.append(
                f"{pin.contract_id} was pinned to {pin.manager_id} ({pin.reason}), which "
                f"cannot hold any more: {obstacle}; unpin it, or decide anew"
            )
        else:
            pins = (*pins, pin)
    return pins, dropped


def _obstacle(facts: Facts, pins: tuple[Pin, ...], pin: Pin) -> str:
    """Say why a pin cannot hold beside others, empty if it can."""
    if pin.manager_id not in facts.manager_index:
        return "the team has no such manager"
    pair = pin.contract_id, pin.manager_id
    if any((other.contract_id, other.manager_id) == pair for other in facts.portfolio.pins):
        return "the portfolio forbids it"
    together = facts.portfolio.model_copy(update={"pins": (*pins, pin)})
    conflict = conflicting_pins(facts.with_team(together), pin.contract_id).pins
    if not conflict:
        return ""
    others = [f"{row.contract_id} to {row.manager_id}" for row in conflict if row != pin]
    return f"not together with {', '.join(others)}" if others else "it breaks a rule"

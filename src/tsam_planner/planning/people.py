"""Managers and their substitutes, and a second round for the sake of cover."""

from collections.abc import Callable
from dataclasses import replace

from tsam_planner.facts import Facts
from tsam_planner.plan.backup_goals import count_backup_points
from tsam_planner.plan.goals import count_points
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.planning.backups import Backups, find_backups
from tsam_planner.planning.primaries import Primaries, find_primaries
from tsam_planner.planning.searches import Deadline, Progress, SolveOptions

People = tuple[Primaries, Backups]
Stop = Callable[[], bool] | None


def find_people(
    facts: Facts,
    options: SolveOptions,
    deadline: Deadline,
    *,
    progress: Progress | None = None,
    should_stop: Stop = None,
) -> People:
    """
    Search for managers, then for their substitutes.

    Where the policy lets a plan's own points rise for better cover, the managers are
    searched again with the hours reserved that substitutes were asked for. The second
    round counts if the points of both together are fewer, and the rise is within bounds.
    """
    primaries = find_primaries(
        facts, options, deadline, progress=progress, should_stop=should_stop
    )
    first = (
        primaries,
        find_backups(facts, primaries.decisions, options, deadline, should_stop=should_stop),
    )
    tolerance = facts.policy.cover_tolerance
    if not tolerance or (should_stop is not None and should_stop()):
        return first
    second = _search_again(facts, first, options, deadline, should_stop)
    own, both = _points(facts, first)
    own_again, both_again = _points(facts, second)
    is_better = both_again < both and own_again <= (1 + tolerance) * own
    return second if is_better else first


def _search_again(
    facts: Facts, first: People, options: SolveOptions, deadline: Deadline, should_stop: Stop
) -> People:
    """Search with the hours reserved that substitutes of the first round were asked for."""
    primaries, backups = first
    asked = keep_ledger(facts, backups.decisions).asked
    again = find_primaries(facts, options, deadline, should_stop=should_stop, reserve=asked)
    bound = primaries.result.bound if primaries.bound is None else primaries.bound
    return replace(again, bound=bound), find_backups(
        facts, again.decisions, options, deadline, should_stop=should_stop
    )


def _points(facts: Facts, people: People) -> tuple[int, int]:
    """Return a plan's own points, and those with its substitutes (millionths)."""
    decisions = people[1].decisions
    ledger = keep_ledger(facts, decisions)
    own = count_points(facts, decisions, ledger).total
    return own, own + count_backup_points(facts, decisions, ledger).total

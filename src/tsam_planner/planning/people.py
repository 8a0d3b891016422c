"""Managers and their substitutes, and a second round for the sake of cover."""

from dataclasses import replace

from tsam_planner.facts import Facts
from tsam_planner.plan.backup_goals import count_backup_points
from tsam_planner.plan.goals import count_points
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.planning.backups import Backups, find_backups
from tsam_planner.planning.primaries import Primaries, find_primaries
from tsam_planner.planning.searches import Searcher

People = tuple[Primaries, Backups]


def find_people(facts: Facts, searcher: Searcher) -> People:
    """
    Search for managers, then for their substitutes.

    Where the policy lets a plan's own points rise for better cover, the managers are
    searched again with the hours reserved that substitutes were asked for. The second
    round counts if the points of both together are fewer, and the rise is within bounds.
    """
    primaries = find_primaries(facts, searcher)
    first = primaries, find_backups(facts, primaries.decisions, searcher)
    tolerance = facts.policy.cover_tolerance
    if not tolerance or searcher.is_stopped:
        return first
    second = _search_again(facts, first, searcher)
    own, both = _points(facts, first)
    own_again, both_again = _points(facts, second)
    is_better = both_again < both and own_again <= (1 + tolerance) * own
    return second if is_better else first


def _search_again(facts: Facts, first: People, searcher: Searcher) -> People:
    """Search with the hours reserved that substitutes of the first round were asked for."""
    primaries, backups = first
    asked = keep_ledger(facts, backups.decisions).asked
    again = find_primaries(facts, replace(searcher, progress=None), reserve=asked)
    again = replace(again, bound=primaries.proven)
    return again, find_backups(facts, again.decisions, searcher)


def _points(facts: Facts, people: People) -> tuple[int, int]:
    """Return a plan's own points, and those with its substitutes (millionths)."""
    decisions = people[1].decisions
    ledger = keep_ledger(facts, decisions)
    own = count_points(facts, decisions, ledger).total
    return own, own + count_backup_points(facts, decisions, ledger).total

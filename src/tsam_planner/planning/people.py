"""Managers and their substitutes, and a second round for the sake of cover."""

from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.model.rows import Reserve
from tsam_planner.plan.backup_goals import count_backup_points
from tsam_planner.plan.goals import count_points
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.plan.risk_price import no_price
from tsam_planner.plan.sales import no_sales
from tsam_planner.planning.backups import Backups, find_backups
from tsam_planner.planning.primaries import Primaries, find_primaries
from tsam_planner.planning.risk import find_holding_primaries
from tsam_planner.planning.sales import sell
from tsam_planner.planning.searches import Searcher
from tsam_planner.proof import Proof


class People(NamedTuple):
    """
    Managers and substitutes, what holding the accepted risk costs, and what is sold.

    ``facts`` take as bought what is sold.
    """

    facts: Facts
    primaries: Primaries
    backups: Backups
    risk_price: pd.DataFrame
    sales: pd.DataFrame
    sales_proof: Proof | None = None


def find_people(facts: Facts, searcher: Searcher, offers: pd.DataFrame) -> People:
    """
    Search for managers, then for their substitutes.

    Where the policy lets a plan's own points rise for better cover, the managers are
    searched again with the hours reserved that substitutes were asked for. The second
    round counts if the points of both together are fewer, and the rise is within bounds.

    Where the policy accepts a risk only, managers' books hold it instead. Where it decides
    sales with the plan, ``offers`` (the plan's table of additional hours) are sold as far as
    no points are lost.
    """
    if facts.policy.risk is not None and facts.managers:
        holding = find_holding_primaries(facts, searcher, facts.policy.risk)
        backups = find_backups(facts, holding.primaries.decisions, searcher)
        return People(facts, holding.primaries, backups, holding.price, no_sales())
    primaries = find_primaries(facts, searcher)
    if facts.policy.additional_hours == "optimize" and not primaries.is_mended:
        selling = sell(facts, primaries, offers, searcher)
        backups = find_backups(selling.facts, selling.primaries.decisions, searcher)
        return People(
            selling.facts, selling.primaries, backups, no_price(), selling.table, selling.proof
        )
    backups = find_backups(facts, primaries.decisions, searcher)
    first = People(facts, primaries, backups, no_price(), no_sales())
    tolerance = facts.policy.cover_tolerance
    if not tolerance or searcher.is_stopped:
        return first
    second = _search_again(facts, first, searcher)
    own, both = _points(facts, first)
    own_again, both_again = _points(facts, second)
    is_better = both_again < both and own_again <= (1 + tolerance) * own
    return second if is_better else first


def find_managers(facts: Facts, searcher: Searcher) -> Primaries:
    """Search for managers as a plan does: their books hold the accepted risk, if any."""
    if facts.policy.risk is None or not facts.managers:
        return find_primaries(facts, searcher)
    return find_holding_primaries(facts, searcher, facts.policy.risk).primaries


def _search_again(facts: Facts, first: People, searcher: Searcher) -> People:
    """Search with the hours reserved that substitutes of the first round were asked for."""
    asked = keep_ledger(facts, first.backups.decisions).asked
    reserve = replace(Reserve.nothing(facts), hours=asked)
    again = find_primaries(facts, replace(searcher, progress=None), reserve)
    again = replace(again, bound=first.primaries.proven)
    backups = find_backups(facts, again.decisions, searcher)
    return first._replace(primaries=again, backups=backups)


def _points(facts: Facts, people: People) -> tuple[int, int]:
    """Return a plan's own points, and those with its substitutes (millionths)."""
    decisions = people.backups.decisions
    ledger = keep_ledger(facts, decisions)
    own = count_points(facts, decisions, ledger).total
    return own, own + count_backup_points(facts, decisions, ledger).total

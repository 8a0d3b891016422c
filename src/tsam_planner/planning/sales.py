"""
Which additional hours to sell with which people: points first, then the best margin (R46).

The managers that were found are the start and the measure: nobody is worse off for a sale.
Three searches follow, and the best plan counts: sales into the room that is left; sales and
people together, until it is proven that none is better; and, where time does not allow that,
the same among plans of no more points than were found.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.errors import ArgumentError, VerificationError
from tsam_planner.facts import Facts, gather_facts
from tsam_planner.model.primaries import PrimaryModel, model_primaries
from tsam_planner.model.sales import Sales
from tsam_planner.plan.sales import LEFT, SALES_COLUMNS, SOLD, Sale, count_sales, no_sales
from tsam_planner.plan.tables import typed
from tsam_planner.planning.primaries import Primaries, decide
from tsam_planner.planning.searches import Searcher
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.records import Manager, PurchasedHours
from tsam_planner.proof import Proof, StopReason
from tsam_planner.solver import AssignmentProblem, AssignmentResult
from tsam_planner.units import MICRO

Floats = npt.NDArray[np.float64]

_OFFERED = ("proposed", "asked", "accepted")


@dataclass(frozen=True)
class Selling:
    """
    Managers decided together with sales.

    ``facts`` take what is sold as bought; ``proof`` is about the margin: no plan of these
    points has more than its bound.
    """

    facts: Facts
    primaries: Primaries
    table: pd.DataFrame
    proof: Proof


def sell(facts: Facts, found: Primaries, offers: pd.DataFrame, searcher: Searcher) -> Selling:
    """
    Decide which offered blocks to keep room for, with managers of no more points.

    Parameters
    ----------
    found
        The best managers without any sale.
    offers
        The plan's table of additional hours.

    Raises
    ------
    ArgumentError
        When prices and costs are in several currencies without rates of exchange.
    VerificationError
        When search and count disagree: a defect of this library.
    """
    blocks = list(_blocks(facts, offers))
    exchange = _exchange(facts, blocks)
    sales = _sales(facts, blocks, exchange)
    model = model_primaries(facts, found.model.terms, sales)
    result, is_proven = _search(model, found, searcher)
    sold_contracts = model.sold_contracts(result) & sales.contracts
    sold = [
        block for block in blocks if facts.contract_index[block.contract_id] in sold_contracts
    ]
    with_sales = gather_facts(facts.portfolio, facts.horizon, facts.policy, sold)
    primaries = _as_primaries(with_sales, model, result, found)
    counted = count_sales(with_sales, primaries.decisions, exchange)
    _compare(counted, result)
    margin = sum((sale.margin for sale in counted), Decimal(0))
    most = float(np.maximum(0, sales.margin.max(axis=1, initial=0)).sum())
    bound = margin if is_proven else max(margin, Decimal(str(round(most, 2))))
    reason = StopReason.PROVEN_OPTIMAL if bound == margin else result.stop_reason
    rows = list(_rows(facts, blocks, counted, model, sales, exchange.into))
    return Selling(
        facts=with_sales,
        primaries=primaries,
        table=typed(pd.DataFrame(rows, columns=list(SALES_COLUMNS))) if rows else no_sales(),
        proof=Proof(objective=float(margin), bound=float(bound), stop_reason=reason),
    )


def check_currencies(facts: Facts, offers: pd.DataFrame) -> None:
    """
    Refuse sales whose margins cannot be compared, before any search.

    Raises
    ------
    ArgumentError
        When prices and costs are in several currencies without rates of exchange.
    """
    if facts.policy.additional_hours == "optimize":
        _exchange(facts, list(_blocks(facts, offers)))


def _blocks(facts: Facts, offers: pd.DataFrame) -> Iterator[PurchasedHours]:
    """Yield offered blocks of planned contracts that have a price."""
    for row in offers.to_dict("records"):
        place = facts.contract_index[row["contract_id"]]
        if row["status"] in _OFFERED and row["rate"] is not None and facts.planned[place]:
            yield PurchasedHours(
                contract_id=row["contract_id"],
                start_date=row["start_week"].date(),
                end_date=row["end_date"].date(),
                hours_per_week=row["block_hours_per_week"],
                rate=row["rate"],
                currency=row["currency"],
            )


def _exchange(facts: Facts, blocks: Sequence[PurchasedHours]) -> Exchange:
    """Return rates into the policy's currency, or into the only one there is."""
    used = {block.currency for block in blocks if block.currency}
    used |= {row.currency for row in facts.managers if row.hourly_cost and row.currency}
    into = facts.policy.offers.currency
    if into is None and len(used) > 1:
        message = (
            f"sales are compared in one currency, but prices and costs are in "
            f"{', '.join(sorted(used))}: name one by offers.currency in the policy, with rows "
            f"of exchange_rates into it"
        )
        raise ArgumentError(message)
    exchange = Exchange.of(into or next(iter(used), "EUR"), facts.portfolio.exchange_rates)
    for currency in sorted(used):
        exchange.rate_of(currency)
    return exchange


def _sales(facts: Facts, blocks: Sequence[PurchasedHours], exchange: Exchange) -> Sales:
    """Work out the margin of every block with every manager at once."""
    sold = gather_facts(facts.portfolio, facts.horizon, facts.policy, blocks)
    weeks, base = sold.contract_weeks, facts.contract_weeks
    price = np.zeros(len(facts.contracts))
    for block in blocks:
        rate = (block.rate or Decimal(0)) * exchange.rate_of(block.currency or exchange.into)
        price[facts.contract_index[block.contract_id]] += float(rate)
    income = price * (weeks.allowance - base.allowance).sum(axis=1) / MICRO
    worked = (weeks.planned - base.planned).sum(axis=1) / MICRO
    cost = np.array([_hourly_cost(manager, exchange) for manager in facts.managers])
    is_sold = np.isin(
        np.arange(len(price)), [facts.contract_index[block.contract_id] for block in blocks]
    )
    margin = np.where(is_sold[:, None], income[:, None] - np.outer(worked, cost), 0.0)
    # Whole hundredths: margins of different sales are told apart by no less.
    margin = np.asarray(np.round(margin, 2), dtype=np.float64)
    return Sales(sold, frozenset(np.flatnonzero(is_sold).tolist()), margin)


def _hourly_cost(manager: Manager, exchange: Exchange) -> float:
    if manager.hourly_cost is None:
        return 0.0
    return float(manager.hourly_cost * exchange.rate_of(manager.currency or exchange.into))


def _search(
    model: PrimaryModel, found: Primaries, searcher: Searcher
) -> tuple[AssignmentResult, bool]:
    """Return the best of three searches, and whether its margin is proven to be the best."""
    best = _sell_into_room(model, found, searcher)
    start = np.asarray(found.result.agent_of_task, dtype=np.int64)
    is_proven = False
    for gap in (0.0, searcher.options.relative_gap):
        if searcher.is_stopped or is_proven:
            break
        result = searcher.sales(model.problem, start, gap)
        is_proven = result.stop_reason is StopReason.PROVEN_OPTIMAL
        if _rank(result) <= _rank(best):
            best = result
    return best, is_proven and _rank(best) <= _rank(result)


def _rank(result: AssignmentResult) -> tuple[float, float]:
    return result.objective, result.second_objective or 0.0


def _sell_into_room(
    model: PrimaryModel, found: Primaries, searcher: Searcher
) -> AssignmentResult:
    """Keep everybody where the search without sales put them, and sell what fits."""
    problem, agents = model.problem, found.result.agent_of_task
    kept = np.flatnonzero(agents[problem.option_task] == problem.option_agent)
    result = searcher.sales(_restricted(problem, kept), agents, 0.0)
    # What nobody serves, -1, is the last one here; there may be no other.
    chosen = np.append(kept, -1)[result.chosen_option]
    return replace(result, chosen_option=chosen)


def _restricted(problem: AssignmentProblem, kept: npt.NDArray[np.int64]) -> AssignmentProblem:
    second = problem.second_option_cost
    return replace(
        problem,
        option_task=problem.option_task[kept],
        option_agent=problem.option_agent[kept],
        option_cost=problem.option_cost[kept],
        option_load=problem.option_load[kept],
        budgets=[(amounts[kept], limit) for amounts, limit in problem.budgets],
        second_option_cost=None if second is None else second[kept],
    )


def _as_primaries(
    facts: Facts, model: PrimaryModel, result: AssignmentResult, found: Primaries
) -> Primaries:
    """Read the answer as one about the facts with what is sold, where no option sells."""
    plain = model_primaries(facts, model.terms)
    options = [model.without_sale(option) for option in result.chosen_option.tolist()]
    chosen = np.array(options, dtype=np.int64)
    told = replace(
        found.result,
        agent_of_task=result.agent_of_task,
        copy_of_task=result.copy_of_task,
        chosen_option=chosen,
        objective=result.objective,
    )
    decisions = decide(plain, plain.managers_of_stretches(told))
    return replace(found, model=plain, result=told, decisions=decisions)


def _compare(counted: Sequence[Sale], result: AssignmentResult) -> None:
    margin = math.fsum(float(sale.margin) for sale in counted)
    searched = -(result.second_objective or 0.0)
    # Income and cost of each sale, and its margin in the search, are rounded to a hundredth.
    if abs(margin - searched) > 0.02 * (len(counted) + 1):
        raise VerificationError([f"margin: search {searched:.2f}, count {margin:.2f}"])


def _rows(
    facts: Facts,
    blocks: Sequence[PurchasedHours],
    counted: Sequence[Sale],
    model: PrimaryModel,
    sales: Sales,
    currency: str,
) -> Iterator[tuple[object, ...]]:
    by_contract = {sale.contract_id: sale for sale in counted}
    open_tasks = sales.tasks(model.pairs.stretches, model.tasks)
    for block in blocks:
        place = facts.contract_index[block.contract_id]
        sale = by_contract.get(block.contract_id)
        reason = "" if sale else _why_left(place, model, sales, open_tasks)
        yield (
            block.contract_id,
            SOLD if sale else LEFT,
            reason,
            block.hours_per_week,
            block.start_date,
            block.end_date,
            block.rate,
            block.currency,
            sale.income if sale else None,
            sale.cost if sale else None,
            sale.margin if sale else None,
            currency,
        )


def _why_left(place: int, model: PrimaryModel, sales: Sales, open_tasks: frozenset[int]) -> str:
    if not set(model.tasks.of_contract.get(place, ())) & open_tasks:
        return "several people may serve it in turn: its block is not decided with the plan"
    if sales.margin[place].max(initial=0.0) <= 0:
        return "its hours cost more than they bring"
    return "no room in a plan of the fewest points: it needs a hire, or strain that is accepted"

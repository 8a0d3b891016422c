"""A portfolio as it would be planned if one drawn future were known."""

import math

import numpy as np

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.demand.draws import MOMENTS, DemandDraws, draw_demand
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract, DemandWeek
from tsam_planner.studies.scenario import Scenario


def draw_portfolio(
    portfolio: Portfolio, horizon: Horizon, draw: int, *, seed: int = 0
) -> Portfolio:
    """
    Return a portfolio whose need and cases are those of one of its futures.

    Weekly hours, and open cases (the mean of a week, to the nearest whole case), stand in its
    table ``demand``; prospects that the future wins are contracts, the others are gone. What
    is known needs no room for what may come: the policy's ``risk`` is taken out.

    A future follows from its number and the seed alone, however many there are. Portfolios of
    the same contracts and prospects have the same futures, whoever serves them under whatever
    policy, and each multiplied by their own need.

    Parameters
    ----------
    draw
        Which future, >= 0.
    seed
        What all futures follow from, >= 0.
    """
    own = int(np.random.SeedSequence((seed, draw)).generate_state(1)[0])
    future = draw_demand(portfolio, horizon, portfolio.policy, draws=1, seed=own)
    signed = len(portfolio.contracts)
    won = [
        contract.contract_id
        for place, contract in enumerate(future.contracts[signed:], start=signed)
        if future.need[0, place].any() or future.open_cases[0, place].any()
    ]
    changed = Scenario("won", won=won, policy={"risk": None}).apply(portfolio)
    rows = [
        row
        for place, contract in enumerate(future.contracts)
        if place < signed or contract.contract_id in won
        for row in _weeks(future, place, contract, horizon)
    ]
    return changed.model_copy(update={"demand": tuple(rows), "prospects": ()})


def _weeks(
    future: DemandDraws, place: int, contract: Contract, horizon: Horizon
) -> list[DemandWeek]:
    need = future.need[0, place]
    cases = future.open_cases[0, place].reshape(horizon.weeks, MOMENTS).mean(axis=1)
    return [
        DemandWeek(
            contract_id=contract.contract_id,
            week=monday,
            need_hours=round(float(need[week]), 4),
            cases=math.floor(float(cases[week]) + 0.5),
        )
        for week, monday in enumerate(horizon.mondays)
    ]

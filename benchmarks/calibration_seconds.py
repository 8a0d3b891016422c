"""Seconds of `peak_open_cases`, and of the parts of `assess_risk`."""

import time
from collections.abc import Callable, Iterator
from functools import wraps

import numpy as np
import pandas as pd

from benchmarks.random_portfolio import QUARTER, random_portfolio
from tsam_planner import Portfolio, SolveOptions, assess_risk, make_plan, peak_open_cases
from tsam_planner.studies import risk

PARTS = ("gather_facts", "draw_demand", "decisions_from", "book_futures")
_DRAWS, _LIMIT = 1000, 15.0
_FIRST_DAY, _DAYS = pd.Timestamp("2026-01-05"), 7 * 51
_MEAN_DAYS = 14.0


def seconds_of_peaks(cases: int, seed: int) -> float:
    """Return the seconds of peaks by contract, for 300 contracts over ten years."""
    log = _log(cases, [f"C-{row:05d}" for row in range(300)], 3650, seed)
    began = time.perf_counter()
    peak_open_cases(log)
    return time.perf_counter() - began


def _log(cases: int, contracts: list[str], days: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    opened = _FIRST_DAY + pd.to_timedelta(np.sort(rng.uniform(0, days, cases)), unit="D")
    closed = opened + pd.to_timedelta(rng.exponential(_MEAN_DAYS, cases), unit="D")
    return pd.DataFrame(
        {
            "case_id": [f"S-{row}" for row in range(cases)],
            "contract_id": rng.choice(np.array(contracts, dtype=object), cases),
            "opened_at": opened,
            "closed_at": closed.where(closed < _FIRST_DAY + pd.Timedelta(days=days)),
        }
    )


def seconds_of_parts(repeats: int) -> Iterator[dict[str, float]]:
    """Yield the seconds of each part of `assess_risk`, of the rest, and of all."""
    portfolio = _with_log(random_portfolio(60, 300, 0.85, seed=0))
    plan = make_plan(portfolio, quarter=QUARTER, options=SolveOptions(time_limit=_LIMIT))
    for repeat in range(repeats):
        seconds = dict.fromkeys(PARTS, 0.0)
        before = {part: getattr(risk, part) for part in PARTS}
        for part in PARTS:
            setattr(risk, part, _timed(before[part], part, seconds))
        began = time.perf_counter()
        try:
            assess_risk(plan, draws=_DRAWS, seed=repeat)
        finally:
            for part in PARTS:
                setattr(risk, part, before[part])
        whole = time.perf_counter() - began
        rest = whole - sum(seconds.values())
        yield {**seconds, "probabilities and tables": rest, "assess_risk": whole}


def _with_log(portfolio: Portfolio) -> Portfolio:
    """Return a portfolio with a log of a year that fits the cases of its contracts."""
    contracts = [contract.contract_id for contract in portfolio.contracts]
    is_open = sum(contract.cases or 0.0 for contract in portfolio.contracts)
    cases = round(is_open * _DAYS / _MEAN_DAYS)
    return portfolio.model_copy(update={"cases": _log(cases, contracts, _DAYS, seed=0)})


def _timed(
    function: Callable[..., object], part: str, seconds: dict[str, float]
) -> Callable[..., object]:
    @wraps(function)
    def timed(*arguments: object, **options: object) -> object:
        began = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            seconds[part] += time.perf_counter() - began

    return timed

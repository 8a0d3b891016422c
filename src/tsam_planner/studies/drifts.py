"""
What has drifted from a plan, by contract and for the team: hours, open cases, calls.

A contract has drifted where the mean so far was off in one direction for the latest three
weeks: by more than 20 % of what was planned, and by more than a single hour or case means.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

DRIFT_SHARE, DRIFT_WEEKS = 0.20, 3
TEAM_SHARE = 0.10
PAIRS = (
    "planned_hours", "foreseen_hours", "actual_hours", "planned_cases", "open_cases",
    "planned_calls", "calls",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """
    A figure that is held against the plan, week by week.

    Attributes
    ----------
    planned, foreseen, actual
        Columns; what is between planned and foreseen is no drift.
    least
        Deviation of the mean that is none yet, in the measure's unit a week.
    prefix
        What the names of its columns in `Tracking.contracts` begin with.
    """

    planned: str
    foreseen: str
    actual: str
    least: float
    prefix: str

    @property
    def deviation(self) -> str:
        """Column of the mean deviation."""
        return f"{self.prefix}deviation"

    @property
    def weeks_off(self) -> str:
        """Column of the number of latest weeks in which the mean was off."""
        return f"{self.prefix}weeks_off"


HOURS = Measure("planned_hours", "foreseen_hours", "actual_hours", 1.0, "")
# Planning figures are means rounded up; one case more or less comes and goes by chance.
CASES = Measure("planned_cases", "planned_cases", "open_cases", 2.0, "case_")
# Of one call a week, two in five.
CALLS = Measure("planned_calls", "planned_calls", "calls", 0.4, "call_")
MEASURES = (HOURS, CASES, CALLS)


def contracts_of(weeks: pd.DataFrame) -> pd.DataFrame:
    """Return sums and drifts of contract-weeks by contract (see `Tracking`)."""
    rows = [
        {"contract_id": name, **_contract(group)}
        for name, group in weeks.groupby("contract_id", sort=True)
    ]
    # A plan in which no contract is planned has the columns, too.
    return pd.DataFrame(rows, columns=["contract_id", *_contract(weeks[:0])])


def _contract(group: pd.DataFrame) -> dict[str, object]:
    told = group[group["actual_hours"].notna()]
    cases = group[group["open_cases"].notna()]
    sums: dict[str, object] = {key: float(told[key].sum()) for key in PAIRS}
    off = {measure: _drift(group, measure) for measure in MEASURES}
    is_planned = (told["planned_hours"] > 0) | (told["planned_calls"] > 0)
    return {
        "weeks": len(told),
        **sums,
        "planned_cases": cases["planned_cases"].mean(),
        "open_cases": cases["open_cases"].mean(),
        "calls": float(told["calls"].sum(min_count=1)),
        **{measure.deviation: deviation for measure, (deviation, _) in off.items()},
        **{measure.weeks_off: run for measure, (_, run) in off.items()},
        "weeks_silent": int(is_planned.sum()) if not told["actual_hours"].any() else 0,
        "drifts": any(run >= DRIFT_WEEKS for _, run in off.values()),
    }


def _drift(group: pd.DataFrame, measure: Measure) -> tuple[float, int]:
    """Return how far the mean is off by now, and for how many latest weeks it was so."""
    told = group[group[measure.actual].notna()]
    if told.empty:
        return float("nan"), 0
    count = np.arange(1, len(told) + 1)
    plan, most, done = (
        np.cumsum(told[name].to_numpy(dtype=float)) / count
        for name in (measure.planned, measure.foreseen, measure.actual)
    )
    off = deviation_of(plan, most, done)
    beyond = np.abs(off) > np.maximum(measure.least, DRIFT_SHARE * plan) + 1e-9
    direction = np.sign(off) * beyond
    same = (direction == direction[-1])[::-1]
    run = len(same) if same.all() else int(np.argmin(same))
    return float(off[-1]), run if direction[-1] else 0


def deviation_of(planned: Floats, foreseen: Floats, actual: Floats) -> Floats:
    """Return hours above foreseen ones (> 0) or below planned ones (< 0)."""
    return np.maximum(actual - foreseen, 0.0) + np.minimum(actual - planned, 0.0)


def team_of(weeks: pd.DataFrame) -> pd.DataFrame:
    """
    Return the sums of contract-weeks by week.

    What is planned counts where the log knows of the contract, so that like is compared with
    like; hours and calls are of time sheets, cases of their own log.
    """
    table = weeks[["contract_id", "week"]].copy()
    for names, actual in ((PAIRS[:3] + PAIRS[5:], "actual_hours"), (PAIRS[3:5], "open_cases")):
        known = weeks["contract_id"].isin(weeks.loc[weeks[actual].notna(), "contract_id"])
        for name in names:
            table[name] = weeks[name].where(known | (not known.any()))
    return table.groupby("week")[list(PAIRS)].sum(min_count=1).reset_index()


def share_off(weeks: pd.DataFrame, measure: Measure) -> float:
    """Return how far the team is off over all weeks that are told, as a share of its plan."""
    told = weeks[weeks[measure.actual].notna()]
    planned = told[measure.planned].sum()
    if not planned:
        return float("nan")
    names = (measure.planned, measure.foreseen, measure.actual)
    off = deviation_of(*(np.array(told[name].sum()) for name in names))
    return float(off / planned)

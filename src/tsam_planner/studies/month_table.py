"""What plans of consecutive weeks mean month by month: people, hours, contracts."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.plan.plan import Plan
from tsam_planner.studies.standing import stand
from tsam_planner.units import MICRO

Floats = npt.NDArray[np.float64]

MONTH_COLUMNS = (
    "month", "weekdays", "headcount", "deployable_hours", "load_hours", "utilization",
    "unassigned_hours", "unfunded_hours", "contracts_planned", "contracts_served", "handovers",
)  # fmt: skip
_MEANS = ("headcount", "contracts_planned", "contracts_served")


def month_table(plans: Iterable[Plan]) -> pd.DataFrame:
    """
    Return one row per calendar month of some plans, by weekday (see `YearView`).

    A week's hours are spread evenly over its five weekdays.
    """
    days = pd.concat([_days(plan) for plan in plans])
    months = pd.DatetimeIndex(days.index).strftime("%Y-%m")
    grouped = days.groupby(months)
    table = grouped.sum()
    table[list(_MEANS)] = grouped[list(_MEANS)].mean()
    table["weekdays"] = grouped.size()
    deployable = table["deployable_hours"]
    table["utilization"] = (table["load_hours"] / deployable).where(deployable > 0)
    table["handovers"] = table["handovers"].round().astype("int64")
    return table.rename_axis("month").reset_index()[list(MONTH_COLUMNS)]


def _days(plan: Plan) -> pd.DataFrame:
    """Return a quarter by weekday."""
    facts = plan.facts
    weeks = facts.contract_weeks
    served = np.zeros(weeks.planned.shape, dtype=bool)
    for name, stretches in stand(plan).rows.items():
        for row in stretches:
            if row.manager_id is not None:
                served[facts.contract_index[name], list(row.weeks(facts.horizon))] = True
    planned = facts.planned[:, None]
    in_term = weeks.term & planned
    moved = plan.assignments.loc[plan.assignments["handover"], "from_week"]
    handovers = pd.Series(moved.value_counts(), dtype=float)
    books = plan.manager_weeks.groupby("week")
    table = pd.DataFrame(
        {
            "headcount": facts.manager_days.employed.sum(axis=0),
            "deployable_hours": _spread(books["deployable_hours"].sum().to_numpy()),
            "load_hours": _spread(books["load_hours"].sum().to_numpy()),
            "unassigned_hours": _spread(
                (weeks.planned * (planned & ~served)).sum(axis=0) / MICRO
            ),
            "unfunded_hours": _spread((weeks.unfunded * planned).sum(axis=0) / MICRO),
            "contracts_planned": in_term.sum(axis=0),
            "contracts_served": (in_term & served.repeat(WEEKDAYS, axis=1)).sum(axis=0),
        },
        index=pd.DatetimeIndex(facts.horizon.weekdays),
    )
    return table.assign(handovers=handovers.reindex(table.index).fillna(0.0))


def _spread(by_week: Floats) -> Floats:
    """Return a week's hours on each of its weekdays."""
    return np.repeat(by_week / WEEKDAYS, WEEKDAYS)

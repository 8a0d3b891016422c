"""Which stretch serves a contract in which week, looked up by week."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision, by_contract


def served_weeks(stretches: Sequence[Decision], horizon: Horizon) -> dict[int, Decision]:
    """
    Return the stretch of each week in which a contract has a manager (R40).

    Parameters
    ----------
    stretches
        Decisions of one contract in order of time (see `by_contract`). Where a plan made
        by hand lets two of them overlap, the later one holds.
    horizon
        The weeks of the plan.

    Returns
    -------
    dict
        Stretch by index of the week, in order of time; weeks without a manager are left out.
    """
    served = {
        week: stretch
        for stretch in stretches
        if stretch.manager_id is not None
        for week in stretch.weeks(horizon)
    }
    return dict(sorted(served.items()))


def managers_by_week(facts: Facts, decisions: Iterable[Decision]) -> npt.NDArray[np.int64]:
    """
    Return who serves which contract when: positions of managers, -1 for nobody.

    Shape ``(contracts, weeks)``. Contracts and managers that the facts do not know, such as
    those of another scenario, are left out.
    """
    managers = np.full((len(facts.contracts), facts.horizon.weeks), -1, dtype=np.int64)
    for contract_id, stretches in by_contract(decisions).items():
        place = facts.contract_index.get(contract_id)
        served = served_weeks(stretches, facts.horizon) if place is not None else {}
        for week, row in served.items():
            managers[place, week] = facts.manager_index.get(row.manager_id or "", -1)
    return managers

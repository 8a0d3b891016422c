"""Which stretch serves a contract in which week, looked up by week."""

from collections.abc import Sequence

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.plan.decisions import Decision


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

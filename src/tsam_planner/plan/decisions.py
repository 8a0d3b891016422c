"""One decision per row: who looks after a contract in which weeks."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tsam_planner.calendars.horizon import Horizon

Status = Literal["assigned", "unassigned", "not_planned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    A stretch of weeks in which a contract has one manager, or none.

    ``from_week`` and ``to_week`` are the Mondays of the first and last week served, both
    None for a contract that is not planned. A contract has one row unless it changes
    hands inside the horizon. ``reason`` is a sentence for people.
    """

    contract_id: str
    status: Status
    manager_id: str | None = None
    backup_id: str | None = None
    from_week: dt.date | None = None
    to_week: dt.date | None = None
    reason: str = ""

    def weeks(self, horizon: Horizon) -> range:
        """Return the indices of the weeks served, empty when nothing is planned."""
        if self.from_week is None or self.to_week is None:
            return range(0)
        first = (self.from_week - horizon.start).days // 7
        last = (self.to_week - horizon.start).days // 7
        return range(max(first, 0), min(last, horizon.weeks - 1) + 1)


def by_contract(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    """Return the stretches of each contract in order of time."""
    stretches: dict[str, list[Decision]] = {}
    for decision in decisions:
        stretches.setdefault(decision.contract_id, []).append(decision)
    for rows in stretches.values():
        rows.sort(key=lambda row: row.from_week or dt.date.min)
    return stretches

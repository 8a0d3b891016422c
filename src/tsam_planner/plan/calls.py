"""The weekly calls of a plan: who calls which customer when, and why not as usual."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.plan.tables import typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    One call of a contract-week (R39).

    ``week`` is its Monday, ``start`` an instant with the zone UTC. ``reason`` says why the
    call is not at the contract's usual weekday, local time and person; empty when it is.
    """

    contract_id: str
    week: dt.date
    start: dt.datetime
    minutes: int
    manager_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCall:
    """A contract-week that has no call, and why."""

    contract_id: str
    week: dt.date
    reason: str


def calls_table(facts: Facts, calls: Sequence[Call]) -> pd.DataFrame:
    """
    Return one row per call.

    Columns ``contract_id, week, start`` (UTC), ``minutes, manager_id,
    contract_local_start, manager_local_start`` (ISO text with offset) and ``reason``.
    """
    columns = [
        "contract_id", "week", "start", "minutes", "manager_id", "contract_local_start",
        "manager_local_start", "reason",
    ]  # fmt: skip
    rows = [
        (
            call.contract_id,
            call.week,
            call.start,
            call.minutes,
            call.manager_id,
            call.start.astimezone(ZoneInfo(facts.contract(call.contract_id).zone)).isoformat(),
            call.start.astimezone(
                ZoneInfo(facts.manager(call.manager_id).time_zone)
            ).isoformat(),
            call.reason,
        )
        for call in calls
    ]
    return typed(pd.DataFrame(rows, columns=columns))


def missing_calls_table(missing: Sequence[MissingCall]) -> pd.DataFrame:
    """Return one row per contract-week without a call: ``contract_id, week, reason``."""
    rows = [(item.contract_id, item.week, item.reason) for item in missing]
    return typed(pd.DataFrame(rows, columns=["contract_id", "week", "reason"]))

"""
The weekly calls as calendar files (RFC 5545): one of the team, one of each manager.

Instants are written in UTC. Every calendar program then shows the right local time, before
and after clock changes, without rules of time zones that might be outdated.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pandas as pd

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import ArgumentError
from tsam_planner.plan.calls import Call
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract, Manager
from tsam_planner.report.calendar_text import Event, calendar_text, event_text
from tsam_planner.report.file_names import file_names, hash_of


def calendar_files(
    calls: pd.DataFrame,
    portfolio: Portfolio,
    horizon: Horizon,
    *,
    pseudonymous: bool = False,
) -> dict[str, bytes]:
    r"""
    Return the calendar files of a plan's calls, by relative path.

    A call of a contract-week keeps its identity whatever its time and its manager: reading
    the file of a new plan moves the event instead of adding one. The same plan always gives
    the same bytes. Without calls the team's calendar stays, empty, so that a program which
    subscribes to it takes the old calls away.

    Parameters
    ----------
    calls
        One row per call with the columns of `plan.calls.calls_table`: ``start`` an instant
        with a zone, ``minutes`` > 0; at most one call per contract and week.
    portfolio
        The portfolio that the plan was made from; it has the names and the time zones.
    horizon
        The weeks of the plan; midnight UTC of its first day is when the events were made.
    pseudonymous
        Give ids in place of the names of companies and managers, everywhere.

    Returns
    -------
    dict
        ``calls.ics`` with all calls, then ``calendars/<manager>.ics`` for each manager who
        holds at least one, sorted by manager. A file is named by the manager's id as far as
        every file system can bear it. Events are sorted by start, then contract.

    Raises
    ------
    ArgumentError
        When a call names a contract or a manager that is not in the portfolio.
    TypeError
        When a start has no zone.

    Examples
    --------
    New York at 9 o'clock on 15 March 2027 is 13:00 UTC, since its clocks have changed:

    >>> portfolio = Portfolio(
    ...     contracts=[
    ...         Contract(
    ...             contract_id="C-1", company_id="K-1", offering="tsam",
    ...             deployment="on_prem", start_date=dt.date(2027, 1, 1),
    ...             end_date=dt.date(2027, 12, 31), time_zone="America/New_York",
    ...         )
    ...     ],
    ...     managers=[Manager(manager_id="M-04", time_zone="Europe/Rome")],
    ... )
    >>> calls = pd.DataFrame({
    ...     "contract_id": ["C-1"], "week": [pd.Timestamp("2027-03-15")],
    ...     "start": [pd.Timestamp("2027-03-15 13:00", tz="UTC")], "minutes": [30],
    ...     "manager_id": ["M-04"], "reason": [""],
    ... })
    >>> files = calendar_files(calls, portfolio, Horizon(dt.date(2027, 3, 15), 1))
    >>> list(files)
    ['calls.ics', 'calendars/M-04.ics']
    >>> unfolded = files["calls.ics"].decode().replace("\r\n ", "")
    >>> summary, start = unfolded.splitlines()[7:9]
    >>> print(summary)
    SUMMARY:Weekly call: K-1\, C-1
    >>> print(start)
    DTSTART:20270315T130000Z
    >>> [description] = re.findall(r"DESCRIPTION:(.*)\r\n", unfolded)
    >>> print(description.replace("\\n", "\n"))
    Customer: 2027-03-15 09:00 America/New_York (UTC-04:00)
    Manager: 2027-03-15 14:00 Europe/Rome (UTC+01:00)
    Who calls: M-04
    """
    _check_known(calls, portfolio)
    words = _Words.of(portfolio, pseudonymous=pseudonymous)
    made = dt.datetime.combine(horizon.start, dt.time(), dt.UTC)
    team: list[bytes] = []
    own: dict[str, list[bytes]] = {}
    for call in _sorted_calls(calls):
        head, lines = _event(call, words.title(call), made).head(), words.lines(call)
        own.setdefault(call.manager_id, []).append(event_text(head, lines))
        # A manager's calendar says in its title who calls, the team's at each event.
        lines.append(f"Who calls: {words.manager(call.manager_id)}")
        team.append(event_text(head, lines))
    files = {"calls.ics": calendar_text("Weekly calls", team)}
    # All managers get a name, so that it does not depend on who happens to hold calls.
    ids = [manager.manager_id for manager in portfolio.managers]
    names = file_names(ids, kind="manager")
    for manager_id in sorted(own):
        title = f"Weekly calls of {words.manager(manager_id)}"
        files[f"calendars/{names[manager_id]}.ics"] = calendar_text(title, own[manager_id])
    return files


def _check_known(calls: pd.DataFrame, portfolio: Portfolio) -> None:
    contracts = {contract.contract_id for contract in portfolio.contracts}
    managers = {manager.manager_id for manager in portfolio.managers}
    for kind, known in (("contract", contracts), ("manager", managers)):
        unknown = sorted(set(calls[f"{kind}_id"]) - known)
        if unknown:
            message = (
                f"the calls name {kind} {unknown[0]!r}, which the portfolio does not have; "
                f"give the portfolio that the plan was made from"
            )
            raise ArgumentError(message)


def _sorted_calls(calls: pd.DataFrame) -> list[Call]:
    rows = calls.sort_values(["start", "contract_id"])
    columns = ("contract_id", "week", "start", "minutes", "manager_id", "reason")
    return [
        Call(
            contract_id=contract_id,
            week=week.date(),
            # Conversion, unlike replacement, refuses an instant that has no zone.
            start=start.tz_convert("UTC").to_pydatetime(),
            minutes=int(minutes),
            manager_id=manager_id,
            reason=reason or "",
        )
        for contract_id, week, start, minutes, manager_id, reason in zip(
            *(rows[name] for name in columns), strict=True
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What an event says about people, customers and times."""

    contracts: Mapping[str, Contract]
    managers: Mapping[str, Manager]
    company_names: Mapping[str, str]
    pseudonymous: bool
    pseudonyms: Mapping[str, str]

    @classmethod
    def of(cls, portfolio: Portfolio, *, pseudonymous: bool) -> "_Words":
        return cls(
            contracts={contract.contract_id: contract for contract in portfolio.contracts},
            managers={manager.manager_id: manager for manager in portfolio.managers},
            company_names={
                company.company_id: company.name
                for company in portfolio.companies
                if company.name
            },
            pseudonymous=pseudonymous,
            pseudonyms=_pseudonyms(portfolio) if pseudonymous else {},
        )

    def title(self, call: Call) -> str:
        if self.pseudonymous:
            return f"Weekly call: {call.contract_id}"
        company_id = self.contracts[call.contract_id].company_id
        company = self.company_names.get(company_id, company_id)
        return f"Weekly call: {company}, {call.contract_id}"

    def manager(self, manager_id: str) -> str:
        return manager_id if self.pseudonymous else self.managers[manager_id].label

    def lines(self, call: Call) -> list[str]:
        """Return the local times and, if the call is not as usual, why."""
        customer_zone = self.contracts[call.contract_id].zone
        manager_zone = self.managers[call.manager_id].time_zone
        lines = [
            f"Customer: {_local_time(call.start, customer_zone)}",
            f"Manager: {_local_time(call.start, manager_zone)}",
        ]
        if call.reason:
            # Free text: somebody may have written a name into it.
            lines.append(f"Not as usual: {_replaced(call.reason, self.pseudonyms)}")
        return lines


def _local_time(instant: dt.datetime, zone: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} {zone} (UTC{local.isoformat()[-6:]})"


def _pseudonyms(portfolio: Portfolio) -> dict[str, str]:
    """
    Return what stands for each name in a text.

    Two people may share a name, so a bare name has no id in its place. Ids stand for
    themselves: a name that is part of an id must not tear it apart.
    """
    names = [
        *(manager.name for manager in portfolio.managers),
        *(company.name for company in portfolio.companies),
    ]
    words = {name: "(name)" for name in names if name}
    words |= {manager.label: manager.manager_id for manager in portfolio.managers}
    ids = [
        *(manager.manager_id for manager in portfolio.managers),
        *(contract.contract_id for contract in portfolio.contracts),
        *(contract.company_id for contract in portfolio.contracts),
    ]
    return words | {identifier: identifier for identifier in ids}


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """Replace all words in one pass, the longest first where several fit."""
    found = sorted((word for word in words if word in text), key=len, reverse=True)
    if not found:
        return text
    pattern = "|".join(re.escape(word) for word in found)
    return re.sub(pattern, lambda match: words[match[0]], text)


def _event(call: Call, title: str, made: dt.datetime) -> Event:
    return Event(
        identity=_identity(call),
        title=title,
        start=call.start,
        end=call.start + dt.timedelta(minutes=call.minutes),
        made=made,
    )


def _identity(call: Call) -> str:
    # The week has always ten characters, so no two pairs of week and contract are one text.
    return f"{hash_of(f'{call.week.isoformat()} {call.contract_id}')[:32]}@tsam-planner"

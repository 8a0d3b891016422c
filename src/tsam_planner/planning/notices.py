"""What a reader must know before trusting a plan, in sentences."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.demand.unused_rows import unused_rows
from tsam_planner.facts import Facts
from tsam_planner.plan.backup_goals import needing_backup
from tsam_planner.plan.calls import MissingCall
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import Ledger
from tsam_planner.plan.plan import Outcome
from tsam_planner.plan.response_gaps import response_gaps_table
from tsam_planner.plan.weekend_sessions import weekend_sessions_table
from tsam_planner.portfolio.records import WeekendSession
from tsam_planner.units import MICRO
from tsam_planner.words import counted

# A list of customers that is longer than this is to be read in its table.
_SHOWN = 10
_FAILED = "a search failed"


def warnings_of(facts: Facts, outcome: Outcome) -> tuple[str, ...]:
    """Return the notices of a plan, findings of the input first."""
    notices = [str(finding) for finding in facts.portfolio.findings]
    notices += unused_rows(facts.portfolio, facts.horizon)
    notices += _no_contract_is_active(facts)
    notices += _nobody_said_whom_first(facts, outcome.decisions)
    notices += _assumed_need(facts)
    notices += _without_backup(facts, outcome.decisions)
    notices += _uncovered_absences(outcome.ledger)
    notices += _nobody_there(facts, outcome.decisions)
    notices += _without_call(outcome.missing_calls)
    notices += _refused_sessions(facts, outcome.decisions)
    notices += _sessions_on_working_days(facts)
    return tuple(notices)


def failures_told(failures: Sequence[str]) -> list[str]:
    """Return what engines broke down on: the plan holds, and may be worse than it could be."""
    return [
        f"{_FAILED} ({text}); the plan keeps every rule, but a better one may have been "
        "missed: please report this"
        for text in dict.fromkeys(failures)
    ]


def failures_in(warnings: Sequence[str]) -> list[str]:
    """Return the warnings of a plan that tell of failures: no facts lead to them again."""
    return [text for text in warnings if text.startswith(_FAILED)]


def _no_contract_is_active(facts: Facts) -> list[str]:
    """A plan of nothing is proven optimal: say that it is one, and when contracts run."""
    if not facts.contracts or facts.contract_weeks.term.any():
        return []
    first, last = facts.horizon.start, facts.horizon.last_day
    ended = [row.end_date for row in facts.contracts if row.end_date < first]
    begin = [row.start_date for row in facts.contracts if row.start_date > last]
    terms = [
        *([f"terms end by {max(ended)}"] if ended else []),
        *([f"terms begin from {min(begin)} on"] if begin else []),
    ]
    found = f"no contract is active in these weeks ({first} to {last})"
    return ["; ".join([found, *terms]) + ": nothing was planned"]


def _nobody_said_whom_first(facts: Facts, decisions: Sequence[Decision]) -> list[str]:
    served = {row.contract_id for row in decisions if row.status == "assigned"}
    left_out = [
        row for row in decisions if row.status == "unassigned" and row.contract_id not in served
    ]
    if left_out and all(contract.priority == 1 for contract in facts.contracts):
        return [
            f"{counted(len(left_out), 'contract')} unassigned and every priority is 1: "
            "the plan cannot know whom to serve first; set priorities in contracts"
        ]
    return []


def _assumed_need(facts: Facts) -> list[str]:
    sources = facts.contract_weeks.need_sources
    per_case = facts.contract_weeks.hours_per_open_case or 0.0
    notices = []
    for source, basis in (
        ("cases", f"their open cases at {per_case:.2f} h a week each"),
        ("cadence", "the cadence of the offering and assumed hours per deliverable"),
    ):
        assumed = [
            contract.contract_id
            for row, contract in enumerate(facts.contracts)
            if facts.planned[row] and source in sources[row]
        ]
        if assumed:
            number = counted(len(assumed), "contract")
            notices.append(f"the need of {number} rests on {basis}: {_listed(assumed)}")
    return notices


def _without_backup(facts: Facts, decisions: Sequence[Decision]) -> list[str]:
    rows = [row for row in needing_backup(facts, decisions) if row.backup_id is None]
    if not rows or not facts.policy.backup_required:
        return []
    ids = _listed(dict.fromkeys(row.contract_id for row in rows))
    return [f"no substitute (R41, Q18) for {ids}"]


def _uncovered_absences(ledger: Ledger) -> list[str]:
    uncovered = int(ledger.uncovered.sum()) / MICRO
    if not uncovered:
        return []
    contracts = int((ledger.uncovered.sum(axis=1) > 0).sum())
    due = int(ledger.due.sum()) / MICRO
    return [
        f"{uncovered:,.1f} of {due:,.1f} h that fall on absences of managers find no "
        f"substitute with room for them, at {counted(contracts, 'contract')} "
        "(contract_weeks, uncovered_hours; R41)"
    ]


def _nobody_there(facts: Facts, decisions: Sequence[Decision]) -> list[str]:
    gaps = response_gaps_table(facts, decisions)
    notices = [_gap_in_words(gap) for gap in gaps.to_dict("records")]
    return _first(notices, "such gaps (response_gaps)")


def _gap_in_words(gap: Mapping[Any, Any]) -> str:
    substitute = gap["backup_id"]
    who = f"and the substitute {substitute} are both" if substitute else "is"
    return (
        f"{gap['contract_id']}: nobody is there on {gap['working_days']} working days from "
        f"{gap['first_day']:%Y-%m-%d} to {gap['last_day']:%Y-%m-%d}; {gap['manager_id']} "
        f"{who} away (response goal {gap['goal_days']}, R22-R24)"
    )


def _without_call(missing: Sequence[MissingCall]) -> list[str]:
    notices = [
        f"{item.contract_id} has no call in the week of {item.week} (R39): {item.reason}"
        for item in missing
    ]
    return _first(notices, "weeks without a call (missing_calls)")


def _refused_sessions(facts: Facts, decisions: Sequence[Decision]) -> list[str]:
    sessions = weekend_sessions_table(facts, decisions)
    refused = sessions.loc[sessions["status"] == "refused", "contract_id"]
    if refused.empty:
        return []
    ids = _listed(dict.fromkeys(refused))
    return [f"{counted(len(refused), 'weekend session')} not approved and refused (R35): {ids}"]


def _sessions_on_working_days(facts: Facts) -> list[str]:
    """Only weekends and holidays of the customer need a session, inside the term (R35)."""
    notices = [
        f"{session.contract_id}: the session on {session.date}, a {session.date:%A}, is {odd}; "
        "check the date (R35)"
        for session in facts.portfolio.weekend_sessions
        if (odd := _what_is_odd(facts, session))
    ]
    return _first(notices, "sessions on odd days (weekend_sessions)")


def _what_is_odd(facts: Facts, session: WeekendSession) -> str:
    date, contract = session.date, facts.contract(session.contract_id)
    if not contract.start_date <= date <= contract.end_date:
        return "outside the contract's term"
    week = facts.horizon.week_of(date)
    if date.weekday() >= WEEKDAYS:
        return ""
    if week is None:
        return "on a weekday outside the plan"
    row, day = facts.contract_index[session.contract_id], WEEKDAYS * week + date.weekday()
    is_whole = facts.contract_weeks.weight[row, day] == 1.0
    return "on a working day of the customer" if is_whole else ""


def _first(notices: Sequence[str], rest: str) -> list[str]:
    """Return the first notices, and how many more there are of what."""
    more = len(notices) - _SHOWN
    return [*notices[:_SHOWN], *([f"... and {more} more {rest}"] if more > 0 else [])]


def _listed(ids: Iterable[str]) -> str:
    names = list(ids)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more

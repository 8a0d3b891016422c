"""
Who decided what about a plan, when and why: a record that travels from plan to plan.

An entry names the plan that it is about by its content, so that a later reader sees which
plan was approved. Nothing is ever taken out: a decision is undone by another entry.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from tsam_planner.errors import ArgumentError
from tsam_planner.plan.plan import Plan
from tsam_planner.portfolio.records import Pin

What = Literal["draft", "approved", "published", "pinned", "unpinned", "note"]
State = Literal["draft", "approved", "published"]

KINDS: tuple[What, ...] = get_args(What)
STATES: tuple[State, ...] = get_args(State)
_NEEDS_REASON = frozenset({"pinned", "unpinned", "note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One decision.

    Attributes
    ----------
    what
        ``draft``, ``approved`` and ``published`` are states of a plan; ``pinned`` and
        ``unpinned`` concern one contract; a ``note`` concerns a contract or the plan.
    contract_id, manager_id
        The contract, if it is about one; and the manager that it is pinned to.
    first_week, input_hash, objective, plan_hash
        The plan: its first Monday, the fingerprint of what it was made from, its points, and
        the fingerprint of who serves what (see `fingerprint`).
    """

    who: str
    when: dt.datetime
    what: What
    why: str = ""
    contract_id: str | None = None
    manager_id: str | None = None
    first_week: dt.date
    input_hash: str
    objective: float
    plan_hash: str

    def __str__(self) -> str:
        about = f" {self.contract_id}" if self.contract_id else " the plan"
        if self.what in STATES:
            about = f" (plan from {self.first_week}, {self.objective:,.0f} points)"
        whom = f" to {self.manager_id}" if self.manager_id else ""
        why = f": {self.why}" if self.why else ""
        return f"{self.when:%Y-%m-%d %H:%M} {self.who}: {self.what}{about}{whom}{why}"


@dataclass(frozen=True)
class DecisionRecord:
    """
    Entries in the order in which they were made.

    Raises
    ------
    ArgumentError
        When an entry cannot follow those before it.
    """

    entries: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        states: dict[str, State] = {}
        pinned: dict[str, Entry] = {}
        for number, entry in enumerate(self.entries, start=1):
            for problem in _problems(entry, states.get(entry.plan_hash), pinned):
                message = f"entry {number} of the decision record: {problem}"
                raise ArgumentError(message)
            _follow(entry, states, pinned)

    def state_of(self, plan: Plan) -> State | None:
        """Return the latest state of this very plan, None where the record has none."""
        name, found = fingerprint(plan), None
        for entry in self.entries:
            if entry.plan_hash == name and entry.what in STATES:
                found = entry.what
        return found

    @property
    def pins(self) -> tuple[Pin, ...]:
        """Return the pins in force, as rows of a portfolio's table ``pins``."""
        pinned: dict[str, Entry] = {}
        for entry in self.entries:
            _follow(entry, {}, pinned)
        return tuple(
            Pin(
                contract_id=name,
                manager_id=entry.manager_id or "",
                rule="pin",
                reason=f"{entry.why} ({entry.who}, {entry.when:%Y-%m-%d})",
            )
            for name, entry in sorted(pinned.items())
        )

    def about(self, contract_id: str) -> tuple[Entry, ...]:
        """Return the entries about one contract."""
        return tuple(entry for entry in self.entries if entry.contract_id == contract_id)

    def __str__(self) -> str:
        return "\n".join(str(entry) for entry in self.entries) or "Nothing was decided yet."


def record_decision(
    record: DecisionRecord,
    plan: Plan,
    who: str,
    what: What,
    why: str = "",
    *,
    contract_id: str | None = None,
    when: dt.datetime | None = None,
) -> DecisionRecord:
    """
    Return the record with one more decision about a plan.

    Parameters
    ----------
    record
        What was decided before; `DecisionRecord()` if nothing was.
    plan
        The plan that is decided about. A plan becomes ``draft``, ``approved`` and
        ``published`` in this order; one that differs from it in anything is another plan.
    who
        The name of who decides.
    what
        See `Entry`; a contract is ``pinned`` to the manager that the plan gives it.
    why
        The reason; pins and notes need one.
    contract_id
        The contract that it is about.
    when
        Now by default; a time without a zone is UTC.

    Raises
    ------
    ArgumentError
        When the decision cannot follow those before it, lacks a reason, or is about a
        contract that the plan does not have.
    """
    if contract_id is not None and contract_id not in set(plan.assignments["contract_id"]):
        message = f"the plan has no contract {contract_id!r}"
        raise ArgumentError(message)
    entry = Entry(
        who=who.strip(),
        when=in_utc(dt.datetime.now(dt.UTC) if when is None else when),
        what=what,
        why=why.strip(),
        contract_id=contract_id,
        manager_id=_manager_of(plan, contract_id) if what == "pinned" else None,
        first_week=plan.horizon.start,
        input_hash=plan.input_hash,
        objective=plan.objective,
        plan_hash=fingerprint(plan),
    )
    return DecisionRecord((*record.entries, entry))


def carry_over(
    record: DecisionRecord, plan: Plan, who: str, *, when: dt.datetime | None = None
) -> DecisionRecord:
    """
    Return the record that goes on with another plan, which begins as a draft.

    All entries stay. Pins of contracts that the plan does not plan are left as they are.

    Raises
    ------
    ArgumentError
        When the plan gives a pinned contract to somebody else, or to nobody.
    """
    broken = list(_broken(record, plan))
    if broken:
        message = (
            f"the plan breaks what was decided: {'; '.join(broken)}; plan again with "
            f"the record's pins, or unpin first"
        )
        raise ArgumentError(message)
    return record_decision(record, plan, who, "draft", "carried over", when=when)


def fingerprint(plan: Plan) -> str:
    """
    Return a fingerprint of who serves what in which weeks, under which input and policy.

    Two plans have the same one only if they say the same.
    """
    columns = ["contract_id", "manager_id", "backup_id", "status", "from_week", "to_week"]
    rows = [[str(cell) for cell in row] for row in plan.assignments[columns].to_numpy()]
    content = {
        "start": plan.horizon.start.isoformat(),
        "weeks": plan.horizon.weeks,
        "input": plan.input_hash,
        "policy": plan.policy.model_dump(mode="json"),
        "assignments": sorted(rows),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _problems(entry: Entry, state: State | None, pinned: Mapping[str, Entry]) -> Iterator[str]:
    """Yield why an entry cannot follow those before it."""
    if entry.what not in KINDS:
        yield f"expected one of {', '.join(KINDS)}, got {entry.what!r}"
        return
    if not entry.who:
        yield "say who decides"
    if entry.what in _NEEDS_REASON and not entry.why:
        yield f"{entry.what!r} needs a reason: say why"
    if entry.what in STATES:
        yield from _state_problems(entry, state)
    if entry.what in ("pinned", "unpinned"):
        yield from _pin_problems(entry, pinned)


def _state_problems(entry: Entry, state: State | None) -> Iterator[str]:
    if entry.contract_id:
        yield f"{entry.what!r} is about the whole plan, not about {entry.contract_id}"
    place = STATES.index(entry.what)
    before = STATES[place - 1] if place else None
    if state == before:
        return
    now = f"this plan is {state!r} already" if state else "this plan has no state yet"
    if before is None:
        yield f"{now}; only a new plan becomes a draft"
    else:
        yield f"only a plan that is {before!r} can be {entry.what!r}; {now}"


def _pin_problems(entry: Entry, pinned: Mapping[str, Entry]) -> Iterator[str]:
    if not entry.contract_id:
        yield f"{entry.what!r} needs a contract"
    elif entry.what == "pinned" and not entry.manager_id:
        yield f"{entry.contract_id} cannot be pinned: the plan gives it no single manager"
    elif entry.what == "unpinned" and entry.contract_id not in pinned:
        yield f"{entry.contract_id} is not pinned"


def _follow(entry: Entry, states: dict[str, State], pinned: dict[str, Entry]) -> None:
    """Let an entry change what holds."""
    if entry.what in ("draft", "approved", "published"):
        states[entry.plan_hash] = entry.what
    elif entry.what == "pinned" and entry.contract_id:
        pinned[entry.contract_id] = entry
    elif entry.what == "unpinned" and entry.contract_id:
        del pinned[entry.contract_id]


def _manager_of(plan: Plan, contract_id: str | None) -> str | None:
    """Return the one manager who serves a contract in all its weeks, None without one."""
    rows = plan.assignments[plan.assignments["contract_id"] == contract_id]
    people = rows["manager_id"]
    is_one = people.nunique() == 1 and not people.isna().any()
    return str(people.iloc[0]) if is_one else None


def _broken(record: DecisionRecord, plan: Plan) -> Iterator[str]:
    table = plan.assignments
    planned = set(table.loc[table["status"] != "not_planned", "contract_id"])
    for pin in record.pins:
        if pin.contract_id not in planned:
            continue
        rows = table[table["contract_id"] == pin.contract_id]
        others = [str(name or "nobody") for name in rows["manager_id"]]
        if set(others) != {pin.manager_id}:
            yield (
                f"{pin.contract_id} is pinned to {pin.manager_id}, the plan gives it to "
                f"{', then '.join(others)}"
            )


def in_utc(moment: dt.datetime) -> dt.datetime:
    """Return a moment in UTC, to the second; one without a zone is UTC already."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    # Files keep whole seconds: a record that is read back equals the original.
    return aware.astimezone(dt.UTC).replace(microsecond=0)

"""
How often random portfolios reach each rule, shape and outcome: ``python tests/reach.py 500``.

A property says nothing about what its cases never contain. Each line is a share of portfolios
that have something, or of plans in which it comes to bear.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import product

from hypothesis import HealthCheck, Phase, given, settings

from examples import EXACT
from strategies import portfolios
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.calendars.windows import daily_overlap
from tsam_planner.facts import Facts, gather_facts, working_hours
from tsam_planner.model.primaries import PrimaryModel, model_primaries
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.verify.primaries import changed_contracts

CALENDAR, INPUT, POLICY, RULE, OUTCOME = "weeks", "input", "policy", "blocked by", "plan"


def measure(
    count: int, *, derandomize: bool = False, with_plans: bool = True
) -> Counter[tuple[str, str]]:
    """
    Draw portfolios, and count what they and their plans contain.

    ``("", "all")`` is the total; ``derandomize`` draws the same on every run.
    """
    found: Counter[tuple[str, str]] = Counter()

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(portfolios())
    def look(drawn: tuple[Portfolio, Horizon]) -> None:
        portfolio, horizon = drawn
        facts = gather_facts(portfolio, horizon, portfolio.policy)
        model = model_primaries(facts)
        found.update({("", "all"), *_weeks(facts), *_input(facts)})
        found.update({*_policy(facts), *_rules(model)})
        if with_plans:
            plan = make_plan(portfolio, start=horizon.start, weeks=horizon.weeks, options=EXACT)
            found.update({*_outcome(plan)})

    look()
    return found


def _weeks(facts: Facts) -> Iterator[tuple[str, str]]:
    horizon = facts.horizon
    yield CALENDAR, f"{horizon.weeks} of them" if horizon.weeks > 6 else "1 to 6 of them"
    if horizon.mondays[0].year != horizon.last_day.year:
        yield CALENDAR, "the year ends in them"
    if any(monday.isocalendar().week == 53 for monday in horizon.mondays):
        yield CALENDAR, "week 53"
    first, last = horizon.weekdays[0], horizon.weekdays[-1]
    windows = {facts.window(row) for row in facts.contracts}
    for one, other in product(windows, {working_hours(row) for row in facts.managers}):
        if daily_overlap(one, other, first) != daily_overlap(one, other, last):
            yield CALENDAR, "clocks change an overlap"


def _input(facts: Facts) -> Iterator[tuple[str, str]]:
    records = facts.portfolio
    days, weeks = facts.manager_days, facts.contract_weeks
    employed = days.employed
    shapes = {
        "leaver": (employed[:, :1] & ~employed[:, -1:]).any(),
        "joiner": (~employed[:, :1] & employed[:, -1:]).any(),
        "left before": (~employed).all(axis=1).any(),
        "part of a day off": ((days.presence > 0) & (days.presence < 1)).any(),
        "long absence": facts.manager_weeks.long_absent.any(),
        "holiday of a customer": ((weeks.weight == 0) & weeks.term).any(),
        "half a holiday": ((weeks.weight > 0) & (weeks.weight < 1)).any(),
        "term begins or ends inside": (weeks.term != weeks.term[:, :1]).any(),
        "hours over the allowance": weeks.unfunded.any(),
        "hours bought for some days": any(
            row.end_date <= facts.horizon.last_day for row in records.purchased_hours
        ),
        "window of its own": any(row.window_start or row.window_end for row in facts.contracts),
        "other zone authorized": any(row.time_zone_authorized for row in facts.contracts),
        "other language authorized": any(row.language_authorized for row in facts.contracts),
        "priorities differ": len({row.priority for row in facts.contracts}) > 1,
        "time sheets": bool(len(records.timesheets)),
    }
    yield from ((INPUT, name) for name, holds in shapes.items() if holds)
    for name in type(records).model_fields:
        if isinstance(getattr(records, name), tuple) and getattr(records, name):
            yield INPUT, f"table {name}"
    yield from ((INPUT, f"pins: {row.rule}") for row in records.pins)
    for company in facts.siblings:
        yield INPUT, f"company: {facts.same_manager[company]}"


def _policy(facts: Facts) -> Iterator[tuple[str, str]]:
    policy = facts.policy
    switches = {
        "risk": policy.risk,
        "hours of handovers": policy.plan_handover_hours,
        "better cover for points": policy.cover_tolerance,
        "sales decided": policy.additional_hours == "optimize",
        "reserve for cover": policy.cover_reserve,
        "limit of handovers": policy.max_handovers is not None,
        "Standard planned": policy.plan_standard,
        "averages over several weeks": policy.averaging_weeks > 1,
    }
    yield from ((POLICY, name) for name, holds in switches.items() if holds)


def _rules(model: PrimaryModel) -> Iterator[tuple[str, str]]:
    pairs = model.pairs
    for position, rule in enumerate(pairs.rules):
        if (pairs.blocked_by == position).any():
            yield RULE, str(rule)
    if len({part.contract for part in pairs.stretches}) < len(pairs.stretches):
        yield INPUT, "contract cut into stretches"
    yield from ((INPUT, f"changes priced {row.form}") for row in model.successions)
    if model.handover_limit.marks:
        yield INPUT, "marks of a limit of handovers"


def _outcome(plan: Plan) -> Iterator[tuple[str, str]]:
    facts = plan.facts
    decisions = decisions_from(plan.assignments, facts)
    yield OUTCOME, f"{plan.stop_reason}"
    yield from ((OUTCOME, f"points of {goal}") for goal, points in plan.goals.items() if points)
    for goals in (plan.backup_goals, plan.call_goals):
        yield from ((OUTCOME, f"points of {goal}") for goal, points in goals.items() if points)
    reasons = " ".join(plan.assignments["reason"].dropna())
    yield from ((OUTCOME, f"reason: {word}") for word in _REASONS if word in reasons)
    signs = {
        "contract changes hands inside": plan.assignments["contract_id"].duplicated().any(),
        "handovers as many as allowed": facts.policy.max_handovers is not None
        and len(changed_contracts(decisions, facts.incumbents)) == facts.policy.max_handovers,
        "cover by a substitute": (plan.manager_weeks["cover_hours"] > 0).any(),
        "hours that nobody covers": (plan.contract_weeks["uncovered_hours"] > 0).any(),
        "block sold": (plan.sales["decision"] == "sold").any(),
        "block left": (plan.sales["decision"] == "left").any(),
        "recommendation": (plan.additional_hours["grade"] == "recommend").any(),
    }
    yield from ((OUTCOME, name) for name, holds in signs.items() if holds)


_REASONS = (
    "h a week", " cases", " contracts", "the company's other contract", "excluded by a pin",
    "within max_handovers", "forced: ", "chosen: ", "required for", "too risky for",
    "no room for the hours of a handover",
)  # fmt: skip


def told(found: Counter[tuple[str, str]]) -> Iterator[str]:
    """Say what share of all has what, the rarest of each kind last."""
    total = found["", "all"]
    yield f"of {total} portfolios and their plans"
    for (kind, name), count in sorted(found.items(), key=lambda row: (row[0][0], -row[1])):
        if kind:
            yield f"{count / total:7.1%}  {kind}: {name}"


if __name__ == "__main__":
    number = int(sys.argv[1]) if sys.argv[1:] else 500
    sys.stdout.write("\n".join([*told(measure(number)), ""]))

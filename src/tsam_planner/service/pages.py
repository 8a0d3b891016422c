"""The page on rules and readings, written from the same data that plans print."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, groupby

from tsam_planner.service.hard_rules import HardRule
from tsam_planner.service.policy import Policy, Statement
from tsam_planner.service.rules import readings_in_force, rules_in_force

_STATUS = {
    "enforced": "kept in every plan, or part of the arithmetic that every plan stands on",
    "goal": "weighed in points: a plan may fall short, at a price",
    "input check": "`check` warns about input that does not fit, or refuses it",
    "reported": "counted and listed in the plan, never weighed",
    "information": "known and printed; nothing is computed from it",
}
_KIND = {
    "hard": "a promise without reserve",
    "expectation": 'what the vendor "does not expect" to exceed',
    "discretion": "what the vendor may do",
    "target": "a goal of service",
    "usual": "the usual case, which a contract may change",
    "information": "says what the service is for",
    "assumption": "the description is silent, and the number is ours",
}
_INTRODUCTION = """\
# Rules and readings

Generated from `service/rules.csv`, `service/readings.csv`, the hard rules and the policy; a
test holds them together. Numbers are those of the default policy. `tsam-planner new DIR` writes
a `policy.toml` with every key to change; a plan prints the numbers that it was made with.

* **Rules** (R1 to R47) are the clauses of the service description, one sentence each.
* **Readings** (Q1 to Q28) are its ambiguities, and how they are read here. Leadership may read
  most of them otherwise: the key says where.
* **Hard rules** are what no plan may break, with the names that reasons and violations use.
* **Numbers** are all keys of the policy, each with what it stands on.
"""


def describe_rules() -> str:
    """
    Return rules, readings, hard rules and numbers as Markdown.

    Examples
    --------
    >>> print(describe_rules().splitlines()[0])
    # Rules and readings
    """
    policy = Policy()
    parts = (_rules(policy), _readings(policy), _hard_rules(), _numbers(policy))
    return "\n".join([_INTRODUCTION, *chain.from_iterable(parts)]) + "\n"


def _rules(policy: Policy) -> Iterator[str]:
    rules = rules_in_force(policy)
    counts: Counter[str] = Counter(rule.status for rule in rules)
    yield "## Rules\n"
    yield "What is done with a clause:\n"
    used = ((status, counts[status], meaning) for status, meaning in _STATUS.items())
    yield from _table(("status", "clauses", "meaning"), (row for row in used if row[1]))
    yield "\nHow binding a clause or a number is:\n"
    yield from _table(("kind", "meaning"), _KIND.items())
    yield "\nThe clauses:\n"
    rows = (
        (item.rule, f"{item.statement}{_keyed(item.key)}", item.kind, item.status)
        for item in rules
    )
    yield from _table(("rule", "clause (key)", "kind", "status"), rows)


def _readings(policy: Policy) -> Iterator[str]:
    yield "\n## Readings\n"
    rows = (
        (item.question, item.ambiguity, f"{item.reading}{_keyed(item.key)}")
        for item in readings_in_force(policy)
    )
    yield from _table(("question", "ambiguity", "reading (key)"), rows)


def _hard_rules() -> Iterator[str]:
    yield "\n## Hard rules\n"
    yield from _table(("name", "stands on"), ((rule.value, rule.basis) for rule in HardRule))


def _numbers(policy: Policy) -> Iterator[str]:
    yield "\n## Numbers\n"
    yield "Keys without a table stand at the top of `policy.toml`.\n"
    parts = groupby(policy.statements(), key=lambda item: item.key.rpartition(".")[0])
    for table, statements in parts:
        if table:
            yield f"\n### {table}\n"
        yield from _table(("key", "default", "meaning", "kind"), map(_number, statements))


def _number(statement: Statement) -> tuple[str, str, str, str]:
    basis = statement.basis
    key = statement.key.rpartition(".")[2]
    return f"`{key}`", _default(statement), f"{basis.meaning} ({basis.rules})", basis.kind


def _default(statement: Statement) -> str:
    if statement.value is None:
        return "not set"
    if isinstance(statement.value, bool):
        return str(statement.value).lower()
    return f"{statement.shown} {statement.basis.unit}".strip()


def _keyed(key: str) -> str:
    return f" (`{key}`)" if key else ""


def _table(names: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    titles = tuple(names)
    yield f"| {' | '.join(titles)} |"
    yield "|" + "---|" * len(titles)
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"

"""
Every clause of the service description and the reading of every ambiguity.

A plan prints them, so that each figure can name what it stands on.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tsam_planner.service.policy import Policy

RuleStatus = Literal["enforced", "input check", "goal", "reported", "information"]


class Rule(BaseModel):
    """
    A clause in one sentence; ``value`` is the policy's number where there is one.

    ``status`` says what the planner does with it: keeps it in every plan (enforced),
    refuses or warns about input (input check), weighs it (goal), or only knows it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    kind: str
    status: RuleStatus
    statement: str
    key: str
    value: str


class Reading(BaseModel):
    """An ambiguity of the description and how this plan reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    ambiguity: str
    reading: str
    key: str
    value: str


def rules_in_force(policy: Policy) -> tuple[Rule, ...]:
    """
    Return R1 to R47 with the numbers of a policy filled in.

    Examples
    --------
    >>> rules = {item.rule: item for item in rules_in_force(Policy(max_open_cases=25))}
    >>> rules["R43"].value, rules["R43"].status
    ('25', 'enforced')
    """
    return tuple(
        Rule.model_validate({**row, "value": _value(policy, row["key"])})
        for row in _rows("rules.csv")
    )


def readings_in_force(policy: Policy) -> tuple[Reading, ...]:
    """Return Q1 to Q28 with the numbers of a policy filled in."""
    return tuple(
        Reading.model_validate({**row, "value": _value(policy, row["key"])})
        for row in _rows("readings.csv")
    )


def _value(policy: Policy, key: str) -> str:
    if not key:
        return ""
    value: object = policy
    for name in key.split("."):
        value = getattr(value, name)
    return str(value)


@cache
def _rows(name: str) -> list[dict[str, str]]:
    text = files("tsam_planner.service").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

"""What is sold: Tables 1 and 2 of the service description, and what follows from them."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal

from tsam_planner.service.policy import Policy

Offering = Literal["tsam", "saas_standard", "saas_premium"]
OFFERINGS: tuple[Offering, ...] = ("tsam", "saas_standard", "saas_premium")

COST: Mapping[Offering, str] = {
    "tsam": "extra purchase",
    "saas_standard": "included in the SaaS supply",
    "saas_premium": "extra purchase",
}
"""Row T1.16: whether an offering is bought extra or included (R12)."""

DEPLOYMENT_OF: Mapping[Offering, Literal["on_prem", "saas"]] = {
    "tsam": "on_prem",
    "saas_standard": "saas",
    "saas_premium": "saas",
}
"""Deployment that an offering is made for (R3, R4, R5)."""


class Frequency(StrEnum):
    """How often an activity is delivered."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    AS_NEEDED = "as needed"

    @property
    def per_week(self) -> float:
        """Deliveries a week on average; 0 for what has no fixed cadence."""
        return _PER_WEEK[self]


_PER_WEEK = {
    Frequency.WEEKLY: 1.0,
    Frequency.MONTHLY: 12 / 52,
    Frequency.QUARTERLY: 4 / 52,
    Frequency.AS_NEEDED: 0.0,
}


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A row of Table 1: a service and the offerings that include it."""

    row: str
    name: str
    description: str
    offerings: frozenset[Offering]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Method and frequency of an activity for one offering; ``is_assumed`` marks Q22."""

    method: str
    frequency: Frequency
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """A row of Table 2: an activity with its delivery for Standard and Premium."""

    row: str
    name: str
    characteristic: str
    standard: Delivery
    premium: Delivery


@cache
def characteristics() -> tuple[Characteristic, ...]:
    """Return the fifteen rows of Table 1 that are ticked or not."""
    return tuple(
        Characteristic(
            row["row"],
            row["characteristic"],
            row["description"],
            frozenset(offering for offering in OFFERINGS if row[offering] == "yes"),
        )
        for row in _rows("characteristics.csv")
    )


@cache
def activities() -> tuple[Activity, ...]:
    """Return the eight rows of Table 2."""
    return tuple(
        Activity(
            row["row"],
            row["activity"],
            row["characteristic"],
            Delivery(row["standard_method"], Frequency(row["standard_frequency"])),
            Delivery(row["premium_method"], Frequency(row["premium_frequency"])),
        )
        for row in _rows("activities.csv")
    )


def entitlements(offering: Offering) -> frozenset[str]:
    """
    Return the rows of Table 1 that an offering includes (R9, R10, R11).

    Examples
    --------
    >>> [len(entitlements(offering)) for offering in OFFERINGS]
    [11, 8, 15]
    """
    return frozenset(item.row for item in characteristics() if offering in item.offerings)


def deliveries(offering: Offering) -> dict[str, Delivery]:
    """
    Return how each activity of Table 2 is delivered to an offering.

    Table 2 has no column for TSAM (R20): Premium's cadence is assumed for the rows that
    TSAM has (Q22).

    Examples
    --------
    >>> sorted(deliveries("tsam"))
    ['customer_intelligence', 'customer_training', 'product_roadmap', 'root_cause_analysis',
     'service_reviews']
    """
    if offering == "saas_standard":
        return {item.name: item.standard for item in activities()}
    if offering == "saas_premium":
        return {item.name: item.premium for item in activities()}
    included = entitlements("tsam")
    return {
        item.name: Delivery(item.premium.method, item.premium.frequency, is_assumed=True)
        for item in activities()
        if item.characteristic in included
    }


def has_allowance(offering: Offering) -> bool:
    """Return whether an offering carries the weekly allowance (R12): not Standard."""
    return offering != "saas_standard"


def cadence_hours(offering: Offering, policy: Policy) -> float:
    """
    Return the hours that the cadence of an offering takes in a full week.

    Deliveries a week times hours per delivery, those "as needed" with the policy's number a
    quarter, plus the weekly call (R39) and ad-hoc calls (R26) of offerings with a named
    manager. All hours are assumptions of the policy.

    Examples
    --------
    Premium, with the default policy: 1 h of customer intelligence, 3 h and 1.5 h twelve
    times a year, half an hour of weekly call and a quarter of ad-hoc calls; once a quarter
    2 h of training, 1 h of maintenance, 2 h of upgrade planning, 4 h of root-cause analysis
    and 2 h of releases: 1 + 4.5 * 12 / 52 + 0.75 + 11 / 13.

    >>> round(cadence_hours("saas_premium", Policy()), 4)
    3.6346
    """
    hours = math.fsum(
        deliveries_per_week(delivery.frequency, policy)
        * getattr(policy.deliverable_hours, name)
        for name, delivery in deliveries(offering).items()
    )
    calls = policy.call_minutes + policy.as_needed.ad_hoc_call_minutes
    return float(hours + (calls / 60 if has_allowance(offering) else 0.0))


def deliveries_per_week(frequency: Frequency, policy: Policy) -> float:
    """Return how often an activity is delivered in an average week."""
    if frequency is Frequency.AS_NEEDED:
        return policy.as_needed.deliveries_per_quarter * 4 / 52
    return frequency.per_week


def _rows(name: str) -> list[dict[str, str]]:
    text = files("tsam_planner.service").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

"""
The hard rules of a plan, one name each.

The model and the checker state every rule separately; this list is the one thing they
share, so that a rule has the same name in an option that is left out, in a reason, and in
a violation.
"""

from enum import StrEnum


class HardRule(StrEnum):
    """A rule that no plan may break; the value is its name in every message."""

    ONE_MANAGER_AT_A_TIME = "one manager at a time"
    OFFERING_IS_SERVED = "offering is served"
    PRODUCTS_ARE_KNOWN = "products are known"
    LANGUAGE_IS_SPOKEN = "language is spoken"
    EMPLOYED_THROUGHOUT = "employed throughout"
    PRESENT_IN_THE_LONG_RUN = "present in the long run"
    WINDOW_OVERLAPS = "window overlaps"
    PINS_ARE_KEPT = "pins are kept"
    COMPANY_IS_KEPT_TOGETHER = "company is kept together"
    COMPANY_IS_KEPT_APART = "company is kept apart"
    AVAILABLE_HOURS_SUFFICE = "available hours suffice"
    DEPLOYABLE_HOURS_SUFFICE = "deployable hours suffice"
    CASES_STAY_WITHIN_LIMIT = "cases stay within limit"
    CONTRACTS_STAY_WITHIN_LIMIT = "contracts stay within limit"
    HANDOVERS_STAY_WITHIN_LIMIT = "handovers stay within limit"
    CALLS_FIND_ROOM = "calls find room"
    CHANCES_STAY_WITHIN_RISK = "chances stay within risk"
    BACKUP_IS_SOMEBODY_ELSE = "backup is somebody else"
    BACKUP_IS_ELIGIBLE = "backup is eligible"
    CALL_IS_DUE = "call is due"
    CALL_IS_BY_MANAGER_OR_BACKUP = "call is by manager or backup"
    CALL_IS_INSIDE_WINDOW = "call is inside window"
    CALL_IS_INSIDE_WORKING_HOURS = "call is inside working hours"
    CALL_IS_LONG_ENOUGH = "call is long enough"
    CALLS_DO_NOT_OVERLAP = "calls do not overlap"

    @property
    def basis(self) -> str:
        """Rules and readings of the service description that it stands on."""
        return _BASIS[self]


_BASIS = {
    HardRule.ONE_MANAGER_AT_A_TIME: "R40",
    HardRule.OFFERING_IS_SERVED: "Q26",
    HardRule.PRODUCTS_ARE_KNOWN: "R16",
    HardRule.LANGUAGE_IS_SPOKEN: "R36, R37",
    HardRule.EMPLOYED_THROUGHOUT: "R40",
    HardRule.PRESENT_IN_THE_LONG_RUN: "R34, R40",
    HardRule.WINDOW_OVERLAPS: "R26-R30, Q16",
    HardRule.PINS_ARE_KEPT: "leadership's decision",
    HardRule.COMPANY_IS_KEPT_TOGETHER: "R47, Q13",
    HardRule.COMPANY_IS_KEPT_APART: "R47, Q13",
    HardRule.AVAILABLE_HOURS_SUFFICE: "R32-R34, Q25",
    HardRule.DEPLOYABLE_HOURS_SUFFICE: "R45, Q6, Q25",
    HardRule.CASES_STAY_WITHIN_LIMIT: "R43, Q1, Q2",
    HardRule.CONTRACTS_STAY_WITHIN_LIMIT: "the manager's own limit",
    HardRule.HANDOVERS_STAY_WITHIN_LIMIT: "leadership's decision",
    HardRule.CALLS_FIND_ROOM: "R39",
    HardRule.CHANCES_STAY_WITHIN_RISK: "R43, Q4",
    HardRule.BACKUP_IS_SOMEBODY_ELSE: "R41",
    HardRule.BACKUP_IS_ELIGIBLE: "R41, Q18",
    HardRule.CALL_IS_DUE: "R39, Q19",
    HardRule.CALL_IS_BY_MANAGER_OR_BACKUP: "R40, R41",
    HardRule.CALL_IS_INSIDE_WINDOW: "R26-R30, Q17",
    HardRule.CALL_IS_INSIDE_WORKING_HOURS: "R32-R34, Q17",
    HardRule.CALL_IS_LONG_ENOUGH: "R39",
    HardRule.CALLS_DO_NOT_OVERLAP: "R40",
}

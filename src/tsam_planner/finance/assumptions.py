"""What an estimate of revenue stands on, in sentences."""

from collections.abc import Iterator

from tsam_planner.finance.money import ROUNDING
from tsam_planner.finance.setting import Setting
from tsam_planner.service.policy import AllowanceScope
from tsam_planner.service.policy_sections import Overage

_ALWAYS = (
    "beyond time sheets, only customers count whose planned need exceeds their allowance",
    "a block ends with its contract; it is raised when it turns out too small, never lowered",
    "the price of the day on which a block starts holds until it ends",
    "a week's hours belong to the months of its contract days",
    "prospects bring no additional hours",
    f"{ROUNDING}, per contract and month; totals are sums of rounded rows",
)


def assumptions_of(setting: Setting, scope: AllowanceScope) -> Iterator[str]:
    """Yield the readings and numbers of an estimate."""
    offers = setting.policy.offers
    yield f"a single customer is read as: {scope} (Q5)"
    yield f"continuous and constant: {describe_test(setting.policy.overage)} (R46, Q7)"
    yield f"{setting.chances.acceptance} (Q8)"
    yield (
        f"{offers.renewal:.0%} of blocks that end are renewed, at their hours and price (R25)"
    )
    yield (
        f"who qualifies by its time sheets is asked ahead and the block starts on "
        f"{setting.start}; who qualifies later is asked then, and it starts after "
        f"{offers.lead_weeks} weeks"
    )
    yield from _ALWAYS


def describe_test(rule: Overage) -> str:
    """
    Say what the test of overage asks for.

    Examples
    --------
    >>> describe_test(Overage())
    'the mean of 8 weeks above the allowance by 5%, the median over, 6 weeks over, 4 in a row'
    """
    median = ", the median over" if rule.median else ""
    return (
        f"the mean of {rule.window} weeks above the allowance by {rule.tolerance:.0%}{median}, "
        f"{rule.over_weeks} weeks over, {rule.run} in a row"
    )

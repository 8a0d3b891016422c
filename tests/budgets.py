"""How many random cases a property is tried on."""

import os

from hypothesis import HealthCheck, settings


def examples(few):
    """Return settings for a few cases, or for as many as TSAM_EXAMPLES says."""
    return settings(
        max_examples=int(os.environ.get("TSAM_EXAMPLES", few)),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )

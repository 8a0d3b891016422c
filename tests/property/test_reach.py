"""What random portfolios contain: a property says nothing about cases that are never drawn."""

from reach import CALENDAR, INPUT, OUTCOME, POLICY, RULE, measure

SHAPES = {
    CALENDAR: (
        "clocks change an overlap", "the year ends in them",
        "week 53",
    ),
    INPUT: (
        "leaver", "joiner", "left before", "part of a day off", "long absence",
        "holiday of a customer", "half a holiday", "term begins or ends inside",
        "hours over the allowance", "hours bought for some days", "window of its own",
        "other zone authorized", "other language authorized", "priorities differ",
        "time sheets", "table prospects", "table demand", "pins: pin", "pins: forbid",
        "company: forbid", "company: allow", "company: prefer", "company: require",
        "contract cut into stretches", "changes priced together", "changes priced in turn",
        "marks of a limit of handovers",
    ),
    POLICY: (
        "risk", "hours of handovers", "better cover for points", "sales decided",
        "reserve for cover", "limit of handovers", "Standard planned",
        "averages over several weeks",
    ),
    RULE: (
        "offering is served", "products are known", "language is spoken",
        "employed throughout", "present in the long run", "window overlaps", "pins are kept",
    ),
}  # fmt: skip
OUTCOMES = {
    OUTCOME: (
        "proven optimal", "points of unassigned", "points of handover",
        "points of call_overlap", "points of strain", "reason: h a week", "reason:  cases",
        "reason:  contracts", "reason: forced: ", "contract changes hands inside",
        "handovers as many as allowed", "cover by a substitute", "hours that nobody covers",
        "recommendation",
    ),
}  # fmt: skip


def missing(expected, found):
    """Return what is expected and was not found."""
    return [
        (kind, name) for kind in expected for name in expected[kind] if not found[kind, name]
    ]


def test_random_portfolios_reach_every_shape_and_rule():
    """Each is there at least once in 250; ``python tests/reach.py 500`` says how often."""
    assert missing(SHAPES, measure(250, derandomize=True, with_plans=False)) == []


def test_plans_of_random_portfolios_reach_every_common_outcome():
    """Each is there at least once in 50, also limits of hours, cases and contracts."""
    assert missing(OUTCOMES, measure(50, derandomize=True)) == []

"""What random portfolios contain: a property says nothing about cases that are never drawn."""

from reach import CALENDAR, INPUT, OUTCOME, POLICY, RULE, measure

COMMON = {
    *((CALENDAR, name) for name in ("clocks change an overlap", "the year ends in them")),
    *(
        (INPUT, name)
        for name in (
            "leaver", "joiner", "left before", "part of a day off", "long absence",
            "holiday of a customer", "half a holiday", "term begins or ends inside",
            "hours over the allowance", "hours bought for some days", "window of its own",
            "other zone authorized", "other language authorized", "priorities differ",
            "time sheets", "table prospects", "table demand", "pins: pin", "pins: forbid",
            "company: forbid", "company: allow", "company: prefer", "company: require",
            "contract cut into stretches", "changes priced together",
        )
    ),
    *(
        (POLICY, name)
        for name in (
            "risk", "hours of handovers", "better cover for points", "sales decided",
            "reserve for cover", "limit of handovers", "Standard planned",
            "averages over several weeks",
        )
    ),
    *(
        (RULE, name)
        for name in (
            "offering is served", "products are known", "language is spoken",
            "employed throughout", "present in the long run", "window overlaps",
            "pins are kept",
        )
    ),
    *(
        (OUTCOME, name)
        for name in (
            "proven optimal", "points of unassigned", "points of handover",
            "points of call_overlap", "points of strain", "reason: h a week",
            "reason:  cases", "reason:  contract", "reason: the company's other contract",
            "reason: forced: ", "contract changes hands inside",
            "handovers as many as allowed", "cover by a substitute",
            "hours that nobody covers", "recommendation",
        )
    ),
}  # fmt: skip


def test_a_hundred_portfolios_reach_every_common_shape_and_outcome():
    """Each is in several of a hundred, measured by ``python tests/reach.py 1000``."""
    found = measure(100, derandomize=True)
    assert found.keys() >= COMMON, sorted(COMMON - found.keys())

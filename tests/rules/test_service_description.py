"""Tables 1 and 2 of the service description, cell by cell."""

from tsam_planner.service.offerings import (
    OFFERINGS,
    Frequency,
    activities,
    characteristics,
    deliveries,
    entitlements,
    has_allowance,
)
from tsam_planner.service.policy import Policy


def test_table_one_has_eleven_eight_and_fifteen_ticks():
    """Case 15: TSAM 11, Standard 8, Premium 15, and Premium holds the other two."""
    assert [len(entitlements(offering)) for offering in OFFERINGS] == [11, 8, 15]
    assert entitlements("saas_premium") >= entitlements("tsam") | entitlements("saas_standard")
    assert [item.row for item in characteristics()] == [f"T1.{n}" for n in range(1, 16)]


def test_table_one_differs_between_tsam_and_standard_as_printed():
    """Six services are TSAM's alone, three Standard's, one Premium's."""
    tsam, standard = entitlements("tsam"), entitlements("saas_standard")
    only_tsam = {f"T1.{n}" for n in (9, 10, 11, 12, 14, 15)}
    assert tsam - standard == only_tsam
    assert standard - tsam == {"T1.3", "T1.4", "T1.8"}
    assert entitlements("saas_premium") - tsam - standard == {"T1.13"}


def test_table_two_has_the_printed_frequencies():
    """Premium: one weekly, two monthly; Standard: three quarterly; the rest as needed."""
    assert [item.row for item in activities()] == [f"T2.{n}" for n in range(1, 9)]

    def rows(column, frequency):
        return [
            item.row for item in activities() if getattr(item, column).frequency is frequency
        ]

    assert rows("premium", Frequency.WEEKLY) == ["T2.6"]
    assert rows("premium", Frequency.MONTHLY) == ["T2.2", "T2.7"]
    assert rows("standard", Frequency.QUARTERLY) == ["T2.2", "T2.6", "T2.7"]
    for column in ("premium", "standard"):
        assert len(rows(column, Frequency.AS_NEEDED)) == 5
    assert all(item.standard.method and item.premium.method for item in activities())


def test_tsam_takes_premiums_cadence_as_an_assumption():
    """Reading Q22: for the five activities that TSAM has, and marked as assumed."""
    tsam, premium = deliveries("tsam"), deliveries("saas_premium")
    assert len(tsam) == 5
    for name, delivery in tsam.items():
        assert delivery.is_assumed
        assert delivery.frequency is premium[name].frequency
    assert not any(delivery.is_assumed for delivery in premium.values())


def test_standard_has_no_allowance_and_two_days_to_answer():
    """Case 14: Standard is free, without allowance; its goal is two working days."""
    assert [has_allowance(offering) for offering in OFFERINGS] == [True, False, True]
    days = Policy().response_days
    assert (days.saas_standard, days.saas_premium, days.tsam) == (2, 1, 1)

"""Pins that cannot hold together: named, and none of them can be left out."""

from examples import FOUR_WEEKS, HORIZON, contract, manager, portfolio, updated
from tsam_planner.facts import gather_facts
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company, Pin
from tsam_planner.service.policy import Policy
from tsam_planner.studies.explanation import explain
from tsam_planner.studies.pins import conflicting_pins


def pinned(**contracts):
    """Return pins of contracts (``C_1="M-1"``)."""
    return tuple(
        Pin(contract_id=name.replace("_", "-"), manager_id=who, rule="pin")
        for name, who in contracts.items()
    )


def conflict(records, contract_id):
    """Return the contracts of the pins in conflict; without any of them the others hold."""
    facts = gather_facts(records, HORIZON, records.policy)
    found = conflicting_pins(facts, contract_id)
    for pin in found:
        if pin.contract_id != contract_id:
            rest = tuple(row for row in found if row != pin)
            fewer = gather_facts(updated(records, pins=rest), HORIZON, records.policy)
            assert conflicting_pins(fewer, contract_id) == ()
    return {pin.contract_id for pin in found}


TEAM = [manager("M-1"), manager("M-2")]


def test_two_pins_that_exceed_the_cases_are_named_and_a_harmless_third_is_not():
    """20 and 12 cases are more than 30; C-3 has none, C-4 is with somebody else."""
    signed = [
        contract("C-1", cases=20),
        contract("C-2", cases=12),
        contract("C-3", cases=0),
        contract("C-4", cases=30),
    ]
    pins = pinned(C_1="M-1", C_2="M-1", C_3="M-1", C_4="M-2")
    records = portfolio(signed, TEAM, pins=pins)
    assert conflict(records, "C-1") == conflict(records, "C-2") == {"C-1", "C-2"}
    assert conflict(records, "C-3") == set()
    assert conflict(records, "C-4") == set()


def test_three_pins_that_hold_two_by_two_are_all_named():
    """Any two of 11 cases fit into 30, all three are 33."""
    signed = [contract(f"C-{number}", cases=11) for number in (1, 2, 3)]
    records = portfolio(signed, TEAM, pins=pinned(C_1="M-1", C_2="M-1", C_3="M-1"))
    for name in ("C-1", "C-2", "C-3"):
        assert conflict(records, name) == {"C-1", "C-2", "C-3"}


def test_a_pin_that_cannot_hold_alone_is_its_own_conflict():
    """M-1 does not know what C-1 needs; the other pin is no matter."""
    signed = [contract("C-1", products=("Creo",)), contract("C-2")]
    records = portfolio(signed, TEAM, pins=pinned(C_1="M-1", C_2="M-1"))
    assert conflict(records, "C-1") == {"C-1"}
    assert conflict(records, "C-2") == set()


def test_bans_and_contracts_without_a_pin_are_in_no_conflict():
    """A ban keeps somebody away; it holds whatever the others do."""
    ban = Pin(contract_id="C-2", manager_id="M-1", rule="forbid")
    signed = [contract("C-1", cases=20), contract("C-2", cases=20)]
    records = portfolio(signed, TEAM, pins=(*pinned(C_1="M-1"), ban))
    assert conflict(records, "C-1") == conflict(records, "C-2") == set()


def test_pins_bring_the_other_contracts_of_a_company_that_wants_one_manager():
    """
    C-1's 20 cases fit, and so do C-2's 8; the sister of C-1 brings 5 more.

    Without the company 28 cases fit into 30: no conflict.
    """
    signed = [
        contract("C-1", company_id="K-1", cases=20),
        contract("C-1b", company_id="K-1", cases=5),
        contract("C-2", cases=8),
    ]
    records = portfolio(signed, TEAM, pins=pinned(C_1="M-1", C_2="M-1"))
    assert conflict(records, "C-1") == set()
    together = Company(company_id="K-1", same_manager="require")
    assert conflict(updated(records, companies=(together,)), "C-1") == {"C-1", "C-2"}


def test_pins_to_others_than_today_are_bound_by_the_limit_of_handovers():
    """Each of two pins moves its contract; one may move."""
    signed = [contract("C-1"), contract("C-2"), contract("C-3")]
    records = portfolio(
        signed,
        TEAM,
        today=dict.fromkeys(("C-1", "C-2", "C-3"), "M-1"),
        pins=pinned(C_1="M-2", C_2="M-2", C_3="M-1"),
        policy=Policy(max_handovers=1),
    )
    assert conflict(records, "C-1") == {"C-1", "C-2"}


def test_explain_names_the_pins_in_words():
    """The one that the plan leaves out says with whom it quarrels."""
    signed = [contract("C-1", cases=20, priority=2), contract("C-2", cases=12)]
    pins = pinned(C_1="M-1", C_2="M-1")
    plan = make_plan(portfolio(signed, TEAM, pins=pins), **FOUR_WEEKS)
    found = explain(plan, "C-2", seconds=5)
    assert len(found.pins) == 2
    assert "pins that cannot hold together" in str(found)

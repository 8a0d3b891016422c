"""Pins that cannot hold together: the fewest are named, with the contract's own."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

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
    answer = conflicting_pins(facts, contract_id)
    assert answer.is_proven
    found = answer.pins
    assert [pin.contract_id for pin in found[:1]] == [contract_id][: len(found)]
    for pin in found:
        if pin.contract_id != contract_id:
            rest = tuple(row for row in found if row != pin)
            fewer = gather_facts(updated(records, pins=rest), HORIZON, records.policy)
            assert conflicting_pins(fewer, contract_id).pins == ()
    return {pin.contract_id for pin in found}


TEAM = [manager("M-1"), manager("M-2")]


def of_cases(*held):
    """Return contracts of so many cases, each pinned to a manager: C-0, C-1 and so on."""
    signed = [contract(f"C-{row}", cases=cases) for row, (cases, _) in enumerate(held)]
    pins = pinned(**{f"C_{row}": who for row, (_, who) in enumerate(held)})
    return portfolio(signed, TEAM, pins=pins)


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
    assert "the fewest pins that cannot hold together: C-2 to M-1, C-1 to M-1" in str(found)


def test_the_fewest_pins_are_named_where_others_could_not_be_left_out_either():
    """
    Cases 10, 25, 15 and 10 with one manager of 30.

    C-0 with C-1 has 35. C-0, C-2 and C-3 have 35 too, and any two of them fit: also a set
    that no pin can be left out of, but of three.
    """
    records = of_cases((10, "M-1"), (25, "M-1"), (15, "M-1"), (10, "M-1"))
    assert conflict(records, "C-0") == {"C-0", "C-1"}


def test_a_conflict_is_found_beside_another_one_that_has_nothing_to_do_with_it():
    """C-0 and C-1 have 40 cases with M-1, C-2 and C-3 have 40 with M-2."""
    records = of_cases((20, "M-1"), (20, "M-1"), (20, "M-2"), (20, "M-2"))
    assert conflict(records, "C-0") == conflict(records, "C-1") == {"C-0", "C-1"}
    assert conflict(records, "C-2") == conflict(records, "C-3") == {"C-2", "C-3"}


def test_other_pins_that_cannot_hold_without_it_are_no_reason():
    """C-1 and C-2 have 40 cases without C-0's none."""
    records = of_cases((0, "M-1"), (20, "M-1"), (20, "M-1"))
    assert conflict(records, "C-0") == set()


@pytest.mark.parametrize("seed", range(8))
def test_the_fewest_are_those_of_every_combination(seed):
    """Cases add up with each manager: sums over all sets of pins tell the fewest."""
    random = Random(seed)
    held = [(random.randint(1, 18), random.choice(["M-1", "M-2"])) for _ in range(8)]
    records = of_cases(*held)

    def fits(rows):
        return all(
            sum(held[row][0] for row in rows if held[row][1] == who) <= 30
            for who in ("M-1", "M-2")
        )

    for own in range(8):
        rest = [row for row in range(8) if row != own]
        sizes = [
            size
            for size in range(1, 8)
            for rows in combinations(rest, size)
            if fits(rows) and not fits((*rows, own))
        ]
        assert len(conflict(records, f"C-{own}")) == (min(sizes) + 1 if sizes else 0)


def test_without_enough_tries_a_set_is_named_that_no_pin_can_be_left_out_of():
    """
    Cases 10, 15, 10 and 25: two tries are C-1 and C-2 by themselves, the third is C-3.

    Grown from C-1: C-2 fits beside it (25), C-3 does not; with C-0 they are 35. Neither of
    the two can go: 25 and 20 cases hold. C-3 alone is 35 with C-0.
    """
    records = of_cases((10, "M-1"), (15, "M-1"), (10, "M-1"), (25, "M-1"))
    facts = gather_facts(records, HORIZON, records.policy)
    few = conflicting_pins(facts, "C-0", tries=2)
    assert [pin.contract_id for pin in few.pins] == ["C-0", "C-1", "C-2"]
    assert not few.is_proven
    all_tried = conflicting_pins(facts, "C-0", tries=3)
    assert [pin.contract_id for pin in all_tried.pins] == ["C-0", "C-3"]
    assert all_tried.is_proven


def test_none_found_without_enough_tries_is_not_none():
    """C-0 has no case and no conflict; two other pins have one, and three sets to try."""
    records = of_cases((0, "M-1"), (20, "M-1"), (20, "M-1"))
    facts = gather_facts(records, HORIZON, records.policy)
    few = conflicting_pins(facts, "C-0", tries=2)
    assert (few.pins, few.is_proven) == ((), False)
    assert conflicting_pins(facts, "C-0", tries=3).is_proven


def test_pins_of_one_company_that_wants_one_manager_are_in_each_others_way():
    """Each of the two pins holds alone, and takes the other contract along."""
    signed = [contract("C-1", company_id="K-1"), contract("C-2", company_id="K-1")]
    together = (Company(company_id="K-1", same_manager="require"),)
    records = portfolio(signed, TEAM, pins=pinned(C_1="M-1", C_2="M-2"), companies=together)
    assert conflict(records, "C-1") == conflict(records, "C-2") == {"C-1", "C-2"}


@pytest.mark.parametrize(
    ("pins", "is_proven", "words"),
    [
        (("C-1 to M-1",), True, "the fewest pins that cannot hold together: C-1 to M-1"),
        (("C-1 to M-1",), False, "none of them can be left out; others may be fewer"),
        ((), False, "no pins in conflict were found, and not all of them could be tried"),
        ((), True, ""),
    ],
)
def test_words_claim_no_more_about_pins_than_was_tried(pins, is_proven, words):
    """Fewest only where every smaller set was tried."""
    plan = make_plan(of_cases((1, "M-1")), **FOUR_WEEKS)
    known = explain(plan, "C-0")
    told = str(replace(known, pins=pins, pins_are_proven=is_proven))
    assert words in told
    assert ("the fewest" in told) == (bool(pins) and is_proven)
    assert ("pins" in told) == bool(words)

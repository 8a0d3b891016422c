"""What if, by hand: an exchange is told where it is better than the move alone."""

from dataclasses import replace

from examples import EXACT, FOUR_WEEKS, contract, manager, managers_of, portfolio, updated
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Assignment
from tsam_planner.studies.moves import try_move


def planned(signed, today):
    """Return the exact plan in which M-1 and M-2 keep what they have today."""
    records = portfolio(signed, [manager("M-1"), manager("M-2")], today=today)
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    assert managers_of(plan) == today
    return plan


def test_the_exchange_of_fewest_points_makes_room_for_a_move():
    """
    20 cases of C-1 find no room beside 2 x 10 of M-2; either of them could go to M-1 for it.

    Two changes of hands at 80 points, and C-3 counts three times: 160 points with C-2, and
    320 with C-3.
    """
    signed = [
        contract("C-1", cases=20),
        contract("C-2", cases=10),
        contract("C-3", cases=10, handover_weight=3.0),
    ]
    plan = planned(signed, {"C-1": "M-1", "C-2": "M-2", "C-3": "M-2"})
    effect = try_move(plan, "C-1", "M-2")
    assert not effect.is_allowed
    swap = effect.counter_swap
    assert swap is not None
    assert dict(swap.owners) == {"C-1": "M-2", "C-2": "M-1"}
    assert (swap.is_allowed, swap.change) == (True, 160.0)
    assert "better as a swap: C-1 to M-2, C-2 to M-1: +160.00 points" in str(effect)


def test_a_move_that_is_allowed_is_told_with_an_exchange_only_if_that_is_better():
    """One change of hands costs 80 points, an exchange 160: the move alone is better."""
    plan = planned([contract("C-1"), contract("C-2")], {"C-1": "M-1", "C-2": "M-2"})
    alone = try_move(plan, "C-1", "M-2")
    assert (alone.is_allowed, alone.change, alone.counter_swap) == (True, 80.0, None)
    # By now each has what the other one has in the plan: the exchange saves both changes.
    crossed = tuple(
        Assignment(contract_id=name, manager_id=who)
        for name, who in (("C-1", "M-2"), ("C-2", "M-1"))
    )
    later = replace(plan, portfolio=updated(plan.portfolio, assignments=crossed))
    effect = try_move(later, "C-1", "M-2")
    assert (effect.is_allowed, effect.change) == (True, -80.0)
    assert effect.counter_swap is not None
    assert effect.counter_swap.change == -160.0
    # Nobody has nothing to give in exchange.
    assert try_move(later, "C-1", None).counter_swap is None

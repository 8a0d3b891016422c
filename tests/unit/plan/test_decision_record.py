"""Who decided what about a plan, and in which order it can be decided."""

import datetime as dt
from dataclasses import replace

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio, updated
from tsam_planner.errors import ArgumentError, PlanFileError
from tsam_planner.io.decision_files import DECISIONS_FILE, read_decisions, write_decisions
from tsam_planner.io.plans import read_plan, write_plan
from tsam_planner.plan.decision_record import (
    DecisionRecord,
    carry_over,
    fingerprint,
    record_decision,
)
from tsam_planner.planning.recipe import make_plan

NOON = dt.datetime(2027, 1, 20, 12, tzinfo=dt.UTC)
TABLES = portfolio([contract("C-1"), contract("C-2")], [manager("M-1")])


@pytest.fixture(scope="module")
def plan():
    """Return the plan of four weeks in which M-1 has both contracts."""
    return make_plan(TABLES, **FOUR_WEEKS, options=EXACT)


@pytest.fixture(scope="module")
def other():
    """Return the plan in which M-2 has both contracts, M-1 having left."""
    people = [manager("M-1", end_date=dt.date(2026, 12, 31)), manager("M-2")]
    tables = updated(TABLES, managers=tuple(people))
    return make_plan(tables, **FOUR_WEEKS, options=EXACT)


def decided(plan, *steps, record=None, **fields):
    """Return a record of what Ada decides about a plan, one thing after the other."""
    record = record or DecisionRecord()
    for what in steps:
        record = record_decision(record, plan, "Ada", what, when=NOON, **fields)
    return record


def test_a_plan_is_drafted_approved_and_published_in_this_order(plan):
    """Every step is kept, and the last one is the state."""
    record = decided(plan, "draft", "approved", "published")
    assert [entry.what for entry in record.entries] == ["draft", "approved", "published"]
    assert record.state_of(plan) == "published"
    assert str(record).splitlines()[2] == (
        f"2027-01-20 12:00 Ada: published (plan from 2027-02-01, {plan.objective:,.0f} points)"
    )


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (["approved"], "only a plan that is 'draft' can be 'approved'; this plan has no state"),
        (["draft", "published"], "only a plan that is 'approved' can be 'published'"),
        (["draft", "draft"], "this plan is 'draft' already; only a new plan becomes a draft"),
        (["draft", "approved", "approved"], "this plan is 'approved' already"),
        (["signed"], "expected one of draft, approved, published, pinned, unpinned, note"),
    ],
)
def test_a_step_out_of_order_is_refused_in_words(plan, steps, words):
    """The error says which state the plan is in and which one is needed."""
    with pytest.raises(ArgumentError, match=words):
        decided(plan, *steps)


def test_approval_does_not_pass_to_a_plan_that_differs(plan):
    """One other manager makes another plan, which must be approved itself."""
    rows = plan.assignments.assign(manager_id=["M-1", "M-9"])
    changed = replace(plan, assignments=rows)
    record = decided(plan, "draft", "approved")
    assert record.state_of(changed) is None
    with pytest.raises(ArgumentError, match="this plan has no state yet"):
        decided(changed, "published", record=record)


def test_what_was_published_can_be_told_from_every_other_plan(plan, other):
    """The entry holds input, points and content of the plan that it is about."""
    entry = decided(plan, "draft", "approved", "published").entries[-1]
    assert (entry.input_hash, entry.objective) == (plan.input_hash, plan.objective)
    assert entry.plan_hash == fingerprint(plan) != fingerprint(other)


@pytest.mark.parametrize("what", ["pinned", "note"])
def test_pins_and_notes_need_a_reason(plan, what):
    """A pin without a reason is a decision that nobody can look into later."""
    with pytest.raises(ArgumentError, match=f"'{what}' needs a reason"):
        decided(plan, what, contract_id="C-1", why="  ")


def test_a_pin_holds_until_it_is_taken_back(plan):
    """C-1 is pinned to M-1, whom the plan gives it; later it is free again."""
    record = decided(plan, "pinned", contract_id="C-1", why="go-live")
    (pin,) = record.pins
    assert (pin.contract_id, pin.manager_id, pin.rule) == ("C-1", "M-1", "pin")
    assert pin.reason == "go-live (Ada, 2027-01-20)"
    record = decided(plan, "unpinned", record=record, contract_id="C-1", why="it is live")
    assert record.pins == ()
    assert len(record.about("C-1")) == 2
    with pytest.raises(ArgumentError, match="C-1 is not pinned"):
        decided(plan, "unpinned", record=record, contract_id="C-1", why="again")


def test_only_contracts_of_the_plan_can_be_decided_about(plan):
    """An unknown id is a slip; a pin without any contract is none."""
    with pytest.raises(ArgumentError, match="the plan has no contract 'C-9'"):
        decided(plan, "pinned", contract_id="C-9", why="go-live")
    with pytest.raises(ArgumentError, match="'pinned' needs a contract"):
        decided(plan, "pinned", why="go-live")


def test_a_contract_that_nobody_serves_cannot_be_pinned(plan):
    """There is no manager to pin it to."""
    rows = plan.assignments.assign(manager_id=[None, "M-1"])
    with pytest.raises(ArgumentError, match="C-1 cannot be pinned"):
        decided(replace(plan, assignments=rows), "pinned", contract_id="C-1", why="go-live")


def test_the_next_plan_carries_the_record_on_and_begins_as_a_draft(plan, other):
    """What was published stays on record; the next plan has to be approved again."""
    record = decided(plan, "draft", "approved", "published")
    carried = carry_over(record, other, "Ada", when=NOON)
    assert carried.entries[:3] == record.entries
    assert (carried.state_of(plan), carried.state_of(other)) == ("published", "draft")


def test_a_plan_that_breaks_a_pin_is_not_carried_on(plan, other):
    """C-1 is pinned to M-1; the next plan gives it to M-2 and says nothing about that."""
    record = decided(plan, "pinned", contract_id="C-1", why="go-live")
    with pytest.raises(ArgumentError, match=r"C-1 is pinned to M-1, the plan gives it to M-2"):
        carry_over(record, other, "Ada")


def test_a_record_is_read_back_as_it_was_written(plan, tmp_path):
    """Commas, quotes and lines in a reason survive; the plan's other files stay."""
    record = decided(plan, "draft", "approved")
    record = decided(plan, "pinned", record=record, contract_id="C-1", why='says "no",\nétage')
    folder = write_plan(plan, tmp_path / "plan")
    assert read_decisions(folder) == DecisionRecord()
    path = write_decisions(record, folder)
    assert path.name == DECISIONS_FILE
    assert read_decisions(folder) == record
    assert record.state_of(read_plan(folder)) == "approved"
    assert (folder / "plan.json").is_file()


def test_a_publication_that_nobody_approved_is_found_on_reading(plan, tmp_path):
    """Somebody who deletes the row of the approval leaves a record that does not hold."""
    folder = write_plan(plan, tmp_path / "plan")
    path = write_decisions(decided(plan, "draft", "approved", "published"), folder)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",approved," not in line))
    with pytest.raises(PlanFileError, match="entry 2 of the decision record: only a plan"):
        read_decisions(folder)


@pytest.mark.parametrize(
    ("before", "after"), [("2027-01-20T", "yesterday "), ("who,", "whom,"), ("2027-02-01", "x")]
)
def test_a_damaged_file_is_named(plan, tmp_path, before, after):
    """The message says which file it is."""
    folder = write_plan(plan, tmp_path / "plan")
    path = write_decisions(decided(plan, "draft"), folder)
    path.write_text(path.read_text(encoding="utf-8").replace(before, after))
    with pytest.raises(PlanFileError, match=r"decisions\.csv cannot be read"):
        read_decisions(folder)

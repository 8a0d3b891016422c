"""The page on rules and readings, and what follows from it."""

from pathlib import Path

from tsam_planner.service.hard_rules import HardRule
from tsam_planner.service.pages import describe_rules
from tsam_planner.service.policy import Policy


def test_documentation_is_generated_from_the_rules():
    """docs/rules-and-readings.md says what rules, readings and policy say."""
    written = Path(__file__).parents[3] / "docs" / "rules-and-readings.md"
    assert written.read_text(encoding="utf-8") == describe_rules()


def test_the_page_has_every_rule_reading_and_number():
    """47 clauses, 28 readings, all hard rules and all keys have a row of a table each."""
    rows = [line for line in describe_rules().splitlines() if line.startswith("| ")]
    names = [row.split(" | ")[0].removeprefix("| ") for row in rows]
    assert {f"R{n}" for n in range(1, 48)} | {f"Q{n}" for n in range(1, 29)} <= set(names)
    assert {rule.value for rule in HardRule} <= set(names)
    keys = [f"`{item.key.rpartition('.')[2]}`" for item in Policy().statements()]
    assert [name for name in names if name.startswith("`")][-len(keys) :] == keys

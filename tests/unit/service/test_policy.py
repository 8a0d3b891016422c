"""Numbers and readings of the rules, their basis, and policy.toml."""

import pytest

from tsam_planner.errors import PortfolioError
from tsam_planner.service.basis import Section
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_files import policy_template, read_policy
from tsam_planner.service.rules import readings_in_force, rules_in_force


def test_every_number_names_a_rule_or_reading_that_exists():
    """Each field stands on clauses, questions or rows of Tables 1 and 2."""
    known = {item.rule for item in rules_in_force(Policy())}
    known |= {item.question for item in readings_in_force(Policy())}
    for statement in Policy().statements():
        for name in statement.basis.rules.split(", "):
            assert name in known or name.startswith("T2."), statement.key


def test_rules_and_readings_are_complete():
    """R1 to R47 and Q1 to Q28, each once and in order."""
    assert [item.rule for item in rules_in_force(Policy())] == [f"R{n}" for n in range(1, 48)]
    questions = [item.question for item in readings_in_force(Policy())]
    assert questions == [f"Q{n}" for n in range(1, 29)]


def test_statements_cover_every_field():
    """Nothing of a policy is left without a statement."""

    def count(section):
        return sum(count(value) if isinstance(value, Section) else 1 for _, value in section)

    assert len(Policy().statements()) == count(Policy())


def test_the_template_says_the_defaults(tmp_path):
    """Uncommenting every key but the unset ones gives the default policy."""
    lines = [
        line.removeprefix("#")
        if line.startswith("#") and not line.startswith("# ") and "# not set" not in line
        else line
        for line in policy_template().splitlines()
    ]
    (tmp_path / "policy.toml").write_text("\n".join(lines))
    assert read_policy(tmp_path / "policy.toml") == Policy()
    (tmp_path / "policy.toml").write_text(policy_template())
    assert read_policy(tmp_path / "policy.toml") == Policy()


def test_what_is_not_set_has_an_example_that_can_be_read(tmp_path):
    """Each key without a default is read once its line is uncommented."""
    lines = policy_template().splitlines()
    tables = [row for row, line in enumerate(lines) if line.startswith("#[")]
    unset = [row for row, line in enumerate(lines) if line.endswith("# not set")]
    assert len(unset) >= 5
    for row in unset:
        above = [lines[table].removeprefix("#") for table in tables if table < row][-1:]
        text = "\n".join([*above, lines[row].removeprefix("#")])
        (tmp_path / "policy.toml").write_text(text)
        assert read_policy(tmp_path / "policy.toml") != Policy()


def test_every_problem_of_a_policy_is_named_with_its_line(tmp_path):
    """Unknown keys come with the nearest one, impossible values with their rule."""
    path = tmp_path / "policy.toml"
    path.write_text(
        "max_open_cases = -1\nincluded_hours = 9\n[goals]\nhandovr = 1\nstrain = [1.0, -3.0]\n"
    )
    with pytest.raises(PortfolioError) as caught:
        read_policy(path)
    found = {(item.row, item.column): str(item) for item in caught.value.problems}
    assert (1, "max_open_cases") in found
    assert "R43" in found[1, "max_open_cases"]
    assert "did you mean 'included_hours_per_week'?" in found[2, "included_hours"]
    assert "did you mean 'handover'?" in found[4, "goals.handovr"]
    assert any(column.startswith("goals.strain") for _, column in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = ", "no TOML"),
        ('window_start = "18:00"', "expected window_start before window_end"),
        ("target_daily_overlap_hours = 1.0", "target_daily_overlap_hours >="),
        ("strain_shares = [0.9]", "as many goals.strain as strain_shares"),
        ("[overage]\nrun = 7", "run <= over_weeks <= window"),
        ("internal_share = nan", "internal_share"),
    ],
)
def test_an_impossible_policy_is_refused(tmp_path, text, words):
    """Values that contradict each other are an input error."""
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(PortfolioError) as caught:
        read_policy(path)
    assert words in str(caught.value)


def test_times_can_be_written_both_ways(tmp_path):
    """TOML's own times and quoted ones mean the same."""
    path = tmp_path / "policy.toml"
    path.write_text('window_start = 08:30:00\nwindow_end = "16:30"\n')
    policy = read_policy(path)
    assert (f"{policy.window_start}", f"{policy.window_end}") == ("08:30:00", "16:30:00")

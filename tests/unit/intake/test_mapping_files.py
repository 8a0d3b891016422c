"""Mappings: unknown keys are errors, presets are whole, one's own go on top."""

import pytest

from tsam_planner.errors import IntakeError
from tsam_planner.intake.entry_checks import entry_problems
from tsam_planner.intake.mapping_files import preset_names, read_mapping, survey_mapping

MINIMAL = """
[[table]]
target = "managers"
columns = {manager_id = "Id"}
"""


def mapping_of(tmp_path, text):
    """Read a mapping from text."""
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


def complaints(tmp_path, text):
    """Return the problems of a mapping's entries as text."""
    return [str(item) for item in entry_problems(mapping_of(tmp_path, text))]


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_a_mapping_without_problems(name):
    """Presets are checked like any mapping."""
    assert list(entry_problems(read_mapping(name))) == []


def test_presets_of_the_usual_systems_are_there():
    """These three are promised."""
    assert preset_names() == ("jira", "salesforce", "servicenow")


def test_a_mapping_is_frozen(tmp_path):
    """Nobody changes a mapping that was checked."""
    with pytest.raises(ValueError, match="frozen"):
        mapping_of(tmp_path, MINIMAL).time_zone = "Europe/Rome"


def test_every_unknown_key_is_named_at_once(tmp_path):
    """Keys of the mapping, of an entry and of the confirmed tables."""
    text = (
        'time_zon = "Europe/Rome"\n' + MINIMAL + "column = {}\n[confirmed.manager]\nx = 'M-1'\n"
    )
    with pytest.raises(IntakeError) as caught:
        mapping_of(tmp_path, text)
    assert {item.column: item.remedy for item in caught.value.problems} == {
        "time_zon": "did you mean 'time_zone'?",
        "confirmed.manager": "did you mean 'managers'?",
        "managers.column": "did you mean 'columns'?",
    }


def test_an_own_entry_changes_the_presets_entry_of_its_name(tmp_path):
    """Columns are replaced one by one; a constant takes a column's place."""
    text = """
extends = "jira"
time_zone = "Europe/Rome"
[[table]]
target = "cases"
columns.contract_id = "Custom field (Deal)"
constants.severity = 3
values.manager_id = {kim = "M-1"}
[[table]]
target = "companies"
columns.company_id = "Organization"
"""
    mapping = mapping_of(tmp_path, text)
    cases, companies = mapping.entries()
    assert cases.columns["contract_id"] == ("Custom field (Deal)",)
    assert cases.columns["case_id"] == ("Issue key",)
    assert "severity" not in cases.columns
    assert (cases.time_zone, companies.target) == ("Europe/Rome", "companies")
    assert cases.date_format[0] == "%d/%b/%y %I:%M %p"


@pytest.mark.parametrize(
    ("addition", "signs"),
    [
        ("", (("user_name", "User ID"), ("name", "Name"))),
        ("columns.time_zone = 'Zone'", (("user_name", "User ID"), ("name", "Name"))),
        ("columns = {manager_id = 'User', name = 'Full name'}", (("User",), ("Full name",))),
        # Names are optional in the preset: a list without them is one, too.
        ("columns = {manager_id = 'User', time_zone = 'Zone'}", (("User",),)),
        ("columns.name = []", (("user_name", "User ID"),)),
        ("recognized_by = ['Zone']", (("Zone",),)),
    ],
)
def test_an_own_source_is_what_an_entry_is_recognized_by(tmp_path, addition, signs):
    """A list of people with other columns than the preset's is not passed over."""
    text = f'extends = "servicenow"\n[[table]]\ntarget = "managers"\n{addition}\n'
    mapping = mapping_of(tmp_path, text)
    (managers,) = (entry for entry in mapping.entries() if entry.target == "managers")
    assert managers.recognized_by == signs


def test_required_columns_of_a_preset_stay_signs(tmp_path):
    """A report of cases that names deals is none of contracts: it has no start."""
    own = '[[table]]\ntarget = "contracts"\ncolumns.contract_id = "Deal number"\n'
    mapping = mapping_of(tmp_path, f'extends = "salesforce"\n{own}')
    (contracts,) = (entry for entry in mapping.entries() if entry.target == "contracts")
    assert contracts.recognized_by == (
        ("Deal number",),
        ("Start Date", "StartDate", "Install Date"),
    )


def test_a_misspelt_key_counts_as_the_one_that_was_meant(tmp_path):
    """So that what follows from it is judged as its author sees it, on top of a preset, too."""
    path = tmp_path / "map.toml"
    path.write_text(
        'extends = "jira"\ntime_zon = "Europe/Rome"\n'
        '[[table]]\ntarget = "cases"\ncolums.case_id = "Key"\n'
    )
    mapping, problems = survey_mapping(path)
    assert [item.column for item in problems] == ["time_zon", "cases.colums"]
    (cases,) = mapping.entries()
    assert (cases.columns["case_id"], cases.time_zone) == (("Key",), "Europe/Rome")


def test_no_column_at_all_removes_the_presets(tmp_path):
    """An empty list means that nothing fills the column."""
    text = 'extends = "jira"\n[[table]]\ntarget = "cases"\ncolumns.hours = []\n'
    (cases,) = mapping_of(tmp_path, text).entries()
    assert cases.columns["hours"] == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('extends = "salesforc"', "no preset; known: jira, salesforce, servicenow"),
        ("x = ", "no TOML"),
        ("", "column 'table': field required"),
        ("table = 3", "table"),
        ("extends = 'jira'\ntable = 3", "table"),
        ("extends = 'jira'\n[[table]]\ntarget = 'cases'\ncolumns = 3", "cases.columns"),
        ("extends = 'jira'\n[[table]]\ntarget = 'cases'\ncolumns.hours = 3", "columns.hours"),
        (MINIMAL + "constants.name = []", "managers.constants.name"),
        ("[[table]]\nfile = 'x'", "table 1.target"),
        ("extends = 'jira'\ntable = [3]", "table"),
        (MINIMAL + "separator = ';;'", "managers.separator"),
        (MINIMAL + "separator = '\"'", "line ends and quotes divide no columns"),
        (MINIMAL + "date_format = '%Q %Y'", "'%Q %Y' is no date format"),
        (MINIMAL + "date_format = '%d/%m'", "'%d/%m' does not say day, month and year"),
        (MINIMAL + "date_format = '%d/%m/%Y %H:%M %Z'", "Python passes over zone names"),
        (MINIMAL + "repeated_hour = 'first'", "managers.repeated_hour"),
        ("source = 'x'" + MINIMAL, "column 'source': unknown key"),
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path, text, words):
    """With the place, not with a traceback."""
    with pytest.raises(IntakeError) as caught:
        mapping_of(tmp_path, text)
    assert words in str(caught.value)


def test_a_mapping_that_does_not_exist_is_refused(tmp_path):
    """The presets are named."""
    with pytest.raises(IntakeError, match="one of jira, salesforce, servicenow"):
        read_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        ("constants.offerings = 'gold'", "expected one of tsam, saas_standard, saas_premium"),
        ("values.country = {Italy = 'IT'}", "nothing fills country"),
        ("defaults.manager_id = 'M-1'", "manager_id has a default but no translations"),
        ("units.manager_id = 'seconds'", "manager_id holds no hours"),
        ("empty_if_unknown = 'manager_id'", "manager_id refers to no other table"),
        ("constants.manager_id = 'M-1'", "manager_id has two sources"),
        ("[[table]]\ntarget = 'managers'\ncolumns.manager_id = 'Id'", "two entries have this"),
        ("[confirmed.time_zones]\nIT = 'CET+1'", "unknown time zone"),
        ("[confirmed.countries]\nItaly = 'it'", "expected a country code"),
    ],
)
def test_an_entry_is_checked_against_the_dictionary(tmp_path, addition, words):
    """What no export could make right is refused before any is read."""
    found = complaints(tmp_path, MINIMAL + addition)
    assert any(words in item for item in found), found


def test_translations_lead_to_words_of_the_dictionary(tmp_path):
    """A misspelled offering is found in the mapping, not in every row."""
    text = MINIMAL.replace("}", ', offerings = "Kind"}') + "values.offerings = {Gold = 'tsamm'}"
    (found,) = complaints(tmp_path, text)
    assert "managers.values.offerings" in found
    assert "did you mean 'tsam'?" in found

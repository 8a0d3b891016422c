"""Suggestions: what names probably mean, and when there is none."""

import pytest

from tsam_planner.intake.matching import find_suggestions, plain_company, plain_name, zones_of
from tsam_planner.intake.settlement import Settled
from tsam_planner.tables.dictionary import tables


def settled(name, records, unknown=()):
    """Return a table with these records and unknown ids by column and id."""
    result = Settled(tables()[name], records=[dict(record) for record in records])
    result.unknown.update(dict(unknown))
    return result


MANAGERS = settled(
    "managers",
    [
        {"manager_id": "M-1", "name": "Zoë Conti"},
        {"manager_id": "M-2", "name": "Ana Prado"},
        {"manager_id": "M-3", "name": "Ana Prada"},
    ],
)


@pytest.mark.parametrize(
    ("owner", "meant"),
    [
        ("Conti, Zoe", "M-1"),
        ("zoe.conti@vendor.example", "M-1"),
        ("Zoe Contti", "M-1"),
        ("ana prado", "M-2"),
        ("Ana Pradu", None),  # as near to M-2 as to M-3
        ("Support queue", None),
    ],
)
def test_owners_are_matched_with_managers(owner, meant):
    """Order, accents and small slips do not matter; two candidates are none."""
    cases = settled("cases", [], {("manager_id", owner): 4})
    found = find_suggestions({"managers": MANAGERS, "cases": cases})
    assert [(item.section, item.meant, item.rows) for item in found] == (
        [("managers", meant, 4)] if meant else []
    )


def test_companies_of_nearly_the_same_name_are_suggested_as_one():
    """Legal forms do not tell companies apart, digits do."""
    companies = settled(
        "companies",
        [
            {"company_id": "K-1", "name": "Blue Mesa S.p.A."},
            {"company_id": "K-2", "name": "BLUE MESA SPA"},
            {"company_id": "K-3", "name": "Castle Hill Plant 1"},
            {"company_id": "K-4", "name": "Castle Hill Plant 2"},
        ],
    )
    (found,) = find_suggestions({"companies": companies})
    assert (found.section, found.line) == ("companies", '"K-2" = "K-1"')


def test_a_company_stands_for_its_only_contract():
    """Where it has two, a person must know which."""
    contracts = settled(
        "contracts",
        [
            {"contract_id": "C-1", "company_id": "K-1"},
            {"contract_id": "C-2", "company_id": "K-2"},
            {"contract_id": "C-3", "company_id": "K-2"},
        ],
    )
    companies = settled(
        "companies",
        [{"company_id": "K-1", "name": "Blue Mesa"}, {"company_id": "K-2", "name": "Arrow"}],
    )
    unknown = {("contract_id", "Blue Mesa Inc."): 2, ("contract_id", "Arrow"): 1}
    tables_ = {
        "companies": companies,
        "contracts": contracts,
        "cases": settled("cases", [], unknown),
    }
    found = [item for item in find_suggestions(tables_) if item.section == "contracts"]
    assert [(item.found, item.meant, item.rows) for item in found] == [
        ("Blue Mesa Inc.", "C-1", 2)
    ]


def test_zones_are_those_of_the_country():
    """One in Italy and Japan, several in Spain and the United States, none of nowhere."""
    assert (zones_of("IT"), zones_of("JP")) == (("Europe/Rome",), ("Asia/Tokyo",))
    assert len(zones_of("ES")) == 3
    assert len(zones_of("US")) > 20
    assert zones_of("XX") == ()


def test_names_are_compared_without_what_writing_changes():
    """Accents, capitals, order, mail domains and legal forms."""
    assert plain_name("CONTI Zoë") == plain_name("zoe.conti@vendor.example") == "conti zoe"
    assert plain_company("Müller & Söhne GmbH") == "muller sohne"
    assert plain_company("S.A.S. Institute") == "institute"
    # A name that is nothing but a legal form stays.
    assert plain_company("SAS") == "sas"


def test_a_line_is_toml_whatever_the_name_holds():
    """Quotes, backslashes and line ends are escaped."""
    import tomllib

    name = 'a "b" \\ c\nd'
    cases = settled("cases", [], {("manager_id", name): 1})
    managers = settled("managers", [{"manager_id": "M-1", "name": 'a "b" c d'}])
    (found,) = find_suggestions({"managers": managers, "cases": cases})
    assert tomllib.loads(found.line) == {name: "M-1"}

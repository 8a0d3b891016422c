"""Who stands in for a manager: eligible, somebody else, and few of them (R41)."""

import pytest

from examples import (
    EXACT,
    FOUR_WEEKS,
    away,
    contract,
    day,
    manager,
    portfolio,
    updated,
)
from hand_made import facts_of, stretch
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company, Pin
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.service.policy import Policy
from tsam_planner.verify.verification import verify_decisions

M1_AWAY = away("M-1", "02-08", "02-12")  # Monday to Friday


def team(*ids):
    """Return equal managers in Rome."""
    return [manager(name) for name in ids]


def plan_of(signed, people, *, policy=None, backups=None, **tables):
    """Return the proven best plan; ``backups`` maps contracts to substitutes of today."""
    tables.setdefault("today", {item.contract_id: "M-1" for item in signed})
    records = portfolio(signed, people, **tables)
    with_backups = tuple(
        updated(row, backup_id=(backups or {}).get(row.contract_id))
        for row in records.assignments
    )
    records = updated(records, assignments=with_backups)
    return make_plan(records, **FOUR_WEEKS, policy=policy, options=EXACT)


def backups_of(plan):
    """Return the substitute of each contract."""
    rows = plan.assignments
    return dict(zip(rows["contract_id"], rows["backup_id"], strict=True))


def test_every_served_contract_has_a_substitute():
    """Also without any absence; nobody of two stands in for itself."""
    plan = plan_of([contract("C-1"), contract("C-2")], team("M-1", "M-2"))
    assert backups_of(plan) == {"C-1": "M-2", "C-2": "M-2"}
    assert plan.backup_goals.sum() == 0
    assert plan.backup_proof.bound == plan.backup_proof.objective == 0


@pytest.mark.parametrize(
    ("wanted", "able"),
    [
        ({}, {"offerings": ("saas_premium",)}),
        ({"products": ("Creo",)}, {"products": ("Windchill",)}),
        ({"requested_language": "it", "language_authorized": True}, {}),
        ({}, {"time_zone": "America/Los_Angeles"}),
        ({}, {"end_date": day("02-25")}),
        ({}, {"start_date": day("02-02")}),
    ],
)
def test_a_substitute_is_eligible_like_a_manager(wanted, able):
    """Who may not serve the contract may not stand in, however free; M-3 may."""
    # M-1 and M-3 can do everything.
    all_round = {"languages": ("en", "it"), "products": ("Creo", "Windchill")}
    people = [
        manager("M-1", **all_round),
        manager("M-2", **{"products": ("Creo", "Windchill"), **able}),
        manager("M-3", **all_round),
    ]
    assert backups_of(plan_of([contract(**wanted)], people)) == {"C-1": "M-3"}
    assert backups_of(plan_of([contract(**wanted)], people[:2])) == {"C-1": None}


def test_who_is_away_for_long_stands_in_for_nobody():
    """An absence of 36 days rules a substitute out, one of 28 does not."""
    for last, expected in (("03-08", None), ("02-28", "M-2")):
        absences = [away("M-2", "02-01", last)]
        plan = plan_of([contract()], team("M-1", "M-2"), absences=absences)
        assert backups_of(plan) == {"C-1": expected}


def test_forbid_is_about_substitutes_too_and_pin_is_not():
    """A customer who does not want M-2 does not want it as a substitute either."""
    people = team("M-1", "M-2")
    pin = Pin(contract_id="C-1", manager_id="M-1", rule="pin")
    assert backups_of(plan_of([contract()], people, pins=[pin])) == {"C-1": "M-2"}
    forbid = Pin(contract_id="C-1", manager_id="M-2", rule="forbid")
    assert backups_of(plan_of([contract()], people, pins=[forbid])) == {"C-1": None}


def test_without_anybody_eligible_a_warning_names_the_contract():
    """It costs points times its priority of 2, unless no substitute is required."""
    signed = [contract("C-1", priority=2, products=("Creo",)), contract("C-2")]
    people = [manager("M-1", products=("Creo",)), manager("M-2")]
    plan = plan_of(signed, people)
    assert backups_of(plan) == {"C-1": None, "C-2": "M-2"}
    assert "no substitute (R41, Q18) for C-1" in plan.warnings
    price = Policy().backup_goals.no_backup
    assert plan.backup_goals["no_backup"] == plan.backup_goals.sum() == 2 * price

    relaxed = plan_of(signed, people, policy=Policy(backup_required=False))
    assert backups_of(relaxed)["C-1"] is None
    assert not any("no substitute" in text for text in relaxed.warnings)
    assert relaxed.backup_goals.sum() == 0


def test_standard_and_unassigned_contracts_have_no_substitute():
    """Standard has no named manager to stand in for (R5), an unassigned contract neither."""
    standard = contract("C-1", offering="saas_standard", deployment="saas")
    distant = contract("C-2", time_zone="Asia/Tokyo")
    people = team("M-1", "M-2")
    policy = Policy(plan_standard=True)
    plan = plan_of([standard, distant], people, policy=policy, today={})
    assert plan.assignments["status"].tolist() == ["assigned", "unassigned"]
    assert backups_of(plan) == {"C-1": None, "C-2": None}
    assert not any("no substitute" in text for text in plan.warnings)
    assert plan.backup_goals.sum() == 0


def test_todays_substitute_is_kept():
    """Of two equal ones the customer keeps the one it knows; that costs nothing."""
    for name in ("M-2", "M-3"):
        plan = plan_of([contract()], team("M-1", "M-2", "M-3"), backups={"C-1": name})
        assert backups_of(plan) == {"C-1": name}
        assert plan.backup_goals.sum() == 0


def test_todays_substitute_is_replaced_where_that_costs_less():
    """M-2 is away together with M-1 for a week: another one costs 15 points."""
    # M-2 would leave 5 h uncovered (25 points) and 4 days beyond the goal (80 points).
    absences = [M1_AWAY, away("M-2", "02-08", "02-12")]
    plan = plan_of(
        [contract()], team("M-1", "M-2", "M-3"), backups={"C-1": "M-2"}, absences=absences
    )
    assert backups_of(plan) == {"C-1": "M-3"}
    assert plan.backup_goals["backup_change"] == plan.backup_goals.sum() == 15


def test_a_manager_has_one_substitute_if_possible():
    """Three contracts of one manager have the same substitute, though three could do it."""
    signed = [contract(f"C-{number}") for number in (1, 2, 3)]
    plan = plan_of(signed, team("M-1", "M-2", "M-3", "M-4"), absences=[M1_AWAY])
    assert len(set(backups_of(plan).values())) == 1
    assert plan.backup_goals.sum() == 0


def test_a_further_substitute_of_one_manager_costs_ten_points():
    """Where products differ nobody can stand in for the whole book."""
    signed = [contract("C-1", products=("Creo",)), contract("C-2", products=("Windchill",))]
    people = [
        manager("M-1", products=("Creo", "Windchill")),
        manager("M-2", products=("Windchill",)),
        manager("M-3", products=("Creo",)),
    ]
    plan = plan_of(signed, people)
    assert backups_of(plan) == {"C-1": "M-3", "C-2": "M-2"}
    assert plan.backup_goals["further_backup"] == plan.backup_goals.sum() == 10


def test_nobody_stands_in_for_everybody_without_points():
    """Three books of 30 h: each other pair works as well, and leaves nobody with two."""
    # 4 weeks of 32 deployable hours are 128. One book of 30 h a week is 120 h, within
    # them; two are 240, 112 h beyond, 11.2 points.
    names = ("M-1", "M-2", "M-3")
    signed = [contract(f"C-{n}", need_hours=10) for n in range(1, 10)]
    today = {item.contract_id: names[n // 3] for n, item in enumerate(signed)}
    plan = plan_of(signed, team(*names), today=today)
    assert plan.assignments["backup_id"].value_counts().tolist() == [3, 3, 3]
    assert plan.backup_goals.sum() == 0


def test_an_hour_stood_in_for_beyond_the_own_hours_costs_a_tenth():
    """M-3 alone knows both products."""
    signed = [
        contract(f"C-{n}", need_hours=10, products=("Creo",) if n < 4 else ("Windchill",))
        for n in range(1, 7)
    ]
    people = [
        manager("M-1", products=("Creo",)),
        manager("M-2", products=("Windchill",)),
        manager("M-3", products=("Creo", "Windchill")),
    ]
    today = {item.contract_id: "M-1" if n < 3 else "M-2" for n, item in enumerate(signed)}
    plan = plan_of(signed, people, today=today)
    assert set(plan.assignments["backup_id"]) == {"M-3"}
    # Two books of 30 h in 4 weeks, 240 h, less 128 h of its own.
    assert plan.backup_goals["standby"] == plan.backup_goals.sum() == pytest.approx(11.2)


@pytest.mark.parametrize(("treatment", "together"), [("allow", True), ("forbid", False)])
def test_a_company_has_one_substitute_if_possible(treatment, together):
    """M-4 stands in for both managers of a company, unless it is kept apart on purpose."""
    # C-2 had M-3 as substitute: keeping it saves 15 x 0.2 = 3 points, two substitutes of
    # one company cost 5, so that C-2 changes to M-4 but in a company that is kept apart.
    signed = [
        contract("C-1", company_id="K", products=("Creo",)),
        contract("C-2", company_id="K", handover_weight=0.2),
    ]
    people = [
        manager("M-1", products=("Creo",)),
        *team("M-2", "M-3"),
        manager("M-4", products=("Creo",)),
    ]
    plan = plan_of(
        signed,
        people,
        today={"C-1": "M-1", "C-2": "M-2"},
        backups={"C-1": "M-4", "C-2": "M-3"},
        pins=[Pin(contract_id="C-2", manager_id="M-2", rule="pin")],
        companies=[Company(company_id="K", same_manager=treatment)],
    )
    assert backups_of(plan) == {"C-1": "M-4", "C-2": "M-4" if together else "M-3"}
    points = plan.backup_goals
    assert points["company_backups"] == 0
    assert points["backup_change"] == pytest.approx(3 if together else 0)


def test_a_contract_that_changes_hands_keeps_its_substitute():
    """M-3 stands in for M-1 and for M-2 after M-1 has left: a change would cost 15."""
    people = [manager("M-1", end_date=day("02-12")), *team("M-2", "M-3")]
    pins = [Pin(contract_id="C-1", manager_id="M-3", rule="pin")]
    signed = [contract("C-1"), contract("C-2")]
    plan = plan_of(
        signed,
        people,
        today={"C-1": "M-3", "C-2": "M-1"},
        backups={"C-2": "M-3"},
        pins=pins,
        policy=Policy(same_manager="allow"),
    )
    rows = plan.assignments.set_index("contract_id").loc["C-2"]
    assert rows["manager_id"].tolist() == ["M-1", "M-2"]
    assert rows["backup_id"].tolist() == ["M-3", "M-3"]
    assert plan.backup_goals["backup_change"] == 0


class TestHandMade:
    """Substitutes written by hand, as the checker sees them."""

    def broken(self, backup_id="M-2", *, wanted=None, able=None, **tables):
        """Return what the checker says of M-1 with a substitute."""
        people = [
            manager("M-1", languages=("en", "it"), products=("Creo",)),
            manager("M-2", **(able or {})),
        ]
        facts = facts_of(portfolio([contract(**(wanted or {}))], people, **tables))
        return verify_decisions(facts, [stretch(backup_id=backup_id)]).violations

    def test_an_eligible_substitute_breaks_nothing(self):
        """Neither does none at all: a missing substitute is a warning (Q18)."""
        assert self.broken() == ()
        assert self.broken(None) == ()

    def test_a_manager_is_not_its_own_substitute(self):
        """Case 12: backup = primary is an error (R41)."""
        assert [str(item) for item in self.broken("M-1")] == [
            "C-1 with M-1: cannot be its own backup (backup is somebody else: R41)"
        ]

    @pytest.mark.parametrize(
        ("wanted", "able", "words"),
        [
            ({}, {"offerings": ("saas_premium",)}, "does not serve tsam"),
            ({"products": ("Creo",)}, {}, "does not know Creo"),
            (
                {"requested_language": "it", "language_authorized": True},
                {},
                "does not speak it",
            ),
            (
                {},
                {"end_date": day("02-25")},
                "is not employed on 1 days, first on 2027-02-26",
            ),
            (
                {},
                {"time_zone": "America/Los_Angeles"},
                "has a daily overlap of 0 h, needs 2 h",
            ),
        ],
    )
    def test_a_substitute_who_does_not_match_is_found(self, wanted, able, words):
        """Each rule of a pair, with the numbers of the substitute."""
        found = self.broken(wanted=wanted, able=able)
        assert [(item.rule, item.message) for item in found] == [
            (HardRule.BACKUP_IS_ELIGIBLE, f"substitute of C-1 with M-2: {words}")
        ]

    def test_a_substitute_who_is_away_for_long_is_found(self):
        """Away all February and March: the first such week is named."""
        found = self.broken(absences=[away("M-2", "02-01", "03-31")])
        assert [item.message for item in found] == [
            "substitute of C-1 with M-2: is away for more than 4 weeks, "
            "all of the week of 2027-02-01"
        ]

    def test_a_forbidden_substitute_is_found_and_a_pin_for_the_manager_is_not(self):
        """``forbid`` holds for both, ``pin`` names the manager only."""
        forbid = Pin(contract_id="C-1", manager_id="M-2", rule="forbid")
        assert [item.message for item in self.broken(pins=[forbid])] == [
            "C-1 with M-2: is forbidden as a substitute"
        ]
        pin = Pin(contract_id="C-1", manager_id="M-1", rule="pin")
        assert self.broken(pins=[pin]) == ()


def test_a_substitute_of_today_who_becomes_the_manager_is_no_change():
    """M-2 takes over from M-1, who has left; whoever stands in for M-2 costs nothing."""
    people = [manager("M-1", end_date=day("01-15")), *team("M-2", "M-3")]
    pin = Pin(contract_id="C-1", manager_id="M-2", rule="pin")
    plan = plan_of([contract()], people, backups={"C-1": "M-2"}, pins=[pin])
    assert backups_of(plan) == {"C-1": "M-3"}
    assert plan.backup_goals.sum() == 0

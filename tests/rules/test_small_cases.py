"""The small cases of the service description with their expected results."""

import datetime as dt

import pytest

from examples import FOUR_WEEKS, contract, manager, managers_of, portfolio
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.records import Company, DemandWeek, PurchasedHours
from tsam_planner.service.policy import Policy

EXACT = SolveOptions(relative_gap=0.0, num_workers=1)


def plan_of(records, **keywords):
    """Return the proven best plan over four ordinary weeks."""
    return make_plan(records, **FOUR_WEEKS, options=EXACT, **keywords)


def reason_of(plan, contract_id):
    """Return the sentence beside a contract."""
    rows = plan.assignments.set_index("contract_id")
    return rows.loc[contract_id, "reason"]


def test_thirty_cases_fit_one_manager_and_thirty_one_do_not():
    """Case 3: 12 + 11 + 7 = 30 cases are allowed; one more is not (R43)."""
    cases = {"C-1": 12, "C-2": 11, "C-3": 7}
    signed = [contract(name, cases=number) for name, number in cases.items()]
    full = plan_of(portfolio(signed, [manager()]))
    assert set(managers_of(full).values()) == {"M-1"}

    signed[2] = contract("C-3", cases=8)
    over = plan_of(portfolio(signed, [manager()]))
    assert list(managers_of(over).values()).count(None) == 1
    left_out = over.assignments.set_index("status").loc["unassigned", "contract_id"]
    assert "1 manager has room for" in reason_of(over, left_out)
    assert reason_of(over, left_out).endswith("cases")


def test_thirty_one_cases_spread_over_two_managers_are_allowed():
    """Case 3: the limit is one person's load, not the team's (Q1)."""
    cases = {"C-1": 12, "C-2": 11, "C-3": 8}
    signed = [contract(name, cases=number) for name, number in cases.items()]
    plan = plan_of(portfolio(signed, [manager("M-1"), manager("M-2")]))
    assert None not in managers_of(plan).values()


@pytest.mark.parametrize(
    ("purchased", "planned", "unfunded"), [(0.0, 10.0, 3.0), (5.0, 13.0, 0.0)]
)
def test_need_beyond_the_allowance_is_unfunded_until_it_is_bought(purchased, planned, unfunded):
    """Case 4: of 13 h a week 10 are planned and 3 unfunded; bought hours fund them."""
    bought = (
        [
            PurchasedHours(
                contract_id="C-1",
                start_date=dt.date(2027, 1, 1),
                end_date=dt.date(2027, 12, 31),
                hours_per_week=purchased,
            )
        ]
        if purchased
        else []
    )
    plan = plan_of(portfolio([contract(need_hours=13.0)], [manager()], purchased_hours=bought))
    weeks = plan.contract_weeks
    assert weeks["planned_hours"].tolist() == [planned] * 4
    assert weeks["unfunded_hours"].tolist() == [unfunded] * 4
    # Over the four weeks: four times the weekly figures.
    row = plan.additional_hours.iloc[0]
    assert (row["planned_hours"], row["unfunded_hours"]) == (4 * planned, 4 * unfunded)


class TestOneCompany:
    """Case 7: two contracts of one company under the four treatments (R47)."""

    def company(self, treatment, *, cases=5, **fields):
        """Two contracts of one company and two equal managers, each serving one today."""
        return portfolio(
            [
                contract("C-1", company_id="K", cases=cases),
                contract("C-2", company_id="K", cases=cases),
            ],
            [manager("M-1"), manager("M-2")],
            companies=[Company(company_id="K", same_manager=treatment)],
            **fields,
        )

    def test_prefer_gives_both_to_one_manager_where_it_fits(self):
        """Together costs nothing, apart costs 15 points."""
        plan = plan_of(self.company("prefer"))
        assert len(set(managers_of(plan).values())) == 1
        assert plan.objective == 0

    def test_prefer_gives_way_to_the_thirty_cases(self):
        """16 + 16 cases break 30: different managers, 15 points, both served."""
        plan = plan_of(self.company("prefer", cases=16))
        assert sorted(managers_of(plan).values()) == ["M-1", "M-2"]
        assert plan.goals["company_split"] == plan.objective == 15

    def test_require_leaves_both_unassigned_with_the_reason(self):
        """Nobody can take 32 cases, so nobody takes any; the reason names both."""
        plan = plan_of(self.company("require", cases=16))
        assert set(managers_of(plan).values()) == {None}
        reason = reason_of(plan, "C-1")
        assert "2 managers have room for 30 of 32 cases" in reason
        assert "one manager is required for C-1, C-2" in reason

    def test_require_keeps_both_together_where_it_fits(self):
        """With today's managers different, one contract changes hands: 80 points."""
        plan = plan_of(self.company("require", today={"C-1": "M-1", "C-2": "M-2"}))
        assert len(set(managers_of(plan).values())) == 1
        assert plan.goals["handover"] == plan.objective == 80

    def test_forbid_keeps_them_apart_even_where_together_would_fit(self):
        """The company's contracts are with different managers."""
        plan = plan_of(self.company("forbid", today={"C-1": "M-1", "C-2": "M-1"}))
        assert sorted(managers_of(plan).values()) == ["M-1", "M-2"]

    def test_forbid_with_one_manager_serves_one_contract_only(self):
        """The reason says that the company's other contract is in the way."""
        records = self.company("forbid")
        plan = plan_of(records.model_copy(update={"managers": records.managers[:1]}))
        assert sorted(managers_of(plan).values(), key=str) == ["M-1", None]
        left_out = plan.assignments.set_index("status").loc["unassigned", "reason"]
        assert left_out == (
            "1 manager has the company's other contract, which must be kept apart"
        )


def test_rome_cannot_serve_los_angeles_but_new_york():
    """Case 8: no shared hour with Los Angeles; two with New York are just enough."""
    signed = [
        contract("C-1", time_zone="America/Los_Angeles"),
        contract("C-2", time_zone="America/New_York"),
    ]
    plan = plan_of(portfolio(signed, [manager()]))
    assert managers_of(plan) == {"C-1": None, "C-2": "M-1"}
    assert reason_of(plan, "C-1") == ("1 manager has too little daily overlap (0 h of 2 h)")
    # 10 points for each hour below 4: New York has 2.
    assert plan.goals["call_overlap"] == 20


def test_german_requested_but_not_authorized_stays_english():
    """Case 10: a manager without German may serve; once authorized, not (R37)."""
    requested = contract(requested_language="de")
    plan = plan_of(portfolio([requested], [manager()]))
    assert managers_of(plan) == {"C-1": "M-1"}
    authorized = contract(requested_language="de", language_authorized=True)
    plan = plan_of(portfolio([authorized], [manager()]))
    assert reason_of(plan, "C-1") == "1 manager does not speak de"


def test_standard_needs_no_manager_unless_the_policy_plans_it():
    """Case 14: Standard is not planned; switched on, it is assigned without allowance."""
    standard = contract(offering="saas_standard", deployment="saas", need_hours=12.0)
    records = portfolio([standard], [manager()])
    plan = plan_of(records)
    assert plan.assignments["status"].tolist() == ["not_planned"]
    assert plan.objective == 0
    plan = plan_of(records, policy=Policy(plan_standard=True))
    assert managers_of(plan) == {"C-1": "M-1"}
    # No allowance: the whole need is planned, nothing is unfunded.
    assert plan.contract_weeks["planned_hours"].tolist() == [12.0] * 4
    assert plan.contract_weeks["allowance_hours"].isna().all()


def test_golden_week_does_not_decide_a_quarter():
    """A book that fits ordinary weeks fits a horizon with Japan's Golden Week."""
    # Six contracts of 5.3 h are 31.8 of 32 deployable hours in an ordinary week. From
    # 2027-04-29 on three weekdays of one week and three of the next are holidays.
    japan = {"time_zone": "Asia/Tokyo", "country": "JP"}
    signed = [contract(f"C-{n}", need_hours=5.3, **japan) for n in range(1, 7)]
    plan = make_plan(portfolio(signed, [manager(**japan)]), quarter="2027Q2", options=EXACT)
    assert set(managers_of(plan).values()) == {"M-1"}
    golden = plan.manager_weeks.set_index("week").loc["2027-05-03"]
    assert golden["available_hours"] < 40


def test_golden_week_of_the_manager_alone_does_not_either():
    """Customers who work through the manager's holidays still fit beside each other."""
    signed = [contract(f"C-{n}", need_hours=5.3, time_zone="Asia/Tokyo") for n in range(1, 7)]
    japanese = manager(time_zone="Asia/Tokyo", country="JP")
    plan = make_plan(portfolio(signed, [japanese]), quarter="2027Q2", options=EXACT)
    assert set(managers_of(plan).values()) == {"M-1"}


def test_a_single_peak_week_fits_under_the_four_week_average():
    """36 h in one week exceed 32 deployable but not 40 available hours, and average out."""
    # 4 contracts of 7 h = 28 h; one rises to 10 + 5 purchased = 15 h: 36 h in that week,
    # (3 x 28 + 36) / 4 = 30 h on average.
    signed = [contract(f"C-{n}", need_hours=7.0) for n in range(1, 5)]
    peak = DemandWeek(contract_id="C-1", week=dt.date(2027, 2, 8), need_hours=15.0)
    bought = PurchasedHours(
        contract_id="C-1",
        start_date=dt.date(2027, 1, 1),
        end_date=dt.date(2027, 12, 31),
        hours_per_week=5.0,
    )
    plan = plan_of(portfolio(signed, [manager()], demand=[peak], purchased_hours=[bought]))
    assert set(managers_of(plan).values()) == {"M-1"}
    assert plan.manager_weeks["load_hours"].tolist() == [28.0, 36.0, 28.0, 28.0]
    # Strain: 36 h lie 8.8 h above 85 % (27.2) and 5.6 h above 95 % (30.4) of 32 h, the
    # other weeks 0.8 h above 85 %: 8.8 + 3 * 5.6 + 3 * 0.8 = 28.0 points.
    assert plan.goals["strain"] == pytest.approx(28.0)

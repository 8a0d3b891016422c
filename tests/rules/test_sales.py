"""Sales decided with the plan: points first, then the best margin (R46)."""

from decimal import Decimal
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from pydantic import ValidationError

from every_plan import decisions_of
from examples import EXACT, FOUR_WEEKS, HORIZON, contract, manager, portfolio, updated
from hand_made import stretch
from money_examples import booked, step
from tsam_planner.errors import ArgumentError
from tsam_planner.facts import gather_facts
from tsam_planner.plan.sales import count_sales
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.records import ExchangeRate, PurchasedHours
from tsam_planner.proof import StopReason
from tsam_planner.service.policy import Policy
from tsam_planner.service.rates import Rate
from tsam_planner.verify.verification import verify_decisions, verify_plan

OPTIMIZE, REPORT = Policy(additional_hours="optimize"), Policy()
EUROS = Exchange.of("EUR", ())
SEEDS = range(10)
# Each sale's income and cost are rounded to a hundredth, by search and by count.
CENTS = 0.05


def drawn(seed, *, managers=3, contracts=6):
    """Return a portfolio of people with different costs, and of customers who ask for more."""
    rng = np.random.default_rng(seed)
    signed, hours_of, today = [], {}, {}
    for number in range(1, 1 + int(rng.integers(contracts - 1, contracts + 1))):
        name = f"C-{number}"
        need = float(rng.choice([6.0, 13.0, 14.0, 16.0]))
        rate = Decimal(int(rng.integers(60, 160)))
        signed.append(contract(name, need_hours=need, extra_hour_rate=rate, currency="EUR"))
        hours_of[name] = [need] * 8
        if rng.random() < 0.3:
            today[name] = f"M-{int(rng.integers(1, managers))}"
    team = [
        manager(
            f"M-{number}",
            weekly_hours=float(rng.choice([24.0, 30.0, 40.0])),
            hourly_cost=Decimal(int(rng.integers(30, 120))),
            currency="EUR",
        )
        for number in range(1, 1 + int(rng.integers(2, managers + 1)))
    ]
    return portfolio(signed, team, today=today, timesheets=booked(hours_of))


@cache
def pair(seed, **size):
    """Return a portfolio, its plan without sales, and that with them, both proven."""
    records = drawn(seed, **size)
    plans = [
        make_plan(records, **FOUR_WEEKS, policy=policy, options=EXACT)
        for policy in (REPORT, OPTIMIZE)
    ]
    for plan in plans:
        assert plan.stop_reason is StopReason.PROVEN_OPTIMAL
    return records, *plans


def blocks_of(plan):
    """Return what a plan proposes as blocks."""
    rows = plan.additional_hours
    return [
        PurchasedHours(
            contract_id=row["contract_id"],
            start_date=row["start_week"].date(),
            end_date=row["end_date"].date(),
            hours_per_week=row["block_hours_per_week"],
            rate=row["rate"],
            currency=row["currency"],
        )
        for row in rows[rows["status"] == "proposed"].to_dict("records")
    ]


def subsets(blocks):
    """Yield every choice of blocks."""
    for count in range(len(blocks) + 1):
        yield from combinations(blocks, count)


def sold_with(records, sold):
    """Return the facts with blocks that are taken as bought."""
    return gather_facts(records, HORIZON, REPORT, sold)


def judged(facts, decisions):
    """Return points and margin of decisions, None where they break a rule."""
    check = verify_decisions(facts, decisions)
    if not check.ok:
        return None
    margin = sum((sale.margin for sale in count_sales(facts, decisions, EUROS)), Decimal(0))
    return check.points.total, margin


@pytest.mark.parametrize(
    "fields", [{"products": ("Creo",)}, {"offering": "saas_standard", "deployment": "saas"}]
)
def test_where_nobody_serves_anything_nothing_is_sold(fields):
    """No manager knows Creo, and Standard is not planned: the search has no way to serve."""
    records = portfolio([contract(**fields)], [manager()])
    plan = make_plan(records, **FOUR_WEEKS, policy=OPTIMIZE, options=EXACT)
    assert plan.sales.empty
    assert plan.stop_reason is StopReason.PROVEN_OPTIMAL


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_worse_off_for_a_sale(seed):
    """The points are those of planning without sales, and no rule is broken."""
    records, plain, selling = pair(seed)
    assert selling.objective == pytest.approx(plain.objective, abs=1e-6)
    check = verify_plan(records, selling)
    assert check.ok, str(check)
    assert float(check.margin) == selling.sales_proof.objective


def into_the_room(seed):
    """Return the best margin with the managers of the plan without sales."""
    records, plain, _ = pair(seed)
    decisions = decisions_of(plain, plain.facts)
    points, _ = judged(sold_with(records, ()), decisions)
    found = [judged(sold_with(records, sold), decisions) for sold in subsets(blocks_of(plain))]
    return max(margin for total, margin in filter(None, found) if total <= points)


def test_together_is_never_worse_than_one_after_the_other_and_often_better():
    """Against every choice of sales that fits the managers of the plan without sales."""
    gains = [pair(seed)[2].sales_proof.objective - float(into_the_room(seed)) for seed in SEEDS]
    assert min(gains) >= -CENTS
    assert sum(gain > 1 for gain in gains) >= 3


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_margin_is_that_of_trying_every_plan_with_every_choice_of_sales(seed):
    """Two managers and at most three contracts: whoever serves them, whatever is sold."""
    size = {"managers": 2, "contracts": 3}
    records, plain, selling = pair(100 + seed, **size)
    names = [row.contract_id for row in records.contracts]
    people = [None, *(row.manager_id for row in records.managers)]
    best = None
    for sold in subsets(blocks_of(plain)):
        facts = sold_with(records, sold)
        for chosen in product(people, repeat=len(names)):
            given = dict(zip(names, chosen, strict=True))
            # Nobody works for a sale to a customer without a manager.
            if any(given[block.contract_id] is None for block in sold):
                continue
            found = judged(facts, [stretch(name, given[name]) for name in names])
            if found is not None:
                rank = found[0], -found[1]
                best = rank if best is None else min(best, rank)
    points, margin = best
    assert selling.objective == pytest.approx(points / 1e6, abs=1e-6)
    assert selling.sales_proof.objective == pytest.approx(float(-margin), abs=CENTS)
    assert selling.sales_proof.bound == pytest.approx(float(-margin), abs=CENTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_table_of_sales_and_proof_tell_the_same(seed):
    """Margins of what is sold add up to the objective, which no bound is below."""
    _, plain, selling = pair(seed)
    rows = selling.sales.to_dict("records")
    sold = [row for row in rows if row["decision"] == "sold"]
    assert sum((row["margin"] for row in sold), Decimal(0)) == Decimal(
        str(selling.sales_proof.objective)
    )
    assert selling.sales_proof.objective <= selling.sales_proof.bound
    assert all(row["income"] - row["cost"] == row["margin"] for row in sold)
    assert all(row["reason"] == "" for row in sold)
    # Every block that is offered is sold or left, with a reason.
    assert {row["contract_id"] for row in rows} == {
        block.contract_id for block in blocks_of(plain)
    }
    assert all(row["reason"] for row in rows if row["decision"] == "left")
    assert len(plain.sales) == 0
    assert plain.sales_proof is None


def busy(name="C-1", **fields):
    """Return a customer who needs 14 h a week and is asked to buy four."""
    return contract(name, need_hours=14.0, **fields)


def sold_to(*signed, team=None, rates=(), policy=OPTIMIZE, **tables):
    """Return the plan of customers who need 14 h each."""
    hours_of = {row.contract_id: [14.0] * 8 for row in signed}
    team = team or [manager(hourly_cost="60", currency="EUR")]
    records = portfolio(signed, team, timesheets=booked(hours_of), rates=rates, **tables)
    return make_plan(records, **FOUR_WEEKS, policy=policy, options=EXACT)


PRICE = Rate(currency="EUR", rate="150")


def test_one_sale_by_hand():
    """4 h a week for 4 weeks: 2400 EUR of income, 960 of cost, 1440 of margin."""
    plan = sold_to(busy(), rates=(PRICE,))
    [row] = plan.sales.to_dict("records")
    assert (row["decision"], row["hours_per_week"]) == ("sold", 4.0)
    assert (row["income"], row["cost"], row["margin"]) == (2400, 960, 1440)
    assert (plan.sales_proof.objective, plan.sales_proof.bound) == (1440, 1440)
    # What is sold is planned: 14 of 14 h.
    assert plan.contract_weeks["planned_hours"].tolist() == [14.0] * 4


def test_hours_that_are_bought_and_not_needed_cost_nothing():
    """6 h a week are paid, 4 of them needed: 3600 EUR of income, 960 of cost."""
    plan = sold_to(busy(), rates=(PRICE,), offers=(step("asked", "01-04", 6.0),))
    [row] = plan.sales.to_dict("records")
    assert (row["income"], row["cost"], row["margin"]) == (3600, 960, 2640)


def test_a_sale_below_cost_is_left_with_its_reason():
    """150 EUR/h against 160."""
    plan = sold_to(busy(), rates=(PRICE,), team=[manager(hourly_cost="160", currency="EUR")])
    [row] = plan.sales.to_dict("records")
    assert (row["decision"], row["reason"]) == ("left", "its hours cost more than they bring")
    assert plan.sales_proof.objective == plan.sales_proof.bound == 0


def test_a_sale_without_room_is_left_with_its_reason():
    """Three contracts plan 30 of 32 deployable hours: no sale of 4 h fits beside."""
    plan = sold_to(*(busy(f"C-{number}") for number in (1, 2, 3)), rates=(PRICE,))
    rows = plan.sales.to_dict("records")
    assert {row["decision"] for row in rows} == {"left"}
    for row in rows:
        assert row["reason"].startswith("no room in a plan of the fewest points")


def test_an_offer_that_was_asked_without_a_price_is_sold_at_that_of_the_card():
    """3 h a week were asked for: 4 weeks of 3 h at 150 EUR are 1800."""
    plan = sold_to(busy(), rates=(PRICE,), offers=(step("asked", "01-04", 3.0),))
    [row] = plan.sales.to_dict("records")
    assert (row["decision"], row["income"]) == ("sold", 1800)


def test_without_a_price_nothing_is_sold():
    """Nobody names one: there is nothing to decide."""
    plan = sold_to(busy())
    assert len(plan.sales) == 0
    assert plan.sales_proof.objective == 0


def test_currencies_are_not_compared_without_a_rate_of_exchange():
    """Both are named, with what to do; with a currency and its rate, it is decided."""
    dollars = [manager(hourly_cost="60", currency="USD")]
    with pytest.raises(ArgumentError) as caught:
        sold_to(busy(), rates=(PRICE,), team=dollars)
    assert "prices and costs are in EUR, USD: name one by offers.currency" in str(caught.value)
    policy = Policy(additional_hours="optimize", offers={"currency": "EUR"})
    with pytest.raises(ArgumentError, match="no rate of exchange from USD into EUR"):
        sold_to(busy(), rates=(PRICE,), team=dollars, policy=policy)
    rate = ExchangeRate(currency="USD", into="EUR", rate="0.5", date="2027-01-04")
    plan = sold_to(busy(), rates=(PRICE,), team=dollars, policy=policy, exchange_rates=(rate,))
    [row] = plan.sales.to_dict("records")
    # 16 h at 60 USD are 480 EUR.
    assert (row["income"], row["cost"], row["margin_currency"]) == (2400, 480, "EUR")


def test_a_risk_and_sales_are_not_decided_together():
    """The policy refuses both at once, and says so."""
    with pytest.raises(ValidationError, match="other than 'optimize' with a risk"):
        Policy(additional_hours="optimize", risk=0.1)


def test_points_come_before_any_margin():
    """The incumbent costs more than the sale brings; to change hands would cost points."""
    team = [
        manager("M-1", hourly_cost="160", currency="EUR"),
        manager("M-2", hourly_cost="20", currency="EUR"),
    ]
    records = portfolio(
        [busy()],
        team,
        today={"C-1": "M-1"},
        timesheets=booked({"C-1": [14.0] * 8}),
        rates=(PRICE,),
    )
    plan = make_plan(records, **FOUR_WEEKS, policy=OPTIMIZE, options=EXACT)
    assert plan.assignments["manager_id"].tolist() == ["M-1"]
    assert plan.sales["decision"].tolist() == ["left"]
    new = updated(records, assignments=())
    plan = make_plan(new, **FOUR_WEEKS, policy=OPTIMIZE, options=EXACT)
    assert plan.assignments["manager_id"].tolist() == ["M-2"]
    # 16 h at 150 less 20 EUR.
    assert plan.sales["margin"].tolist() == [2080]

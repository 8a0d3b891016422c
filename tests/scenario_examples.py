"""A portfolio of several offerings and products, and a scenario that nobody can plan."""

from decimal import Decimal

from examples import FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.portfolio.records import Holiday, Prospect
from tsam_planner.studies.scenario import Scenario

START = FOUR_WEEKS["start"]


def base(**tables):
    """Return three contracts of different offerings and products, and two managers."""
    signed = [
        contract("C-1", products=("Creo",), extra_hour_rate=Decimal(120), currency="EUR"),
        contract("C-2", products=("Creo", "Windchill")),
        contract("C-3", offering="saas_premium", deployment="saas", need_hours=4.0),
    ]
    team = [manager(name, products=("Creo", "Windchill")) for name in ("M-1", "M-2")]
    tables.setdefault("today", {"C-1": "M-1", "C-2": "M-2", "C-3": "M-2"})
    return portfolio(signed, team, **tables)


def needs(records):
    """Return the stated need of each contract."""
    return {row.contract_id: row.need_hours for row in records.contracts}


def prospect(contract_id, **fields):
    """Return a prospect like the contracts of the examples."""
    values = contract(contract_id, **fields).model_dump()
    return Prospect(**values, win_probability=0.5)


NONSENSE = Scenario(
    "nonsense",
    with_managers=[manager("M-3", time_zone="Mars/Phobos"), manager("M-4", weekly_hours=-5.0)],
    holidays=[Holiday(calendar="IT", date=START, fraction=2.0)],
)

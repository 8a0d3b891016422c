"""Companies, contracts and contacts: what was sold to whom, from the hand-written list."""

import csv
import datetime as dt
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sample.places import PLACES, Place
from sample.team import Row

SEED = 2027
TODAY = dt.date(2026, 12, 28)
_CUSTOMERS = Path(__file__).with_name("customers.csv")
_QUARTER_END = dt.date(2027, 4, 4)
_FIRST_SALE = dt.date(2019, 1, 1)
_MONTHS_OF_SALES = 94

# Everybody else leaves the company's treatment to the policy.
SAME_MANAGER = {
    "Altavento Aerostructures": "prefer",
    "Cedarquill Medical": "allow",
    "Hoshimura Precision": "require",
    "Wexcombe Avionics": "forbid",
}
LIST_PRICE = {
    "USD": {"tsam": 190, "saas_premium": 175},
    "EUR": {"tsam": 170, "saas_premium": 155},
    "GBP": {"tsam": 150, "saas_premium": 140},
    "JPY": {"tsam": 26000, "saas_premium": 24000},
}
_ROLES = {
    "Arena": ("Quality systems manager", "Arena administrator", "Regulatory affairs lead"),
    "Codebeamer": ("ALM administrator", "Head of systems engineering", "Tools engineer"),
    "Creo": ("CAD administrator", "Head of mechanical design", "Engineering IT lead"),
    "Implementer": ("IBM i administrator", "IT operations lead", "Application owner"),
    "Onshape": ("CAD administrator", "Head of design", "Engineering IT lead"),
    "ServiceMax": ("Field service IT lead", "Service operations manager", "CRM administrator"),
    "Servigistics": ("Spare parts planning lead", "Supply chain IT lead", "Planner on duty"),
    "ThingWorx": ("IoT platform owner", "Plant IT lead", "Plant network engineer"),
    "Windchill": ("PLM administrator", "Engineering IT lead", "Head of product data"),
}


@dataclass(frozen=True, slots=True)
class Contract:
    """
    A contract with what the sample needs to know of it.

    ``usage`` names how the customer used the service in the past half year, ``terms`` holds
    further columns of ``contracts.csv``.
    """

    contract_id: str
    company_id: str
    company: str
    city: str
    offering: str
    products: tuple[str, ...]
    need_hours: float
    cases: int
    usage: str
    first_day: dt.date
    last_day: dt.date
    terms: Mapping[str, str]

    @property
    def place(self) -> Place:
        """Where the contract was signed."""
        return PLACES[self.city]

    @property
    def zone(self) -> str:
        """Time zone that holds."""
        return self.terms.get("requested_time_zone", self.place.time_zone)

    @property
    def language(self) -> str:
        """Language that holds."""
        authorized = "language_authorized" in self.terms
        return self.terms["requested_language"] if authorized else "en"

    @property
    def is_planned(self) -> bool:
        """Whether the offering comes with a named manager."""
        return self.offering != "saas_standard"


def read_contracts() -> list[Contract]:
    """Return all contracts, numbered in the order in which they were first signed."""
    with _CUSTOMERS.open(encoding="utf-8", newline="") as file:
        sales = [_sale(row) for row in csv.DictReader(file)]
    sales.sort(key=lambda sale: (sale["first_day"], sale["company"], sale["offering"]))
    companies = list(dict.fromkeys(sale["company"] for sale in sales))
    number_of = {company: number for number, company in enumerate(companies, 1)}
    return [
        Contract(f"C-{number:03}", f"K-{number_of[sale['company']]:03}", **sale)
        for number, sale in enumerate(sales, 1)
    ]


def _sale(row: Mapping[str, str]) -> dict[str, Any]:
    terms = dict(term.split("=") for term in row["terms"].split())
    rng = Random(f"{SEED} {row['company']} {row['city']} {row['offering']}")
    first_day, last_day = _term(rng, terms.pop("first_day", ""), terms.pop("last_day", ""))
    return {
        "company": row["company"],
        "city": row["city"],
        "offering": row["offering"],
        "products": tuple(row["products"].split(";")),
        "need_hours": float(row["need_hours"]),
        "cases": int(row["cases"]),
        "usage": row["usage"],
        "first_day": first_day,
        "last_day": last_day,
        "terms": terms,
    }


def _term(rng: Random, first_day: str, last_day: str) -> tuple[dt.date, dt.date]:
    """Return a term of whole years that is running, where neither end is given."""
    years = 1 + int(5 * rng.random())
    if first_day:
        start = dt.date.fromisoformat(first_day)
        return start, _years_later(start, 1) - dt.timedelta(days=1)
    if last_day:
        end = dt.date.fromisoformat(last_day)
        return _years_later(end + dt.timedelta(days=1), -years), end
    # The square root makes later months likelier: the service has grown.
    months = int(_MONTHS_OF_SALES * math.sqrt(rng.random()))
    start = dt.date(_FIRST_SALE.year + months // 12, 1 + months % 12, 1)
    renewals = 1
    while _years_later(start, renewals) <= _QUARTER_END:
        renewals += 1
    # A third of the customers sign for longer than the next anniversary.
    renewals += int(3 * rng.random()) if rng.random() < 0.35 else 0
    return start, _years_later(start, renewals) - dt.timedelta(days=1)


def _years_later(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year + years)


def company_rows(contracts: Sequence[Contract]) -> list[Row]:
    """Return the rows of ``companies.csv``."""
    name_of = {contract.company_id: contract.company for contract in contracts}
    return [
        {
            "company_id": company_id,
            "name": name,
            "same_manager": SAME_MANAGER.get(name, ""),
        }
        for company_id, name in sorted(name_of.items())
    ]


def contract_rows(contracts: Sequence[Contract]) -> list[Row]:
    """Return the rows of ``contracts.csv``."""
    several = _companies_with_several(contracts)
    return [_contract_row(contract, contract.company in several) for contract in contracts]


def _contract_row(contract: Contract, has_frame_agreement: bool) -> Row:
    place, terms = contract.place, contract.terms
    row: Row = {
        "contract_id": contract.contract_id,
        "company_id": contract.company_id,
        "offering": contract.offering,
        "deployment": "on_prem" if contract.offering == "tsam" else "saas",
        "start_date": contract.first_day,
        "end_date": contract.last_day,
        "time_zone": place.time_zone,
    }
    for column in (
        "requested_time_zone",
        "time_zone_authorized",
        "requested_language",
        "language_authorized",
        "window_start",
        "window_end",
    ):
        row[column] = terms.get(column, "")
    row |= {
        "country": place.country,
        "subdivision": place.subdivision,
        "products": ";".join(contract.products),
        "need_hours": f"{contract.need_hours:g}",
        "cases": contract.cases,
        "call_minutes": terms.get("call_minutes", ""),
        "priority": terms.get("priority", ""),
        "handover_weight": terms.get("handover_weight", ""),
    }
    row |= _price(contract, has_frame_agreement)
    return row


def _price(contract: Contract, has_frame_agreement: bool) -> Row:
    """Return the rate of an additional hour; frame agreements take a tenth off."""
    if not contract.is_planned:
        return {"extra_hour_rate": "", "currency": ""}
    currency = contract.place.currency
    price = LIST_PRICE[currency][contract.offering]
    if has_frame_agreement:
        price = price * 9 // 10
    return {"extra_hour_rate": price, "currency": currency}


def _companies_with_several(contracts: Sequence[Contract]) -> set[str]:
    companies = [contract.company for contract in contracts]
    return {company for company in companies if companies.count(company) > 1}


def contact_rows(contracts: Sequence[Contract]) -> list[Row]:
    """Return the rows of ``contacts.csv``: roles, no people."""
    rows: list[Row] = []
    for contract in contracts:
        rng = Random(f"{SEED} contacts {contract.contract_id}")
        count = 1 + (rng.random() < 0.7) + (rng.random() < 0.35)
        for role in _ROLES[contract.products[0]][:count]:
            address = f"{_slug(role, '.')}@{_slug(contract.company, '-')}.example"
            rows.append({"contract_id": contract.contract_id, "name": role, "email": address})
    return rows


def _slug(text: str, joint: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return joint.join("".join(c if c.isalnum() else " " for c in plain).split())

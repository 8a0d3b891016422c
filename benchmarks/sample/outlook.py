"""What may come: contracts that may be won and people who may be hired."""

from sample.occasions import Directory
from sample.places import PLACES
from sample.team import Row

# Company (a customer already), city, offering, products, hours, cases,
# first day, chance.
_PROSPECTS = (
    ("Corvane Automotive", "Pune", "tsam", "Windchill;Creo", "6", "5", "2027-03-01", "0.7"),
    (
        "Fiordalba Packaging",
        "Bologna",
        "saas_premium",
        "ServiceMax",
        "4.5",
        "5",
        "2027-02-01",
        "0.5",
    ),
    ("Kitahama Medical", "Osaka", "saas_premium", "Arena", "4", "4", "2027-03-01", "0.4"),
    (
        "Glenmorar Defence Logistics",
        "London",
        "tsam",
        "Servigistics",
        "5",
        "4",
        "2027-04-01",
        "0.25",
    ),
    (
        "Thornbury Grid Systems",
        "Toronto",
        "tsam",
        "ThingWorx;Kepware",
        "4",
        "4",
        "2027-02-15",
        "0.6",
    ),
    (
        "Sagebrook Bicycles",
        "Denver",
        "saas_premium",
        "Onshape",
        "3.5",
        "4",
        "2027-01-18",
        "0.8",
    ),
)

_PROFILES = (
    ("P-01", "Tokyo", "en;ja", "Windchill;Creo;Onshape", "40", "1150000", 12, 6, 1),
    ("P-02", "Los Angeles", "en", "Servigistics;Windchill", "40", "12500", 8, 8, 1),
    ("P-03", "Singapore", "en;ko;zh", "Windchill;ThingWorx;Kepware", "40", "8600", 8, 6, 2),
    (
        "P-04",
        "Warsaw",
        "en;de",
        "Windchill;Creo;Codebeamer;Servigistics",
        "40",
        "6200",
        6,
        8,
        2,
    ),
    ("P-05", "Chicago", "en", "Windchill;Creo;Implementer", "32", "9800", 10, 10, 1),
)


def prospect_rows(directory: Directory) -> list[Row]:
    """Return the rows of ``prospects.csv``."""
    return [
        {
            "contract_id": f"X-{number:02}",
            "company_id": directory.company_id(company),
            "offering": offering,
            "deployment": "on_prem" if offering == "tsam" else "saas",
            "start_date": start,
            "end_date": f"{int(start[:4]) + 1}-12-31",
            "time_zone": PLACES[city].time_zone,
            "country": PLACES[city].country,
            "subdivision": PLACES[city].subdivision,
            "products": products,
            "need_hours": hours,
            "cases": cases,
            "win_probability": chance,
        }
        for number, (
            company,
            city,
            offering,
            products,
            hours,
            cases,
            start,
            chance,
        ) in enumerate(_PROSPECTS, 1)
    ]


def profile_rows() -> list[Row]:
    """Return the rows of ``profiles.csv``."""
    return [
        {
            "profile_id": profile_id,
            "time_zone": PLACES[city].time_zone,
            "country": PLACES[city].country,
            "languages": languages,
            "products": products,
            "weekly_hours": hours,
            "monthly_cost": cost,
            "currency": PLACES[city].currency,
            "lead_weeks": lead_weeks,
            "ramp_weeks": ramp_weeks,
            "max_hires": max_hires,
        }
        for (
            profile_id,
            city,
            languages,
            products,
            hours,
            cost,
            lead_weeks,
            ramp_weeks,
            max_hires,
        ) in _PROFILES
    ]

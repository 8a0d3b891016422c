"""Prices, offers, invoices and rates of exchange: written by hand, with things to find."""

from sample.contracts import LIST_PRICE
from sample.team import Row

_EXCHANGE_DAY = "2026-12-01"


def rate_rows() -> list[Row]:
    """Return the rows of ``rates.csv``: list prices by offering, Onshape in blocks of two."""
    prices = [
        (offering, "", currency, str(price), "1")
        for currency, prices in LIST_PRICE.items()
        for offering, price in prices.items()
    ]
    prices.append(("", "Onshape", "USD", str(LIST_PRICE["USD"]["saas_premium"]), "2"))
    return [
        {
            "offering": offering,
            "product": product,
            "currency": currency,
            "rate": rate,
            "block_hours": block,
            "valid_from": "2026-01-01",
            "valid_to": "",
        }
        for offering, product, currency, rate, block in prices
    ]


def offer_rows() -> list[Row]:
    """Return the rows of ``offers.csv``: five accepted, two declined, one still open."""
    offers = [
        ("O-001", "C-053", "2", "2026-02-01", "2027-01-31", "175", "USD", "2026-01-08",
         "accepted", "2026-01-22", ""),
        ("O-002", "C-004", "2", "2026-05-01", "2027-04-30", "180", "USD", "2026-03-20",
         "accepted", "2026-04-08", ""),
        ("O-003", "C-008", "1", "2026-07-01", "2027-06-30", "171", "USD", "2026-05-12",
         "accepted", "2026-06-02", ""),
        ("O-004", "C-054", "1.5", "2026-07-01", "2027-06-30", "170", "EUR", "2026-05-18",
         "accepted", "2026-06-10", ""),
        ("O-005", "C-036", "6", "2027-02-08", "2027-03-14", "153", "EUR", "2026-11-20",
         "accepted", "2026-12-09", "for the cutover only"),
        ("O-006", "C-075", "2", "2026-08-03", "", "", "", "2026-06-15",
         "declined", "2026-07-03", "no budget this year"),
        ("O-007", "C-007", "2", "2026-10-05", "", "", "", "2026-09-14",
         "declined", "2026-10-02", "their upgrade ends in December"),
        ("O-008", "C-031", "2", "2027-01-04", "", "", "", "2026-12-01", "", "", ""),
    ]  # fmt: skip
    rows: list[Row] = []
    for name, contract, hours, start, end, rate, currency, asked, answer, day, why in offers:
        told = {
            "hours_per_week": hours,
            "start_date": start,
            "end_date": end,
            "rate": rate,
            "currency": currency,
        }
        rows.append(_step(name, contract, "asked", asked, "", told))
        if answer:
            rows.append(_step(name, contract, answer, day, why, dict.fromkeys(told, "")))
    return rows


def _step(
    name: str, contract: str, status: str, day: str, why: str, told: dict[str, str]
) -> Row:
    return {
        "offer_id": name,
        "contract_id": contract,
        "status": status,
        "date": day,
        **told,
        "reason": why,
    }


def invoice_rows() -> list[Row]:
    """
    Return the rows of ``invoices.csv``: purchased hours of the last quarter of 2026.

    A week's hours belong to the months of its contract days, so that the last week of December
    (1 January is a holiday) is all of it December's. C-053 was not billed in November, and at
    another price in December; C-054 got a credit.
    """
    invoices = [
        ("C-004", "2026-10", "8.8", "1584.00", "USD"),
        ("C-004", "2026-11", "8.4", "1512.00", "USD"),
        ("C-004", "2026-12", "9.6", "1728.00", "USD"),
        ("C-008", "2026-10", "4.4", "752.40", "USD"),
        ("C-008", "2026-11", "4.2", "718.20", "USD"),
        ("C-008", "2026-12", "4.8", "820.80", "USD"),
        ("C-053", "2026-10", "8.8", "1540.00", "USD"),
        ("C-053", "2026-12", "9.6", "1584.00", "USD"),
        ("C-054", "2026-10", "6.6", "1122.00", "EUR"),
        ("C-054", "2026-11", "6.3", "1071.00", "EUR"),
        ("C-054", "2026-12", "7.2", "1224.00", "EUR"),
        ("C-054", "2026-12", "0", "-255.00", "EUR"),
    ]
    names = ("contract_id", "month", "hours", "amount", "currency")
    return [dict(zip(names, row, strict=True)) for row in invoices]


def exchange_rows() -> list[Row]:
    """Return the rows of ``exchange_rates.csv``."""
    return [
        {"currency": currency, "into": "EUR", "rate": rate, "date": _EXCHANGE_DAY}
        for currency, rate in (("GBP", "1.15"), ("JPY", "0.0061"), ("USD", "0.92"))
    ]

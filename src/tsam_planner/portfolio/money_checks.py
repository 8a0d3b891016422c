"""What concerns money and the additional hours that customers are asked to buy (R46)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tsam_planner.errors import Problem
from tsam_planner.portfolio.rows import Row, Tables, row_problem
from tsam_planner.service.policy import Policy

# A proposal bears the date of its plan, which may lie after the asking.
_STEPS = ("asked", "accepted", "declined")


def money_has_a_currency(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """An amount without currency means nothing."""
    amounts = {
        "contracts": "extra_hour_rate",
        "prospects": "extra_hour_rate",
        "managers": "hourly_cost",
        "purchased_hours": "rate",
        "profiles": "monthly_cost",
        "offers": "rate",
    }
    for name, column in amounts.items():
        for row in tables.get(name, ()):
            if row.get(column) is not None and "currency" in row and not row["currency"]:
                found = f"{column} without a currency"
                yield row_problem(row, "currency", found, "give one, such as EUR")


def prices_are_clear(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """For one offering, product and currency, one price holds on a day."""
    cards: defaultdict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in tables.get("rates", ()):
        start, end = row.get("valid_from"), row.get("valid_to")
        if start and end and end < start:
            found = f"valid to {end}, before it is valid from {start}"
            yield row_problem(row, "valid_to", found, "exchange or correct the dates")
        key = tuple(row.get(name) for name in ("offering", "product", "currency"))
        cards[key].append(row)
    for rows in cards.values():
        in_order = sorted(rows, key=lambda row: (_first(row), row.number))
        longest = in_order[0]
        # Of many prices that overlap each is told once, beside the one that lasts longest.
        for row in in_order[1:]:
            before, after = sorted((longest, row), key=lambda row: row.number)
            if _first(row) <= _last(longest):
                found = f"on some days, this price and the one in row {before.number} hold"
                remedy = "let one end before the other begins"
                yield row_problem(after, "valid_from", found, remedy, rule="R46")
            longest = max(longest, row, key=_last)


def _first(row: Row) -> dt.date:
    start: dt.date | None = row.get("valid_from")
    return start or dt.date.min


def _last(row: Row) -> dt.date:
    end: dt.date | None = row.get("valid_to")
    return end or dt.date.max


def offers_are_consistent(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """An offer is of one contract, its hours are known, and it is answered once."""
    offers: defaultdict[str, list[Row]] = defaultdict(list)
    for row in tables.get("offers", ()):
        start, end = row.get("start_date"), row.get("end_date")
        if start and end and end < start:
            found = f"ends on {end}, before it starts on {start}"
            yield row_problem(row, "end_date", found, "exchange or correct the dates")
        if row.get("offer_id") is not None:
            offers[str(row["offer_id"])].append(row)
    for name, rows in offers.items():
        last = rows[-1]
        if len({row.get("contract_id") for row in rows}) > 1:
            found = f"offer {name} is of several contracts"
            yield row_problem(last, "contract_id", found, "give each contract its own offer")
        if not any(row.get("hours_per_week") for row in rows):
            found = f"offer {name} has no hours"
            yield row_problem(
                last, "hours_per_week", found, "give them in one row of it", rule="R46"
            )
        if {"accepted", "declined"} <= {row.get("status") for row in rows}:
            found = f"offer {name} is both accepted and declined"
            remedy = "keep the customer's answer; ask again with a new offer"
            yield row_problem(last, "status", found, remedy, rule="Q8")
        yield from _steps_follow(name, rows)


def _steps_follow(name: str, rows: list[Row]) -> Iterator[Problem]:
    dated = [row for row in rows if row.get("date") and row.get("status") in _STEPS]
    dated.sort(key=lambda row: min(_STEPS.index(row["status"]), 1))
    for before, after in pairwise(dated):
        if after["date"] < before["date"]:
            found = f"offer {name} is {after['status']} on {after['date']}, "
            found += f"before it is {before['status']} on {before['date']}"
            yield row_problem(after, "date", found, "correct the dates", rule="Q8")


def services_end_with_subscriptions(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """A service usually lasts as long as the support contract or subscription (R25)."""
    for name in ("contracts", "prospects"):
        for row in tables.get(name, ()):
            end, other = row.get("end_date"), row.get("subscription_end_date")
            if end and other and end != other:
                when = "before" if end < other else "after"
                found = f"the service ends on {end}, {when} the subscription on {other}"
                remedy = "renew both together, or confirm the dates"
                yield row_problem(
                    row, "end_date", found, remedy, rule="R25", severity="warning"
                )


MONEY_CHECKS = (
    money_has_a_currency,
    prices_are_clear,
    offers_are_consistent,
    services_end_with_subscriptions,
)

"""
What concerns several cells, rows or tables, one function per rule.

Each takes all tables and the policy and yields problems; a row that lacks a value is not
judged by rules about it, since its cell is a problem already.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from tsam_planner.errors import Problem
from tsam_planner.portfolio.money_checks import MONEY_CHECKS
from tsam_planner.portfolio.records import calendar_name
from tsam_planner.portfolio.rows import Row, Tables, row_problem
from tsam_planner.service.offerings import DEPLOYMENT_OF
from tsam_planner.service.policy import Policy

_OFFERING_RULE = {"tsam": "R3", "saas_premium": "R4", "saas_standard": "R5"}


def find_problems(tables: Tables, policy: Policy) -> Iterator[Problem]:
    """Yield every problem that cells alone do not show."""
    for check in CHECKS:
        yield from check(tables, policy)


def _signed(tables: Tables) -> Iterator[Row]:
    """Yield contracts and prospects: the same columns, the same rules."""
    yield from tables.get("contracts", ())
    yield from tables.get("prospects", ())


def dates_are_in_order(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """Nothing ends before it starts."""
    for name in ("contracts", "prospects", "managers", "absences", "purchased_hours"):
        for row in tables.get(name, ()):
            start, end = row.get("start_date"), row.get("end_date")
            if start and end and end < start:
                found = f"ends on {end}, before it starts on {start}"
                yield row_problem(row, "end_date", found, "exchange or correct the dates")


def windows_are_in_order(tables: Tables, policy: Policy) -> Iterator[Problem]:
    """A window opens before it closes, on the same day."""
    remedy = "give an earlier start or a later end of the same day"
    for row in _signed(tables):
        if "window_start" not in row or "window_end" not in row:
            continue
        start = row["window_start"] or policy.window_start
        end = row["window_end"] or policy.window_end
        if start >= end:
            found = f"the window opens at {start:%H:%M} and closes at {end:%H:%M}"
            yield row_problem(row, "window_end", found, remedy, rule="R28")
    for row in tables.get("managers", ()):
        start, end = row.get("work_start"), row.get("work_end")
        if start and end and start >= end:
            found = f"work starts at {start:%H:%M} and ends at {end:%H:%M}"
            yield row_problem(row, "work_end", found, remedy, rule="Q16")


def offering_fits_deployment(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """TSAM is for on-premise customers, both SaaS offerings for SaaS ones (R3-R5)."""
    for row in _signed(tables):
        offering, deployment = row.get("offering"), row.get("deployment")
        if offering and deployment and DEPLOYMENT_OF[offering] != deployment:
            found = f"offering {offering} does not go with deployment {deployment}"
            remedy = f"{offering} is sold to {DEPLOYMENT_OF[offering]} customers"
            rule = _OFFERING_RULE[offering]
            yield row_problem(row, "deployment", found, remedy, rule=rule)


def requests_are_authorized(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """Another zone or language holds only once it is authorized (R30, R37)."""
    for row in _signed(tables):
        for wish, consent, base, rule in (
            (
                "requested_time_zone",
                "time_zone_authorized",
                row.get("time_zone"),
                "R30",
            ),
            ("requested_language", "language_authorized", "en", "R37"),
        ):
            if wish not in row or consent not in row:
                continue
            if row[wish] and not row[consent]:
                found = f"'{row[wish]}' is requested but not authorized"
                remedy = f"{base} holds until {consent} is true"
                yield row_problem(row, wish, found, remedy, rule=rule, severity="warning")
            elif row[consent] and not row[wish]:
                found = f"{consent} is true, but nothing is requested"
                yield row_problem(row, wish, found, f"fill in {wish}", rule=rule)


def contacts_are_few(tables: Tables, policy: Policy) -> Iterator[Problem]:
    """A contract names at most three contacts (R42)."""
    rows = [row for row in tables.get("contacts", ()) if row.get("contract_id") is not None]
    total = Counter(row["contract_id"] for row in rows)
    count: Counter[str] = Counter()
    for row in rows:
        contract = row["contract_id"]
        count[contract] += 1
        if count[contract] == policy.max_contacts + 1:
            found = f"{contract} has {total[contract]} contacts, at most {policy.max_contacts}"
            yield row_problem(row, "contract_id", found, "remove some", rule="R42")


def calendars_are_known(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """Every country and subdivision has a holiday list, own or of the package (R32)."""
    # Added days alone make no calendar: they join one.
    own = {row.get("calendar") for row in tables.get("holidays", ()) if not row.get("is_added")}
    for name in ("contracts", "prospects", "managers"):
        for row in tables.get(name, ()):
            country, subdivision = row.get("country"), row.get("subdivision")
            if country is None and subdivision is not None and "country" in row:
                found = f"subdivision {subdivision} without a country"
                yield row_problem(row, "country", found, "give the country", rule="R32")
            if country is None or calendar_name(country, subdivision) in own:
                continue
            found_problem = _calendar_problem(country, subdivision)
            if found_problem is not None:
                column, found, remedy = found_problem
                yield row_problem(row, column, found, remedy, rule="R32")


@lru_cache(maxsize=4096)
def _calendar_problem(country: str, subdivision: str | None) -> tuple[str, str, str] | None:
    # Imported here: the registry is only needed where somebody names a country.
    import holidays

    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        found = f"no holiday list for country '{country}'"
        return "country", found, "use an ISO 3166 code, or list its days in holidays"
    if subdivision is not None and subdivision not in known[country]:
        found = f"no holiday list for subdivision '{subdivision}' of {country}"
        choices = ", ".join(sorted(known[country])[:12]) or "none"
        remedy = f"use one of {choices} …, or list its days in holidays"
        return "subdivision", found, remedy
    return None


def absences_do_not_overlap(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """Whole-day absences of a manager do not overlap; part-day ones may add."""
    whole: defaultdict[str, list[Row]] = defaultdict(list)
    for row in tables.get("absences", ()):
        complete = row.get("manager_id") and row.get("start_date") and row.get("end_date")
        if complete and "hours_per_day" in row and row["hours_per_day"] is None:
            whole[row["manager_id"]].append(row)
    for rows in whole.values():
        rows.sort(key=lambda row: (row["start_date"], row["end_date"]))
        for before, after in pairwise(rows):
            if after["start_date"] <= before["end_date"]:
                found = (
                    f"{after['manager_id']} is away from {after['start_date']}, but row "
                    f"{before.number} has the same manager away until {before['end_date']}"
                )
                remedy = "merge the two, or give hours_per_day"
                yield row_problem(after, "start_date", found, remedy, rule="R34")


def pins_do_not_contradict(tables: Tables, policy: Policy) -> Iterator[Problem]:
    """A contract is pinned to one manager at most, and not to a forbidden one."""
    pinned: dict[str, Row] = {}
    forbidden: dict[tuple[str, str], Row] = {}
    for row in tables.get("pins", ()):
        contract, manager = row.get("contract_id"), row.get("manager_id")
        if contract is None or manager is None:
            continue
        if row.get("rule") == "forbid":
            forbidden[contract, manager] = row
        elif row.get("rule") == "pin":
            before = pinned.setdefault(contract, row)
            if before["manager_id"] != manager:
                found = f"{contract} is pinned to {before['manager_id']} in row "
                found += f"{before.number} and to {manager} here"
                yield row_problem(row, "manager_id", found, "keep one of the two")
    for (contract, manager), row in forbidden.items():
        if contract in pinned and pinned[contract]["manager_id"] == manager:
            found = f"{contract} is forbidden for {manager} here and pinned to it in row "
            yield row_problem(
                row, "rule", f"{found}{pinned[contract].number}", "keep one of the two"
            )
    yield from _pins_against_companies(tables, policy, pinned)


def _pins_against_companies(
    tables: Tables, policy: Policy, pinned: Mapping[str, Row]
) -> Iterator[Problem]:
    stated = {
        row.get("company_id"): row.get("same_manager") for row in tables.get("companies", ())
    }
    by_company: defaultdict[str, list[Row]] = defaultdict(list)
    for contract in tables.get("contracts", ()):
        pin = pinned.get(str(contract.get("contract_id")))
        if pin is not None and contract.get("company_id") is not None:
            by_company[contract["company_id"]].append(pin)
    for company, pins in by_company.items():
        treatment = stated.get(company) or policy.same_manager
        for before, after in pairwise(pins):
            same = before["manager_id"] == after["manager_id"]
            if (treatment == "require" and not same) or (treatment == "forbid" and same):
                found = (
                    f"{before['contract_id']} and {after['contract_id']} are pinned to "
                    f"{before['manager_id']} and {after['manager_id']}, but company "
                    f"{company} has same_manager {treatment}"
                )
                yield row_problem(after, "manager_id", found, "change a pin", rule="R47")


def backups_differ_from_managers(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """Today's backup is not today's manager (R41)."""
    for row in tables.get("assignments", ()):
        backup = row.get("backup_id")
        if backup is not None and backup == row.get("manager_id"):
            found = f"{backup} is both manager and backup"
            yield row_problem(row, "backup_id", found, "name somebody else", rule="R41")


def demand_says_something(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """A row of demand gives hours or cases."""
    for row in tables.get("demand", ()):
        figures = [row[name] for name in ("need_hours", "cases") if name in row]
        if figures == [None, None]:
            yield row_problem(row, "need_hours", "neither hours nor cases", "give one of them")


def sessions_are_approved(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """Weekend sessions count only when approved, outside normal capacity (R35)."""
    for row in tables.get("weekend_sessions", ()):
        if "approved" in row and not row["approved"]:
            yield row_problem(
                row,
                "approved",
                f"the session on {row.get('date')} is not approved and is refused",
                "set approved to true once the vendor agrees",
                rule="R35",
                severity="warning",
            )


def prospects_are_no_contracts(tables: Tables, _policy: Policy) -> Iterator[Problem]:
    """A prospect has an id of its own."""
    signed = {row.get("contract_id") for row in tables.get("contracts", ())}
    for row in tables.get("prospects", ()):
        if row.get("contract_id") in signed:
            found = f"'{row['contract_id']}' is a contract already"
            yield row_problem(row, "contract_id", found, "give the prospect another id")


Check = Callable[[Tables, Policy], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    dates_are_in_order,
    windows_are_in_order,
    offering_fits_deployment,
    requests_are_authorized,
    contacts_are_few,
    calendars_are_known,
    absences_do_not_overlap,
    pins_do_not_contradict,
    backups_differ_from_managers,
    demand_says_something,
    sessions_are_approved,
    prospects_are_no_contracts,
    *MONEY_CHECKS,
)

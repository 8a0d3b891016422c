"""What the quarter brings: leave, holidays, decisions, projects, purchases."""

from collections.abc import Sequence

from sample.bookings import Booking
from sample.contracts import Contract
from sample.team import Row

# Manager, first day, last day, kind, hours a day (empty: whole days).
_ABSENCES = (
    ("M-01", "2027-02-15", "2027-02-19", "leave", ""),
    ("M-01", "2027-03-09", "2027-03-10", "training", ""),
    ("M-02", "2027-03-22", "2027-03-26", "leave", ""),
    ("M-03", "2027-01-25", "2027-01-29", "leave", ""),
    ("M-04", "2027-01-19", "2027-01-20", "training", ""),
    ("M-04", "2027-03-15", "2027-03-19", "leave", ""),
    ("M-05", "2027-02-22", "2027-02-26", "leave", ""),
    ("M-06", "2027-02-08", "2027-02-12", "leave", ""),
    ("M-07", "2027-01-12", "2027-01-13", "training", ""),
    ("M-07", "2027-03-29", "2027-04-02", "leave", ""),
    ("M-08", "2027-03-15", "2027-03-19", "leave", ""),
    ("M-09", "2027-01-19", "2027-01-20", "training", ""),
    ("M-09", "2027-02-10", "2027-02-12", "leave", ""),
    ("M-10", "2027-02-08", "2027-02-12", "leave", ""),
    ("M-10", "2027-03-02", "2027-03-03", "training", ""),
    ("M-11", "2027-03-22", "2027-03-25", "leave", ""),
    ("M-12", "2027-01-07", "2027-01-08", "leave", ""),
    ("M-12", "2027-02-02", "2027-02-03", "training", ""),
    ("M-13", "2027-02-22", "2027-02-26", "leave", ""),
    ("M-14", "2027-02-15", "2027-02-19", "leave", ""),
    ("M-15", "2027-02-08", "2027-05-28", "leave", ""),
    ("M-16", "2027-01-26", "2027-01-27", "training", ""),
    ("M-16", "2027-02-15", "2027-02-19", "leave", ""),
    ("M-17", "2027-03-30", "2027-04-02", "leave", ""),
    ("M-18", "2027-03-01", "2027-03-05", "leave", ""),
    ("M-19", "2027-02-01", "2027-02-05", "training", ""),
    ("M-20", "2027-02-16", "2027-02-17", "training", ""),
    ("M-20", "2027-03-23", "2027-03-26", "leave", ""),
    ("M-21", "2027-02-09", "2027-02-12", "leave", ""),
    ("M-22", "2027-01-18", "2027-01-29", "training", "2"),
    ("M-22", "2027-03-15", "2027-03-19", "leave", ""),
    ("M-23", "2027-02-15", "2027-02-19", "leave", ""),
    ("M-24", "2026-12-28", "2027-01-08", "leave", ""),
)

# The Italian offices keep a list of their own: national holidays and days of closure.
_ITALIAN_DAYS = (
    ("2026-08-14", "Summer closure", "1"),
    ("2026-12-07", "Bridge to the Immaculate Conception", "1"),
    ("2026-12-08", "Immaculate Conception", "1"),
    ("2026-12-24", "Christmas Eve, afternoon", "0.5"),
    ("2026-12-25", "Christmas Day", "1"),
    ("2026-12-26", "Saint Stephen's Day", "1"),
    ("2026-12-31", "New Year's Eve, afternoon", "0.5"),
    ("2027-01-01", "New Year's Day", "1"),
    ("2027-01-05", "Winter closure", "1"),
    ("2027-01-06", "Epiphany", "1"),
    ("2027-03-26", "Good Friday, afternoon", "0.5"),
    ("2027-03-28", "Easter Sunday", "1"),
    ("2027-03-29", "Easter Monday", "1"),
    ("2027-04-25", "Liberation Day", "1"),
    ("2027-05-01", "Labor Day", "1"),
    ("2027-06-02", "Republic Day", "1"),
)

# An empty manager is the one who has the contract today.
_PINS = (
    (
        "Corvane Automotive, Detroit",
        "",
        "pin",
        "Windchill migration under way; the customer asked for no change before go-live",
    ),
    (
        "Pennard Surgical, Bristol",
        "",
        "forbid",
        "Customer asked for another manager after the escalation of October 2026",
    ),
    (
        "Torchio Rettifiche, Milan",
        "M-11",
        "forbid",
        "Worked for a direct competitor of this customer until 2025",
    ),
)

# First week, hours and cases week by week.
_DEMAND = (
    (
        "Altavento Aerostructures, Turin",
        ("2027-02-08", "2027-02-15", "2027-02-22", "2027-03-01", "2027-03-08"),
        ("10", "14", "16", "15", "11"),
        ("8", "9", "10", "10", "8"),
    ),
    (
        "Kaltenried Orthopädie, Munich",
        ("2027-02-15", "2027-02-22", "2027-03-01", "2027-03-08"),
        ("6", "5.5", "5", "4.5"),
        ("1", "2", "2", "3"),
    ),
    (
        "Clairvent Systèmes, Toulouse",
        ("2027-02-15", "2027-02-22", "2027-03-01", "2027-03-08"),
        ("4", "3", "2.5", "2"),
        ("4", "3", "2", "1"),
    ),
)

# First day, last day, hours a week, rate.
_PURCHASES = (
    ("Altavento Aerostructures, Turin", "2027-02-08", "2027-03-14", "6", "153"),
    ("Corvane Automotive, Detroit", "2026-07-01", "2027-06-30", "1", "171"),
    ("Dunmore Elevator Works, New York", "2026-02-01", "2027-01-31", "2", "175"),
    ("Fogline Aerospace Interiors, Seattle", "2026-05-01", "2027-04-30", "2", "180"),
    ("Kvarnholm Heavy Vehicles, Gothenburg", "2026-07-01", "2027-06-30", "1.5", "170"),
)

_WEEKEND_SESSIONS = (
    ("Altavento Aerostructures, Turin", "2027-02-27", "6", "true"),
    ("Banksia Mining Equipment, Sydney", "2027-03-07", "4", "false"),
)


class Directory:
    """Finds contracts by company and city, so that the tables above can be read."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._id = {f"{c.company}, {c.city}": c.contract_id for c in contracts}
        self._contract = {contract.contract_id: contract for contract in contracts}
        self._company = {contract.company: contract.company_id for contract in contracts}

    def contract_id(self, name: str) -> str:
        """Return the id of the contract of a company in a city."""
        return self._id[name]

    def currency(self, name: str) -> str:
        """Return the currency of that contract."""
        return self._contract[self._id[name]].place.currency

    def company_id(self, company: str) -> str:
        """Return the id of a company."""
        return self._company[company]


def absence_rows() -> list[Row]:
    """Return the rows of ``absences.csv``."""
    columns = ("manager_id", "start_date", "end_date", "kind", "hours_per_day")
    return [dict(zip(columns, row, strict=True)) for row in _ABSENCES]


def holiday_rows() -> list[Row]:
    """Return the rows of ``holidays.csv``."""
    columns = ("date", "name", "fraction")
    return [{"calendar": "IT", **dict(zip(columns, row, strict=True))} for row in _ITALIAN_DAYS]


def pin_rows(directory: Directory, bookings: Sequence[Booking]) -> list[Row]:
    """Return the rows of ``pins.csv``."""
    today = {booking.contract.contract_id: booking.manager_id for booking in bookings}
    return [
        {
            "contract_id": directory.contract_id(name),
            "manager_id": manager_id or today[directory.contract_id(name)],
            "rule": rule,
            "reason": reason,
        }
        for name, manager_id, rule, reason in _PINS
    ]


def demand_rows(directory: Directory) -> list[Row]:
    """Return the rows of ``demand.csv``."""
    return [
        {
            "contract_id": directory.contract_id(name),
            "week": week,
            "need_hours": hours,
            "cases": cases,
        }
        for name, *columns in _DEMAND
        for week, hours, cases in zip(*columns, strict=True)
    ]


def purchase_rows(directory: Directory) -> list[Row]:
    """Return the rows of ``purchased_hours.csv``."""
    return [
        {
            "contract_id": directory.contract_id(name),
            "start_date": start,
            "end_date": end,
            "hours_per_week": hours,
            "rate": rate,
            "currency": directory.currency(name),
        }
        for name, start, end, hours, rate in _PURCHASES
    ]


def weekend_rows(directory: Directory) -> list[Row]:
    """Return the rows of ``weekend_sessions.csv``."""
    columns = ("date", "hours", "approved")
    return [
        {
            "contract_id": directory.contract_id(name),
            **dict(zip(columns, session, strict=True)),
        }
        for name, *session in _WEEKEND_SESSIONS
    ]

"""
The rows of a portfolio as frozen records: what leadership, HR and sales know.

Field names, defaults and meaning are those of the data dictionary
(``tables/columns.csv``); a test holds the two together. ``None`` means "not given": the
policy or a rule supplies the value when facts are gathered. Records check types only;
ranges and everything that concerns several fields or tables is judged by `checks`, which
sees the whole portfolio and reports all problems at once.
"""

import datetime as dt
from decimal import Decimal
from typing import Literal

from tsam_planner.service.basis import Record

Offering = Literal["tsam", "saas_standard", "saas_premium"]
Deployment = Literal["on_prem", "saas"]
SameManager = Literal["forbid", "allow", "prefer", "require"]
AbsenceKind = Literal["leave", "training"]
CallDay = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
PinRule = Literal["pin", "forbid"]
OfferStatus = Literal["proposed", "asked", "accepted", "declined"]


class Company(Record):
    """A customer; it may hold several contracts (R47)."""

    company_id: str
    name: str | None = None
    same_manager: SameManager | None = None


class Contract(Record):
    """One service sold to one company, with its term, its window and its need."""

    contract_id: str
    company_id: str
    offering: Offering
    deployment: Deployment
    start_date: dt.date
    end_date: dt.date
    time_zone: str
    subscription_end_date: dt.date | None = None
    requested_time_zone: str | None = None
    time_zone_authorized: bool = False
    requested_language: str | None = None
    language_authorized: bool = False
    window_start: dt.time | None = None
    window_end: dt.time | None = None
    country: str | None = None
    subdivision: str | None = None
    products: tuple[str, ...] = ()
    need_hours: float | None = None
    need_factor: float = 1.0
    cases: int | None = None
    call_minutes: int | None = None
    preferred_call_day: CallDay | None = None
    preferred_call_time: dt.time | None = None
    priority: float = 1.0
    handover_weight: float = 1.0
    extra_hour_rate: Decimal | None = None
    currency: str | None = None

    @property
    def zone(self) -> str:
        """
        Time zone that holds: where the contract was signed (R29).

        A requested zone holds only once it is authorized (R30).
        """
        if self.requested_time_zone and self.time_zone_authorized:
            return self.requested_time_zone
        return self.time_zone

    @property
    def language(self) -> str:
        """Language that holds: English (R36) unless another is authorized (R37)."""
        if self.requested_language and self.language_authorized:
            return self.requested_language
        return "en"

    @property
    def calendar(self) -> str | None:
        """Name of the contract's holiday calendar; None when no country is given."""
        return calendar_name(self.country, self.subdivision)


class Contact(Record):
    """A person of the customer who may talk to the manager (R42: at most three)."""

    contract_id: str
    name: str
    email: str | None = None


class Manager(Record):
    """A TSAM or premium service manager."""

    manager_id: str
    time_zone: str
    name: str | None = None
    country: str | None = None
    subdivision: str | None = None
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    weekly_hours: float = 40.0
    work_start: dt.time = dt.time(9)
    work_end: dt.time = dt.time(17)
    languages: tuple[str, ...] = ("en",)
    products: tuple[str, ...] = ()
    offerings: tuple[Offering, ...] = ("tsam", "saas_standard", "saas_premium")
    max_cases: int | None = None
    max_contracts: int | None = None
    internal_share: float | None = None
    hourly_cost: Decimal | None = None
    currency: str | None = None

    @property
    def calendar(self) -> str | None:
        """Name of the manager's holiday calendar; None when no country is given."""
        return calendar_name(self.country, self.subdivision)

    @property
    def label(self) -> str:
        """Id and, where given, name: how people recognize a manager."""
        return f"{self.manager_id} {self.name}" if self.name else self.manager_id


class Absence(Record):
    """Days, or hours of days, on which a manager is away (R33, R34)."""

    manager_id: str
    start_date: dt.date
    end_date: dt.date
    kind: AbsenceKind = "leave"
    hours_per_day: float | None = None


class Holiday(Record):
    """
    A day of a holiday calendar that the company keeps itself (R32).

    One that ``is_added`` joins the calendar's list, the company's or else the package's; the
    others make up a list that replaces the package's.
    """

    calendar: str
    date: dt.date
    name: str | None = None
    fraction: float = 1.0
    is_added: bool = False


class Assignment(Record):
    """Who looks after a contract today."""

    contract_id: str
    manager_id: str
    backup_id: str | None = None
    since: dt.date | None = None


class Pin(Record):
    """A decision made by people: only this manager, or never this manager."""

    contract_id: str
    manager_id: str
    rule: PinRule
    reason: str | None = None


class DemandWeek(Record):
    """An explicit forecast for one contract and week; it wins over every other source."""

    contract_id: str
    week: dt.date
    need_hours: float | None = None
    cases: int | None = None


class PurchasedHours(Record):
    """Additional hours a week that a customer has bought (R46)."""

    contract_id: str
    start_date: dt.date
    end_date: dt.date
    hours_per_week: float
    rate: Decimal | None = None
    currency: str | None = None


class WeekendSession(Record):
    """Work on a Saturday, Sunday or holiday, at the vendor's discretion (R35)."""

    contract_id: str
    date: dt.date
    hours: float
    approved: bool = False


class Prospect(Contract):
    """A contract that may be won."""

    win_probability: float


class Profile(Record):
    """A kind of candidate for hiring."""

    profile_id: str
    time_zone: str | None = None
    country: str | None = None
    languages: tuple[str, ...] = ("en",)
    products: tuple[str, ...] = ()
    offerings: tuple[Offering, ...] = ("tsam", "saas_standard", "saas_premium")
    weekly_hours: float = 40.0
    monthly_cost: Decimal | None = None
    currency: str | None = None
    lead_weeks: int = 0
    ramp_weeks: int = 0
    max_hires: int | None = None


class OfferStep(Record):
    """A status that an offer of additional hours has reached (Q8)."""

    offer_id: str
    contract_id: str
    status: OfferStatus
    date: dt.date
    hours_per_week: float | None = None
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    rate: Decimal | None = None
    currency: str | None = None
    reason: str | None = None


class Invoice(Record):
    """Additional hours of a month that were billed; ``month`` is its first day."""

    contract_id: str
    month: dt.date
    hours: float
    amount: Decimal
    currency: str


class ExchangeRate(Record):
    """Units of the currency ``into`` for one unit of ``currency`` on a day."""

    currency: str
    into: str
    rate: Decimal
    date: dt.date


def calendar_name(country: str | None, subdivision: str | None) -> str | None:
    """
    Return the name of a holiday calendar, ``IT`` or ``US-CA``.

    Examples
    --------
    >>> calendar_name("US", "CA"), calendar_name("IT", None), calendar_name(None, None)
    ('US-CA', 'IT', None)
    """
    if country is None:
        return None
    return f"{country}-{subdivision}" if subdivision else country

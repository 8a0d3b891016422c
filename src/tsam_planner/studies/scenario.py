"""A scenario: named changes of a portfolio, as a value that composes with others."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tsam_planner.errors import ArgumentError
from tsam_planner.io.record_checks import check_records
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract, Holiday, Manager
from tsam_planner.service.policy import Policy
from tsam_planner.service.rates import Rate
from tsam_planner.studies.frozen_table import frozen
from tsam_planner.studies.hires import hired
from tsam_planner.studies.need_growth import Factors, NeedGrowth, Signed

_GONE = dt.date(1970, 1, 1)
# Tables of which the rows go with a contract that is lost.
_OF_CONTRACTS = (
    "contacts", "assignments", "pins", "purchased_hours", "weekend_sessions", "offers",
    "invoices",
)  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """
    Named changes of a portfolio; nobody can change it, and equal ones have equal hashes.

    Parameters
    ----------
    name
        How people call it.
    without_managers
        Who leaves before the plan; they stay listed, so that their contracts are handed over.
    with_managers
        Managers who come.
    with_profiles
        Candidates hired, by profile: how many. They are employed and productive from the
        first week.
    need_factor
        What need is multiplied by: one number, or numbers by offering or product (a contract
        with several of them takes the largest). Cases and logs stay as they are.
    won, lost
        Prospects that become contracts; contracts that end.
    policy
        Changed keys of the policy; those of tables as ``"overage.window"`` or in a dict by
        table. All others stay.
    holidays
        Days that join their calendars, the company's or the package's.
    rate_factor
        What prices of additional hours are multiplied by.
    steps
        Scenarios that follow, each applied to what the one before it has made.

    Examples
    --------
    >>> both = Scenario("two leave", without_managers=["M-03", "M-11"]).then(
    ...     Scenario("growth", need_factor=1.15))
    >>> both.name, [step.name for step in both.steps]
    ('two leave, growth', ['two leave', 'growth'])
    """

    name: str
    without_managers: Sequence[str] = ()
    with_managers: Sequence[Manager] = ()
    with_profiles: Mapping[str, int] = field(default_factory=dict)
    need_factor: Factors = 1.0
    won: Sequence[str] = ()
    lost: Sequence[str] = ()
    policy: Mapping[str, Any] = field(default_factory=dict)
    holidays: Sequence[Holiday] = ()
    rate_factor: float = 1.0
    steps: Sequence["Scenario"] = ()

    def __post_init__(self) -> None:
        for name in ("without_managers", "with_managers", "won", "lost", "holidays", "steps"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("with_profiles", "need_factor", "policy"):
            object.__setattr__(self, name, frozen(getattr(self, name)))
        for factor in _numbers(self.need_factor), (self.rate_factor,):
            if any(not 0 <= number < float("inf") for number in factor):
                message = f"scenario {self.name!r}: expected factors >= 0"
                raise ArgumentError(message)
        if any(count < 0 for count in self.with_profiles.values()):
            message = f"scenario {self.name!r}: expected numbers of people >= 0"
            raise ArgumentError(message)

    def then(self, other: "Scenario") -> "Scenario":
        """Return the scenario of both, the other one applied to what this one has made."""
        steps = (*self.in_turn, *other.in_turn)
        return Scenario(f"{self.name}, {other.name}", steps=steps)

    @property
    def in_turn(self) -> tuple["Scenario", ...]:
        """Scenarios without steps that make up this one, in the order of their application."""
        own = replace(self, steps=())
        follow = tuple(one for step in self.steps for one in step.in_turn)
        changes_nothing = own == Scenario(self.name)
        return follow if follow and changes_nothing else (own, *follow)

    def apply(self, portfolio: Portfolio) -> Portfolio:
        """
        Return the changed portfolio; the given one stays as it is.

        Raises
        ------
        ArgumentError
            When it names somebody or something that the portfolio does not have.
        PortfolioError
            When the changed portfolio cannot be planned; every problem is listed.
        """
        if not self.steps:
            return self._changed(portfolio)
        for step in self.in_turn:
            portfolio = step.apply(portfolio)
        return portfolio

    def _changed(self, portfolio: Portfolio) -> Portfolio:
        """Apply what stands in this scenario itself, all at once."""
        _check(self, portfolio)
        policy = changed_policy(portfolio.policy, self.policy)
        contracts = self._contracts(portfolio)
        growth = NeedGrowth(self.need_factor)
        offered = [row for row in portfolio.prospects if row.contract_id not in self.won]
        changed = portfolio.model_copy(
            update={
                "contracts": contracts,
                "managers": self._managers(portfolio),
                "prospects": tuple(map(self._with_price, growth.contracts(offered))),
                "demand": growth.demand(
                    (row for row in portfolio.demand if row.contract_id not in self.lost),
                    (*portfolio.contracts, *portfolio.prospects),
                ),
                "holidays": _with_days(portfolio.holidays, self.holidays),
                "policy": policy,
                "rates": self._rates(portfolio),
                **{
                    name: tuple(
                        row
                        for row in getattr(portfolio, name)
                        if row.contract_id not in self.lost
                    )
                    for name in _OF_CONTRACTS
                },
            }
        )
        check_records(changed, f"scenario {self.name!r}")
        return changed

    def _contracts(self, portfolio: Portfolio) -> tuple[Contract, ...]:
        """Return the contracts that stay and those that are won, with need and price."""
        prospects = {row.contract_id: row for row in portfolio.prospects}
        won = [_signed(prospects[name]) for name in self.won]
        stay = [row for row in portfolio.contracts if row.contract_id not in self.lost]
        grown = NeedGrowth(self.need_factor).contracts((*stay, *won))
        changed = [self._with_price(row) for row in grown]
        return tuple(sorted(changed, key=lambda row: row.contract_id))

    def _with_price(self, contract: Signed) -> Signed:
        """Multiply what an additional hour costs, where a contract says it."""
        if contract.extra_hour_rate is None or self.rate_factor == 1.0:
            return contract
        rate = contract.extra_hour_rate * Decimal(str(self.rate_factor))
        return contract.model_copy(update={"extra_hour_rate": rate})

    def _rates(self, portfolio: Portfolio) -> tuple[Rate, ...]:
        """Multiply the prices of the rate card; 150.00 times 1.0 would be another text."""
        if self.rate_factor == 1.0:
            return portfolio.rates
        factor = Decimal(str(self.rate_factor))
        return tuple(
            row.model_copy(update={"rate": row.rate * factor}) for row in portfolio.rates
        )

    def _managers(self, portfolio: Portfolio) -> tuple[Manager, ...]:
        """Return the team with who comes; who leaves stays listed, to hand over."""
        team = [
            row.model_copy(update={"start_date": None, "end_date": _GONE})
            if row.manager_id in self.without_managers
            else row
            for row in (*portfolio.managers, *self.with_managers)
        ]
        profiles = {row.profile_id: row for row in portfolio.profiles}
        wanted = [
            profiles[name] for name, count in self.with_profiles.items() for _ in range(count)
        ]
        team += hired(wanted, team)
        return tuple(sorted(team, key=lambda row: row.manager_id))


def _numbers(factor: Factors) -> tuple[float, ...]:
    return tuple(factor.values()) if isinstance(factor, Mapping) else (factor,)


def _with_days(listed: Sequence[Holiday], added: Sequence[Holiday]) -> tuple[Holiday, ...]:
    """Let days join their calendars; one that is listed already keeps its larger share."""
    days = {(row.calendar, row.date): row for row in listed}
    for row in added:
        known = days.setdefault(
            (row.calendar, row.date), row.model_copy(update={"is_added": True})
        )
        if known.fraction < row.fraction:
            days[row.calendar, row.date] = known.model_copy(update={"fraction": row.fraction})
    return tuple(days.values())


def _signed(prospect: Contract) -> Contract:
    values = prospect.model_dump()
    values.pop("win_probability", None)
    return Contract(**values)


def _check(scenario: Scenario, portfolio: Portfolio) -> None:
    try:
        NeedGrowth(scenario.need_factor).check(portfolio)
    except ArgumentError as error:
        message = f"scenario {scenario.name!r}: {error}"
        raise ArgumentError(message) from error
    known = {
        "without_managers": {row.manager_id for row in portfolio.managers},
        "won": {row.contract_id for row in portfolio.prospects},
        "lost": {row.contract_id for row in portfolio.contracts},
        "with_profiles": {row.profile_id for row in portfolio.profiles},
    }
    for name, ids in known.items():
        unknown = sorted(set(getattr(scenario, name)) - ids)
        if unknown:
            message = f"scenario {scenario.name!r}: {name} has unknown {', '.join(unknown)}"
            raise ArgumentError(message)
    team = [row.manager_id for row in (*portfolio.managers, *scenario.with_managers)]
    for name, listed in (
        ("with_managers", team),
        ("without_managers", scenario.without_managers),
        ("won", scenario.won),
        ("lost", scenario.lost),
    ):
        twice = sorted(one for one, count in Counter(listed).items() if count > 1)
        if twice:
            message = f"scenario {scenario.name!r}: {name} repeats {', '.join(twice)}"
            raise ArgumentError(message)


def changed_policy(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    """
    Return a policy with some keys changed; all others, of tables too, stay what they are.

    Parameters
    ----------
    changes
        Values by key. Keys of tables are written ``table.key``, or stand in a dict of their
        table.

    Raises
    ------
    ArgumentError
        When a key is unknown or a value impossible.
    """
    values: dict[str, Any] = policy.model_dump()
    for key, value in _by_key(changes):
        *tables, name = key.split(".")
        place: Any = values
        for table in tables:
            place = place.get(table) if isinstance(place, dict) else None
        if not isinstance(place, dict) or name not in place:
            message = f"the policy has no key {key!r}"
            raise ArgumentError(message)
        place[name] = value
    try:
        return Policy.model_validate(values)
    except ValueError as error:
        message = f"the policy cannot be changed to {dict(changes)}: {error}"
        raise ArgumentError(message) from error


def _by_key(changes: Mapping[str, Any], table: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in changes.items():
        if isinstance(value, Mapping):
            yield from _by_key(value, f"{table}{key}.")
        else:
            yield f"{table}{key}", value

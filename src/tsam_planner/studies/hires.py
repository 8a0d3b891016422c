"""People hired from profiles, with ids of their own in whatever team they join."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from tsam_planner.errors import ArgumentError
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Manager, Profile

WEEKS_PER_MONTH = Decimal(52) / 12


def hired(profiles: Iterable[Profile], team: Iterable[Manager]) -> tuple[Manager, ...]:
    """
    Return a manager of each profile, employed and fully productive all the time.

    Their hours cost the monthly cost over the hours of an average month.

    Parameters
    ----------
    profiles
        One for each person; a profile may be there several times.
    team
        Whom they join: nobody of it has the id of a hire, be it one hired before.

    Raises
    ------
    ArgumentError
        When a profile has no time zone: nobody knows whom its people could call.

    Examples
    --------
    >>> profile = Profile(profile_id="P-1", time_zone="Europe/Rome")
    >>> team = hired([profile], [])
    >>> [row.manager_id for row in (*team, *hired([profile, profile], team))]
    ['hire P-1 1', 'hire P-1 2', 'hire P-1 3']
    """
    return tuple(_named(profiles, {row.manager_id for row in team}))


def joined(portfolio: Portfolio, people: Iterable[Manager]) -> Portfolio:
    """Return a portfolio whose team has some people more."""
    team = sorted((*portfolio.managers, *people), key=lambda row: row.manager_id)
    return portfolio.model_copy(update={"managers": tuple(team)})


def _named(profiles: Iterable[Profile], taken: set[str]) -> Iterator[Manager]:
    for profile in profiles:
        number = 1
        while f"hire {profile.profile_id} {number}" in taken:
            number += 1
        name = f"hire {profile.profile_id} {number}"
        taken.add(name)
        yield _manager(profile, name)


def _manager(profile: Profile, manager_id: str) -> Manager:
    if profile.time_zone is None:
        message = f"profile {profile.profile_id} has no time zone"
        raise ArgumentError(message)
    cost = None
    if profile.monthly_cost is not None:
        hours = Decimal(str(profile.weekly_hours)) * WEEKS_PER_MONTH
        cost = (profile.monthly_cost / hours).quantize(Decimal("0.01"))
    return Manager(
        manager_id=manager_id,
        name=f"one more {profile.profile_id}",
        time_zone=profile.time_zone,
        country=profile.country,
        weekly_hours=profile.weekly_hours,
        languages=profile.languages,
        products=profile.products,
        offerings=profile.offerings,
        hourly_cost=cost,
        currency=profile.currency if cost is not None else None,
    )

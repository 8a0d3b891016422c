"""Points of a sweep: which scenario in which future, by which parameters it is called."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from tsam_planner.errors import ArgumentError, PlannerError
from tsam_planner.service.policy import Policy
from tsam_planner.studies.scenario import Scenario

Grid = Mapping[str, Sequence[Any]]
Make = Callable[..., Scenario]
Named = tuple[Mapping[str, Any], Scenario | str]
_POLICY = "policy."


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """
    A scenario, or why there is none, in one future or in planning figures (None).

    ``parameters`` are what it is called by.
    """

    parameters: Mapping[str, Any]
    scenario: Scenario | str
    draw: int | None


def sweep_points(
    grid: Grid | Sequence[Scenario], make: Make | None, draws: int | None, policy: Policy
) -> tuple[SweepPoint, ...]:
    """
    Return all points in the order of the grid, the draws of a scenario one after the other.

    Raises
    ------
    ArgumentError
        When there is none, a parameter is unknown, names repeat or ``draws`` is below 1.
    """
    if draws is not None and draws < 1:
        message = f"expected draws >= 1, got {draws}"
        raise ArgumentError(message)
    if isinstance(grid, Mapping):
        named = tuple(_combinations(grid, make or _scenario_maker(grid, policy)))
    else:
        named = _of_scenarios(grid, make)
    if not named:
        message = "a sweep needs at least one scenario, and a value of each parameter"
        raise ArgumentError(message)
    futures = (None,) if draws is None else range(draws)
    return tuple(SweepPoint(*of, draw) for of in named for draw in futures)


def _of_scenarios(scenarios: Sequence[Scenario], make: Make | None) -> tuple[Named, ...]:
    if make is not None:
        message = "make builds scenarios from a grid of parameters; scenarios were given"
        raise ArgumentError(message)
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        message = f"scenarios need names of their own, got {', '.join(sorted(names))}"
        raise ArgumentError(message)
    return tuple(({"scenario": scenario.name}, scenario) for scenario in scenarios)


def _combinations(grid: Grid, make: Make) -> Iterator[Named]:
    single = [key for key, values in grid.items() if isinstance(values, str)]
    if single:
        message = f"expected a sequence of values of {single[0]!r}, got {grid[single[0]]!r}"
        raise ArgumentError(message)
    for values in itertools.product(*grid.values()):
        # Numbers of numpy would be told by another name than those of Python.
        plain = [one.item() if isinstance(one, np.generic) else one for one in values]
        parameters = dict(zip(grid, plain, strict=True))
        try:
            yield parameters, make(**parameters)
        except PlannerError as error:
            yield parameters, str(error)


def _scenario_maker(grid: Grid, policy: Policy) -> Make:
    """Return what builds scenarios of parameters that are theirs, or the policy's."""
    known = [field.name for field in fields(Scenario) if field.name != "name"]
    keys = {f"{_POLICY}{key}" for key in _keys(policy.model_dump())}
    wrong = [key for key in grid if key not in known and key not in keys]
    if wrong:
        message = (
            f"no parameter {wrong[0]!r}; there are {', '.join(known)} and keys of the policy "
            f"such as {_POLICY}max_open_cases"
        )
        raise ArgumentError(message)

    def scenario(**parameters: object) -> Scenario:
        name = ", ".join(f"{key}={value}" for key, value in parameters.items())
        own: dict[str, Any] = {key: value for key, value in parameters.items() if key in known}
        changes = {
            key.removeprefix(_POLICY): value
            for key, value in parameters.items()
            if key not in known
        }
        return Scenario(name, **{**own, "policy": {**own.get("policy", {}), **changes}})

    return scenario


def _keys(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield key
        if isinstance(value, Mapping):
            yield from (f"{key}.{name}" for name in _keys(value))

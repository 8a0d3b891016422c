"""What the points of a sweep have in common, and how one of them is planned anywhere."""

import hashlib
import json
import pickle
import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from typing import Any

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import told
from tsam_planner.planning.recipe import PACKAGES, plan_for_study
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.studies.drawn import draw_portfolio
from tsam_planner.studies.plan_figures import figures_of
from tsam_planner.studies.sweep_points import SweepPoint
from tsam_planner.studies.sweep_results import Result


@dataclass(frozen=True)
class SweepStudy:
    """The base of all scenarios, the weeks, how to search, and what futures follow from."""

    portfolio: Portfolio
    horizon: Horizon
    options: SolveOptions
    seed: int

    @cached_property
    def _common(self) -> dict[str, Any]:
        return {
            # Other engines, holidays or time zones may give other plans.
            "versions": {name: version(name) for name in PACKAGES},
            "input": self.portfolio.content_hash,
            "policy": self.portfolio.policy.model_dump(mode="json"),
            "weeks": [str(self.horizon.start), self.horizon.weeks],
            "options": repr(self.options),
        }

    def fingerprint(self, point: SweepPoint) -> str:
        """Return what tells a result from all others: its input, its options, versions."""
        scenario = point.scenario
        said = {
            **self._common,
            # What a scenario is called by changes nothing.
            "scenario": scenario
            if isinstance(scenario, str)
            else [repr(replace(step, name="")) for step in scenario.in_turn],
            "future": None if point.draw is None else [point.draw, self.seed],
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def plan(self, point: SweepPoint) -> Result:
        """Plan a point; one that is broken says why instead of raising."""
        if isinstance(point.scenario, str):
            return {"error": point.scenario}
        try:
            portfolio = point.scenario.apply(self.portfolio)
            if point.draw is not None:
                portfolio = draw_portfolio(portfolio, self.horizon, point.draw, seed=self.seed)
            plan = plan_for_study(portfolio, self.horizon, options=self.options)
        except Exception as error:
            # Of a defect, too: hours of other points are not to be lost for it.
            return {"error": told(error)}
        return {
            **figures_of(plan),
            "bound": plan.bound,
            "gap": plan.gap,
            "stop_reason": str(plan.stop_reason),
        }


class Parcel:
    """
    A study on its way to many workers: packed once, and unpacked once in each process.

    Threads share the study itself. A process that has it already looks only at the name on
    the parcel, and keeps what it has worked out.
    """

    def __init__(self, study: SweepStudy) -> None:
        self.study = study

    @cached_property
    def packed(self) -> tuple[str, bytes]:
        """Fingerprint and bytes."""
        # A copy is without what this process has worked out.
        study = replace(self.study, portfolio=self.study.portfolio.model_copy())
        content = zlib.compress(pickle.dumps(study, protocol=5), level=1)
        return hashlib.sha256(content).hexdigest(), content

    def __reduce__(self) -> tuple[Any, ...]:
        return unpack, self.packed


_unpacked: dict[str, Parcel] = {}


def unpack(name: str, content: bytes) -> Parcel:
    """Return the parcel of that name; the last one is kept."""
    known = _unpacked.get(name)
    if known is None:
        known = Parcel(pickle.loads(zlib.decompress(content)))
        # Whoever passes it on does not pack it again.
        known.packed = name, content
        _unpacked.clear()
        _unpacked[name] = known
    return known


def plan_point(parcel: Parcel, point: SweepPoint) -> Result:
    """Plan a point of a study, in whatever process."""
    return parcel.study.plan(point)


def arrived(parcel: Parcel) -> Parcel:
    """Return a parcel: a task whose result is at hand for others."""
    return parcel

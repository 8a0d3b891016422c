"""
Portfolios by a seeded generator, and the assignment problems that `make_plan` makes of them.

``python benchmarks/instances.py --managers 60 --contracts 300 --load 0.9 --seed 0 --out DIR``
writes one as CSV files.

How an instance is drawn, so that anyone can repeat it:

* Managers live in five regions, in turn; each knows five products of a list that grows with the
  team, and works 40 hours a week. Each takes ``absence_weeks`` single weeks off. Public
  holidays are those of their country.
* A company signs in the region of a manager, its home; most have one contract, some two or
  three. A contract needs one or two products that its home manager knows. So every
  manager is home to about as much work as any other, and skills are scarce but not
  missing.
* The hours of contracts are lognormal (sigma 0.4), each week's need lognormal around them
  (sigma ``variation``), all scaled by one factor so that planned hours are ``load`` times the
  deployable hours of the quarter. Nobody needs more than the allowance of ten hours.
* Today's manager of a contract is its home manager, for a share ``incumbents`` of the
  contracts; the others are new. As hours are drawn independently of today's books, some
  managers have more than they can carry.
"""

import argparse
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner import Portfolio, read_portfolio
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.facts import gather_facts
from tsam_planner.model.primaries import PrimaryModel, model_primaries

START = dt.date(2027, 1, 4)
WEEKS = 13
ALLOWANCE = 10.0
_HORIZON = Horizon.of(start=START, weeks=WEEKS)
_REGIONS = (
    ("America/New_York", "US", "en"),
    ("Europe/Berlin", "DE", "de"),
    ("Asia/Kolkata", "IN", "en"),
    ("America/Los_Angeles", "US", "en"),
    ("Europe/London", "GB", "en"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """
    What is drawn: size, load and structure of a portfolio.

    ``load`` is planned over deployable hours of the quarter; ``variation`` the sigma of a
    contract's weekly need; ``absence_weeks`` the weeks of leave per manager; ``incumbents``
    the share of contracts that somebody looks after today; ``companies`` the share of
    companies with several contracts.
    """

    managers: int
    contracts: int
    load: float
    seed: int = 0
    variation: float = 0.05
    absence_weeks: int = 1
    incumbents: float = 0.85
    companies: float = 0.15

    @property
    def name(self) -> str:
        """Size, load and seed in a word."""
        return f"{self.managers}x{self.contracts}-{100 * self.load:.0f}-s{self.seed}"


def draw_tables(instance: Instance) -> dict[str, pd.DataFrame]:
    """Return the input tables of an instance, with needs already scaled to its load."""
    random = np.random.default_rng(instance.seed)
    managers, known = _draw_managers(instance, random)
    contracts, home = _draw_contracts(instance, known, random)
    absences = _draw_absences(instance, random)
    has_manager = random.random(instance.contracts) < instance.incumbents
    tables = {
        "companies": pd.DataFrame(
            {"company_id": contracts["company_id"].unique(), "same_manager": "prefer"}
        ),
        "contracts": contracts,
        "managers": managers,
        "absences": absences,
        "assignments": pd.DataFrame(
            {
                "contract_id": contracts["contract_id"][has_manager],
                "manager_id": managers["manager_id"].to_numpy()[home[has_manager]],
            }
        ),
    }
    size = np.exp(0.4 * random.standard_normal(instance.contracts))
    weekly = np.exp(instance.variation * random.standard_normal((instance.contracts, WEEKS)))
    tables["demand"] = _demand(tables, size[:, None] * weekly, instance)
    return tables


def draw_portfolio(instance: Instance) -> Portfolio:
    """Return an instance as `read_portfolio` reads it."""
    return read_portfolio(draw_tables(instance))


def model_of(portfolio: Portfolio) -> PrimaryModel:
    """Return the assignment problem that `make_plan` makes, with the default goals."""
    return model_primaries(gather_facts(portfolio, _HORIZON, portfolio.policy))


def _draw_managers(
    instance: Instance, random: np.random.Generator
) -> tuple[pd.DataFrame, list[npt.NDArray[np.int64]]]:
    products = int(np.clip(instance.managers // 5, 8, 30))
    known = [
        np.sort(random.choice(products, 5, replace=False)) for _ in range(instance.managers)
    ]
    region = [_REGIONS[row % len(_REGIONS)] for row in range(instance.managers)]
    table = pd.DataFrame(
        {
            "manager_id": [f"M-{row:04d}" for row in range(instance.managers)],
            "time_zone": [zone for zone, _, _ in region],
            "country": [country for _, country, _ in region],
            "languages": [
                "en" if language == "en" else f"en;{language}" for _, _, language in region
            ],
            "products": [";".join(f"P{product}" for product in row) for row in known],
            "offerings": "tsam",
        }
    )
    return table, known


def _draw_contracts(
    instance: Instance,
    known: list[npt.NDArray[np.int64]],
    random: np.random.Generator,
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Return the contracts and the home manager of each."""
    rows, home = [], []
    order = iter(np.tile(random.permutation(instance.managers), instance.contracts))
    company = 0
    while len(rows) < instance.contracts:
        first = int(next(order))
        several = random.random() < instance.companies
        count = int(random.integers(2, 4)) if several else 1
        for _ in range(min(count, instance.contracts - len(rows))):
            zone, country, _ = _REGIONS[first % len(_REGIONS)]
            needed = random.choice(known[first], 1 + (random.random() < 0.3), replace=False)
            home.append(first)
            rows.append(
                {
                    "contract_id": f"C-{len(rows):05d}",
                    "company_id": f"K-{company:05d}",
                    "offering": "tsam",
                    "deployment": "on_prem",
                    "start_date": "2025-01-01",
                    "end_date": "2028-12-31",
                    "time_zone": zone,
                    "country": country,
                    "products": ";".join(f"P{product}" for product in sorted(needed)),
                    "cases": int(random.integers(1, 8)),
                }
            )
        company += 1
    return pd.DataFrame(rows), np.array(home)


def _draw_absences(instance: Instance, random: np.random.Generator) -> pd.DataFrame:
    rows = []
    for manager in range(instance.managers):
        for week in random.choice(WEEKS, instance.absence_weeks, replace=False):
            monday = START + dt.timedelta(weeks=int(week))
            rows.append(
                {
                    "manager_id": f"M-{manager:04d}",
                    "start_date": monday,
                    "end_date": monday + dt.timedelta(days=4),
                }
            )
    return pd.DataFrame(rows, columns=["manager_id", "start_date", "end_date"])


def _demand(
    tables: dict[str, pd.DataFrame], shape: npt.NDArray[np.float64], instance: Instance
) -> pd.DataFrame:
    """Scale needs so that planned hours are the instance's load of the deployable ones."""
    portfolio = read_portfolio(tables)
    facts = gather_facts(portfolio, _HORIZON, portfolio.policy)
    goal = instance.load * facts.manager_weeks.deployable.sum() / 1e6
    works = facts.contract_weeks.weight.reshape(instance.contracts, WEEKS, -1).sum(axis=2)
    shape = np.where(works > 0, shape * works / 5, 0.0)
    low, high = 0.0, ALLOWANCE / shape[shape > 0].min()
    for _ in range(60):
        middle = (low + high) / 2
        is_low = np.minimum(shape * middle, ALLOWANCE).sum() < goal
        low, high = (middle, high) if is_low else (low, middle)
    need = np.round(np.minimum(shape * high, ALLOWANCE), 2)
    contract, week = np.meshgrid(
        tables["contracts"]["contract_id"].to_numpy(), np.arange(WEEKS), indexing="ij"
    )
    cases = np.repeat(tables["contracts"]["cases"].to_numpy()[:, None], WEEKS, axis=1)
    return pd.DataFrame(
        {
            "contract_id": contract.ravel(),
            "week": [START + dt.timedelta(weeks=int(number)) for number in week.ravel()],
            "need_hours": need.ravel(),
            "cases": cases.ravel(),
        }
    )


def main() -> None:
    """Write the CSV files of the instance that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--managers", type=int, required=True)
    parser.add_argument("--contracts", type=int, required=True)
    parser.add_argument("--load", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    given = vars(parser.parse_args())
    folder: Path = given.pop("out")
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in draw_tables(Instance(**given)).items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()

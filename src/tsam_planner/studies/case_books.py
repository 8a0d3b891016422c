"""Open cases of the managers' books against their limit (R43), as logged since the plan."""

import pandas as pd

from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import weeks_in

NEAR_SHARE = 0.90
# A book that is planned near its limit has not drifted for a case more.
_LEAST = 1.0

BOOK_COLUMNS = ("week", "planned_cases", "open_cases", "unlogged_cases", "max_cases", "is_over")


def book_weeks(plan: Plan, weeks: pd.DataFrame) -> pd.DataFrame:
    """
    Return the open cases of each manager's book in each week of which the log tells.

    Contracts of a book that the log does not name hold their planning figure
    (``unlogged_cases``, part of ``open_cases``): nobody knows of fewer.
    """
    rows = plan.assignments[plan.assignments["status"] == "assigned"]
    held = weeks_in(rows, weeks[["contract_id", "week", "planned_cases", "open_cases"]])
    held = held.join(rows["manager_id"], on="stretch")
    told = held["open_cases"].notna()
    held = held.assign(
        unlogged_cases=held["planned_cases"].where(~told, 0.0),
        open_cases=held["open_cases"].fillna(held["planned_cases"]),
        is_told=told,
    )
    names = ["planned_cases", "open_cases", "unlogged_cases"]
    groups = held.groupby(["manager_id", "week"])
    books = groups[names].sum()[groups["is_told"].any()].reset_index()
    limits = plan.manager_weeks[["manager_id", "week", "max_cases"]]
    return books.merge(limits, on=["manager_id", "week"], how="left")


def crowded_books(books: pd.DataFrame, *, by_manager: bool) -> pd.DataFrame:
    """
    Return the books whose latest week is over the limit or near it, the fullest first.

    Near is 90 % of it, and more than a case above the plan. Whose book it is, is told where
    it is asked for only.
    """
    latest = books.sort_values("week").groupby("manager_id").tail(1)
    is_over = latest["open_cases"] > latest["max_cases"] + 1e-9
    is_near = latest["open_cases"] >= NEAR_SHARE * latest["max_cases"] - 1e-9
    is_more = latest["open_cases"] > latest["planned_cases"] + _LEAST + 1e-9
    found = latest.assign(is_over=is_over)[is_over | (is_near & is_more)]
    share = (found["open_cases"] / found["max_cases"]).sort_values(ascending=False)
    columns = [*(["manager_id"] if by_manager else []), *BOOK_COLUMNS]
    return found.loc[share.index, columns].reset_index(drop=True)

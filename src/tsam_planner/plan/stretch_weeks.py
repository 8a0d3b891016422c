"""Stretches of a plan's assignments, and the contract-weeks that lie in each of them."""

import pandas as pd

FORCED = "forced"
EARLIER = "the earlier week is chosen"
"""How the reason of a change of hands begins that could not be avoided."""


def is_forced(reason: object) -> bool:
    """
    Say by its reason whether a change of hands could not be avoided.

    Examples
    --------
    >>> is_forced("forced: M-1 leaves"), is_forced("chosen: for the plan's points")
    (True, False)
    """
    return str(reason).startswith(FORCED)


def givers_of(stretches: pd.DataFrame) -> pd.Series:
    """
    Return who had a contract before each of its stretches, labelled as the stretches are.

    That is the manager of the last stretch that had one, at first today's manager; None is
    nobody. Weeks without a manager undo no change of hands: who had it last gives it.

    Parameters
    ----------
    stretches
        All rows of a plan's assignments, those of a contract in the order of their weeks.

    Examples
    --------
    >>> rows = [["C-1", "M-1", "M-1"], ["C-1", None, "M-1"], ["C-1", "M-2", "M-1"]]
    >>> columns = ["contract_id", "manager_id", "incumbent_id"]
    >>> givers_of(pd.DataFrame([*rows, ["C-1", "M-1", "M-1"]], columns=columns)).tolist()
    ['M-1', 'M-1', 'M-1', 'M-2']
    """
    by_contract = stretches["contract_id"]
    last = stretches["manager_id"].groupby(by_contract).ffill().groupby(by_contract).shift()
    givers = last.where(last.notna(), stretches["incumbent_id"]).astype(object)
    return givers.where(givers.notna(), None)


def weeks_in(stretches: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """
    Return the contract-weeks that lie in stretches.

    Parameters
    ----------
    stretches
        Rows of a plan's assignments (``contract_id, from_week, to_week``).
    weeks
        Rows of its contract-weeks (``contract_id, week`` and any others).

    Returns
    -------
    DataFrame
        One row per stretch and week in it: ``stretch`` (the row's label in ``stretches``)
        and the columns of both.
    """
    named = stretches[["contract_id", "from_week", "to_week"]].rename_axis("stretch")
    pairs = named.reset_index().merge(weeks, on="contract_id")
    return pairs[(pairs["from_week"] <= pairs["week"]) & (pairs["week"] <= pairs["to_week"])]


def planned_hours(stretches: pd.DataFrame, weeks: pd.DataFrame) -> float:
    """Return the planned hours of all weeks that lie in stretches."""
    return float(weeks_in(stretches, weeks)["planned_hours"].sum())


def loads_of(stretches: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """
    Return what each stretch asks for, labelled as the stretches are.

    Columns ``hours`` (planned, in all), ``hours_a_week`` and ``cases`` (the most in a week);
    0 where no week lies in it.
    """
    inside = weeks_in(stretches, weeks).groupby("stretch")
    loads = pd.DataFrame(
        {
            "hours": inside["planned_hours"].sum(),
            "hours_a_week": inside["planned_hours"].mean(),
            "cases": inside["cases"].max(),
        }
    )
    return loads.reindex(stretches.index, fill_value=0).astype(
        {"hours": float, "hours_a_week": float, "cases": int}
    )

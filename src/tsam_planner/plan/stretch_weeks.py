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

"""What somebody has changed in a plan's tables since it was written."""

from collections.abc import Sequence

import pandas as pd

from tsam_planner.plan.edited_cells import text_of
from tsam_planner.plan.plan import Plan

_PEOPLE = ("contract_id", "manager_id", "backup_id", "from_week", "to_week")
_CALLS = ("contract_id", "week", "start", "minutes", "manager_id")


def contracts_to_call_anew(
    recorded: Plan | None, assignments: pd.DataFrame, calls: pd.DataFrame | None
) -> frozenset[str]:
    """
    Return the contracts whose people have changed and whose calls have not followed.

    Parameters
    ----------
    recorded
        The plan as it was written; without one, nothing is known of changes.
    assignments, calls
        Its tables as they are now, cells as text.
    """
    if recorded is None or calls is None:
        return frozenset()
    if "contract_id" not in assignments or "contract_id" not in calls:
        # The check of these tables says so.
        return frozenset()
    moved = _differing(recorded.assignments, assignments, _PEOPLE)
    return moved - _differing(recorded.calls, calls, _CALLS)


def _differing(
    before: pd.DataFrame, now: pd.DataFrame, columns: Sequence[str]
) -> frozenset[str]:
    """Return the contracts whose rows are not the same in two tables."""
    shared = [name for name in columns if name in now]
    old, new = _rows(before, shared), _rows(now, shared)
    return frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _rows(table: pd.DataFrame, columns: Sequence[str]) -> dict[str, set[tuple[str, ...]]]:
    rows: dict[str, set[tuple[str, ...]]] = {}
    for values in table[list(columns)].itertuples(index=False, name=None):
        texts = tuple(text_of(value) for value in values)
        rows.setdefault(texts[0], set()).add(texts)
    return rows

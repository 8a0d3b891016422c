"""
Open cases over time, exactly: a case is open from its opening until just before its closing.

"Thirty at a given moment" (R43, Q4) is about moments. A log of cases is therefore turned
into the steps of a staircase, up at an opening and down at a closing, and read off where
it is highest. Nothing is sampled, and no loop runs over cases.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.errors import ArgumentError, DataQualityWarning

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DAY = 86_400_000_000_000
"""Nanoseconds of a day."""
NEVER = np.iinfo(np.int64).max
"""Closing of a case that is still open."""
_EXAMPLES = 3
# An offset from UTC at the end of a time of day.
_OFFSET = r"\d[T ]\d.*(?:Z|[+-]\d\d(?::?\d\d)?)$"


@dataclass(frozen=True, slots=True)
class Spans:
    """
    Times in which cases are open, in nanoseconds since 1970; all have shape ``(cases,)``.

    ``group`` is the position of each case's key; ``closed`` is `NEVER` while a case is open.
    """

    group: Whole
    opened: Whole
    closed: Whole

    def known_at(self, moment: int) -> "Spans":
        """Return what is known at a moment: no later opening, and no later closing."""
        seen = self.opened < moment
        closed = np.where(self.closed < moment, self.closed, NEVER)
        return Spans(self.group[seen], self.opened[seen], closed[seen])


def peak_open_cases(cases: pd.DataFrame, by: str | None = "contract_id") -> pd.DataFrame:
    """
    Return the most cases that were ever open at once, and when that was first so.

    A case is open in ``[opened_at, closed_at)``, for good where ``closed_at`` is missing.
    Rows of one ``case_id`` and key (a case that was reopened, or exported twice) count once
    while they overlap. Rows that say no time in which a case was open are left out, with a
    `DataQualityWarning` that counts them: no opening, no key, or closed before opened. A
    closing that cannot be read counts as none, with a warning, too.

    Parameters
    ----------
    cases
        One row per case: ``opened_at``, ``closed_at`` (timestamps or ISO texts), the key and,
        if there is one, ``case_id``.
    by
        Column of the key, such as ``contract_id``, ``company_id`` or ``manager_id``; None for
        all cases together.

    Returns
    -------
    DataFrame
        The key (unless ``by`` is None), ``peak`` (cases, >= 0) and ``first_reached`` (missing
        where no case was ever open), in order of the key. Times are in UTC if those of the
        log have a zone, without a zone if they have none.

    Raises
    ------
    ArgumentError
        When a column is missing.

    Examples
    --------
    >>> log = pd.DataFrame(
    ...     {
    ...         "contract_id": ["C-1", "C-1", "C-2"],
    ...         "opened_at": ["2027-01-04T09:00", "2027-01-05T09:00", "2027-01-05T10:00"],
    ...         "closed_at": ["2027-01-06T09:00", None, "2027-01-05T11:00"],
    ...     }
    ... )
    >>> peak_open_cases(log)
      contract_id  peak       first_reached
    0         C-1     2 2027-01-05 09:00:00
    1         C-2     1 2027-01-05 10:00:00
    >>> int(peak_open_cases(log, by=None)["peak"].iloc[0])
    3
    """
    absent = [name for name in ("opened_at", "closed_at", by) if name and name not in cases]
    if absent:
        message = f"expected the columns {', '.join(absent)} in the log of cases"
        raise ArgumentError(message)
    opened, closed = _instants(cases["opened_at"]), _instants(cases["closed_at"])
    has_zone = opened.dt.tz is not None
    texts = cases["closed_at"][closed.isna().to_numpy()].dropna().astype(str)
    unread = texts.index[texts.str.strip() != ""]
    if len(unread):
        _warn("taken as still open: closing not readable", unread, stacklevel=3)
    if by is None:
        group, names = np.zeros(len(cases), dtype=np.int64), pd.Index([""])
    else:
        group, names = pd.factorize(cases[by], sort=True)
    spans = spans_of(group.astype(np.int64), opened, closed, cases.get("case_id"))
    peak, first = _peaks(spans, len(names))
    reached = pd.Series(pd.to_datetime(first).astype("datetime64[ns]"))
    if has_zone:
        reached = reached.dt.tz_localize("UTC")
    table = pd.DataFrame({"peak": peak, "first_reached": reached})
    if by is not None:
        table.insert(0, by, names)
    return table


def _instants(values: pd.Series) -> pd.Series:
    """Return timestamps in nanoseconds, in UTC if any has a zone; missing where unreadable."""
    if not isinstance(values.dtype, pd.DatetimeTZDtype) and values.dtype.kind != "M":
        # Texts with several offsets (winter and summer), or some without one: those without
        # are taken as UTC.
        has_zone = bool(values.astype(str).str.contains(_OFFSET).any())
        values = pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True)
        values = values if has_zone else values.dt.tz_localize(None)
    is_aware = isinstance(values.dtype, pd.DatetimeTZDtype)
    if is_aware:
        values = values.dt.tz_convert("UTC")
    # Nanoseconds end in 2262: a closing on the last day of 9999 is none.
    latest = pd.Timestamp.max.floor("s").tz_localize("UTC" if is_aware else None)
    values = values.where(values < latest)
    return values.astype("datetime64[ns, UTC]" if is_aware else "datetime64[ns]")


def spans_of(
    group: Whole, opened: pd.Series, closed: pd.Series, case_ids: pd.Series | None = None
) -> Spans:
    """
    Return the spans of a log; rows that say none are left out, with a warning.

    ``group`` is the key of each row as a position, -1 where there is none.
    """
    begin, end = _nanoseconds(opened), _nanoseconds(closed)
    end = np.where(closed.isna().to_numpy(), NEVER, end)
    checks = {
        "without an opening": opened.isna().to_numpy(),
        "without a key": group < 0,
        "closed before opened": opened.notna().to_numpy() & (end < begin),
    }
    for what, mask in checks.items():
        if mask.any():
            _warn(f"left out: {what}", opened.index[mask], stacklevel=4)
    kept = ~np.logical_or.reduce(list(checks.values())) & (begin < end)
    spans = Spans(group[kept], begin[kept], end[kept])
    return spans if case_ids is None else _merged(spans, case_ids.to_numpy()[kept])


def _nanoseconds(times: pd.Series) -> Whole:
    naive = times.dt.tz_localize(None) if times.dt.tz is not None else times
    return naive.to_numpy(dtype="datetime64[ns]").astype(np.int64)


def _warn(what: str, rows: pd.Index, stacklevel: int) -> None:
    examples = ", ".join(str(row) for row in rows[:_EXAMPLES])
    noun = "row" if len(rows) == 1 else "rows"
    message = f"{len(rows)} {noun} of the log of cases {what} (e.g. row {examples})"
    warnings.warn(message, DataQualityWarning, stacklevel=stacklevel)


def _merged(spans: Spans, case_ids: npt.NDArray[np.object_]) -> Spans:
    """Join the overlapping spans of cases whose id stands more than once."""
    codes, _ = pd.factorize(case_ids)
    repeated = pd.Series(codes).duplicated(keep=False).to_numpy() & (codes >= 0)
    if not repeated.any():
        return spans
    again = pd.DataFrame(
        {
            "group": spans.group[repeated],
            "case": codes[repeated],
            "opened": spans.opened[repeated],
            "closed": spans.closed[repeated],
        }
    ).sort_values(["group", "case", "opened"])
    same = again.groupby(["group", "case"])
    latest = same["closed"].cummax()
    before = latest.groupby([again["group"], again["case"]]).shift(fill_value=-NEVER)
    block = (again["opened"] > before).cumsum()
    joined = again.groupby(block).agg(
        group=("group", "first"), opened=("opened", "first"), closed=("closed", "max")
    )
    return Spans(
        np.append(spans.group[~repeated], joined["group"]),
        np.append(spans.opened[~repeated], joined["opened"]),
        np.append(spans.closed[~repeated], joined["closed"]),
    )


@dataclass(frozen=True, slots=True)
class _Steps:
    """Openings and closings in order of group and time, with the level after each."""

    group: Whole
    time: Whole
    level: Whole


def _steps(spans: Spans) -> _Steps:
    ended = spans.closed != NEVER
    group = np.concatenate([spans.group, spans.group[ended]])
    time = np.concatenate([spans.opened, spans.closed[ended]])
    step = np.concatenate(
        [np.ones(len(spans.opened), np.int64), np.full(int(ended.sum()), -1, np.int64)]
    )
    # Closings come before openings of the same instant: a case is not open when it closes.
    order = np.lexsort((step, time, group))
    group, time, step = group[order], time[order], step[order]
    total = np.cumsum(step)
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    base = np.repeat(total[begins] - step[begins], np.diff(np.append(begins, len(group))))
    return _Steps(group, time, total - base)


def _peaks(spans: Spans, groups: int) -> tuple[Whole, npt.NDArray[np.datetime64]]:
    """Return the highest level of each group, and when it was first reached."""
    peak = np.zeros(groups, dtype=np.int64)
    first = np.full(groups, np.datetime64("NaT", "ns"))
    steps = _steps(spans)
    np.maximum.at(peak, steps.group, steps.level)
    highest = np.flatnonzero(steps.level == peak[steps.group])
    names, where = np.unique(steps.group[highest], return_index=True)
    first[names] = steps.time[highest[where]].astype("datetime64[ns]")
    return peak, first


def weekly_open_cases(spans: Spans, bounds: Whole, groups: int) -> tuple[Floats, Whole]:
    """
    Return the time-average and the peak of open cases of each group in each week.

    Parameters
    ----------
    spans
        When cases are open.
    bounds
        Begin of each week and end of the last one, evenly spaced; shape ``(weeks + 1,)``.

    Returns
    -------
    tuple
        Means and peaks, both of shape ``(groups, weeks)``.
    """
    weeks, length = len(bounds) - 1, int(bounds[1] - bounds[0])
    area = np.zeros((groups, weeks + 1))
    for sign, times in ((1.0, spans.opened), (-1.0, spans.closed)):
        # A step fills the rest of its own week, and every week that follows.
        inside = np.clip(times, bounds[0], bounds[-1])
        week = np.minimum((inside - bounds[0]) // length, weeks)
        rest = (bounds[0] + (week + 1) * length - inside) / length
        begun = inside < bounds[-1]
        place = spans.group[begun], week[begun]
        np.add.at(area, place, sign * rest[begun])
        following = np.zeros_like(area)
        np.add.at(following, place, sign)
        area[:, 1:] += np.cumsum(following, axis=1)[:, :-1]
    # What floating point leaves of a staircase that is back on the ground.
    means = np.maximum(0.0, np.round(area[:, :weeks], 9))
    return means, _weekly_peaks(spans, bounds, groups)


def _weekly_peaks(spans: Spans, bounds: Whole, groups: int) -> Whole:
    weeks, length = len(bounds) - 1, int(bounds[1] - bounds[0])
    at_bounds = np.zeros((groups, weeks + 1), dtype=np.int64)
    for sign, times in ((1, spans.opened), (-1, spans.closed)):
        # The first begin of a week at which the step has been taken.
        from_week = np.clip(-((bounds[0] - times) // length), 0, weeks + 1)
        taken = from_week <= weeks
        np.add.at(at_bounds, (spans.group[taken], from_week[taken]), sign)
    peaks = np.cumsum(at_bounds, axis=1)[:, :weeks]
    steps = _steps(spans)
    week, after = np.divmod(steps.time - bounds[0], length)
    # Between two closings at the begin of a week, no time passes in which one is open.
    inside = (week >= 0) & (week < weeks) & (after > 0)
    np.maximum.at(peaks, (steps.group[inside], week[inside]), steps.level[inside])
    return peaks

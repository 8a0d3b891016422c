"""What contracts and weeks have in common in futures; hours are such that draws tell it."""

import numpy as np
import pytest

from examples import QUARTER, contract, portfolio
from logs import case_log, time_sheets, weekly
from tsam_planner.demand.draws import DemandDraws, draw_demand
from tsam_planner.portfolio.records import Prospect
from tsam_planner.service.policy import Policy

DRAWS, WEEKS = 2000, 40
# A share of draws lies outside of this many standard errors once in two million times.
ERRORS = 5


def draw(signed, sheets=(), cases=(), prospects=()) -> DemandDraws:
    """Return futures of the first quarter of 2027."""
    tables = {"timesheets": time_sheets(*sheets), "cases": case_log(*cases)}
    records = portfolio(signed, [], prospects=prospects, **tables)
    return draw_demand(records, QUARTER, Policy(), draws=DRAWS)


def logged(hours, *names):
    """Return contracts of 5 h whose time sheets have the given hours a week, and these."""
    signed = [contract(name, need_hours=5.0) for name in names]
    return signed, [row for name in names for row in weekly(name, hours, before=QUARTER.start)]


def test_weeks_of_the_past_come_in_blocks_of_four():
    """
    In a block each week has a tenth more than the one before; blocks follow by chance.

    The log begins on a Friday: 39 weeks are whole. After the last of them comes the first, so
    that 38 of 39 pairs inside of a block are a tenth up, and one of 39 between two blocks.
    """
    need = draw(*logged([1.1**week for week in range(WEEKS)], "C-1")).need[:, 0].astype(float)
    is_next = np.isclose(need[:, 1:] / need[:, :-1], 1.1, rtol=1e-4).mean(axis=0)
    # Three pairs inside of a block, then one between two.
    expected = np.tile([38 / 39, 38 / 39, 38 / 39, 1 / 39], 3)
    slack = ERRORS * np.sqrt(38 / 39 / 39 / DRAWS)
    assert (np.abs(is_next - expected) <= slack).all()


def test_all_contracts_repeat_the_same_weeks_at_the_same_level():
    """
    Contracts with equal pasts have equal futures, and these differ from draw to draw.

    Their hours doubled after 40 of 60 weeks: levels moved more at some times than at others.
    """
    hours = [1.01**week * (1 if week < 40 else 2) for week in range(60)]
    need = draw(*logged(hours, "C-1", "C-2", "C-3")).need
    np.testing.assert_allclose(need[:, 1:], need[:, :1].repeat(2, axis=1), rtol=1e-6)
    assert need[:, 0].std() > 1


def test_cases_come_in_the_weeks_from_which_hours_come():
    """Of 40 weeks one had 20 cases and no hours: in futures, too, both come together."""
    hours = [0.0 if week == 20 else 5.0 for week in range(WEEKS)]
    sheets = weekly("C-1", hours, before=QUARTER.start)
    monday = np.datetime64(QUARTER.start) - np.timedelta64(7 * (WEEKS - 20), "D")
    quiet = [str(monday + np.timedelta64(7 * week, "D")) for week in range(-20, 20)]
    cases = [("C-1", f"{day}T01:00", f"{day}T02:00") for day in quiet]
    cases += [("C-1", f"{monday}T09:00", f"{monday}T20:00")] * 20
    found = draw([contract(cases=None)], sheets, cases)
    is_quiet, is_busy = found.need[:, 0] == 0, found.peak_cases[:, 0] >= 5
    assert 0.01 < is_quiet.mean() < 0.05
    assert (is_busy <= is_quiet).all()
    assert is_busy[is_quiet].mean() > 0.9


@pytest.mark.parametrize("chance", [0.25, 0.75])
def test_prospects_are_won_one_by_one(chance):
    """Two prospects: each in its share of futures, both in the product of shares."""
    fields = contract(need_hours=8.0).model_dump() | {"win_probability": chance}
    prospects = [Prospect(**{**fields, "contract_id": name}) for name in ("P-1", "P-2")]
    won = draw([contract()], prospects=prospects).need.any(axis=2)
    assert won[:, 0].all()
    for found, expected in (
        (won[:, 1].mean(), chance),
        (won[:, 2].mean(), chance),
        (won[:, 1:].all(axis=1).mean(), chance**2),
    ):
        assert abs(found - expected) <= ERRORS * np.sqrt(expected * (1 - expected) / DRAWS)

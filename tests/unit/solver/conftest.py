"""Assignment problems that several test files share."""

import numpy as np
import pytest

from tsam_planner.solver import AssignmentProblem


@pytest.fixture(scope="session")
def hard_problem() -> AssignmentProblem:
    """Return 60 tasks for 6 agents with scarce capacity: no search proves it at once."""
    random = np.random.default_rng(0)
    load = random.integers(5, 26, size=(6, 60, 1)).astype(float)
    # Cheap where it takes much room, as in the classic instances of type D.
    cost = 111.0 - load[:, :, 0] * 4 + random.integers(-10, 11, size=(6, 60))
    capacity = load.sum(axis=(1, 2)).reshape(6, 1) * 0.8 / 6
    return AssignmentProblem.from_dense(cost, load, capacity, np.full(60, 1000.0))

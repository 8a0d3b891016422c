"""
Selling as part of assigning: a contract with its block of additional hours, or without.

A contract that may be asked to buy is one task with two options per manager: its hours as
bought today, or those with the block, which load more and bring a margin. The margin is a
second level of cost: it is compared among plans of the fewest points only, so that no
customer waits, changes hands or strains anybody for the sake of a sale (R46).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.stretches import Stretch
from tsam_planner.model.tasks import Tasks


@dataclass(frozen=True)
class Sales:
    """
    Blocks that may be sold.

    Attributes
    ----------
    facts
        The facts if all of them were sold.
    contracts
        Whose blocks they are (positions).
    margin
        What each brings less what its hours cost a manager, in money, shape ``(contracts,
        managers)``; 0 for contracts without a block.
    """

    facts: Facts
    contracts: frozenset[int]
    margin: npt.NDArray[np.float64]

    def tasks(self, stretches: Sequence[Stretch], tasks: Tasks) -> frozenset[int]:
        """
        Return the tasks that can be served with a sale.

        A contract that is cut into several stretches is left out: its block would be sold
        by several people. Blocks of one task are sold together, or none.
        """
        return frozenset(
            tasks.of_stretch[position]
            for position, part in enumerate(stretches)
            if part.contract in self.contracts
            and len(tasks.of_contract.get(part.contract, ())) == 1
        )

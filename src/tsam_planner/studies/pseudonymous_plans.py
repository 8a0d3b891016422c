"""
A plan under pseudonyms: the same decisions, with everything that follows worked out anew.

Tables are not translated. They are built from a portfolio that holds no original id, so that
nothing can be forgotten; only the sentences beside decisions and calls are rewritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tsam_planner.errors import ArgumentError, VerificationError
from tsam_planner.facts import Facts, gather_facts
from tsam_planner.finance.additional_hours import assess_contracts
from tsam_planner.plan.call_tables import calls_from, missing_calls_from
from tsam_planner.plan.calls import Call, MissingCall
from tsam_planner.plan.decision_tables import decisions_in
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.plan import GOALS, Outcome, Plan, build_plan
from tsam_planner.plan.sales import sold_blocks
from tsam_planner.plan.tables import typed
from tsam_planner.planning.notices import failures_in, warnings_of
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.pseudonyms import Words, pseudonymize, words_of
from tsam_planner.studies.pseudonymous_text import PseudonymousText
from tsam_planner.verify.verification import verify_decisions


def pseudonymize_plan(plan: Plan, key: pd.DataFrame | None = None) -> tuple[Plan, pd.DataFrame]:
    """
    Return a plan in which pseudonyms stand for all ids, to be shown and published to others.

    Who serves whom, calls, hours of books, points and proofs are the same. Rows are in the
    order of the pseudonyms, which is none. What follows from an order does so in that one:
    futures, so that chances and revenue differ as those of two seeds do, and which of two
    contracts is covered where a substitute has the hours for one.

    Parameters
    ----------
    plan
        A plan that knows the portfolio it was made from.
    key
        An earlier key, as for `pseudonymize`.

    Returns
    -------
    Plan, DataFrame
        The plan, which knows the pseudonymous portfolio, and the key (see `pseudonymize`).

    Raises
    ------
    ArgumentError
        When the plan does not know its portfolio, or knows another than it was made from.
    VerificationError
        When the plan does not cost the same under pseudonyms: a defect of this library.
    """
    original = plan.facts.portfolio
    if plan.input_hash != original.content_hash:
        message = (
            "the portfolio is not the one that the plan was made from; give that one, or plan "
            "again with this one (replan)"
        )
        raise ArgumentError(message)
    shared, key = pseudonymize(original, key)
    words = words_of(key)
    renaming = _Renaming(words, PseudonymousText(original, words))
    found = _rebuilt(plan, shared, renaming)
    _compare(plan, found)
    return found, key


@dataclass(frozen=True)
class _Renaming:
    """What stands for ids in cells and in sentences."""

    words: Words
    text: PseudonymousText

    def decisions(self, plan: Plan) -> list[Decision]:
        managers = self.words["manager"]
        renamed = [
            replace(
                row,
                contract_id=self.words["contract"][row.contract_id],
                manager_id=managers[row.manager_id] if row.manager_id else None,
                backup_id=managers[row.backup_id] if row.backup_id else None,
                reason=self.text.of(row.reason),
            )
            for row in decisions_in(plan.assignments)
        ]
        # A contract's rows stay in the order of time.
        return sorted(renamed, key=lambda row: row.contract_id)

    def calls(self, plan: Plan) -> tuple[Sequence[Call], Sequence[MissingCall]]:
        facts = plan.facts
        calls = [
            replace(
                call,
                contract_id=self.words["contract"][call.contract_id],
                manager_id=self.words["manager"][call.manager_id],
                reason=self.text.of(call.reason),
            )
            for call in calls_from(plan.calls, facts)
        ]
        lost = [
            replace(
                item,
                contract_id=self.words["contract"][item.contract_id],
                reason=self.text.of(item.reason),
            )
            for item in missing_calls_from(plan.missing_calls, facts)
        ]
        calls.sort(key=lambda call: (call.contract_id, call.week))
        lost.sort(key=lambda item: (item.contract_id, item.week))
        return calls, lost

    def sales(self, table: pd.DataFrame) -> pd.DataFrame:
        renamed = table.assign(
            contract_id=table["contract_id"].map(self.words["contract"]).astype(object)
        )
        return typed(renamed.sort_values("contract_id", kind="stable"))


def _rebuilt(plan: Plan, shared: Portfolio, renaming: _Renaming) -> Plan:
    """Build the plan again from the pseudonymous portfolio and the same decisions."""
    sales = renaming.sales(plan.sales)
    bare = gather_facts(shared, plan.horizon, plan.policy)
    facts = _with_sales(bare, sales)
    decisions, (calls, missing) = renaming.decisions(plan), renaming.calls(plan)
    check = verify_decisions(facts, decisions, calls, missing)
    outcome = Outcome(
        decisions=decisions,
        calls=calls,
        missing_calls=missing,
        ledger=check.ledger,
        points=check.points,
        backup_points=check.backup_points,
        call_points=check.call_points,
        additional_hours=assess_contracts(bare),
        risk_price=plan.risk_price,
        sales=sales,
        sales_proof=plan.sales_proof,
    )
    return build_plan(
        facts,
        outcome,
        proof=plan.proof,
        backup_proof=plan.backup_proof,
        seed=plan.seed,
        warnings=(*warnings_of(facts, outcome), *failures_in(plan.warnings)),
        run=plan.run,
    )


def _with_sales(bare: Facts, sales: pd.DataFrame) -> Facts:
    sold = sold_blocks(sales, bare.contract_index.keys())
    return gather_facts(bare.portfolio, bare.horizon, bare.policy, sold) if sold else bare


def _compare(plan: Plan, found: Plan) -> None:
    """Hold that nothing but words has changed."""
    differences = [
        f"{name} under pseudonyms"
        for name in GOALS
        if not np.array_equal(getattr(plan, name), getattr(found, name))
    ]
    if differences:
        raise VerificationError(differences)

"""All tables of a planning round as one frozen value."""

import hashlib
from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from tsam_planner.errors import Problem
from tsam_planner.portfolio.records import (
    Absence,
    Assignment,
    Company,
    Contact,
    Contract,
    DemandWeek,
    ExchangeRate,
    Holiday,
    Invoice,
    Manager,
    OfferStep,
    Pin,
    Profile,
    Prospect,
    PurchasedHours,
    WeekendSession,
)
from tsam_planner.service.policy import Policy
from tsam_planner.service.rates import Rate, RateCard


class Portfolio(BaseModel):
    """
    Everything known before planning: contracts, managers and what surrounds them.

    Records are kept sorted by their ids, so the order of rows in the input never matters.
    The two logs (``cases``, ``timesheets``) can have millions of rows and stay DataFrames
    with the columns of the data dictionary; treat them as read-only.

    ``findings`` holds the warnings and the defects of the logs that were found on reading;
    they did not stop the portfolio from being read.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
    )

    contracts: tuple[Contract, ...]
    managers: tuple[Manager, ...]
    companies: tuple[Company, ...] = ()
    contacts: tuple[Contact, ...] = ()
    absences: tuple[Absence, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    pins: tuple[Pin, ...] = ()
    demand: tuple[DemandWeek, ...] = ()
    purchased_hours: tuple[PurchasedHours, ...] = ()
    weekend_sessions: tuple[WeekendSession, ...] = ()
    prospects: tuple[Prospect, ...] = ()
    profiles: tuple[Profile, ...] = ()
    rates: tuple[Rate, ...] = ()
    offers: tuple[OfferStep, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    exchange_rates: tuple[ExchangeRate, ...] = ()
    cases: pd.DataFrame = Field(default_factory=pd.DataFrame, repr=False)
    timesheets: pd.DataFrame = Field(default_factory=pd.DataFrame, repr=False)
    policy: Policy = Policy()
    findings: tuple[Problem, ...] = Field(default=(), repr=False)

    def model_copy(
        self, *, update: Mapping[str, Any] | None = None, deep: bool = False
    ) -> Self:
        """Return a copy, changed as ``update`` says; whatever was worked out is not copied."""
        copied = super().model_copy(update=update, deep=deep)
        for name in ("content_hash", "rate_card", "worked_out"):
            copied.__dict__.pop(name, None)
        return copied

    @cached_property
    def worked_out(self) -> dict[Hashable, Any]:
        """What takes long to work out and follows from the tables alone, by name."""
        return {}

    @cached_property
    def rate_card(self) -> RateCard:
        """The prices of additional hours, as far as the portfolio names them."""
        return RateCard(self.rates)

    @cached_property
    def content_hash(self) -> str:
        """
        Fingerprint of every table; equal inputs have equal hashes.

        The order of rows does not matter; policy and findings are not part of it.
        """
        digest = hashlib.sha256()
        for name in type(self).model_fields:
            table = getattr(self, name)
            if isinstance(table, tuple) and name != "findings":
                digest.update(name.encode())
                for line in sorted(record.model_dump_json() for record in table):
                    digest.update(line.encode() + b"\n")
            elif isinstance(table, pd.DataFrame):
                digest.update(name.encode())
                # What a column is called is not in the hashes of its rows. An empty log says
                # nothing, whatever its columns.
                digest.update(repr(list(table.columns) if len(table) else []).encode())
                rows = pd.util.hash_pandas_object(table, index=False).to_numpy()
                digest.update(np.sort(rows).astype("<u8").tobytes())
        return digest.hexdigest()

"""What a number of the policy stands on, and the kinds of numbers there are."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["hard", "expectation", "discretion", "target", "usual", "assumption"]

Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Basis:
    """
    What a number stands on.

    ``rules`` names clauses and questions, ``kind`` how binding the clause is; the kind
    ``assumption`` means that the service description is silent and the number is ours.
    ``example`` is a value to write where none is set by default.
    """

    rules: str
    kind: Kind
    unit: str
    meaning: str
    example: str = ""


class Section(BaseModel):
    """A table of ``policy.toml``; nobody can change it, unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Record(BaseModel):
    """A row of a table; nobody can change it, unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

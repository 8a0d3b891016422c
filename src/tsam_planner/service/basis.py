"""What a number of the policy stands on, and the kinds of numbers there are."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

Kind = Literal["hard", "expectation", "discretion", "target", "usual", "assumption"]

Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


LARGEST = 100_000
LONGEST = {"weeks": 520, "working days": 520}
"""The most that a number of the policy may be, by its unit: beyond it, it is a slip."""


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

    @field_validator("*")
    @classmethod
    def _is_no_slip(cls, value: object, info: ValidationInfo) -> object:
        most = LONGEST.get(cls._unit(str(info.field_name)), LARGEST)
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, int | float) and number > most:
                message = f"expected at most {most:,}"
                raise ValueError(message)
        if isinstance(value, dt.time) and value.tzinfo is not None:
            message = "expected a local time, without an offset"
            raise ValueError(message)
        return value

    @classmethod
    def _unit(cls, name: str) -> str:
        found = (item for item in cls.model_fields[name].metadata if isinstance(item, Basis))
        return next((item.unit for item in found), "")


class Record(BaseModel):
    """A row of a table; nobody can change it, unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

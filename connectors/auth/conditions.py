"""What an answer must hold to mean something, as settings."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from connectors.auth.fields import Pointer
from connectors.strict import Strict


class Ok(Strict):
    """How the answer to a log-in says that it went well."""

    pointer: Pointer = Field(description="JSON pointer into the answer")
    values: tuple[str | int | bool, ...] = Field(
        min_length=1, description='the values that mean yes; 0 and "0" are the same'
    )


class Expired(Strict):
    """An answer that means: this session or token is not valid (any more), and nothing was done."""

    pointer: Pointer = Field(description="JSON pointer into the answer")
    values: tuple[str | int | bool, ...] = Field(default=(), description='values that mean it; 3 and "3" are the same')
    phrases: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(), description="parts of the text that mean it, compared after NFC and case folding"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.values and not self.phrases:
            raise ValueError("needs values or phrases")
        return self


__all__ = ["Expired", "Ok"]

"""jq programs out of the configuration: from the native request to what the bus says, and back."""

from __future__ import annotations

from typing import Annotated, Any

import jq  # type: ignore[import-not-found]  # an extension module without stubs
import orjson
from pydantic import AfterValidator


class Failed(ValueError):
    """A program has no output for this input. What jq says of it may quote personal data and is not repeated."""


class Compiled:
    """One program. Only its first output counts."""

    def __init__(self, program: str) -> None:
        self._program = jq.compile(program)

    def run(self, value: Any) -> Any:
        """The first output for JSON-like `value`. Raises `Failed`."""
        try:
            return next(iter(self._program.input_text(orjson.dumps(value).decode())))
        except (StopIteration, ValueError, TypeError):
            pass
        raise Failed


def checked(program: str) -> str:
    """`program` as it is. Raises `ValueError` with jq's own words."""
    try:
        jq.compile(program)
    except ValueError as error:
        reason = " ".join(str(error).split())
    else:
        return program
    raise ValueError(f"not a jq program ({reason}); see https://jqlang.org/manual")


Program = Annotated[str, AfterValidator(checked)]

__all__ = ["Compiled", "Failed", "Program", "checked"]

"""The state of the catalogues' poll: what is known of every record, and how far this round came.

{"round": 3, "step": 1, "lists": {"agencies": {"000.00.00.H49": "digest"}},
 "procedures": {"9.999999": ["digest of the row", "digest of the details", "2026-11-22"]}, "queue": ["9.999999"]}
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field


class Known(NamedTuple):
    """What is known of a procedure: its row in the list, its details, and the day on which those were read."""

    row: str
    details: str
    day: date


class Cursor(BaseModel):
    """`step` is the index of the list that is read next; `queue` are procedures whose details are still to be read."""

    model_config = ConfigDict(extra="ignore")

    round: int = 0
    step: int = 0
    lists: dict[str, dict[str, str]] = Field(default_factory=dict)
    procedures: dict[str, Known] = Field(default_factory=dict)
    rows: dict[str, str] = Field(default_factory=dict, description="digests of the rows that are in the queue")
    queue: list[str] = Field(default_factory=list)

    def after(self, step: int) -> Cursor:
        """With that list next; list 0 begins a new round."""
        self.rows, self.step = {}, step
        self.round += step == 0
        return self

    def as_json(self) -> Any:
        """What is stored."""
        return self.model_dump(mode="json")


__all__ = ["Cursor", "Known"]

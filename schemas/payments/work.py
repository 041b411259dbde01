"""Work for people: money that the machine has booked and must not decide about."""

from __future__ import annotations

from pydantic import Field

from ..base import Canonical, Code, Dong, Flag, Text
from .vocabulary import Reference, WorkKind


class WorkItem(Canonical):
    """One thing to decide. The same `key` again is the same item with new content; `open=False` says it fell away."""

    key: Code = Field(description="stable; unique within the order")
    kind: WorkKind
    open: Flag = True
    order_code: Code | None = None
    dossier_code: Code | None = None
    system: Code
    reference: Reference
    gateway_reference: Code | None = None
    refund_reference: Reference | None = None
    amount: Dong = Field(default=0, description="dong that it is about")
    proposed_refund: Dong = Field(default=0, description="dong that should go back; 0: none is proposed")
    reason: Text = Field(description="what happened, and the next step")


class Difference(Canonical):
    """What a reconciliation found between our books and another's, and could not prove away."""

    outcome: Code
    cause: Code | None = None
    system: Code
    day: Code = Field(description="of the session")
    reference: Code | None = None
    gateway_reference: Code | None = None
    refund_reference: Code | None = None
    subject: Code | None = Field(default=None, description="the dossier's code")
    difference: int = Field(default=0, description="dong: theirs less ours")
    run: int | None = Field(default=None, description="the last one that found it")
    open: Flag = True


__all__ = ["Difference", "WorkItem"]

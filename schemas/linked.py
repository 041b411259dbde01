"""Linked registrations (liên thông khai sinh, khai tử): cases that the national service for them hands to a province.

Source: reference of `lienthong.dichvucong.gov.vn`. Its states are a scale of their own, not that of dossiers. The form
of a case's `content` is not published.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from .base import Canonical, Code, Flag, Instant, Name, Personal, Text
from .files import Base64
from .validators import TechnicalId


class LinkedState(StrEnum):
    """The service's own scale, codes 1 to 7 in this order."""

    WAITING = "waiting"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    RECEIVED = "received"
    RESULT_AVAILABLE = "result_available"
    RESULT_RETURNED = "result_returned"
    REFUSED = "refused"
    FORWARDED_TO_JUSTICE = "forwarded_to_justice"


class LinkedFile(Canonical):
    """A file of a case."""

    id: Code | None = None
    kind: Code | None = None
    paper: Annotated[Text | None, Personal()] = None
    name: Annotated[Text | None, Personal()] = None
    revoked: Flag | None = None
    content: Annotated[Base64 | None, Personal()] = None


class LinkedCase(Canonical):
    """Type `linked_case.received`."""

    id: Code = Field(description="the service's own id")
    dossier_code: Code
    unit_code: Code | None = None
    procedure_code: Code | None = None
    module: Code | None = None
    received_at: Instant | None = None
    technical_id: Annotated[TechnicalId | None, Personal()] = None
    content: Annotated[dict[str, Any], Personal()] = Field(description="the forms of the case, as they came")
    files: tuple[LinkedFile, ...] = ()


class LinkedCollected(Canonical):
    """Type `linked_case.collected`: the bus has it; the service is to be told so."""

    id: Code
    dossier_code: Code


class LinkedProgress(Canonical):
    """Type `linked_case.progressed`: where a case stands."""

    procedure_code: Code
    linked_code: Code = Field(description="code of the case at the service (soHoSoLT)")
    dossier_code: Code = Field(description="code of the case here")
    unit: Name = Field(description="the agency that works on it")
    state: LinkedState
    at: Instant
    note: Annotated[Text | None, Personal()] = None
    result: Annotated[Text | None, Personal()] = None
    officer: Annotated[Name | None, Personal()] = None
    position: Name | None = None
    department: Name | None = None
    content: Annotated[Text | None, Personal()] = None
    started_at: Instant | None = None
    due_at: Instant | None = None
    previous_due_at: Instant | None = None
    new_due_at: Instant | None = None
    supplement_due_at: Instant | None = None


__all__ = ["LinkedCase", "LinkedCollected", "LinkedFile", "LinkedProgress", "LinkedState"]

"""What happens to a dossier after it was filed, and what a target answers.

Source of the step's fields: reference of `CapNhatTienDoHoSoMC`.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from .base import Canonical, Code, Instant, Name, Personal, Text
from .envelope import EventType
from .validators import DossierCode
from .vocabulary import DossierState


class ProgressStep(Canonical):
    """One processing step of a dossier (tiến trình), type `dossier.progressed`."""

    dossier_code: DossierCode
    officer: Annotated[Name, Personal()]
    position: Name | None = None
    department: Name | None = None
    at: Instant
    content: Annotated[Text, Personal()]
    state: DossierState
    started_at: Instant | None = None
    due_at: Instant | None = Field(default=None, description="end of this step as the rules set it")


class AnsweredStep(Canonical):
    """Which step was answered."""

    at: Instant
    state: DossierState


class Acknowledgement(Canonical):
    """What a system answered to a message about a dossier; types `dossier.acknowledged` and `dossier.refused`."""

    dossier_code: DossierCode
    system: Code = Field(description="name of the system that answered, as configured")
    answered: EventType = Field(description="type of the message that was answered, e.g. dossier.submitted")
    message_id: UUID | None = Field(default=None, description="the bus's own id of that message")
    step: AnsweredStep | None = Field(default=None, description="set where a progress step was answered")
    reference: Code | None = Field(default=None, description="the system's own id of what it took")
    code: Code | None = Field(default=None, description="the reason in kebab case, or the system's own error code")
    reason: Text | None = Field(default=None, description="what was wrong and where, without values of personal fields")
    pointer: Code | None = Field(default=None, description="RFC 6901 pointer into the data that was refused")


class Refusal(Acknowledgement):
    """Type `dossier.refused`: an answer that says no always says why."""

    code: Code
    reason: Text


__all__ = ["Acknowledgement", "AnsweredStep", "ProgressStep", "Refusal"]

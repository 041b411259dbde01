"""Dossiers that were filed elsewhere and came to us, and what we say about them there."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from .base import Canonical, Code, Instant, Name, Personal, Text
from .dossier import Attachment, Fee, Result
from .validators import DossierCode, TechnicalId
from .vocabulary import DossierState


class Filing(Canonical):
    """Type `filing.received`: a dossier, or a paper about one, that another portal passed on.

    Its form is the other portal's. What the configuration knows to find stands in fields of its own, and `content` is
    the whole as it came.
    """

    system: Code = Field(description="name of the system that passed it on, as configured")
    service: Code = Field(description="the other portal's name of the service")
    dossier_code: Code = Field(description="as the other portal says")
    procedure_code: Code | None = None
    procedure_name: Text | None = None
    applicant_name: Annotated[Name | None, Personal()] = None
    applicant_number: Annotated[Code | None, Personal()] = None
    state: Code | None = Field(default=None, description="the other portal's own code")
    content: Annotated[dict[str, Any], Personal()]


class FilingCollected(Canonical):
    """Type `filing.collected`: the bus has it; the source is to be told so."""

    system: Code
    dossier_code: Code
    reference: Code | None = Field(default=None, description="the source's own id of it")


class FilingProgress(Canonical):
    """Type `filing.progressed`: where a dossier stands that was filed at the target."""

    dossier_code: Code = Field(description="its code there")
    reference: Code | None = Field(default=None, description="the target's own id of it")
    own_code: DossierCode | None = Field(default=None, description="its code here")
    state: DossierState
    at: Instant
    content: Annotated[Text | None, Personal()] = None
    technical_id: Annotated[TechnicalId | None, Personal()] = None
    files: tuple[Attachment, ...] = ()
    fees: tuple[Fee, ...] = ()
    results: tuple[Result, ...] = ()


class DossierQuestion(Canonical):
    """Asked of `dossier.state` and `dossier.dues`."""

    dossier_code: DossierCode


class DossierStanding(Canonical):
    """Answer of `dossier.state`: the target has the dossier. `state` only if it tells it in a form that is known."""

    dossier_code: DossierCode
    state: DossierState | None = None


class TechnicalIdQuestion(Canonical):
    """Asked of `person.technical_id`: a personal number, an old identity card number, or a tax code."""

    number: Annotated[Code, Personal()]


class TechnicalIdAnswer(Canonical):
    """Answer of `person.technical_id`."""

    technical_id: Annotated[TechnicalId, Personal()]


class CodeQuestion(Canonical):
    """Asked of `dossier.next_code`: which counter of the target."""

    counter: Code


class CodeAnswer(Canonical):
    """Answer of `dossier.next_code`. Every question uses a code up, also one whose answer was lost."""

    code: Code


__all__ = [
    "CodeAnswer",
    "CodeQuestion",
    "DossierQuestion",
    "DossierStanding",
    "Filing",
    "FilingCollected",
    "FilingProgress",
    "TechnicalIdAnswer",
    "TechnicalIdQuestion",
]

"""Who hands in a dossier, and for what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from .base import Canonical, Code, Name, Personal, UpTo
from .validators import Email, Phone, TechnicalId, kept, old_id_card, personal_number
from .vocabulary import ApplicantKind, IdentityKind

_CHECKS: Mapping[str, Callable[[str], str]] = {
    IdentityKind.PERSONAL_NUMBER: kept(personal_number),
    IdentityKind.OLD_ID_CARD: kept(old_id_card),
}


class IdentityDocument(Canonical):
    """A number that identifies the applicant."""

    kind: IdentityKind
    number: Annotated[Code, Personal()] = Field(description="12 digits (personal_number) or 9 digits (old_id_card)")

    @field_validator("number")
    @classmethod
    def _fits_kind(cls, value: str, info: ValidationInfo) -> str:
        check = _CHECKS.get(info.data.get("kind", ""))
        return check(value) if check else value


class Applicant(Canonical):
    """The owner of the dossier (chủ hồ sơ). None: the source did not say."""

    kind: ApplicantKind
    name: Annotated[Name | None, Personal()] = None
    document_number: Annotated[Code | None, Personal()] = Field(
        default=None, description="number of the paper with which the applicant identified, of any kind"
    )
    identities: tuple[IdentityDocument, ...] = ()
    technical_id: Annotated[TechnicalId | None, Personal()] = Field(
        default=None, description="TechID of the account at the national portal; never an identity number"
    )
    email: Annotated[Email | None, Personal()] = None
    phone: Annotated[Phone | None, Personal()] = None
    fax: Annotated[Code | None, Personal()] = None


class Procedure(Canonical):
    """The administrative procedure (TTHC), by its national code and name."""

    code: Code
    name: Annotated[str, UpTo(1000)]
    field_code: Code
    field_name: Name


__all__ = ["Applicant", "IdentityDocument", "Procedure"]

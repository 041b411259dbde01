"""A dossier to be created at a ministry's connector (the REST generation of 2026): type `dossier.forwarded`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StrictInt

from .base import Canonical, Code, Instant, Name, Personal, Text
from .validators import DossierCode


class ForwardedBy(StrEnum):
    """Who files, in the words of that generation."""

    CITIZEN = "citizen"
    ENTERPRISE = "enterprise"
    HOUSEHOLD_BUSINESS = "household_business"


class PaperForm(StrEnum):
    """In which form a paper is there."""

    ORIGINAL = "original"
    COPY = "copy"
    ELECTRONIC = "electronic"


class StoredPaper(Canonical):
    """A file that the target keeps already, see `file.stored`."""

    id: Code
    hash: Name
    name: Annotated[Text, Personal()]
    result_code: Code | None = None


class ForwardedComponent(Canonical):
    """A component of the dossier with its files."""

    code: Code
    name: Annotated[Text, Personal()]
    quantity: Annotated[StrictInt, Field(ge=0, le=100_000)]
    form: PaperForm
    files: tuple[StoredPaper, ...] = ()


class Submitter(Canonical):
    """Who files it."""

    kind: ForwardedBy
    id: Annotated[Code | None, Personal()] = Field(default=None, description="the target's id of the person or firm")
    name: Annotated[Name, Personal()]
    number: Annotated[Code, Personal()]
    province_code: Code | None = None
    commune_code: Code | None = None
    other: Annotated[dict[str, Any], Personal()] = Field(
        default_factory=dict, description="further fields of `ThongTinChiTiet`, under the target's own names"
    )


class ForwardedDossier(Canonical):
    """The dossier. `code` is one that the target issued (`dossier.next_code`) or that is otherwise the target's."""

    code: DossierCode
    procedure_code: Code
    service_code: Code
    owner_name: Annotated[Name, Personal()]
    owner_kind: ForwardedBy
    receiving_unit: Code
    filed_at: Instant
    received_at: Instant | None = None
    form: Annotated[dict[str, Any], Personal()] = Field(
        default_factory=dict, description="the procedure's own electronic form, under the target's names"
    )
    components: tuple[ForwardedComponent, ...] = ()
    submitter: Submitter


__all__ = ["ForwardedBy", "ForwardedComponent", "ForwardedDossier", "PaperForm", "StoredPaper", "Submitter"]

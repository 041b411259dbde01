"""What a portal publishes about procedures, and what changed of it: type `catalogue.changed`.

Source of the procedure's fields: reference of `LayThuTuc`. Codes whose table is not published, and dates, durations and
quantities whose form is not, are texts as the portal writes them. Nothing here is personal data.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from .base import Canonical, Code, Dong, Name, UpTo
from .vocabulary import Channel

# procedures quote whole laws and instructions
Prose = Annotated[str, UpTo(200_000)]
Title = Annotated[str, UpTo(4000)]
Link = Annotated[str, UpTo(4000)]
CatalogueName = Literal["procedures", "agencies", "fields", "services", "codes"]


class Named(Canonical):
    """A code with its name: an agency, a field, a level, a subject."""

    code: Code | None = None
    name: Title | None = None


class Step(Canonical):
    """One step of a procedure, in words."""

    name: Prose | None = None


class Sequence(Canonical):
    """The steps in one case (trường hợp)."""

    case: Prose | None = None
    steps: tuple[Step, ...] = ()


class Charge(Canonical):
    """What a way of filing costs. `amount` is set where the portal writes a whole number, `amount_text` otherwise."""

    code: Code | None = None
    amount: Dong | None = Field(default=None, description="in `unit`, dong as a rule")
    amount_text: Title | None = None
    unit: Name | None = None
    note: Prose | None = None
    file_name: Title | None = None
    url: Link | None = None


class Term(Canonical):
    """How long it takes, and what it costs then."""

    duration: Name | None = Field(default=None, description="a number as the portal writes it")
    unit: Name | None = None
    note: Prose | None = None
    charges: tuple[Charge, ...] = ()


class Way(Canonical):
    """A way of filing."""

    channel: Channel | None = None
    terms: tuple[Term, ...] = ()


class Paper(Canonical):
    """A paper to be handed in."""

    code: Code | None = None
    name: Prose | None = None
    replacing_result: Code | None = Field(default=None, description="code of the result that may stand in for it")
    originals: Code | None = None
    copies: Code | None = None
    form_name: Title | None = None
    url: Link | None = None


class Composition(Canonical):
    """The papers of one case (thành phần hồ sơ)."""

    case: Prose | None = None
    papers: tuple[Paper, ...] = ()


class Outcome(Canonical):
    """A result that the procedure produces."""

    code: Code | None = None
    name: Prose | None = None
    file_name: Title | None = None
    url: Link | None = None


class LegalBasis(Canonical):
    """A document on which the procedure rests."""

    number: Name | None = None
    name: Prose | None = None
    issuer: Title | None = None
    issued_on: Code | None = None
    effective_on: Code | None = None
    url: Link | None = None


class ProcedureDetails(Canonical):
    """A procedure (TTHC) with everything the portal tells about it."""

    code: Code
    name: Title
    id: Code | None = None
    kind: Code | None = None
    state: Code | None = None
    publishing_agency: Code | None = None
    decision: Prose | None = None
    publication_decision: Code | None = None
    description: Prose | None = None
    keywords: Prose | None = None
    requirements: Prose | None = None
    reception_address: Prose | None = None
    subjects_note: Prose | None = None
    performing_note: Prose | None = None
    competent_note: Prose | None = None
    sequences: tuple[Sequence, ...] = ()
    levels: tuple[Named, ...] = ()
    fields: tuple[Named, ...] = ()
    ways: tuple[Way, ...] = ()
    subjects: tuple[Named, ...] = ()
    compositions: tuple[Composition, ...] = ()
    results: tuple[Outcome, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    performing_agencies: tuple[Named, ...] = ()
    competent_agencies: tuple[Named, ...] = ()
    delegated_agencies: tuple[Named, ...] = ()
    coordinating_agencies: tuple[Named, ...] = ()
    related: tuple[JsonValue, ...] = Field(default=(), description="entries as the portal gives them")
    linked: tuple[JsonValue, ...] = Field(default=(), description="entries as the portal gives them")


class Agency(Canonical):
    """A body or unit that the portal knows."""

    code: Code
    name: Title
    level: Code | None = None


class ProcedureField(Canonical):
    """A field of procedures (lĩnh vực)."""

    code: Code
    name: Title
    sector: Code | None = Field(default=None, description="code of the body whose field it is")


class Service(Canonical):
    """An online service (DVC) of a procedure."""

    code: Code
    name: Title
    procedure_code: Code | None = None
    procedure_name: Title | None = None
    issuer: Title | None = None
    field: Title | None = None
    applied: tuple[JsonValue, ...] = Field(default=(), description="entries as the portal gives them")


class ListedCode(Canonical):
    """An entry of one of the portal's code lists. `list` is the name that the configuration gives it."""

    list: Code
    code: Code
    name: Title
    other: dict[str, JsonValue] = Field(default_factory=dict, description="further fields as the portal gives them")


_RECORDS = {
    "procedures": "procedure",
    "agencies": "agency",
    "fields": "field",
    "services": "service",
    "codes": "entry",
}


class CatalogueChange(Canonical):
    """Type `catalogue.changed`: one record of a catalogue was added, changed or withdrawn.

    The record of the catalogue's kind is there as it stands now, and no other; after `withdrawn` there is none.
    """

    system: Code = Field(description="name of the system whose catalogue it is, as configured")
    catalogue: CatalogueName
    change: Literal["added", "changed", "withdrawn"]
    code: Code
    list: Code | None = Field(default=None, description="which of the code lists, if it is one")
    local_codes: tuple[Code, ...] = Field(default=(), description="our own codes of the procedure, by configuration")
    procedure: ProcedureDetails | None = None
    agency: Agency | None = None
    field: ProcedureField | None = None
    service: Service | None = None
    entry: ListedCode | None = None

    @model_validator(mode="after")
    def _one_record(self) -> Self:
        there = [name for name in _RECORDS.values() if getattr(self, name) is not None]
        wanted = [] if self.change == "withdrawn" else [_RECORDS[self.catalogue]]
        if there != wanted:
            raise ValueError(f"must hold {wanted[0] if wanted else 'no record'} and nothing else")
        return self


class ProcedureQuestion(Canonical):
    """Asked of `procedure.details`: one procedure, by its national code or by a local one of the configuration."""

    code: Code


__all__ = [
    "Agency",
    "CatalogueChange",
    "CatalogueName",
    "ListedCode",
    "Named",
    "ProcedureDetails",
    "ProcedureField",
    "ProcedureQuestion",
    "Service",
]

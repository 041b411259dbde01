"""The dossier (hồ sơ) with everything that the national portal can be told about it.

Source of the field list: reference of `DongBoHoSoMC`, as first published in 2020 and as extended by 2025.
Types `dossier.submitted` and `dossier.updated` carry the whole dossier as it stands, never a difference. `None` says
that the source did not tell; an empty list says that there is none. Times are in Asia/Ho_Chi_Minh, amounts in dong.
Required is only what makes it a dossier; what a target demands beyond that, and how much it takes, is the business of
its adapter.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictInt

from .base import Canonical, Code, Dong, Flag, Instant, Name, Personal, Text, Url
from .parties import Applicant, Procedure
from .validators import DossierCode
from .vocabulary import Channel, DossierState, FeeKind, FeeMoment, FilingPlace, OnlinePayment, ResultDelivery, Reuse


class Attachment(Canonical):
    """A file handed in with the dossier (tài liệu nộp)."""

    id: Code | None = None
    name: Annotated[Text, Personal()]
    deleted: Flag | None = None
    component_code: Code | None = Field(default=None, description="which component of the procedure it serves")
    url: Annotated[Url | None, Personal()] = Field(
        default=None, description="from where the receiving portal fetches it, later and repeatedly"
    )
    digitised: Flag | None = None
    reuse: Reuse | None = None
    from_national_store: Flag | None = None
    replaced_result_code: Code | None = Field(default=None, description="code of the result that stands in for it")


class Fee(Canonical):
    """A fee or charge (phí, lệ phí)."""

    name: Name
    code: Code | None = None
    amount: Dong = Field(description="dong")
    collected: FeeMoment | None = None
    kind: FeeKind | None = None


class OtherPaper(Canonical):
    """A paper besides the components of the procedure. The codes of `kind` are not published."""

    name: Annotated[Text, Personal()]
    quantity: Annotated[StrictInt, Field(ge=0, le=100_000)] | None = None
    kind: Code | None = None


class Supplement(Canonical):
    """A request to supplement the dossier, and its answer. The codes of `state` are not published."""

    id: Code
    requested_by: Annotated[Name | None, Personal()] = None
    content: Annotated[Text | None, Personal()] = None
    requested_at: Instant | None = None
    received_by: Annotated[Name | None, Personal()] = None
    reception_note: Annotated[Text | None, Personal()] = None
    received_at: Instant | None = None
    state: Code | None = None
    papers: tuple[Attachment, ...] = ()
    fees: tuple[Fee, ...] = ()
    previous_due_at: Instant | None = None
    new_due_at: Instant | None = None


class Result(Canonical):
    """A paper that the procedure produced; with `url` and `code` it is published."""

    name: Annotated[Text, Personal()]
    component_code: Code | None = None
    id: Code | None = None
    url: Annotated[Url | None, Personal()] = None
    code: Code | None = None


class Dossier(Canonical):
    """A dossier as it stands."""

    code: DossierCode
    procedure: Procedure
    receipt_number: Code | None = None
    channel: Channel | None = None
    applicant: Applicant
    other_information: Annotated[Text | None, Personal()] = None
    abstract: Annotated[Text | None, Personal()] = None
    state: DossierState
    filed_at: Instant | None = None
    received_at: Instant | None = None
    due_at: Instant | None = None
    finished_at: Instant | None = Field(default=None, description="end of processing; decides whether it was on time")
    returned_at: Instant | None = Field(default=None, description="the result was handed over")
    refused_at: Instant | None = None
    return_note: Annotated[Text | None, Personal()] = None
    result_delivery: ResultDelivery | None = None
    processing_unit: Name | None = Field(default=None, description="name of the unit")
    note: Annotated[Text | None, Personal()] = None
    filed_place: FilingPlace | None = None
    has_digitised_component: Flag | None = None
    vneid_verified: Flag | None = None
    online_payment: OnlinePayment | None = None
    databases: tuple[Code, ...] = Field(default=(), description="codes of the databases consulted; not published")
    attachments: tuple[Attachment, ...] = ()
    fees: tuple[Fee, ...] = ()
    other_papers: tuple[OtherPaper, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    results: tuple[Result, ...] = ()


__all__ = ["Attachment", "Dossier", "Fee", "OtherPaper", "Result", "Supplement"]

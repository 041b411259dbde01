"""Hypothesis strategies for canonical messages. All data they make is invented; times are whole seconds."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from hypothesis import strategies as st

from schemas.base import ZONE
from schemas.dossier import Attachment, Dossier, Fee, OtherPaper, Result, Supplement
from schemas.parties import Applicant, IdentityDocument, Procedure
from schemas.progress import Acknowledgement, AnsweredStep, ProgressStep
from schemas.vocabulary import (
    ApplicantKind,
    Channel,
    DossierState,
    FeeKind,
    FeeMoment,
    FilingPlace,
    IdentityKind,
    OnlinePayment,
    ResultDelivery,
    Reuse,
)

T = TypeVar("T")

_FIRST, _LAST = datetime(1991, 1, 2), datetime(2199, 12, 30)

# control characters and half surrogates are not texts; everything else, Vietnamese most often, is
_letters = st.one_of(
    st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyẠặễờữ 0123456789.,-/'\"\\"),
    st.characters(exclude_categories=("Cc", "Cs")),
)


def texts(limit: int = 30) -> st.SearchStrategy[str]:
    """A text of 1 to `limit` characters."""
    return st.text(_letters, min_size=1, max_size=limit)


def codes() -> st.SearchStrategy[str]:
    """A code such as `TP01` or `PHI-VD-01`."""
    return st.from_regex(r"[A-Z]{2,4}[.-]?[0-9]{1,4}", fullmatch=True)


def instants() -> st.SearchStrategy[datetime]:
    """A time in Asia/Ho_Chi_Minh, of whole seconds."""
    return st.datetimes(_FIRST, _LAST).map(lambda moment: moment.replace(microsecond=0, tzinfo=ZONE))


def dossier_codes() -> st.SearchStrategy[str]:
    """A dossier code with a unit code of the old or the new form."""
    return st.from_regex(
        r"(000\.0[0-9]\.[0-9]{2}\.H49|H49\.[0-9]{2})-26(0[1-9]|1[0-2])2[0-8]-[0-9]{4,5}", fullmatch=True
    )


def urls() -> st.SearchStrategy[str]:
    return st.from_regex(r"https://tep\.example\.vn/t/[a-z0-9]{1,12}", fullmatch=True)


def phones() -> st.SearchStrategy[str]:
    """Mobile numbers, also in international form, and landlines of Quảng Ninh."""
    return st.from_regex(r"(0|\+84|84)(9[0-9]{8}|203[0-9]{7})", fullmatch=True)


def personal_numbers() -> st.SearchStrategy[str]:
    """Numbers of people registered in Quảng Ninh, with a serial that is not issued."""
    return st.from_regex(r"022[0-3][0-9]{2}000000", fullmatch=True)


def identities() -> st.SearchStrategy[IdentityDocument]:
    personal = st.builds(IdentityDocument, kind=st.just(IdentityKind.PERSONAL_NUMBER), number=personal_numbers())
    card = st.builds(
        IdentityDocument, kind=st.just(IdentityKind.OLD_ID_CARD), number=st.from_regex("10000[0-9]{4}", fullmatch=True)
    )
    return personal | card


def applicants() -> st.SearchStrategy[Applicant]:
    return st.builds(
        Applicant,
        kind=st.sampled_from(ApplicantKind),
        name=_maybe(texts()),
        document_number=_maybe(personal_numbers()),
        identities=_tuples(identities()),
        technical_id=_maybe(st.uuids().map(str)),
        email=_maybe(st.from_regex(r"[a-z]{1,8}@example\.vn", fullmatch=True)),
        phone=_maybe(phones()),
        fax=_maybe(st.from_regex(r"0203[0-9]{7}", fullmatch=True)),
    )


def attachments() -> st.SearchStrategy[Attachment]:
    return st.builds(
        Attachment,
        id=_maybe(codes()),
        name=texts(),
        deleted=_maybe(st.booleans()),
        component_code=_maybe(codes()),
        url=_maybe(urls()),
        digitised=_maybe(st.booleans()),
        reuse=_maybe(st.sampled_from(Reuse)),
        from_national_store=_maybe(st.booleans()),
        replaced_result_code=_maybe(codes()),
    )


def fees() -> st.SearchStrategy[Fee]:
    return st.builds(
        Fee,
        name=texts(),
        code=_maybe(codes()),
        amount=st.integers(0, 10**12),
        collected=_maybe(st.sampled_from(FeeMoment)),
        kind=_maybe(st.sampled_from(FeeKind)),
    )


def supplements() -> st.SearchStrategy[Supplement]:
    return st.builds(
        Supplement,
        id=codes(),
        requested_by=_maybe(texts()),
        content=_maybe(texts()),
        requested_at=_maybe(instants()),
        received_by=_maybe(texts()),
        reception_note=_maybe(texts()),
        received_at=_maybe(instants()),
        state=_maybe(codes()),
        papers=_tuples(attachments()),
        fees=_tuples(fees()),
        previous_due_at=_maybe(instants()),
        new_due_at=_maybe(instants()),
    )


def other_papers() -> st.SearchStrategy[OtherPaper]:
    return st.builds(OtherPaper, name=texts(), quantity=_maybe(st.integers(0, 100)), kind=_maybe(codes()))


def results() -> st.SearchStrategy[Result]:
    return st.builds(
        Result,
        name=texts(),
        component_code=_maybe(codes()),
        id=_maybe(codes()),
        url=_maybe(urls()),
        code=_maybe(codes()),
    )


def dossiers() -> st.SearchStrategy[Dossier]:
    """A dossier in which every optional field is sometimes given and sometimes not."""
    moments = {
        name: _maybe(instants())
        for name in ("filed_at", "received_at", "due_at", "finished_at", "returned_at", "refused_at")
    }
    remarks = {
        name: _maybe(texts())
        for name in ("other_information", "abstract", "return_note", "processing_unit", "note", "receipt_number")
    }
    return st.builds(
        Dossier,
        code=dossier_codes(),
        procedure=st.builds(Procedure, code=codes(), name=texts(), field_code=codes(), field_name=texts()),
        channel=_maybe(st.sampled_from(Channel)),
        applicant=applicants(),
        state=st.sampled_from(DossierState),
        result_delivery=_maybe(st.sampled_from(ResultDelivery)),
        filed_place=_maybe(st.sampled_from(FilingPlace)),
        has_digitised_component=_maybe(st.booleans()),
        vneid_verified=_maybe(st.booleans()),
        online_payment=_maybe(st.sampled_from(OnlinePayment)),
        databases=_tuples(codes()),
        attachments=_tuples(attachments()),
        fees=_tuples(fees()),
        other_papers=_tuples(other_papers()),
        supplements=_tuples(supplements()),
        results=_tuples(results()),
        **moments,
        **remarks,
    )


def progress_steps() -> st.SearchStrategy[ProgressStep]:
    return st.builds(
        ProgressStep,
        dossier_code=dossier_codes(),
        officer=texts(),
        position=_maybe(texts()),
        department=_maybe(texts()),
        at=instants(),
        content=texts(),
        state=st.sampled_from(DossierState),
        started_at=_maybe(instants()),
        due_at=_maybe(instants()),
    )


def acknowledgements() -> st.SearchStrategy[Acknowledgement]:
    return st.builds(
        Acknowledgement,
        dossier_code=dossier_codes(),
        system=st.just("national-portal"),
        answered=st.sampled_from(["dossier.submitted", "dossier.updated", "dossier.progressed"]),
        message_id=_maybe(st.uuids()),
        step=_maybe(st.builds(AnsweredStep, at=instants(), state=st.sampled_from(DossierState))),
        reference=_maybe(codes()),
        code=_maybe(st.just("already-exists")),
        reason=_maybe(texts()),
        pointer=_maybe(st.just("/applicant/name")),
    )


def _maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


def _tuples(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)

"""The dossier: what passes, what is refused, and that nothing is lost on the way through JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError

from schemas.base import ZONE
from schemas.dossier import Dossier
from schemas.progress import Acknowledgement, ProgressStep, Refusal

from .strategies import acknowledgements, dossiers, progress_steps

unhurried = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SMALLEST: dict[str, Any] = {
    "code": "000.00.15.H49-261122-0001",
    "procedure": {
        "code": "9.999999",
        "name": "Thủ tục ví dụ",
        "field_code": "G99-XX01",
        "field_name": "Lĩnh vực ví dụ",
    },
    "applicant": {"kind": "individual"},
    "state": "filed",
}


def refused(where: tuple[str | int, ...], **changes: Any) -> str:
    """The type of the one error that `changes` to the smallest dossier cause at `where`."""
    with pytest.raises(ValidationError) as caught:
        Dossier.model_validate(SMALLEST | changes)
    (error,) = caught.value.errors()
    assert error["loc"] == where
    return error["type"]


@unhurried
@given(dossiers())
def test_a_dossier_survives_json(dossier: Dossier) -> None:
    assert Dossier.model_validate_json(dossier.model_dump_json(exclude_none=True)) == dossier
    assert Dossier.model_validate(dossier.model_dump(mode="json")) == dossier


@unhurried
@given(progress_steps())
def test_a_step_survives_json(step: ProgressStep) -> None:
    assert ProgressStep.model_validate_json(step.model_dump_json(exclude_none=True)) == step


@unhurried
@given(acknowledgements())
def test_an_acknowledgement_survives_json(acknowledgement: Acknowledgement) -> None:
    assert Acknowledgement.model_validate_json(acknowledgement.model_dump_json()) == acknowledgement


def test_what_was_not_told_is_none_and_what_was_told_is_kept() -> None:
    dossier = Dossier.model_validate(SMALLEST | {"vneid_verified": False})
    assert dossier.vneid_verified is False
    assert dossier.has_digitised_component is None
    assert dossier.due_at is None
    assert dossier.fees == ()


def test_a_dossier_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Dossier.model_validate(SMALLEST).code = "000.00.15.H49-261122-0002"


@pytest.mark.parametrize(
    "given_time",
    [
        "2026-11-22T01:30:00Z",
        "2026-11-22T08:30:00+07:00",
        datetime(2026, 11, 22, 1, 30, tzinfo=UTC),
        datetime(2026, 11, 22, 10, 30, tzinfo=timezone(timedelta(hours=9))),
    ],
)
def test_times_are_put_into_vietnamese_time(given_time: object) -> None:
    dossier = Dossier.model_validate(SMALLEST | {"received_at": given_time})
    assert dossier.received_at == datetime(2026, 11, 22, 8, 30, tzinfo=ZONE)
    assert dossier.model_dump(mode="json")["received_at"] == "2026-11-22T08:30:00+07:00"


@pytest.mark.parametrize(
    ("given_time", "error"),
    [
        ("2026-11-22T08:30:00", "time_naive"),
        (datetime(2026, 11, 22, 8, 30), "time_naive"),
        ("20261122083000", "time_format"),
        (20261122083000, "time_format"),
        (1795311000.5, "time_format"),
        ("2026-11-22", "time_format"),
        ("", "time_format"),
        ("2026-02-30T08:30:00+07:00", "datetime_from_date_parsing"),
        ("2026-11-22T25:30:00+07:00", "datetime_from_date_parsing"),
        ("1026-11-22T08:30:00+07:00", "time_range"),
        ("9999-12-31T23:59:59-12:00", "time_range"),
        ("0001-01-01T00:00:00+14:00", "time_range"),
    ],
)
def test_what_is_not_a_time_is_refused(given_time: object, error: str) -> None:
    assert refused(("received_at",), received_at=given_time) == error


@pytest.mark.parametrize("amount", [True, 45000.0, "45000", None, 4.5])
def test_money_is_a_whole_number(amount: object) -> None:
    fees = [{"name": "Lệ phí ví dụ", "amount": amount}]
    assert refused(("fees", 0, "amount"), fees=fees) == "money_type"


def test_money_is_not_negative() -> None:
    assert refused(("fees", 0, "amount"), fees=[{"name": "Lệ phí ví dụ", "amount": -1}]) == "greater_than_equal"


@pytest.mark.parametrize("flag", ["True", "1", 1, "yes"])
def test_flags_are_true_or_false(flag: object) -> None:
    assert refused(("vneid_verified",), vneid_verified=flag) == "bool_type"


def test_nul_is_refused_in_every_text() -> None:
    assert refused(("note",), note="ghi\0chú") == "nul"
    assert refused(("receipt_number",), receipt_number="1\0") == "nul"
    papers = [{"name": "Giấy\0tờ"}]
    assert refused(("other_papers", 0, "name"), other_papers=papers) == "nul"


def test_half_surrogates_are_refused() -> None:
    assert refused(("note",), note="ghi \ud83d chú") in ("surrogate", "string_unicode")
    with pytest.raises(ValidationError):
        Dossier.model_validate_json(b'{"note": "\\ud83d"}')


@pytest.mark.parametrize(
    ("field", "limit"), [("abstract", 10_000), ("note", 10_000), ("processing_unit", 500), ("receipt_number", 100)]
)
def test_texts_have_limits(field: str, limit: int) -> None:
    Dossier.model_validate(SMALLEST | {field: "ệ" * limit})
    assert refused((field,), **{field: "ệ" * (limit + 1)}) == "string_too_long"
    assert refused((field,), **{field: ""}) == "string_too_short"


def test_limits_of_the_national_portal_are_its_adapters_business() -> None:
    """It takes an abstract of 1000 characters, names of papers of 2000, of files of 4000, and an officer of 50."""
    papers = {name: [{"name": "t" * 10_000}] for name in ("attachments", "results", "other_papers")}
    Dossier.model_validate(SMALLEST | papers | {"abstract": "t" * 10_000})
    assert refused(("attachments", 0, "name"), attachments=[{"name": "t" * 10_001}]) == "string_too_long"
    step = {
        "dossier_code": SMALLEST["code"],
        "at": "2026-11-22T08:30:00+07:00",
        "content": "Tiếp nhận",
        "state": "received",
    }
    ProgressStep.model_validate(step | {"officer": "C" * 500})
    with pytest.raises(ValidationError):
        ProgressStep.model_validate(step | {"officer": "C" * 501})


@pytest.mark.parametrize("url", ["tep.example.vn/t/1", "file:///etc/passwd", "javascript:1", "https://tep example.vn"])
def test_files_have_web_addresses(url: str) -> None:
    attachments = [{"name": "don-vi-du.pdf", "url": url}]
    assert refused(("attachments", 0, "url"), attachments=attachments) == "string_pattern_mismatch"


def test_identity_numbers_fit_their_kind() -> None:
    def applicant(kind: str, number: str) -> dict[str, Any]:
        return {"kind": "individual", "identities": [{"kind": kind, "number": number}]}

    Dossier.model_validate(SMALLEST | {"applicant": applicant("personal_number", "022000000000")})
    Dossier.model_validate(SMALLEST | {"applicant": applicant("old_id_card", "100000000")})
    where = ("applicant", "identities", 0, "number")
    assert refused(where, applicant=applicant("old_id_card", "022000000000")) == "old_id_card"
    assert refused(where, applicant=applicant("personal_number", "100000000")) == "personal_number"


def test_an_identity_number_is_not_a_technical_id() -> None:
    applicant = {"kind": "individual", "technical_id": "022000000000"}
    assert refused(("applicant", "technical_id"), applicant=applicant) == "technical_id"


def test_an_unknown_field_or_state_is_refused() -> None:
    assert refused(("MaHoSo",), MaHoSo="1") == "extra_forbidden"
    assert refused(("state",), state="11") == "enum"


def test_a_refusal_says_why() -> None:
    answer = {"dossier_code": SMALLEST["code"], "system": "national-portal", "answered": "dossier.submitted"}
    Acknowledgement.model_validate(answer)
    with pytest.raises(ValidationError):
        Refusal.model_validate(answer)
    Refusal.model_validate(answer | {"code": "unknown-procedure", "reason": "the portal does not know the procedure"})

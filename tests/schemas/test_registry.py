"""Types, versions, flaws and JSON Schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemas.dossier import Dossier
from schemas.flaws import pointer
from schemas.progress import ProgressStep, Refusal
from schemas.queries import QUERIES
from schemas.registry import TYPES, Flaw, UnknownSchema, export, json_schema, model_for, validate

from .test_dossier import SMALLEST


def flaws(**changes: object) -> list[Flaw]:
    return validate("dossier.submitted", None, json.dumps(SMALLEST | changes).encode())


def test_the_types() -> None:
    assert set(TYPES) >= {
        "dossier.submitted",
        "dossier.updated",
        "dossier.progressed",
        "dossier.acknowledged",
        "dossier.refused",
    }
    assert model_for("dossier.updated") is Dossier
    assert model_for("dossier.progressed", "urn:lienthong:dossier.progressed:1") is ProgressStep
    assert model_for("dossier.refused") is Refusal
    assert model_for("pigeon.sent") is None
    assert model_for("pigeon.sent", "urn:lienthong:pigeon.sent:9") is None


@pytest.mark.parametrize(
    "dataschema", ["urn:lienthong:dossier.submitted:2", "urn:lienthong:dossier.updated:1", "", "x"]
)
def test_an_unknown_version_is_named(dataschema: str) -> None:
    with pytest.raises(
        UnknownSchema, match=r"dossier.submitted has no schema .* send urn:lienthong:dossier.submitted:1"
    ):
        model_for("dossier.submitted", dataschema)
    (flaw,) = validate("dossier.submitted", dataschema, b"{}")
    assert (flaw.code, flaw.pointer) == ("unknown-schema", "")


def test_an_unknown_type_is_a_flaw() -> None:
    (flaw,) = validate("pigeon.sent", None, b"{}")
    assert flaw.code == "unknown-type"


def test_good_data_has_no_flaw() -> None:
    assert flaws() == []


def test_every_flaw_is_found_at_once_with_its_place() -> None:
    found = flaws(
        state="lost",
        applicant={"kind": "individual", "phone": "abc"},
        fees=[{"name": "Lệ phí", "amount": 1}, {"name": "Phí", "amount": "2"}],
        due_at="2026-02-30T00:00:00+07:00",
        MaHoSo="1",
    )
    assert {(flaw.code, flaw.pointer) for flaw in found} == {
        ("not-in-list", "/state"),
        ("phone", "/applicant/phone"),
        ("money-type", "/fees/1/amount"),
        ("time", "/due_at"),
        ("unknown-field", "/MaHoSo"),
    }


def test_a_missing_field_is_named() -> None:
    assert validate("dossier.refused", None, b'{"dossier_code": "H49-260302-0001", "system": "x"}') == [
        Flaw("missing", "/answered", "is required; add it"),
        Flaw("missing", "/code", "is required; add it"),
        Flaw("missing", "/reason", "is required; add it"),
    ]


def test_the_reason_has_the_limit() -> None:
    (flaw,) = flaws(abstract="x" * 10_001)
    assert flaw == Flaw("too-long", "/abstract", "is longer than 10000 characters; shorten it")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b'{"code": "\\ud800"}', b"[" * 10_000, b'{"code": 1' + b"}" * 9])
def test_what_is_not_json(data: bytes) -> None:
    (flaw,) = validate("dossier.submitted", None, data)
    assert (flaw.code, flaw.pointer) == ("not-json", "")


@pytest.mark.parametrize("data", [b"null", b"[]", b'"x"', b"1"])
def test_what_is_not_an_object(data: bytes) -> None:
    (flaw,) = validate("dossier.submitted", None, data)
    assert (flaw.code, flaw.pointer) == ("wrong-type", "")


def test_values_never_appear_in_reasons() -> None:
    secret = "Nguyễn Văn Ví Dụ 022999999999"
    found = flaws(
        code=secret,
        state=secret,
        filed_at=secret,
        channel=secret,
        attachments=[{"name": "a", "url": secret, "deleted": secret, "reuse": secret}],
        applicant={
            "kind": secret,
            "name": secret * 30,
            "email": secret,
            "phone": secret,
            "technical_id": "022999999999",
            "identities": [{"kind": "personal_number", "number": secret}, {"kind": "old_id_card", "number": secret}],
        },
        other_papers=[{"name": "a", "quantity": secret}],
    )
    assert len(found) == 15
    for flaw in found:
        assert "Nguyễn" not in flaw.reason
        assert "022999" not in flaw.reason


def test_there_is_an_end_of_flaws() -> None:
    assert len(flaws(databases=[1] * 500)) == 100


def test_pointers_are_escaped() -> None:
    assert pointer(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"
    assert pointer(()) == ""


def test_json_schema_names_version_and_personal_fields() -> None:
    schema = json_schema("dossier.submitted")
    assert schema["$id"] == "urn:lienthong:dossier.submitted:1"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    applicant = schema["$defs"]["Applicant"]["properties"]
    assert applicant["name"]["x-personal"] is True
    assert schema["$defs"]["IdentityDocument"]["properties"]["number"]["x-personal"] is True
    assert "x-personal" not in schema["properties"]["code"]
    assert "x-personal" not in applicant["kind"]
    assert schema["properties"]["code"]["pattern"] == r"^[0-9A-Z.]+-(\d{6}|\d{8})-\d{4,7}$"


def test_export_writes_every_type(tmp_path: Path) -> None:
    written = export(tmp_path / "schemas")
    questions = [
        f"{name}.{part}.1.json"
        for name, query in QUERIES.items()
        for part, model in (("question", query.asks), ("answer", query.answers))
        if model is not None
    ]
    assert [path.name for path in written] == [f"{type}.1.json" for type in TYPES] + questions
    assert json.loads(written[0].read_text("utf-8")) == json_schema("dossier.submitted")

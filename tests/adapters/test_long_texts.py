"""Texts longer than the national portal takes: heard in full from the province, and cut or refused on the way there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.national_portal import NationalPortal, NationalPortalSettings
from adapters.provincial_portal import ProvincialPortal, ProvincialPortalSettings
from lienthong import Accept, Delivered, Inbound, Reject
from schemas import registry

from .conversation import FRESH, dossier, reply, sample, step, talk

NATIONAL = NationalPortal(NationalPortalSettings(madonvi="000.00.00.H49"))
OK = {"error_code": "0", "message": "Thực hiện thành công"}
LONG = "Trích yếu dài " + "ệ" * 2000


def native(part: str, folder: str, **changes: Any) -> bytes:
    """A notice of the provincial portal."""
    kind = {"HoSo": "HoSoMoi", "TienDo": "TienDo"}[part]
    head = {"MaGiaoDich": "QN-MC-0000001", "LoaiBanTin": kind, "ThoiGianGui": "22/11/2026 08:31:00"}
    name = "individual" if part == "HoSo" else "received"
    return json.dumps({**head, part: {**sample(folder, name, "provincial"), **changes}}).encode()


@pytest.mark.parametrize(
    ("notice", "field", "text"),
    [
        (native("HoSo", "dossiers", TrichYeu=LONG), "abstract", LONG),
        (native("TienDo", "steps", NguoiXuLy="Ví Dụ " * 20 + "."), "officer", "Ví Dụ " * 20 + "."),
    ],
)
def test_the_province_is_heard_in_full(notice: bytes, field: str, text: str) -> None:
    portal = ProvincialPortal(ProvincialPortalSettings())
    asked = next(portal.dossiers(Inbound("POST", "/in/provincial-portal/dossiers", {}, {}, notice, "portal"), FRESH))
    assert isinstance(asked, Accept)
    [draft] = asked.messages
    data = json.loads(draft.data.model_dump_json(exclude_none=True))
    assert data[field] == text
    assert registry.validate(draft.type, None, json.dumps(data).encode()) == []


def test_the_abstract_is_cut_where_the_portal_would_refuse_it() -> None:
    talked = talk(NATIONAL.submit([dossier(abstract=LONG)], FRESH), reply(OK))
    assert isinstance(talked.single, Delivered)
    assert talked.request.json["data"][0]["TrichYeuHoSo"] == LONG[:1000]


@pytest.mark.parametrize(
    ("change", "pointer", "limit"),
    [
        ({"attachments": [{"name": "t" * 4001}]}, "/attachments/0/name", 4000),
        ({"results": [{"name": "t" * 2001}]}, "/results/0/name", 2000),
        ({"other_papers": [{"name": "t" * 2001}]}, "/other_papers/0/name", 2000),
    ],
)
def test_names_are_refused_with_the_limit(change: dict[str, Any], pointer: str, limit: int) -> None:
    verdict = talk(NATIONAL.submit([dossier(**change)], FRESH)).single
    assert isinstance(verdict, Reject)
    assert (verdict.code, verdict.pointer) == ("too-long", pointer)
    assert f"the target takes {limit}" in verdict.reason


def test_an_officer_is_refused_with_the_limit() -> None:
    verdict = talk(NATIONAL.steps([step(officer="C" * 51)], FRESH)).single
    assert isinstance(verdict, Reject)
    assert (verdict.code, verdict.pointer) == ("too-long", "/officer")

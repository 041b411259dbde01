"""Cases to canonical ones; what we say of them from canonical messages."""

from __future__ import annotations

import json
from typing import Any

from adapters.codecs import Coded, Moment, Plain, Text
from adapters.fields import Field, Many, Record, Untranslatable
from schemas.linked import LinkedCase, LinkedCollected, LinkedProgress

from . import codes
from .model import DaNhan, HoSo, TrangThai

TEXT = Text()
TIME = Moment("%d/%m/%Y %H:%M:%S", r"\d{2}/\d{2}/\d{4} \d{2}:\d{2}:\d{2}")
FILE = Record(
    (
        Field("id", "id", TEXT),
        Field("loaiGiayTo", "kind", TEXT),
        Field("tenGiayTo", "paper", TEXT),
        Field("tenTepDinhKem", "name", TEXT),
        Field("huyGiayTo", "revoked", Plain()),
        Field("duLieuTepDinhKem", "content", TEXT),
    )
)
CASE = Record(
    (
        Field("id", "id", TEXT),
        Field("maDonVi", "unit_code", TEXT),
        Field("maTTHC", "procedure_code", TEXT),
        Field("module", "module", TEXT),
        Field("maHoSo", "dossier_code", TEXT),
        Field("ngayTiepNhan", "received_at", TIME),
        Field("techId", "technical_id", TEXT),
        Field("fileDinhKem", "files", Many(FILE)),
    )
)
STATE = Record(
    (
        Field("maTTHC", "procedure_code", TEXT),
        Field("soHoSoLT", "linked_code", TEXT),
        Field("coQuanXuLy", "unit", TEXT),
        Field("maHoSo", "dossier_code", TEXT),
        Field("trangThai", "state", Coded("states of linked registrations", codes.STATES)),
        Field("thoiGianThucHien", "at", TIME),
        Field("ghiChu", "note", TEXT),
        Field("ketQuaXuLy", "result", TEXT),
        Field("nguoiXuLy", "officer", TEXT),
        Field("chucDanh", "position", TEXT),
        Field("phongBanXuLy", "department", TEXT),
        Field("noiDungXuLy", "content", TEXT),
        Field("ngayBatDau", "started_at", TIME),
        Field("ngayKetThucTheoQuyDinh", "due_at", TIME),
        Field("ngayHenTraTruoc", "previous_due_at", TIME),
        Field("ngayHenTraMoi", "new_due_at", TIME),
        Field("hanBoSungHoSo", "supplement_due_at", TIME),
    )
)


def linked_case(item: Any) -> LinkedCase:
    """A case with its forms (JSON written into a text) and files.

    Raises `pydantic.ValidationError`, `Untranslatable` `ValueError` or `RecursionError` (the forms).
    """
    native = HoSo.model_validate(item)
    content = json.loads(native.data) if isinstance(native.data, str) else native.data
    if not isinstance(content, dict):
        raise Untranslatable("wrong-type", "is not JSON of an object written into a text", "/data")
    return LinkedCase.model_validate({**CASE.read(native.model_dump()), "content": content})


def collected(said: LinkedCollected) -> DaNhan:
    """That a case was taken."""
    return DaNhan(maHoSo=said.dossier_code)


def progress(said: LinkedProgress) -> TrangThai:
    """Where a case stands."""
    return TrangThai.model_validate(STATE.write(said.model_dump()))


__all__ = ["collected", "linked_case", "progress"]

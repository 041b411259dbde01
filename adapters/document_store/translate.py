"""The search in the store's form, and its answer in ours."""

from __future__ import annotations

from typing import Any

from adapters.codecs import Coded, Text
from adapters.fields import Field, Many, Record
from schemas.store import StorePapers, StoreQuestion

from . import codes
from .model import KetQua, TimKiem

TEXT = Text()
WANTED = Record((Field("MaKetQua", "result_code", TEXT), Field("SoKyHieu", "number", TEXT)))
SEARCH = Record(
    (
        Field("SoDinhDanhChuSoHuu", "owner_number", TEXT),
        Field("HoTenNguoiYeuCau", "asker_name", TEXT),
        Field("KenhThucHien", "asker", Coded("askers", codes.ASKERS)),
        Field("SoDinhDanhNguoiYeuCau", "asker_number", TEXT),
        Field("MaThuTuc", "procedure_code", TEXT),
        Field("DanhSachDanhMucKetQua", "wanted", Many(WANTED)),
    )
)
FILE = Record((Field("TenTep", "name", TEXT), Field("DuongDan", "place", TEXT)))
PAPER = Record(
    (
        Field("MaKetQua", "result_code", TEXT),
        Field("TenGiayTo", "name", TEXT),
        Field("SoKyHieu", "number", TEXT),
        Field("CoQuanChuQuan", "issuer", TEXT),
        Field("DanhSachTepDinhKem", "files", Many(FILE)),
    )
)


def search(said: StoreQuestion) -> TimKiem:
    """The search."""
    return TimKiem.model_validate(SEARCH.write(said.model_dump()))


def papers(result: Any) -> StorePapers:
    """`result` of the answer; null is none. Raises `pydantic.ValidationError`."""
    native = KetQua.model_validate(result or {})
    found = [PAPER.read(paper.model_dump()) for paper in native.DanhSachGiayToKetQua or ()]
    return StorePapers.model_validate({"papers": found})


__all__ = ["papers", "search"]

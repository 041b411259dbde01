"""Canonical dossiers and steps to the national portal's own form, and back.

Everything is a string there and "" says nothing. Nothing is made up: what the dossier does not tell is sent as "", and
what the portal requires and the dossier does not tell is refused before anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.codecs import Coded, Digits, Limited, Moment, Text
from adapters.fields import Field, Many, Record, Untranslatable, Wrapped
from schemas.dossier import Dossier
from schemas.progress import ProgressStep

from . import codes
from .model import HoSo, TienDo
from .settings import Limit, Limits

TEXT = Text()
TIME = Moment("%Y%m%d%H%M%S", r"\d{14}")
NUMBER = Digits()
FLAG = Coded("flags", codes.FLAGS)
STATE = Coded("states", codes.STATES)
# a listed file is there unless it is said to be deleted; clients always send one of the two words
DELETED = Coded("truths", codes.TRUTHS, empty="False")

FEE = Record(
    (
        Field("TenPhiLePhi", "name", TEXT),
        Field("MaPhiLePhi", "code", TEXT),
        Field("HinhThucThu", "collected", Coded("fee moments", codes.FEE_MOMENTS)),
        Field("Gia", "amount", NUMBER),
        Field("LoaiPhiLePhi", "kind", Coded("fee kinds", codes.FEE_KINDS)),
    )
)
IDENTITY = Record(
    (
        Field("LoaiDinhDanh", "kind", Coded("identity kinds", codes.IDENTITY_KINDS)),
        Field("SoDinhDanh", "number", TEXT),
    )
)


def attachment(limits: Limits) -> Record:
    """A submitted file, also of a supplement."""
    return Record(
        (
            Field("TepDinhKemId", "id", TEXT),
            Field("TenTepDinhKem", "name", _limited(limits.file_name)),
            Field("IsDeleted", "deleted", DELETED),
            Field("MaThanhPhanHoSo", "component_code", TEXT),
            Field("DuongDanTaiTepTin", "url", TEXT),
            Field("DuocSoHoa", "digitised", FLAG),
            Field("DuocTaiSuDung", "reuse", Coded("re-use", codes.REUSE)),
            Field("DuocLayTuKhoDMQG", "from_national_store", FLAG),
            Field("MaKetQuaThayThe", "replaced_result_code", TEXT),
        )
    )


def supplement(limits: Limits) -> Record:
    """A supplement request."""
    return Record(
        (
            Field("HoSoBoSungId", "id", TEXT),
            Field("NguoiYeuCauBoSung", "requested_by", TEXT),
            Field("NoiDungBoSung", "content", TEXT),
            Field("NgayBoSung", "requested_at", TIME),
            Field("NguoiTiepNhanBoSung", "received_by", TEXT),
            Field("ThongTinTiepNhan", "reception_note", TEXT),
            Field("NgayTiepNhanBoSung", "received_at", TIME),
            Field("TrangThaiBoSung", "state", TEXT),
            Field("DanhSachGiayToBoSung", "papers", Many(attachment(limits))),
            Field("DanhSachLePhiBoSung", "fees", Many(FEE)),
            Field("NgayHenTraTruoc", "previous_due_at", TIME),
            Field("NgayHenTraMoi", "new_due_at", TIME),
        )
    )


def other_paper(limits: Limits) -> Record:
    """A paper besides the components."""
    return Record(
        (
            Field("TenGiayTo", "name", _limited(limits.paper_name)),
            Field("SoLuong", "quantity", NUMBER),
            Field("LoaiGiayTo", "kind", TEXT),
        )
    )


def result(limits: Limits) -> Record:
    """A result."""
    return Record(
        (
            Field("TenGiayTo", "name", _limited(limits.paper_name)),
            Field("MaThanhPhanHoSo", "component_code", TEXT),
            Field("GiayToId", "id", TEXT),
            Field("DuongDanTepTinKetQua", "url", TEXT),
            Field("MaGiayToKetQua", "code", TEXT),
        )
    )


def dossier(limits: Limits) -> Record:
    """The dossier, in the order of the published field list."""
    return Record((*_who_and_what(limits), *_course(), *_lists(limits)))


def _who_and_what(limits: Limits) -> tuple[Field, ...]:
    return (
        Field("MaHoSo", "code", TEXT),
        Field("MaTTHC", "procedure/code", TEXT),
        Field("TenTTHC", "procedure/name", TEXT),
        Field("MaLinhVuc", "procedure/field_code", TEXT),
        Field("TenLinhVuc", "procedure/field_name", TEXT),
        Field("SoBienNhan", "receipt_number", TEXT),
        Field("KenhThucHien", "channel", Coded("channels", codes.CHANNELS)),
        Field("ChuHoSo", "applicant/name", TEXT),
        Field("SoGiayToChuHoSo", "applicant/document_number", TEXT),
        Field("LoaiDoiTuong", "applicant/kind", Coded("applicant kinds", codes.APPLICANT_KINDS)),
        Field("MaDoiTuong", "applicant/technical_id", TEXT),
        Field("ThongTinKhac", "other_information", TEXT),
        Field("Email", "applicant/email", TEXT),
        Field("Fax", "applicant/fax", TEXT),
        Field("SoDienThoai", "applicant/phone", TEXT),
        Field("TrichYeuHoSo", "abstract", _limited(limits.abstract)),
    )


def _course() -> tuple[Field, ...]:
    return (
        Field("NgayTiepNhan", "received_at", TIME),
        Field("NgayHenTra", "due_at", TIME),
        Field("TrangThaiHoSo", "state", STATE),
        Field("NgayTra", "returned_at", TIME),
        Field("ThongTinTra", "return_note", TEXT),
        Field("HinhThuc", "result_delivery", Coded("result deliveries", codes.RESULT_DELIVERIES)),
        Field("NgayKetThucXuLy", "finished_at", TIME),
        Field("DonViXuLy", "processing_unit", TEXT),
        Field("GhiChu", "note", TEXT),
        Field("NoiNopHoSo", "filed_place", Coded("filing places", codes.FILING_PLACES)),
        Field("HoSoCoThanhPhanSoHoa", "has_digitised_component", FLAG),
        Field("TaiKhoanDuocXacThucVoiVNeID", "vneid_verified", FLAG),
        Field("DuocThanhToanTrucTuyen", "online_payment", Coded("online payments", codes.ONLINE_PAYMENTS)),
        Field("NgayTuChoi", "refused_at", TIME),
        Field("NgayNopHoSo", "filed_at", TIME),
    )


def _lists(limits: Limits) -> tuple[Field, ...]:
    return (
        Field("DinhDanhCHS", "applicant/identities", Many(IDENTITY)),
        Field("DSKetNoiCSDL", "databases", Wrapped("MaCSDL", TEXT)),
        Field("TaiLieuNop", "attachments", Many(attachment(limits))),
        Field("DanhSachLePhi", "fees", Many(FEE)),
        Field("DanhSachTepDinhKemKhac", "other_papers", Many(other_paper(limits))),
        Field("DanhSachHoSoBoSung", "supplements", Many(supplement(limits))),
        Field("DanhSachGiayToKetQua", "results", Many(result(limits))),
    )


def step(limits: Limits) -> Record:
    """A processing step."""
    return Record(
        (
            Field("MaHoSo", "dossier_code", TEXT),
            Field("NguoiXuLy", "officer", _limited(limits.officer)),
            Field("ChucDanh", "position", TEXT),
            Field("ThoiDiemXuLy", "at", TIME),
            Field("PhongBanXuLy", "department", TEXT),
            Field("NoiDungXuLy", "content", TEXT),
            Field("TrangThai", "state", STATE),
            Field("NgayBatDau", "started_at", TIME),
            Field("NgayKetThucTheoQuyDinh", "due_at", TIME),
        )
    )


def _limited(limit: Limit) -> Limited:
    return Limited(limit.at, limit.over == "cut")


class Language:
    """Both directions, for one configuration of limits, required fields (JSON pointers), and local procedure codes."""

    def __init__(
        self, limits: Limits, required: Sequence[str] = (), procedures: Mapping[str, str] | None = None
    ) -> None:
        self._required = tuple(required)
        self._procedures = procedures or {}
        self._dossier = dossier(limits)
        self._step = step(limits)

    def dossier_to_native(self, canonical: Dossier) -> HoSo:
        """Raises `Untranslatable` with a pointer into the canonical dossier."""
        data = canonical.model_dump()
        for pointer in self._required:
            if _missing(data, pointer):
                raise Untranslatable("missing-field", "is missing, and the portal takes no dossier without it", pointer)
        procedure = data["procedure"]
        data["procedure"] = procedure | {"code": self._procedures.get(procedure["code"], procedure["code"])}
        return HoSo.model_validate(self._dossier.write(data))

    def step_to_native(self, canonical: ProgressStep) -> TienDo:
        """Raises `Untranslatable` with a pointer into the canonical step."""
        return TienDo.model_validate(self._step.write(canonical.model_dump()))

    def dossier_from_native(self, native: Mapping[str, Any]) -> Dossier:
        """Raises `pydantic.ValidationError`, or `Untranslatable` with a pointer into the native dossier."""
        return Dossier.model_validate(self._dossier.read(HoSo.model_validate(native).model_dump()))

    def step_from_native(self, native: Mapping[str, Any]) -> ProgressStep:
        """Raises as `dossier_from_native` does."""
        return ProgressStep.model_validate(self._step.read(TienDo.model_validate(native).model_dump()))


def _missing(data: Mapping[str, Any], pointer: str) -> bool:
    value: Any = data
    for name in pointer.split("/")[1:]:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value is None or value in ("", (), [])


__all__ = ["Language", "dossier", "step"]

"""The provincial portal's dossiers and steps to canonical ones, and back (the way back serves tests and samples)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.codecs import Coded, Plain, Text
from adapters.fields import Each, Field, Many, Record
from schemas.dossier import Dossier
from schemas.progress import Acknowledgement, ProgressStep

from . import codes
from .model import TIME, BuocXuLy, HoSoMotCua

TEXT = Text(empty=None)
PLAIN = Plain()
FLAG = Coded("flags", codes.FLAGS, empty=None)
STATE = Coded("states", codes.STATES, empty=None)

IDENTITY = Record(
    (
        Field("Loai", "kind", Coded("identity kinds", codes.IDENTITY_KINDS, empty=None)),
        Field("So", "number", TEXT),
    )
)
FILE = Record(
    (
        Field("Id", "id", TEXT),
        Field("MaThanhPhan", "component_code", TEXT),
        Field("TenTep", "name", TEXT),
        Field("DuongDan", "url", TEXT),
        Field("DaXoa", "deleted", FLAG),
        Field("DuocSoHoa", "digitised", FLAG),
        Field("TaiSuDung", "reuse", Coded("re-use", codes.REUSE, empty=None)),
        Field("TuKhoDuLieuQuocGia", "from_national_store", FLAG),
        Field("MaKetQuaThayThe", "replaced_result_code", TEXT),
    )
)
OTHER_PAPER = Record(
    (
        Field("TenGiayTo", "name", TEXT),
        Field("SoLuong", "quantity", PLAIN),
        Field("LoaiGiayTo", "kind", TEXT),
    )
)
FEE = Record(
    (
        Field("MaPhi", "code", TEXT),
        Field("TenPhi", "name", TEXT),
        Field("Gia", "amount", PLAIN),
        Field("LoaiPhi", "kind", Coded("fee kinds", codes.FEE_KINDS, empty=None)),
        Field("HinhThucThu", "collected", Coded("fee moments", codes.FEE_MOMENTS, empty=None)),
    )
)
SUPPLEMENT = Record(
    (
        Field("Id", "id", TEXT),
        Field("NguoiYeuCau", "requested_by", TEXT),
        Field("NoiDung", "content", TEXT),
        Field("NgayYeuCau", "requested_at", TIME),
        Field("NguoiTiepNhan", "received_by", TEXT),
        Field("ThongTinTiepNhan", "reception_note", TEXT),
        Field("NgayTiepNhan", "received_at", TIME),
        Field("TrangThai", "state", TEXT),
        Field("GiayTo", "papers", Many(FILE)),
        Field("LePhi", "fees", Many(FEE)),
        Field("NgayHenTraTruoc", "previous_due_at", TIME),
        Field("NgayHenTraMoi", "new_due_at", TIME),
    )
)
RESULT = Record(
    (
        Field("Id", "id", TEXT),
        Field("TenGiayTo", "name", TEXT),
        Field("MaThanhPhan", "component_code", TEXT),
        Field("MaGiayTo", "code", TEXT),
        Field("DuongDan", "url", TEXT),
    )
)
_OWNER = (
    Field("ChuHoSo/HoTen", "applicant/name", TEXT),
    Field("ChuHoSo/LoaiDoiTuong", "applicant/kind", Coded("applicant kinds", codes.APPLICANT_KINDS, empty=None)),
    Field("ChuHoSo/SoGiayTo", "applicant/document_number", TEXT),
    Field("ChuHoSo/DinhDanh", "applicant/identities", Many(IDENTITY)),
    Field("ChuHoSo/MaDinhDanhDienTu", "applicant/technical_id", TEXT),
    Field("ChuHoSo/Email", "applicant/email", TEXT),
    Field("ChuHoSo/Fax", "applicant/fax", TEXT),
    Field("ChuHoSo/DienThoai", "applicant/phone", TEXT),
)
DOSSIER = Record(
    (
        Field("MaHoSo", "code", TEXT),
        Field("SoBienNhan", "receipt_number", TEXT),
        Field("MaTTHC", "procedure/code", TEXT),
        Field("TenTTHC", "procedure/name", TEXT),
        Field("MaLinhVuc", "procedure/field_code", TEXT),
        Field("TenLinhVuc", "procedure/field_name", TEXT),
        Field("KenhTiepNhan", "channel", Coded("channels", codes.CHANNELS, empty=None)),
        Field("NoiNop", "filed_place", Coded("filing places", codes.FILING_PLACES, empty=None)),
        *_OWNER,
        Field("TrichYeu", "abstract", TEXT),
        Field("ThongTinKhac", "other_information", TEXT),
        Field("GhiChu", "note", TEXT),
        Field("DonViXuLy", "processing_unit", TEXT),
        Field("TrangThai", "state", STATE),
        Field("NgayNop", "filed_at", TIME),
        Field("NgayTiepNhan", "received_at", TIME),
        Field("NgayHenTra", "due_at", TIME),
        Field("NgayTuChoi", "refused_at", TIME),
        Field("NgayKetThucXuLy", "finished_at", TIME),
        Field("NgayTra", "returned_at", TIME),
        Field("ThongTinTra", "return_note", TEXT),
        Field("HinhThucTra", "result_delivery", Coded("result deliveries", codes.RESULT_DELIVERIES, empty=None)),
        Field("CoThanhPhanSoHoa", "has_digitised_component", FLAG),
        Field("XacThucVNeID", "vneid_verified", FLAG),
        Field("ThanhToanTrucTuyen", "online_payment", Coded("online payments", codes.ONLINE_PAYMENTS, empty=None)),
        Field("CSDLDaTraCuu", "databases", Each(TEXT)),
        Field("ThanhPhanHoSo", "attachments", Many(FILE)),
        Field("GiayToKhac", "other_papers", Many(OTHER_PAPER)),
        Field("LePhi", "fees", Many(FEE)),
        Field("BoSung", "supplements", Many(SUPPLEMENT)),
        Field("KetQua", "results", Many(RESULT)),
    )
)
STEP = Record(
    (
        Field("MaHoSo", "dossier_code", TEXT),
        Field("NguoiXuLy", "officer", TEXT),
        Field("ChucDanh", "position", TEXT),
        Field("PhongBan", "department", TEXT),
        Field("ThoiDiemXuLy", "at", TIME),
        Field("NoiDungXuLy", "content", TEXT),
        Field("TrangThai", "state", STATE),
        Field("NgayBatDau", "started_at", TIME),
        Field("NgayKetThucTheoQuyDinh", "due_at", TIME),
    )
)


def dossier_from_native(native: HoSoMotCua) -> Dossier:
    """Raises `pydantic.ValidationError` with canonical places; `DOSSIER.native_place` turns them round."""
    return Dossier.model_validate(DOSSIER.read(native.model_dump()))


def step_from_native(native: BuocXuLy) -> ProgressStep:
    """Raises `pydantic.ValidationError` with canonical places; `STEP.native_place` turns them round."""
    return ProgressStep.model_validate(STEP.read(native.model_dump()))


def dossier_to_native(dossier: Dossier) -> dict[str, Any]:
    """`HoSo` of a notice."""
    return HoSoMotCua.model_validate(DOSSIER.write(dossier.model_dump())).model_dump()


def step_to_native(step: ProgressStep) -> dict[str, Any]:
    """`TienDo` of a notice."""
    return BuocXuLy.model_validate(STEP.write(step.model_dump())).model_dump()


def status(told: Acknowledgement) -> Mapping[str, Any]:
    """The part of the call-back that the acknowledgement says. Raises `Untranslatable`."""
    return {
        "MaHoSo": told.dossier_code,
        "LoaiBanTin": Coded("notices", codes.NOTICES).write(told.answered, "/answered"),
        "HeThong": told.system,
        "MaLoi": told.code or "",
        "MoTaLoi": told.reason or "",
        "Truong": told.pointer or "",
        "MaThamChieu": told.reference or "",
    }


__all__ = [
    "DOSSIER",
    "STEP",
    "dossier_from_native",
    "dossier_to_native",
    "status",
    "step_from_native",
    "step_to_native",
]

"""What the portal demands of a dossier and of a step: the field lists of `DongBoHoSoMC` and `CapNhatTienDoHoSoMC`.

Source: reference of the national portal, sections 3.1, 3.2, 6, 7 and the limits of section 11. All values are strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CODE = re.compile(r"[0-9A-Z.]+-(\d{6}|\d{8})-\d{4,7}")
STATES = frozenset(str(state) for state in range(1, 11))
Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One field: a text, or (`fields`) a list of objects. `check` is not asked about an empty text."""

    required: bool = False
    check: Check | None = None
    most: int | None = None
    fields: Mapping[str, Rule] | None = None


def _date(text: str) -> bool:
    if re.fullmatch(r"\d{14}", text) is None:
        return False
    try:
        datetime.strptime(text, "%Y%m%d%H%M%S")
    except ValueError:
        return False
    return True


def _one_of(*values: str) -> Check:
    return frozenset(values).__contains__


def _matches(pattern: str) -> Check:
    return lambda text: re.fullmatch(pattern, text) is not None


TEXT = Rule()
NEEDED = Rule(required=True)
DATE = Rule(check=_date)
FLAG = Rule(check=_one_of("0", "1"))
URL = Rule(check=_matches(r"https?://\S+"))
DIGITS = Rule(check=_matches(r"\d+"))

FILE: Mapping[str, Rule] = {
    "TepDinhKemId": TEXT,
    "TenTepDinhKem": Rule(most=4000),
    "IsDeleted": Rule(check=_one_of("True", "False")),
    "MaThanhPhanHoSo": TEXT,
    "DuongDanTaiTepTin": URL,
    "DuocSoHoa": FLAG,
    "DuocTaiSuDung": Rule(check=_one_of("0", "1", "2")),
    "DuocLayTuKhoDMQG": FLAG,
    "MaKetQuaThayThe": TEXT,
}
FEE: Mapping[str, Rule] = {
    "TenPhiLePhi": TEXT,
    "MaPhiLePhi": TEXT,
    "HinhThucThu": Rule(check=_one_of("1", "2", "4")),
    "Gia": DIGITS,
    "LoaiPhiLePhi": Rule(check=_one_of("1", "2", "3")),
}
SUPPLEMENT: Mapping[str, Rule] = {
    "HoSoBoSungId": TEXT,
    "NguoiYeuCauBoSung": TEXT,
    "NoiDungBoSung": TEXT,
    "NgayBoSung": DATE,
    "NguoiTiepNhanBoSung": TEXT,
    "ThongTinTiepNhan": TEXT,
    "NgayTiepNhanBoSung": DATE,
    "TrangThaiBoSung": TEXT,
    "DanhSachGiayToBoSung": Rule(fields=FILE),
    "DanhSachLePhiBoSung": Rule(fields=FEE),
    "NgayHenTraTruoc": DATE,
    "NgayHenTraMoi": DATE,
}
PAPER: Mapping[str, Rule] = {"TenGiayTo": Rule(most=2000), "SoLuong": DIGITS, "LoaiGiayTo": TEXT}
RESULT: Mapping[str, Rule] = {
    "TenGiayTo": Rule(most=2000),
    "MaThanhPhanHoSo": TEXT,
    "GiayToId": TEXT,
    "DuongDanTepTinKetQua": URL,
    "MaGiayToKetQua": TEXT,
}
IDENTITY: Mapping[str, Rule] = {
    "LoaiDinhDanh": Rule(required=True, check=_one_of("1", "2")),
    "SoDinhDanh": Rule(required=True, check=_matches(r"\d{12}|\d{9}")),
}
DIGITS_OF = {"1": 12, "2": 9}
DOSSIER: Mapping[str, Rule] = {
    "MaHoSo": Rule(required=True, check=lambda text: CODE.fullmatch(text) is not None),
    "MaTTHC": NEEDED,
    "TenTTHC": NEEDED,
    "MaLinhVuc": NEEDED,
    "TenLinhVuc": NEEDED,
    "SoBienNhan": TEXT,
    "KenhThucHien": Rule(check=_one_of("1", "2", "3")),
    "ChuHoSo": TEXT,
    "SoGiayToChuHoSo": TEXT,
    "LoaiDoiTuong": Rule(required=True, check=_one_of("1", "2", "3", "4")),
    "MaDoiTuong": TEXT,
    "ThongTinKhac": TEXT,
    "Email": TEXT,
    "Fax": TEXT,
    "SoDienThoai": TEXT,
    "TrichYeuHoSo": Rule(most=1000),
    "NgayNopHoSo": DATE,
    "NgayTiepNhan": Rule(required=True, check=_date),
    "NgayHenTra": DATE,
    "TrangThaiHoSo": Rule(required=True, check=STATES.__contains__),
    "NgayTra": DATE,
    "ThongTinTra": TEXT,
    "HinhThuc": Rule(required=True, check=_one_of("0", "1")),
    "NgayKetThucXuLy": DATE,
    "DonViXuLy": NEEDED,
    "GhiChu": TEXT,
    "NoiNopHoSo": Rule(check=_one_of("1", "2")),
    "HoSoCoThanhPhanSoHoa": FLAG,
    "TaiKhoanDuocXacThucVoiVNeID": FLAG,
    "DuocThanhToanTrucTuyen": Rule(check=_one_of("0", "1", "2", "3")),
    "NgayTuChoi": DATE,
    "DinhDanhCHS": Rule(fields=IDENTITY),
    "DSKetNoiCSDL": Rule(fields={"MaCSDL": NEEDED}),
    "TaiLieuNop": Rule(fields=FILE),
    "DanhSachLePhi": Rule(fields=FEE),
    "DanhSachTepDinhKemKhac": Rule(fields=PAPER),
    "DanhSachHoSoBoSung": Rule(fields=SUPPLEMENT),
    "DanhSachGiayToKetQua": Rule(fields=RESULT),
}
STEP: Mapping[str, Rule] = {
    "MaHoSo": DOSSIER["MaHoSo"],
    "NguoiXuLy": Rule(required=True, most=50),
    "ChucDanh": TEXT,
    "PhongBanXuLy": TEXT,
    "ThoiDiemXuLy": Rule(required=True, check=_date),
    "NoiDungXuLy": NEEDED,
    "TrangThai": Rule(required=True, check=STATES.__contains__),
    "NgayBatDau": DATE,
    "NgayKetThucTheoQuyDinh": DATE,
}


def mistakes(record: Any, rules: Mapping[str, Rule], closed: bool, place: str = "") -> Iterator[str]:
    """What is wrong with a record, in words; `closed` refuses fields that the rules do not name."""
    if not isinstance(record, dict):
        yield f"{place or 'data'} không phải là đối tượng"
        return
    for name, rule in rules.items():
        if name in record:
            yield from _value(record[name], rule, closed, f"{place}{name}")
        elif rule.required:
            yield f"Thiếu trường {place}{name}"
    if closed:
        yield from (f"Trường {place}{name} không có trong đặc tả" for name in record if name not in rules)
    if rules is IDENTITY and len(str(record.get("SoDinhDanh"))) != DIGITS_OF.get(str(record.get("LoaiDinhDanh"))):
        yield f"Trường {place}SoDinhDanh không đúng loại định danh"


def _value(value: Any, rule: Rule, closed: bool, place: str) -> Iterator[str]:
    if rule.fields is not None:
        yield from _list(value, rule.fields, closed, place)
    elif not isinstance(value, str):
        yield f"Trường {place} phải là chuỗi ký tự"
    elif value == "":
        if rule.required:
            yield f"Trường {place} không được để trống"
    elif rule.most is not None and len(value) > rule.most:
        yield f"Trường {place} dài quá {rule.most} ký tự"
    elif rule.check is not None and not rule.check(value):
        yield f"Trường {place} có giá trị không hợp lệ"


def _list(value: Any, fields: Mapping[str, Rule], closed: bool, place: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"Trường {place} phải là mảng"
        return
    for index, item in enumerate(value):
        yield from mistakes(item, fields, closed, f"{place}[{index}].")


__all__ = ["CODE", "DOSSIER", "STEP", "Rule", "mistakes"]

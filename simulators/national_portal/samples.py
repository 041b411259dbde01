"""What the portal sends to a province: invented promotion notices, tax notices and receipts, number by number."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

_XML = """<?xml version="1.0" encoding="UTF-8"?>
<DATA><BODY><ROW_LIST><MA_HSO>{code}</MA_HSO>
<LIST><MA_SO_THUE>0100000000</MA_SO_THUE><SO_QUYET_DINH>TB-{number:04d}</SO_QUYET_DINH><NGAY_QUYET_DINH>22-11-2026</NGAY_QUYET_DINH>
<TEN_TIEUMUC>Lệ phí trước bạ</TEN_TIEUMUC><SO_TIEN>{first}</SO_TIEN></LIST>
<LIST><MA_SO_THUE>0100000000</MA_SO_THUE><SO_QUYET_DINH>TB-{number:04d}</SO_QUYET_DINH><NGAY_QUYET_DINH>22-11-2026</NGAY_QUYET_DINH>
<TEN_TIEUMUC>Thuế thu nhập cá nhân</TEN_TIEUMUC><SO_TIEN>{second}</SO_TIEN></LIST>
</ROW_LIST></BODY></DATA>"""


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def promotion(number: int) -> dict[str, Any]:
    """`addtthcKhuyenMai`."""
    return {
        "MaHoSo": f"000.00.00.G22-261122-{number:04d}",
        "MaTTHC": "9.991003",
        "SoVanBan": f"{number}/TB-VD",
        "NgayNopHoSo": "20261122081500",
        "TenThuongNhan": "Công ty TNHH Ví Dụ",
        "DiaChiDoanhNghiep": {"MaTinh": "22", "MaHuyen": "", "MaXa": "06652", "DiaChiChiTiet": "Số 1 đường Ví Dụ"},
        "DienThoai": "02030000000",
        "Fax": "",
        "Email": "congty@example.vn",
        "MaSoThue": "0100000000",
        "NguoiLienHe": "Nguyễn Văn Ví Dụ",
        "SoDienThoaiNguoiLienHe": "0900000000",
        "TenChuongTrinhKhuyenMai": "Khuyến mại ví dụ",
        "TenTepDonDangKy": "don-dang-ky.pdf",
        "TepDonDangKy": _base64(f"đơn ví dụ {number}"),
        "TaiLieuNop": [{"TenTepDinhKem": "the-le.pdf", "Base64": _base64("thể lệ ví dụ")}],
    }


def tax_notice(number: int) -> dict[str, Any]:
    """`ThongBaoThue`."""
    xml = _XML.format(code=f"000.00.15.H49-261122-{number:04d}", number=number, first=1_500_000, second=750_000)
    return {
        "SecurityKey": "khoa-vi-du",
        "Service": "ThongBaoThue",
        "Ngay": "20261122",
        "IsUpdating": "False",
        "Data": {"FileThongBaoThue": _base64(xml)},
    }


def tax_receipt(number: int) -> dict[str, Any]:
    """`ChungTuThue`."""
    return {
        "SecurityKey": "khoa-vi-du",
        "Service": "ChungTuThue",
        "Ngay": "20261122",
        "IsUpdating": "False",
        "Data": {
            "MaHoSo": f"000.00.15.H49-261122-{number:04d}",
            "MaSoThue": "0100000000",
            "HoTenNguoiNopTien": "Nguyễn Văn Ví Dụ",
            "SoCMTNguoiNopTien": "022000000000",
            "DiaChiNguoiNopTien": "Số 1 đường Ví Dụ",
            "TinhNguoiNopTien": "22",
            "HuyenNguoiNopTien": "",
            "XaNguoiNopTien": "06652",
            "UrlFileChungTu": f"http://adapter.example.vn:8080/VXPAdapter/RestService/forward/tep?id={number}",
            "ThongTinThanhToan": {
                "MaThongBaoThue": f"TB-{number:04d}",
                "NoiDungThanhToan": "Nộp lệ phí trước bạ",
                "SoTien": "2250000",
                "ThoiGianThanhToan": "20261122101500",
                "TrangThaiThanhToan": "1",
            },
        },
    }


SAMPLES: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "addtthcKhuyenMai": promotion,
    "ThongBaoThue": tax_notice,
    "ChungTuThue": tax_receipt,
}

__all__ = ["SAMPLES", "promotion", "tax_notice", "tax_receipt"]

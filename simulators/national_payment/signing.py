"""The platform's digests: SHA-256 over values joined by `|`, the secret last. `ThongTinBienLai` is not signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..gateway.digests import plain, text

DIGEST = "MaXacThuc"
_INIT = (
    "LoaiBanTin PhienBan MaDoiTac MaThamChieu SoTien LoaiHinhThanhToan MaKenhThanhToan MaThietBi NgonNgu MaTienTe "
    "MaNganHang ThongTinGiaoDich ThoiGianGD Ip"
)
_CONFIRM = "LoaiBanTin MaLoi MaDoiTac MaThamChieu SoTien MaTienTe MaGiaoDich MaNganHang ThoiGianGD ThongTinGiaoDich"
_QUERY = "LoaiBanTin PhienBan MaDoiTac MaThamChieu ThoiGianGD"
INIT, CONFIRM, QUERY = _INIT.split(), _CONFIRM.split(), _QUERY.split()


def digest(names: Sequence[str], message: Mapping[str, Any], secret: str) -> str:
    """`MaXacThuc` of a message."""
    return plain("|".join([*(text(message.get(name)) for name in names), secret]))


__all__ = ["CONFIRM", "DIGEST", "INIT", "QUERY", "digest"]

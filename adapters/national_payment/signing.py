"""What the platform signs: values joined by `|` with the shared secret as the last, SHA-256, hex in lower case.

A plain hash with free text inside: a `|` in any field would let two messages share a digest, so it is refused on both
ways. `ThongTinBienLai` is not signed at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from adapters.digests import PIPE, piped, same, sha256, unpiped
from adapters.fields import Untranslatable

DIGEST = "MaXacThuc"
INIT = (
    "LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan", "MaKenhThanhToan", "MaThietBi",
    "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich", "ThoiGianGD", "Ip",
)  # fmt: skip
CONFIRM = (
    "LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang", "ThoiGianGD",
    "ThongTinGiaoDich",
)  # fmt: skip
QUERY = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
GET_BILL = QUERY


def joined(order: tuple[str, ...], message: Mapping[str, object]) -> str:
    """The text that is signed, without the secret; an empty or missing value stays as nothing between two `|`."""
    return piped(message.get(name) for name in order)


def digest(order: tuple[str, ...], message: Mapping[str, object], secret: SecretStr) -> str:
    """`MaXacThuc` of a message. Raises `Untranslatable` for a `|` inside a value."""
    for name in order:
        unpiped(name, message.get(name))
    return sha256(f"{joined(order, message)}{PIPE}{secret.get_secret_value()}")


def genuine(order: tuple[str, ...], message: Mapping[str, object], secret: SecretStr) -> bool:
    """Whether a message is the platform's own; one that could be read in two ways is not."""
    try:
        return same(message.get(DIGEST), digest(order, message, secret))
    except Untranslatable:
        return False


__all__ = ["CONFIRM", "DIGEST", "GET_BILL", "INIT", "QUERY", "digest", "genuine", "joined"]

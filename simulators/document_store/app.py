"""The store: log-in, search, download."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from starlette.applications import Starlette

from ..plain import Asked, Said, Service, State, application, bearer
from .settings import DocumentStoreSettings

TOKEN = "the-vi-du"
SEARCH = {
    "SoDinhDanhChuSoHuu",
    "HoTenNguoiYeuCau",
    "KenhThucHien",
    "SoDinhDanhNguoiYeuCau",
    "MaThuTuc",
    "DanhSachDanhMucKetQua",
}
OWNER = "022000000000"
FILES = {("000.00.15.H49", "/2026/11/vi-du.pdf"): b64encode("giấy phép ví dụ".encode())}
PAPER = {
    "MaKetQua": "KQ.VD.000001",
    "TenGiayTo": "Giấy phép ví dụ",
    "SoKyHieu": "01/GP-VD",
    "CoQuanChuQuan": "000.00.15.H49",
    "DanhSachTepDinhKem": [{"TenTep": "giay-phep.pdf", "DuongDan": "/2026/11/vi-du.pdf"}],
}


class Store:
    """What the store does; it holds one paper of one person."""

    def __init__(self, settings: DocumentStoreSettings) -> None:
        self.settings = settings
        self.state = State()

    def log_in(self, asked: Asked) -> Said:
        """`{username, password}` for a token."""
        given = asked.json if isinstance(asked.json, dict) else {}
        if (given.get("username"), given.get("password")) != (self.settings.username, self.settings.password):
            return Said({"errorCode": -1, "message": "Sai tên đăng nhập hoặc mật khẩu"}, 401)
        return Said({"errorCode": 0, "token": TOKEN})

    def search(self, asked: Asked) -> Said:
        """Papers of the owner that are of a wanted kind."""
        return bearer(asked, {TOKEN}) or self._found(asked.json)

    def fetch(self, asked: Asked) -> Said:
        """A file in Base64."""
        refused = bearer(asked, {TOKEN})
        if refused is not None:
            return refused
        given = asked.json if isinstance(asked.json, dict) else {}
        found = FILES.get((given.get("CoQuanChuQuan", ""), given.get("DuongDan", "")), b"")
        return Said(found.decode() if self.settings.quoted else found)

    def _found(self, given: Any) -> Said:
        if not isinstance(given, dict) or set(given) != SEARCH or given["KenhThucHien"] not in ("1", "2"):
            return Said({"errorCode": -1, "message": "Dữ liệu không hợp lệ", "signature": "", "result": None})
        wanted = {item.get("MaKetQua") for item in given["DanhSachDanhMucKetQua"]}
        found = [PAPER] if given["SoDinhDanhChuSoHuu"] == OWNER and PAPER["MaKetQua"] in wanted else []
        answer = {"DanhSachGiayToKetQua": found}
        return Said({"errorCode": 0, "message": "Thành công", "signature": "vi-du", "result": answer})


def create(settings: DocumentStoreSettings | None = None) -> Starlette:
    """The app."""
    store = Store(settings or DocumentStoreSettings())
    services = [
        Service("login", "POST", store.settings.login_path, store.log_in),
        Service("search", "POST", store.settings.search_path, store.search),
        Service("fetch", "POST", store.settings.file_path, store.fetch),
    ]
    return application(store.state, services, lambda: {"papers": [PAPER]}, lambda: None)


__all__ = ["Store", "create"]

"""The service: log-in, list, one case, confirmation, states."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import Any

from starlette.applications import Starlette

from ..plain import Asked, Said, Service, State, application, bearer
from .settings import LinkedRegistrationSettings

TOKEN = "the-vi-du"
_FIELDS = (
    "maTTHC soHoSoLT coQuanXuLy maHoSo trangThai thoiGianThucHien ghiChu ketQuaXuLy nguoiXuLy chucDanh phongBanXuLy "
    "noiDungXuLy ngayBatDau ngayKetThucTheoQuyDinh ngayHenTraTruoc ngayHenTraMoi hanBoSungHoSo"
)
STATE_FIELDS = frozenset(_FIELDS.split())
_TIME = re.compile(r"\d{2}/\d{2}/\d{4} \d{2}:\d{2}:\d{2}")


class Linked:
    """What the service holds."""

    def __init__(self, settings: LinkedRegistrationSettings) -> None:
        self.settings = settings
        self.state = State()
        self.reset()

    def reset(self) -> None:
        """The cases of the start, none taken, no states."""
        self.cases = {str(n): _case(n) for n in range(1, self.settings.cases + 1)}
        self.taken: list[str] = []
        self.states: dict[str, list[Any]] = {}

    def records(self) -> Any:
        """For the control page."""
        return {"cases": list(self.cases.values()), "taken": self.taken, "states": self.states}

    def log_in(self, asked: Asked) -> Said:
        """`{userName, password}` for a token."""
        given = asked.json if isinstance(asked.json, dict) else {}
        if (given.get("userName"), given.get("password")) != (self.settings.username, self.settings.password):
            return Said({"message": "Sai tên đăng nhập hoặc mật khẩu"}, 401)
        return Said({"token": TOKEN, "refreshToken": "lam-moi", "refreshTokenExpiryTime": "2026-11-23T00:00:00"})

    def listed(self, asked: Asked) -> Said:
        """Cases that nobody took."""
        names = ("id", "maDonVi", "maTTHC", "module", "maHoSo", "ngayTiepNhan", "techId")
        waiting = [case for case in self.cases.values() if case["maHoSo"] not in self.taken]
        rows = [{name: case[name] for name in names} for case in waiting]
        return bearer(asked, {TOKEN}) or Said({"data": rows})

    def one(self, asked: Asked) -> Said:
        """A case with its forms and files."""
        case = self.cases.get(asked.params["id"])
        return bearer(asked, {TOKEN}) or (Said({}, 404) if case is None else Said(case))

    def take(self, asked: Asked) -> Said:
        """That a case was taken."""
        refused = bearer(asked, {TOKEN})
        if refused is not None:
            return refused
        code = str(asked.json.get("maHoSo")) if isinstance(asked.json, dict) else ""
        if asked.json != {"maHoSo": code, "daNhan": True} or code not in {c["maHoSo"] for c in self.cases.values()}:
            return Said({"message": "Dữ liệu không hợp lệ"}, 400)
        if code not in self.taken:
            self.taken.append(code)
        self.state.note("taken", code, asked.json)
        return Said({"success": True})

    def tell(self, asked: Asked) -> Said:
        """A state: every field there, texts, states 1 to 7, times as published."""
        refused = bearer(asked, {TOKEN})
        if refused is not None:
            return refused
        wrong = _mistake(asked.json)
        if wrong is not None:
            return Said({"message": wrong}, 400)
        self.states.setdefault(asked.json["soHoSoLT"], []).append(asked.json)
        self.state.note("state", asked.json["soHoSoLT"], asked.json)
        return Said({"success": True})


def _mistake(told: Any) -> str | None:
    if not isinstance(told, dict) or set(told) != STATE_FIELDS:
        return "Thiếu hoặc thừa trường"
    if not all(isinstance(value, str) for value in told.values()):
        return "Mọi trường phải là chuỗi ký tự"
    if told["trangThai"] not in {str(n) for n in range(1, 8)}:
        return "trangThai không hợp lệ"
    times = [told[name] for name in STATE_FIELDS if name.startswith(("ngay", "thoiGian", "han"))]
    return None if all(not time or _TIME.fullmatch(time) for time in times) else "Thời gian không hợp lệ"


def _case(number: int) -> dict[str, Any]:
    forms = {"nguoiKhai": {"hoTen": "Nguyễn Văn Ví Dụ"}, "tre": {"hoTen": f"Nguyễn Thị Ví Dụ {number}"}}
    return {
        "id": number,
        "maDonVi": "000.00.00.H49",
        "maTTHC": "9.990001",
        "module": "KS",
        "maHoSo": f"G99.99-261122-{number:04d}",
        "ngayTiepNhan": "22/11/2026 08:15:00",
        "techId": "00000000-0000-4000-8000-00000000vidu",
        "data": json.dumps(forms, ensure_ascii=False),
        "fileDinhKem": [
            {
                "id": number * 10,
                "loaiGiayTo": "1",
                "tenGiayTo": "Giấy chứng sinh",
                "tenTepDinhKem": "giay-chung-sinh.pdf",
                "huyGiayTo": False,
                "duLieuTepDinhKem": b64encode(b"tep vi du").decode(),
            }
        ],
    }


def create(settings: LinkedRegistrationSettings | None = None) -> Starlette:
    """The app; what it holds is at `app.state.linked`."""
    linked = Linked(settings or LinkedRegistrationSettings())
    paths = linked.settings
    services = [
        Service("login", "POST", paths.login_path, linked.log_in),
        Service("list", "GET", paths.list_path, linked.listed),
        Service("case", "GET", "api/lienthongdvclt/hosolienthong/{id}", linked.one),
        Service("taken", "PUT", paths.taken_path, linked.take),
        Service("state", "POST", paths.state_path, linked.tell),
    ]
    app = application(linked.state, services, linked.records, linked.reset)
    app.state.linked = linked
    return app


__all__ = ["Linked", "create"]

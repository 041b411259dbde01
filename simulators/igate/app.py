"""The connector: token, new dossiers, confirmation, next code, upload, creation, steps, states."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP
from typing import Any

from starlette.applications import Starlette

from ..plain import Asked, Handler, Said, Service, State, application, bearer
from .settings import IgateSettings

TOKEN = "the-vi-du"
BASE = "connector/connector/v1"
_STEP = "IDHoSo MaHoSo NguoiXuLy ThoiDiemXuLy PhongBanXuLy NoiDungXuLy TrangThai NgayBatDau NgayKetThucTheoQuyDinh"
_STATUS = "IdHoSo MaHoSo TrangThai NoiDungYKien DanhSachLePhi DanhSachGiayToKetQua"
_NEW = (
    "MaHoSo MaTTHC MaDichVuCong ChuHoSo LoaiDoiTuong MaDonViTiepNhan NgayNop NgayTiepNhan EformThongTinChiTiet "
    "ThanhPhanHoSo ThongTinNguoiNop"
)
STEP, STATUS, NEW = (frozenset(names.split()) for names in (_STEP, _STATUS, _NEW))
STATES = {str(state) for state in range(1, 11)}
SPACED, PACKED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), re.compile(r"(\d{14})?")
ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d)?")


class Connector:
    """What the connector holds."""

    def __init__(self, settings: IgateSettings) -> None:
        self.settings = settings
        self.state = State()
        self.reset()

    def reset(self) -> None:
        """The dossiers of the start, nothing taken or told."""
        self.new = [_dossier(n) for n in range(1, self.settings.dossiers + 1)]
        self.taken: set[str] = set()
        self.files: dict[str, dict[str, Any]] = {}
        self.created: dict[str, Any] = {}
        self.counter = 92_636

    def records(self) -> Any:
        """For the control page."""
        return {"new": self.new, "taken": sorted(self.taken), "files": self.files, "created": self.created}

    def log_in(self, asked: Asked) -> Said:
        """`{client_id, client_secret}` for a token."""
        given = asked.json if isinstance(asked.json, dict) else {}
        if (given.get("client_id"), given.get("client_secret")) != (
            self.settings.client_id,
            self.settings.client_secret,
        ):
            return Said({"code": 401, "message": "Sai thông tin"}, 401)
        return self._said({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer", "scope": "default"})

    def listed(self, asked: Asked) -> Said:
        """New dossiers that nobody took."""
        given = asked.json
        if not isinstance(given, dict) or set(given) != {"TrangThaiHoSo", "MaTTHC", "HinhThucTiepNhan"}:
            return _wrong("Dữ liệu không hợp lệ")
        wanted = [d for d in self.new if d["MaHoSo"] not in self.taken and given["MaTTHC"] in ("", d["MaTTHC"])]
        return Said({"code": 200, "message": "OK", "data": wanted})

    def acknowledge(self, asked: Asked) -> Said:
        """`[{MaHoSo, TrangThaiNhanHoSo: 1}]`."""
        known = {dossier["MaHoSo"] for dossier in self.new}
        rows = asked.json if isinstance(asked.json, list) else [{}]
        if any(set(row) != {"MaHoSo", "TrangThaiNhanHoSo"} or row["MaHoSo"] not in known for row in rows):
            return _wrong("Dữ liệu không hợp lệ")
        for row in rows:
            self.taken.add(row["MaHoSo"])
            self.state.note("acknowledge", row["MaHoSo"], row)
        return self._said({})

    def next_code(self, asked: Asked) -> Said:
        """The next dossier code; every call uses one up."""
        self.counter += 1
        return self._said({"value": f"G09.20-20260609-{self.counter:07d}"})

    def upload(self, asked: Asked) -> Said:
        """`multipart/form-data` with the file in the field `file`."""
        part = next(_parts(asked), None)
        content = None if part is None else part.get_payload(decode=True)
        if part is None or not isinstance(content, bytes):
            return _wrong("Không có tệp")
        id, digest = f"tep-{len(self.files) + 1}", hashlib.sha256(content).hexdigest()
        self.files[id] = {"name": part.get_filename(), "media": part.get_content_type(), "hash": digest}
        self.state.note("upload", id, self.files[id])
        return self._said({"IdTepTin": id, "HashTepTin": digest})

    def create(self, asked: Asked) -> Said:
        """A dossier whose files were uploaded."""
        wrong = _created(asked.json, self.files)
        if wrong is not None:
            return _wrong(wrong)
        code = asked.json["MaHoSo"]
        if code in self.created:
            return Said({"code": 409, "message": f"Hồ sơ {code} đã tồn tại"}, 400)
        self.created[code] = asked.json
        self.state.note("create", code, asked.json)
        return self._said({"idHoSo": f"id-{len(self.created)}", "maHoSo": code})

    def progress(self, asked: Asked) -> Said:
        """Steps of dossiers, times in ISO 8601."""
        return self._all("progress", asked.json, STEP, _step)

    def status(self, asked: Asked) -> Said:
        """States; result papers with 5, 6 and 9 only."""
        return self._all("status", asked.json, STATUS, _status)

    def _all(self, service: str, rows: Any, names: frozenset[str], right: Callable[[Any], bool]) -> Said:
        if not isinstance(rows, list) or not rows:
            return _wrong("Dữ liệu phải là mảng")
        if any(not isinstance(row, dict) or set(row) != names or not right(row) for row in rows):
            return _wrong("Dữ liệu không hợp lệ")
        for row in rows:
            self.state.note(service, row["MaHoSo"], row)
        return self._said({})

    def _said(self, data: Any) -> Said:
        plain = data or {"message": "OK"}
        return Said({"code": 200, "message": "OK", "data": data} if self.settings.wrapped else plain)


def _wrong(text: str) -> Said:
    return Said({"code": 400, "message": text}, 400)


def _step(row: Any) -> bool:
    times = (row["ThoiDiemXuLy"], row["NgayBatDau"], row["NgayKetThucTheoQuyDinh"])
    return row["TrangThai"] in STATES and all(ISO.fullmatch(time) for time in times) and row["ThoiDiemXuLy"] != ""


def _status(row: Any) -> bool:
    return row["TrangThai"] in STATES and (not row["DanhSachGiayToKetQua"] or row["TrangThai"] in ("5", "6", "9"))


def _created(dossier: Any, files: dict[str, Any]) -> str | None:
    if not isinstance(dossier, dict) or set(dossier) != NEW:
        return "Thiếu hoặc thừa trường"
    if dossier["LoaiDoiTuong"] not in ("0", "1", "2"):
        return "LoaiDoiTuong không hợp lệ"
    if not SPACED.fullmatch(dossier["NgayNop"]) or not PACKED.fullmatch(dossier["NgayTiepNhan"]):
        return "Thời gian không hợp lệ"
    for component in dossier["ThanhPhanHoSo"]:
        if component["LoaiBan"] not in ("0", "1", "2"):
            return "LoaiBan không hợp lệ"
        for file in component["GiayToDinhKem"]:
            if files.get(file["IdGiayTo"], {}).get("hash") != file["HashTepTin"]:
                return "Tệp chưa được tải lên"
    return None


def _parts(asked: Asked) -> Iterator[Message]:
    kind = asked.headers.get("content-type", "")
    whole = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + asked.content, policy=HTTP)
    for part in whole.walk():
        if part.get_param("name", header="content-disposition") == "file":
            yield part


def _dossier(number: int) -> dict[str, Any]:
    return {
        "IdHoSo": f"moi-{number}",
        "MaHoSo": f"G09.20-20260609-{number:07d}",
        "MaTTHC": "9.990007",
        "TenTTHC": "Thủ tục ví dụ của bộ",
        "ChuHoSo": "Nguyễn Văn Ví Dụ",
        "LoaiDoiTuong": 0,
        "TrangThaiHoSo": "1",
        "NgayNop": "2026-06-08 14:07:53",
    }


def create(settings: IgateSettings | None = None) -> Starlette:
    """The app; what it holds is at `app.state.connector`."""
    held = Connector(settings or IgateSettings())

    def guarded(handle: Handler) -> Handler:
        return lambda asked: bearer(asked, {TOKEN}) or handle(asked)

    services = [
        Service("login", "POST", f"{BASE}/login", held.log_in),
        Service("list", "POST", f"{BASE}/laydanhsachhoso", guarded(held.listed)),
        Service("acknowledge", "POST", f"{BASE}/hoso/xacnhantrangthainhan", guarded(held.acknowledge)),
        Service("next-code", "POST", held.settings.next_code_path, guarded(held.next_code)),
        Service("upload", "POST", "fi/v1/file/upload", guarded(held.upload)),
        Service("create", "POST", held.settings.create_path, guarded(held.create)),
        Service("progress", "POST", f"{BASE}/hoso/capnhatientrinh", guarded(held.progress)),
        Service("status", "POST", f"{BASE}/hoso/capnhattrangthai", guarded(held.status)),
    ]
    app = application(held.state, services, held.records, held.reset)
    app.state.connector = held
    return app


__all__ = ["Connector", "create"]

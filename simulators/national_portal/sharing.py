"""The services that are read (catalogues, TechID, questions), and the writes besides dossiers and steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .answers import Result
from .holdings import Row
from .rules import FILE, Rule, mistakes
from .store import State

Body = Mapping[str, Any]
ERROR = -1
TAKEN = "Cập nhật thành công"
NEEDED, TEXT = Rule(required=True), Rule()
# section 3.3: names and order as published; which are required is our reading
PUBLISHED = {
    "HOIDAPID": NEEDED,
    "MaLinhVuc": NEEDED,
    "NOIDUNG": NEEDED,
    "MADONVI": NEEDED,
    "TENDONVI": NEEDED,
    "TRALOIID": TEXT,
    "NOIDUNGTRALOI": TEXT,
}
ANSWERED = {
    "HOIDAPID": NEEDED,
    "MADONVI": NEEDED,
    "NGUOITRALOI": NEEDED,
    "CHUCVUNGUOITRALOI": TEXT,
    "NGAYTRALOI": Rule(required=True, check=lambda text: len(text) == 14 and text.isdigit()),
    "NOIDUNGTRALOI": NEEDED,
}
STATES = frozenset({"1", "2", "4", "5", "6", "7", "8", "9", "10", "11"})
STATE_FILE = {name: FILE[name] for name in list(FILE)[:5]}
STATE = {
    "MaHoSo": NEEDED,
    "TrangThai": Rule(required=True, check=STATES.__contains__),
    "MaHoSoDonVi": TEXT,
    "MaDoiTuong": TEXT,
    "NoiDung": TEXT,
    "NgayXuLy": Rule(required=True, check=lambda text: len(text) == 14 and text.isdigit()),
    "TaiLieuXuLy": Rule(fields=STATE_FILE),
}


def listed(state: State, service: str) -> Result | None:
    """A list, if the portal has one of that name."""
    rows = state.held.lists.get(service)
    return None if rows is None else Result(rows=rows, records="data" if service == "LayDVC" else None)


def _procedures(state: State, body: Body) -> Result:
    return Result(rows=[{"MATTHC": row["MATTHC"], "TENTTHC": row["TENTTHC"]} for row in state.held.procedures])


def _procedure(state: State, body: Body) -> Result:
    return Result(rows=[row for row in state.held.procedures if row["MATTHC"] == body.get("maTTHC")])


def _technical_id(state: State, body: Body) -> Result:
    if body.get("provider") != "wso2is":
        return Result(ERROR, "provider không hợp lệ")
    found = state.held.technical_ids.get(str(body.get("mstorcmnd")))
    return Result(rows=[] if found is None else [{"TECHNICALID": found}])


def _sent_questions(state: State, body: Body) -> Result:
    return Result(rows=list(state.held.questions.values()))


def _own_questions(state: State, body: Body) -> Result:
    return Result(rows=list(state.held.own_questions.values()))


def _answers(state: State, body: Body) -> Result:
    return Result(rows=state.held.answers.get(str(body.get("cauhoiid")), []))


def _publish(state: State, body: Body) -> Result:
    row = _only(body.get("data"), PUBLISHED)
    if isinstance(row, Result):
        return row
    state.held.own_questions[row["HOIDAPID"]] = {name.upper(): value for name, value in row.items()}
    return Result(message=TAKEN, effects=[state.note("DongBoHoiDap", row["HOIDAPID"])])


def _answer(state: State, body: Body) -> Result:
    row = _only(body.get("data"), ANSWERED)
    if isinstance(row, Result):
        return row
    if row["HOIDAPID"] not in state.held.questions:
        return Result(ERROR, f"Không có câu hỏi {row['HOIDAPID']}")
    answers = state.held.answers.setdefault(row["HOIDAPID"], [])
    answers.append({"TRALOIID": f"TL-{len(answers) + 1:04d}", "NOIDUNGTRALOI": row["NOIDUNGTRALOI"]})
    return Result(message=TAKEN, effects=[state.note("DongBoKetQuaHoiDapGuiTuDVCQG", row["HOIDAPID"])])


def _filed_state(state: State, body: Body) -> Result:
    if body.get("type") != "2":
        return Result(ERROR, 'type phải là chuỗi "2"')
    data = body.get("data")
    mistake = next(mistakes(data, STATE, closed=True), None)
    if mistake is not None or not isinstance(data, dict):
        return Result(ERROR, mistake or "data phải là đối tượng")
    if data["MaHoSo"] not in state.held.filed:
        return Result(ERROR, f"Hồ sơ {data['MaHoSo']} không được nộp trên Cổng")
    state.held.filed[data["MaHoSo"]].append(data)
    return Result(message=TAKEN, effects=[state.note("DongBoTrangThaiHoSo", data["MaHoSo"])])


def _only(data: Any, rules: Mapping[str, Rule]) -> Row | Result:
    if not isinstance(data, list) or len(data) != 1:
        return Result(ERROR, "data phải là mảng có đúng một bản ghi")
    mistake = next(mistakes(data[0], rules, closed=True), None)
    row: Row = data[0]
    return row if mistake is None else Result(ERROR, mistake)


def filed(state: State, code: str) -> list[Row]:
    """The last state of a dossier that was filed at the portal, as `TraCuuHoSo` tells it here."""
    states = state.held.filed.get(code) or []
    return [{"MAHOSO": code, "TRANGTHAI": states[-1]["TrangThai"]}] if states else []


SHARED: Mapping[str, Callable[[State, Body], Result]] = {
    "LayDanhSachTTHC": _procedures,
    "LayThuTuc": _procedure,
    "TraCuuTechID": _technical_id,
    "LayDanhSachHoiDapGuiTuDVCQG": _sent_questions,
    "LayDanhSachHoiDapBoCoQuan": _own_questions,
    "LayNoiDungTraLoiTheoCauHoi": _answers,
    "DongBoHoiDap": _publish,
    "DongBoKetQuaHoiDapGuiTuDVCQG": _answer,
    "DongBoTrangThaiHoSo": _filed_state,
}

__all__ = ["SHARED", "filed", "listed"]

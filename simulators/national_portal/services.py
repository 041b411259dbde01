"""The services of the data path: what each demands, does and decides. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .answers import Item, Result, upper
from .faults import ErrorIn200, PartialBatch, RefuseBatch, Rejection, SessionExpiry
from .rules import DOSSIER, STEP, mistakes
from .sharing import SHARED, filed, listed
from .store import Effect, State

Body = Mapping[str, Any]
Refusal = tuple[int, str]
ERROR = -1
SYNCED = "Đồng bộ thành công"
STEPPED = "Cập nhật tiến độ thành công"


def handle(state: State, body: Body) -> Result:
    """Let one call of the data path take effect."""
    service = str(body.get("service", ""))
    failure = state.dice.roll("error_in_200", service, ErrorIn200)
    if failure is not None:
        return Result(failure.code, failure.message)
    refused = _session(state, body, service)
    if refused is not None:
        return Result(*refused)
    held = listed(state, service)
    if held is not None:
        return held
    serve = SERVICES.get(service)
    if serve is None or (service == "TraCuuTienDoHoSo" and state.steps != "queryable"):
        return Result(ERROR, f"Không tìm thấy dịch vụ {service}")
    return serve(state, body)


def log_in(state: State, body: Body) -> tuple[int, str, str]:
    """Code, message and session of a log-in."""
    failure = state.dice.roll("error_in_200", "login", ErrorIn200)
    if failure is not None:
        return failure.code, failure.message, ""
    if (body.get("username"), body.get("password")) != (state.settings.username, state.settings.password):
        return ERROR, "Sai tên đăng nhập hoặc mật khẩu", ""
    return 0, "Đăng nhập thành công", state.log_in()


def _session(state: State, body: Body, service: str) -> Refusal | None:
    token = body.get("session")
    session = state.sessions.get(token) if isinstance(token, str) else None
    expiry = state.faults.session_expiry
    limit = state.settings.session_calls if expiry is None or expiry.calls is None else expiry.calls
    expired = session is None or state.clock() >= session.expires or (limit is not None and session.calls >= limit)
    if not expired and expiry is not None and expiry.calls is None:
        expired = state.dice.roll("session_expiry", service, SessionExpiry) is not None
    if session is None or expired:
        state.sessions.pop(str(token), None)
        return state.settings.session_code, state.settings.session_message
    session.calls += 1
    if body.get("madonvi") not in state.settings.units:
        return ERROR, f"Mã đơn vị {body.get('madonvi')} không được phép"
    return None


def _synchronise(state: State, body: Body) -> Result:
    updating, data = body.get("isUpdating"), body.get("data")
    if updating not in ("True", "False"):
        return Result(ERROR, 'isUpdating phải là chuỗi "True" hoặc "False"')
    if not isinstance(data, list) or not data:
        return Result(ERROR, "data phải là mảng có ít nhất một hồ sơ")
    refusals = _judge_dossiers(state, data, updating == "True")

    def put(dossier: Body) -> Effect:
        return state.put("update" if updating == "True" else "insert", dossier)

    return _settle(state, "DongBoHoSoMC", data, refusals, put, SYNCED)


def _judge_dossiers(state: State, data: list[Any], updating: bool) -> list[Refusal | None]:
    fresh: set[str] = set()
    closed = state.settings.unknown_fields == "refuse"
    return [_judge_dossier(state, dossier, updating, fresh, closed) for dossier in data]


def _judge_dossier(state: State, dossier: Any, updating: bool, fresh: set[str], closed: bool) -> Refusal | None:
    mistake = next(mistakes(dossier, DOSSIER, closed), None)
    if mistake is not None:
        return ERROR, mistake
    code = dossier["MaHoSo"]
    exists = code in state.dossiers or code in fresh
    if exists and not updating:
        return state.settings.exists_code, f"Hồ sơ {code} đã tồn tại trên hệ thống"
    if updating and not exists:
        return ERROR, f"Hồ sơ {code} chưa có trên hệ thống"
    reject = state.faults.reject
    if reject is not None and re.search(reject.pattern, code) and state.dice.roll("reject", "DongBoHoSoMC", Rejection):
        return reject.code, reject.message
    fresh.add(code)
    return None


def _progress(state: State, body: Body) -> Result:
    data = body.get("data")
    if not isinstance(data, list) or not data:
        return Result(ERROR, "data phải là mảng có ít nhất một tiến độ")
    if len(data) > state.settings.max_steps:
        return Result(ERROR, f"Mỗi lần gửi không quá {state.settings.max_steps} tiến độ")
    closed = state.settings.unknown_fields == "refuse"
    refusals = [_judge_step(state, step, closed) for step in data]
    return _settle(state, "CapNhatTienDoHoSoMC", data, refusals, state.step, STEPPED)


def _judge_step(state: State, step: Any, closed: bool) -> Refusal | None:
    mistake = next(mistakes(step, STEP, closed), None)
    if mistake is not None:
        return ERROR, mistake
    if step["MaHoSo"] not in state.dossiers:
        return ERROR, f"Hồ sơ {step['MaHoSo']} chưa được đồng bộ"
    return None


def _settle(
    state: State,
    service: str,
    data: list[Any],
    refusals: list[Refusal | None],
    take: Callable[[Body], Effect | None],
    success: str,
) -> Result:
    """Let an array take effect, in the way in which arrays are answered now."""
    partial = state.dice.roll("partial_batch", service, PartialBatch)
    whole = state.dice.roll("refuse_batch", service, RefuseBatch) is not None
    mode = state.faults.batch or state.settings.batch
    each = not whole and (partial is not None or mode == "partial")
    first = next((refusal for refusal in refusals if refusal is not None), None)
    if first is not None and not each:
        return Result(first[0], first[1] if len(data) == 1 else _vague(state, first))
    good = [item for item, refusal in zip(data, refusals, strict=True) if refusal is None]
    effects = [effect for effect in map(take, good) if effect is not None]
    if not each:
        return Result(message=success, effects=effects)
    items = [_item(item, refusal, success) for item, refusal in zip(data, refusals, strict=True)]
    code = partial.code if partial is not None and first is not None else 0
    return Result(code, success if first is None else "Đã xử lý, xem kết quả từng bản ghi", None, items, effects)


def _vague(state: State, refusal: Refusal) -> str:
    """A refusal of many that does not say which of them is meant."""
    if refusal[0] == state.settings.exists_code:
        return "Có hồ sơ đã tồn tại trên hệ thống"
    return "Có bản ghi không hợp lệ"


def _item(item: Any, refusal: Refusal | None, success: str) -> Item:
    name = item.get("MaHoSo", "") if isinstance(item, dict) else ""
    return Item(str(name), *(refusal or (0, success)))


def _find_dossier(state: State, body: Body) -> Result:
    code = str(body.get("mahoso", ""))
    dossier = state.dossiers.get(code)
    return Result(rows=filed(state, code) if dossier is None else [upper(dossier.data)])


def _find_steps(state: State, body: Body) -> Result:
    dossier = state.dossiers.get(str(body.get("mahoso", "")))
    return Result(rows=[] if dossier is None else [upper(step) for _, step in dossier.steps])


SERVICES: Mapping[str, Callable[[State, Body], Result]] = {
    "DongBoHoSoMC": _synchronise,
    "CapNhatTienDoHoSoMC": _progress,
    "TraCuuHoSo": _find_dossier,
    "TraCuuTienDoHoSo": _find_steps,
    **SHARED,
}

__all__ = ["handle", "log_in"]

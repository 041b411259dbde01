"""The answers that the portal gets to its notices, and those that it gives to call-backs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lienthong.requests import Answer, Outcome, Reply, Request, classify
from lienthong.verdicts import Delivered, Reject, Retry, Single, Stop, Unknown

from .notices import Misread, Mistake, Notice, told

ACCEPTED, DUPLICATE, REFUSED, REUSED, LATER = "00", "01", "02", "03", "99"
_STATUS = {ACCEPTED: 200, DUPLICATE: 200, REFUSED: 422, REUSED: 409, LATER: 503}
_TEXT = {
    ACCEPTED: "Thành công",
    DUPLICATE: "Bản tin đã được tiếp nhận trước đó",
    REFUSED: "Dữ liệu không hợp lệ",
    REUSED: "MaGiaoDich đã được dùng cho nội dung khác",
    LATER: "Hệ thống chưa tiếp nhận được, vui lòng gửi lại sau",
}
# Truong may quote a field name of the sender's; no name that we know is longer
_PLACE = 200


def misread(notice: Misread) -> Answer:
    """The notice could not be read."""
    return answer(REFUSED, notice.key, mistakes=notice.mistakes)


def outcome(notice: Notice, became: Outcome) -> Answer:
    """What became of a notice that was handed to the bus."""
    reference = became.ids[0] if became.ids else ""
    match became.state:
        case "accepted":
            return answer(ACCEPTED, notice.key, reference)
        case "duplicate":
            return answer(DUPLICATE, notice.key, reference)
        case "refused":
            reused = any(problem.code == "key-reused" for problem in became.problems)
            return answer(REUSED if reused else REFUSED, notice.key, mistakes=told(notice.part, became.problems))
    return answer(LATER, notice.key)


def answer(code: str, key: str, reference: str = "", mistakes: Sequence[Mistake] = ()) -> Answer:
    """The native answer. Half surrogates in a sender's field name are replaced: they cannot be written in UTF-8."""
    body = {
        "MaLoi": code,
        "MoTaLoi": _TEXT[code],
        "MaGiaoDich": key,
        "MaThamChieu": reference,
        "ChiTiet": [{"Truong": mistake.place[:_PLACE], "LyDo": mistake.reason} for mistake in mistakes],
    }
    return Answer(_STATUS[code], json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))


def verdict(reply: Reply, request: Request) -> Single:
    """What the portal's answer to a call-back means. 01, known already, is success: a repeat changes nothing."""
    if reply.status in (404, 405):
        return Stop(f"http-{reply.status}: nothing is served at this path; check base_url and settings.status_path")
    by_status = classify(reply, request)
    if by_status is not None:
        return by_status
    try:
        document: Any = reply.json()
    except (ValueError, RecursionError):
        return Unknown("the portal's answer is not JSON")
    code = _code(document)
    if code is None:
        return Unknown("the portal's answer has no MaLoi")
    if code in (ACCEPTED, DUPLICATE):
        return Delivered()
    reason = f"the portal answered {code}: {document.get('MoTaLoi') or 'without a text'}"[:500]
    return Retry(reason) if code == LATER else Reject("refused-by-portal", reason)


def _code(document: Any) -> str | None:
    """`MaLoi` in two digits: 0, "0" and "00" are one."""
    value = document.get("MaLoi") if isinstance(document, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
        return None
    return str(value).strip().zfill(2)


__all__ = ["answer", "misread", "outcome", "verdict"]

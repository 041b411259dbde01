"""What the provincial portal knows, in memory: what it filed and was answered, and the statuses it received."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from ..carrying import Later
from ..faults import Dice
from .cashbook import Cashbook
from .generate import Notice
from .settings import NotTaken, ProvincialFaults, ProvincialPortalSettings

Stand = Literal["sending", "accepted", "refused", "stopped"]


@dataclass(slots=True)
class Filing:
    """One notice on its way: `status` and `answer` are the last that was heard, `tries` how often it was sent."""

    seq: int
    code: str
    notice: Notice
    stand: Stand = "sending"
    status: int | None = None
    answer: Any = None
    tries: int = 0
    answered_at: float | None = None

    def as_json(self, full: bool) -> dict[str, Any]:
        """As `/_control/filed` shows it; `full` adds the notice."""
        shown = {
            "seq": self.seq,
            "MaGiaoDich": self.notice["MaGiaoDich"],
            "MaHoSo": self.code,
            "LoaiBanTin": self.notice["LoaiBanTin"],
            "stand": self.stand,
            "status": self.status,
            "answer": self.answer,
            "tries": self.tries,
        }
        return {**shown, "notice": self.notice} if full else shown


@dataclass(slots=True)
class Status:
    """One call-back that arrived. `arrival` counts from 1 over all, repeats too."""

    arrival: int
    body: dict[str, Any]
    repeat: bool
    answered: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the control pages show it."""
        return {"seq": self.arrival, "repeat": self.repeat, "answered": self.answered, **self.body}


class Portal:
    """One simulated provincial portal. One event loop uses it."""

    def __init__(self, settings: ProvincialPortalSettings) -> None:
        self.settings = settings
        self.later = Later()
        self.reset()

    def reset(self) -> None:
        """Back to the beginning, with the first dossier next. What is being filed has to be stopped before."""
        self.later.forget()
        self.filings: list[Filing] = []
        self.asked: list[Filing] = []
        self.cashbook = Cashbook()
        self.log: list[Status] = []
        self.statuses: dict[str, Status] = {}
        self.bad_statuses = 0
        self.next_case = 0
        self.turn(ProvincialFaults(seed=self.settings.seed))

    def turn(self, faults: ProvincialFaults) -> None:
        """Let these faults be on and no others."""
        self.faults = faults
        self.dice = Dice(faults)

    def filing(self, notice: Notice, code: str) -> Filing:
        """Keep a notice that is about to be sent for the first time."""
        filing = Filing(len(self.filings) + 1, code, notice)
        self.filings.append(filing)
        return filing

    def asking(self, notice: Notice) -> Filing:
        """Keep a notice about money that is about to be sent for the first time."""
        part = next(notice[name] for name in ("ThanhToan", "HoanTien", "ChapNhan") if name in notice)
        asking = Filing(len(self.asked) + 1, part["MaDonHang"], notice)
        self.asked.append(asking)
        return asking

    def pay_back(self, raw: bytes) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Take a call-back about money: the answer, and the call-back if it is new."""
        failure = self.dice.roll("not_taken", "thanh-toan", NotTaken)
        if failure is not None:
            return {"MaLoi": failure.code, "MoTaLoi": failure.message}, None
        return self.cashbook.hear(raw)

    def dues(self, raw: bytes) -> dict[str, Any]:
        """What a dossier must pay: its orders that are not paid, one at a time. Without the gateway: the payer's."""
        try:
            code = orjson.loads(raw)["MaHoSo"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return {"MaLoi": "02", "MoTaLoi": "MaHoSo là bắt buộc"}
        known = any(filing.code == code for filing in self.filings)
        due = next((one.order for one in self.cashbook.of_dossier(code) if one.paid is None and one.order), None)
        if due is None:
            return {"MaLoi": "00", "KetQua": "KHONG_PHAI_NOP" if known else "KHONG_CO_HO_SO"}
        wanted = {name: value for name, value in due.items() if name != "CongThanhToan"}
        return {"MaLoi": "00", "KetQua": "CON_PHAI_NOP", "ThanhToan": wanted}

    def accepted(self) -> list[Notice]:
        """The notices that the bus has answered with 2xx, in filing order; what `expected` takes."""
        return [filing.notice for filing in self.filings if filing.stand == "accepted"]

    def receive(self, raw: bytes) -> tuple[dict[str, Any], Status | None]:
        """Take a status: the answer, and what was kept of it. The same `MaThongBao` again is answered 01."""
        failure = self.dice.roll("not_taken", "trang-thai", NotTaken)
        if failure is not None:
            return {"MaLoi": failure.code, "MoTaLoi": failure.message}, None
        body = _status(raw)
        if body is None:
            self.bad_statuses += 1
            return {"MaLoi": "02", "MoTaLoi": "Thông báo phải có MaThongBao, MaHoSo và KetQua là chuỗi ký tự"}, None
        known = body["MaThongBao"] in self.statuses
        status = Status(len(self.log) + 1, body, repeat=known)
        self.log.append(status)
        self.statuses.setdefault(body["MaThongBao"], status)
        return {"MaLoi": "01" if known else "00", "MoTaLoi": "Đã nhận trước đó" if known else "Thành công"}, status

    def stats(self) -> dict[str, Any]:
        """Counters."""
        return {
            "filed": len(self.filings),
            "stands": dict(Counter(filing.stand for filing in self.filings)),
            "answers": dict(Counter(_error(filing.answer) for filing in self.filings if filing.status is not None)),
            "repeats_sent": sum(max(0, filing.tries - 1) for filing in self.filings),
            "statuses": len(self.statuses),
            "status_repeats": len(self.log) - len(self.statuses),
            "bad_statuses": self.bad_statuses,
            "results": dict(Counter(status.body["KetQua"] for status in self.statuses.values())),
            "faults": dict(self.dice.hits),
        }


def _status(raw: bytes) -> dict[str, Any] | None:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    needed = ("MaThongBao", "MaHoSo", "KetQua")
    if not isinstance(body, dict) or not all(isinstance(body.get(name), str) and body[name] for name in needed):
        return None
    return body


def _error(answer: Any) -> str:
    return str(answer.get("MaLoi", "")) if isinstance(answer, dict) else ""


__all__ = ["Filing", "Portal", "Status"]

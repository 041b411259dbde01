"""Attempts, questions and refunds as the bus tells them, and a ledger of one answer for notices."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from adapters.momo import Momo, MomoSettings
from adapters.national_payment import NationalPayment, NationalPaymentSettings
from adapters.paygov import Paygov, PaygovSettings
from adapters.vietqr import Vietqr, VietqrSettings
from adapters.vnpay import Vnpay, VnpaySettings
from adapters.zalopay import Zalopay, ZalopaySettings
from lienthong import Accept, Answer, Context, Draft, Find, Found, Inbound, Message, Outcome
from schemas.payments import AttemptState
from schemas.registry import validate

from ..conversation import NOW
from ..portal import message

SECRET = "BI-MAT-VI-DU"
KEY = SecretStr(SECRET)
VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "payments" / "vectors.json").read_text(encoding="utf-8")
)
ORDER = {
    "order_code": "TT-1",
    "dossier_code": "000.00.15.H49-261122-0001",
    "procedure_code": "1.000894",
    "lines": [
        {"kind": "fee", "name": "Phí thẩm định", "amount": 100_000},
        {"kind": "charge", "name": "Lệ phí cấp giấy", "amount": 50_000},
    ],
    "amount": 150_000,
    "payer": {"ip": "203.0.113.7"},
    "text": "Nộp lệ phí hồ sơ",
    "return_url": "https://dvc.example.vn/ket-qua",
}


def vnpay(**changes: Any) -> Vnpay:
    """The adapter of the terminal LGSPTEST."""
    given = {
        "terminal": "LGSPTEST",
        "secret": SECRET,
        "pay_url": "https://pay.example.vn/vpcpay.html",
        "server_address": "203.0.113.9",
    }
    return Vnpay(VnpaySettings.model_validate(given | changes))


def momo(**changes: Any) -> Momo:
    """The adapter of the partner VIDU."""
    given = {
        "partner": "VIDU",
        "access_key": "KHOA",
        "secret": SECRET,
        "notice_url": "https://truc.example.vn/in/momo/notice",
    }
    return Momo(MomoSettings.model_validate(given | changes))


def zalopay(**changes: Any) -> Zalopay:
    """The adapter of the app 2554; both keys are the same invented one."""
    given: dict[str, Any] = {"app_id": 2554, "key1": SECRET, "key2": SECRET}
    return Zalopay(ZalopaySettings.model_validate(given | changes))


def vietqr(**changes: Any) -> Vietqr:
    """An adapter with an account of its own."""
    given = {"bank": "970403", "account": "0011012345678", "name": "Kho bạc Ví Dụ"}
    return Vietqr(VietqrSettings.model_validate(given | changes))


def national(**changes: Any) -> NationalPayment:
    """The adapter of the partner DVC01."""
    given = {
        "partner": "DVC01",
        "secret": SECRET,
        "paths": {"init": "khoi-tao", "query": "truy-van", "bill": "bien-lai"},
        "levy_codes": {"fee": "1", "charge": "2"},
        "beneficiary": {"account": "3511000000", "bank": "970403", "name": "Sở Ví Dụ"},
    }
    return NationalPayment(NationalPaymentSettings.model_validate(given | changes))


FORMULA: dict[str, Any] = {
    "fields": ["orderId", "requestCode", "amount", "transactionNo", "errorCode"],
    "separator": "|",
    "place": "key",
    "algorithm": "hmac-sha256",
    "case": "lower",
}


def paygov(**changes: Any) -> Paygov:
    """The adapter of the partner PAYGOV-VIDU, with an invented formula."""
    given: dict[str, Any] = {
        "partner": "PAYGOV-VIDU",
        "path": "thanh-toan",
        "secret": SECRET,
        "checksum": FORMULA,
        "unit": "000.00.15.H49",
    }
    return Paygov(PaygovSettings.model_validate(given | changes))


def at(system: str, attempt: int = 1) -> Context:
    """The context of a system, at 08:31:02 on 22 November 2026."""
    return Context(NOW, attempt=attempt, system=system)


def attempted(system: str, order: dict[str, Any] | None = None, **changes: Any) -> Message:
    """An attempt of 150,000 dong under the reference A1B2C3."""
    data = {
        "order": {**ORDER, **(order or {})},
        "number": 1,
        "system": system,
        "reference": "A1B2C3",
        "amount": 150_000,
        "created_at": "2026-11-22T08:30:00+07:00",
        "expires_at": "2026-11-22T08:45:00+07:00",
    }
    return message("payment.attempted", "TT-1", data | changes)


def queried(system: str, **changes: Any) -> Message:
    """The first question about the attempt."""
    data = {
        "order_code": "TT-1",
        "system": system,
        "reference": "A1B2C3",
        "amount": 150_000,
        "created_at": "2026-11-22T08:30:00+07:00",
        "asked_at": "2026-11-22T08:31:02+07:00",
        "number": 1,
        "memo": {},
    }
    return message("payment.queried", "TT-1", data | changes)


def refunding(system: str, **changes: Any) -> Message:
    """A refund of 50,000 dong under the reference RF1."""
    data = {
        "order_code": "TT-1",
        "system": system,
        "reference": "A1B2C3",
        "gateway_reference": "14422574",
        "refund_reference": "RF1",
        "amount": 50_000,
        "paid": 150_000,
        "whole": False,
        "reason": "nộp hai lần",
        "attempted_at": "2026-11-22T08:30:00+07:00",
        "created_at": "2026-11-23T09:00:00+07:00",
        "memo": {},
    }
    return message("payment.refund_attempted", "TT-1", data | changes)


def refund_queried(system: str, **changes: Any) -> Message:
    """The first question about the refund."""
    data = {
        "order_code": "TT-1",
        "system": system,
        "reference": "A1B2C3",
        "gateway_reference": "14422574",
        "refund_reference": "RF1",
        "amount": 50_000,
        "attempted_at": "2026-11-22T08:30:00+07:00",
        "created_at": "2026-11-23T09:00:00+07:00",
        "asked_at": "2026-11-23T09:31:02+07:00",
        "number": 1,
        "memo": {},
    }
    return message("payment.refund_queried", "TT-1", data | changes)


@dataclass(slots=True)
class Books:
    """A ledger: attempts by reference, and which notices it has taken under which body."""

    system: str
    states: dict[str, AttemptState] = field(default_factory=lambda: {"A1B2C3": AttemptState.PENDING})
    amount: int = 150_000
    outcome: str | None = None
    taken: dict[str, Draft] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def lead(self, conversation: Generator[Any, Any, Answer]) -> Answer:
        """The native answer. What is handed over is valid, has a key, and is remembered."""
        told: Any = None
        while True:
            try:
                step = conversation.send(told)
            except StopIteration as end:
                assert isinstance(end.value, Answer)
                return end.value
            told = self._found(step) if isinstance(step, Find) else self._accepted(step)

    @property
    def notices(self) -> list[Draft]:
        """What was taken, without what the payer's browser said."""
        return [draft for draft in self.taken.values() if draft.data.origin != "return"]

    def _found(self, find: Find) -> Found:
        known, _, reference = find.key.rpartition("/")
        assert (find.kind, known) == ("process", f"payment/{self.system}")
        self.asked.append(reference)
        state = self.states.get(reference)
        if state is None:
            return Found(None, None)
        standing = {"order_code": "TT-1", "system": self.system, "reference": reference, "amount": self.amount}
        return Found("process", {**standing, "state": state.value})

    def _accepted(self, accept: Accept) -> Outcome:
        (draft,) = accept.messages
        assert draft.key and len(draft.key) <= 200
        assert validate(draft.type, None, draft.data.model_dump_json(exclude_none=True).encode()) == []
        if self.outcome is not None:
            return Outcome(self.outcome)
        if draft.key in self.taken:
            return Outcome("duplicate")
        self.taken[draft.key] = draft
        return Outcome("accepted")


def get(query: str, path: str = "/in/vnpay/notice") -> Inbound:
    """A request with a query, as it came over the wire."""
    return Inbound("GET", path, {}, {}, b"", "gateway", query_string=query)


def post(body: Any) -> Inbound:
    """A request with a body."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Inbound("POST", "/in/gateway/notice", {}, {}, content, "gateway")


def follow_up(verdict: Any) -> Draft:
    """The only follow-up of a verdict, which is a valid message."""
    (draft,) = verdict.follow_ups
    assert isinstance(draft, Draft)
    assert validate(draft.type, None, draft.data.model_dump_json(exclude_none=True).encode()) == []
    return draft

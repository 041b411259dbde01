"""GET_BILL, and what a dossier must pay."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Generator
from typing import Any

import pytest

from adapters.national_payment import NationalPayment
from lienthong import Answer, Answered, Ask, Delivered, Lost, Message, Reject, Retry, Stop

from ..conversation import reply, talk
from ..portal import message
from .support import ORDER, at, follow_up, national, post

HERE = at("national-payment")
PDF = b"%PDF-1.7\nvi du"
DOSSIER = "000.00.15.H49-261122-0001"
OUT, IN = "https://xrd.example.vn/VXPAdapter/bl/1.pdf?k=a%2Fb", "https://lgsp.example.vn:8443/bl/1.pdf"


def requested(**changes: Any) -> Message:
    """The receipt of the attempt A1B2C3 is wanted."""
    data = {
        "order_code": "TT-1",
        "dossier_code": DOSSIER,
        "system": "national-payment",
        "reference": "A1B2C3",
        "gateway_reference": "PP261122000123",
        "amount": 150_000,
        "attempted_at": "2026-11-22T08:30:00+07:00",
        "memo": {"sent_at": "20261122083000"},
    }
    return message("receipt.requested", "TT-1", data | changes)


def test_get_bill_to_the_letter_and_a_pdf() -> None:
    heard = talk(national().bill(requested(), HERE), reply(PDF, headers={"content-type": "application/pdf"}))
    assert (heard.request.path, heard.request.write) == ("bien-lai", False)
    assert heard.request.content == (
        b'{"LoaiBanTin":"GET_BILL","PhienBan":"1.0.6","MaDoiTac":"DVC01","MaThamChieu":"A1B2C3",'
        b'"ThoiGianGD":"20261122083000",'
        b'"MaXacThuc":"7afb9f1caea3fc2265c70b748f2167b2e201225d9e13241ab0d0f3ef99bf2ab2"}'
    )
    said = follow_up(heard.single)
    assert (said.type, said.subject) == ("receipt.issued", "TT-1")
    assert (said.data.content, said.data.media, said.data.url) == (b64encode(PDF).decode(), "application/pdf", None)


@pytest.mark.parametrize("body", [{"MaLoi": "00", "UrlBienLai": OUT}, {"error_code": "0", "message": None}])
def test_a_link_elsewhere_is_passed_on_unopened(body: Any) -> None:
    if "error_code" in body:
        body = {**body, "message": json.dumps({"UrlBienLai": OUT})}
    heard = talk(national().bill(requested(), HERE), reply(body))
    assert len(heard.requests) == 1
    assert (follow_up(heard.single).data.url, follow_up(heard.single).data.content) == (OUT, None)


@pytest.mark.parametrize(
    ("url", "path", "params"),
    [(OUT, "VXPAdapter/bl/1.pdf", {"k": "a/b"}), (IN, "bl/1.pdf", {})],
)
def test_a_link_of_a_named_host_is_fetched_from_our_own(url: str, path: str, params: dict[str, str]) -> None:
    adapter = national(bill_hosts=["xrd.example.vn", "lgsp.example.vn:8443"])
    heard = talk(adapter.bill(requested(), HERE), reply({"MaLoi": "00", "UrlBienLai": url}), reply(PDF))
    second = heard.requests[1]
    assert (second.method, second.path, second.params, second.write) == ("GET", path, params, False)
    said = follow_up(heard.single).data
    assert (said.content, said.url) == (b64encode(PDF).decode(), None)


@pytest.mark.parametrize(
    "url",
    [
        "https://xrd.example.vn.evil.example/bl/1.pdf",
        "https://xrd.example.vn@evil.example/bl/1.pdf",
        "https://evil@xrd.example.vn/bl/1.pdf",
        "https://xrd.example.vn:8080/bl/1.pdf",
        "http://127.0.0.1/bl/1.pdf",
        "https://xrd.example.vn/",
    ],
)
def test_other_hosts_are_never_called(url: str) -> None:
    adapter = national(bill_hosts=["xrd.example.vn"])
    heard = talk(adapter.bill(requested(), HERE), reply({"MaLoi": "00", "UrlBienLai": url}))
    assert len(heard.requests) == 1 and isinstance(heard.single, Delivered)


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (reply({"MaLoi": "00"}), Retry),
        (reply({"MaLoi": "99"}), Retry),
        (reply({"MaLoi": "50"}), Stop),
        (reply({"MaLoi": "25"}), Reject),
        (reply({"MaLoi": "00", "UrlBienLai": "file:///etc/passwd"}), Retry),
        (reply({"MaLoi": "00", "UrlBienLai": 7}), Retry),
        (reply({"MaLoi": "00", "UrlBienLai": "https://xrd.example.vn:99999/a"}), Retry),
        (reply({"error_code": "-1", "message": ""}), Retry),
        (reply(b"<html>", headers={"content-type": "application/pdf"}), Retry),
        (reply(PDF, 500), Retry),
        (reply(b"", 404), Stop),
        (Lost("x"), Retry),
    ],
    ids=range(12),
)
def test_no_receipt_yet(heard: Any, kind: type) -> None:
    adapter = national(codes={"50": "ours", "25": "absent"})
    assert isinstance(talk(adapter.bill(requested(), HERE), heard).single, kind)


@pytest.mark.parametrize("heard", [reply(b"<html>"), reply(b"", 404), reply(b"", 503)], ids=range(3))
def test_a_file_that_is_none(heard: Any) -> None:
    adapter = national(bill_hosts=["xrd.example.vn"])
    talked = talk(adapter.bill(requested(), HERE), reply({"MaLoi": "00", "UrlBienLai": OUT}), heard)
    assert isinstance(talked.single, Retry)


def test_without_a_path_no_receipt() -> None:
    adapter = national(paths={"init": "a", "query": "b"})
    verdict = talk(adapter.bill(requested(), HERE)).single
    assert isinstance(verdict, Reject) and verdict.code == "not-configured"


def asked(verdict: Any, body: Any = None, adapter: NationalPayment | None = None) -> tuple[int, Any, Ask | None]:
    """Status and body of the answer to a look-up, and what was asked; `verdict` is what the query answers."""
    inbound = post({"MaHoSo": DOSSIER} if body is None else body)
    conversation: Generator[Any, Any, Answer] = (adapter or national(dues=True)).due(inbound, HERE)
    step = None
    try:
        step = next(conversation)
        conversation.send(verdict)
    except StopIteration as end:
        return end.value.status, json.loads(end.value.content), step
    raise AssertionError("it did not end")


def test_what_a_dossier_must_pay() -> None:
    status, body, step = asked(Answered("due", ORDER))
    assert step is not None and (step.query, step.case) == ("dossier.dues", DOSSIER)
    assert (status, body["error_code"]) == (200, 1)
    message = body["message"]
    assert (message["MaTraCuuTT"], message["MaHoSo"]) == (f"{DOSSIER}20261122083102", DOSSIER)
    assert [line["SoTien"] for line in message["PhiLePhi"]] == ["100000", "50000"]
    assert (message["TKThuHuong"], message["NoiDungThanhToan"]) == ("3511000000", "Nộp lệ phí hồ sơ")


@pytest.mark.parametrize(
    ("verdict", "status", "code"),
    [
        (Answered("nothing-due"), 200, 0),
        (Answered("not-found"), 200, -1),
        (Answered("due", {**ORDER, "dossier_code": "000.00.15.H49-261122-0002"}), 200, -1),
        (Answered("due", {**ORDER, "amount": 1}), 200, -1),
        (Answered("due", None), 200, -1),
        (Answered("due", {**ORDER, "lines": [{"kind": "fine", "name": "x", "amount": 150_000}]}), 200, -1),
        (Reject("not-allowed", "x"), 200, -1),
        (Retry("down"), 503, -1),
        (Stop("wrong"), 503, -1),
    ],
)
def test_nothing_to_pay_or_not_known(verdict: Any, status: int, code: int) -> None:
    assert asked(verdict)[:2] == (status, {"error_code": code, "message": []})


@pytest.mark.parametrize("body", [{}, {"MaHoSo": ""}, {"MaHoSo": "' OR 1=1"}, {"MaHoSo": [1]}, b"", b"[]"])
def test_no_dossier_code_asks_nobody(body: Any) -> None:
    assert asked(None, body) == (200, {"error_code": -1, "message": []}, None)


def test_it_is_served_only_where_it_is_set() -> None:
    assert set(national().receivers) == {"notice"} and list(national().asks) == []
    assert set(national(dues=True).receivers) == {"notice", "dues"}
    assert list(national(dues=True).asks) == ["dossier.dues"]
    assert set(NationalPayment.receivers) == {"notice", "dues"}

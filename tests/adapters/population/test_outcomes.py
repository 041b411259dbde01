"""Nobody, somebody else, refused and down are told apart, and no word of an answer gets into a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.population import PopulationSettings
from lienthong import Answered, Context, Fault, Reject, Reply, Retry, Stop
from tests.adapters.conversation import NOW, reply, talk

from .support import FRESH, ID, PERSON, SETTINGS, adapter, asked, golden, looked_up, polled, soap, verified

VERIFY = "XacThucThongTinCongDan"
NEEDLES = ("022199000123", "NGUYEN", "VI DU", "Ví Dụ", "1999")


def faulted(code: str, text: str = "", status: int = 500) -> Reply:
    return Reply(status, {}, b"", fault=Fault(code, text))


@pytest.mark.parametrize("name", ["lookup-nobody", "lookup-no-name"])
def test_nobody(name: str) -> None:
    assert looked_up(soap(golden(f"{name}.answer.xml"))) == Answered("not-found")


def test_nobody_at_the_facade() -> None:
    for content in (
        b'{"Envelope":{"Body":{"CongdanCollection":null}}}',
        b'{"Envelope":{"Body":{"CongdanCollection":{}}}}',
        b'{"CongdanCollection":{"CongDan":[]}}',
        b'{"CongdanCollection":{"CongDan":{"HoVaTen":{"Ten":""}}}}',
        '{"status":"error","message":"Không tìm thấy thông tin công dân"}'.encode(),
    ):
        assert looked_up(reply(content), form="json") == Answered("not-found"), content
    assert looked_up(reply(b"", 404), form="json", facade={"absent_statuses": [404]}) == Answered("not-found")


def test_a_fault_in_words_says_nobody() -> None:
    answer = faulted("Server", "KHÔNG TÌM THẤY công dân")
    assert looked_up(answer) == Answered("not-found")
    assert verified(answer) == Answered("not-found")


def test_verification() -> None:
    assert verified(soap(golden("verify-yes.answer.xml"), VERIFY)) == Answered("matches")
    assert verified(soap(golden("verify-no.answer.xml"), VERIFY)) == Answered("differs")
    assert verified(reply({"KetQuaXacThuc": {"TonTai": True}}), form="json") == Answered("matches")
    assert verified(reply({"Envelope": {"Body": {"ns:TonTai": "0"}}}), form="json") == Answered("differs")
    assert isinstance(verified(reply({"KetQuaXacThuc": {"TonTai": "maybe"}}), form="json"), Retry)
    assert isinstance(verified(reply({"KetQuaXacThuc": {}}), form="json"), Retry)


def test_another_citizen_does_not_reach_the_asker() -> None:
    other = golden("lookup.answer.xml").replace(b"<ns1:SoDinhDanh>022199000123<", b"<ns1:SoDinhDanh>022199000124<", 1)
    verdict = looked_up(soap(other))
    assert isinstance(verdict, Reject) and verdict.code == "other-citizen"


def test_of_several_the_one_that_was_asked_for() -> None:
    one = {"SoDinhDanh": "022199000123", "HoVaTen": "NGUYEN THI VI DU"}
    other = one | {"SoDinhDanh": "022199000124"}
    verdict = looked_up(reply({"CongdanCollection": {"CongDan": [other, one]}}), form="json")
    assert isinstance(verdict, Answered) and verdict.data.personal_number == "022199000123"
    verdict = looked_up(reply({"CongdanCollection": {"CongDan": [one, one | {"GioiTinh": "2"}]}}), form="json")
    assert isinstance(verdict, Reject) and verdict.code == "several-citizens"


def test_a_record_without_a_number_has_the_one_that_was_asked_for() -> None:
    verdict = looked_up(reply({"CongDan": {"HoVaTen": "NGUYEN THI VI DU"}}), form="json")
    assert verdict.data.personal_number == "022199000123"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (faulted("Server", "Lỗi khi xử lý 022199000123 NGUYEN THI VI DU"), Retry),
        (soap(golden("fault.answer.xml"), status=500), Retry),
        (faulted("Server", "Hệ thống ĐANG BẬN 022199000123"), Retry),
        (faulted("Client", "Sai trường HoVaTen NGUYEN THI VI DU"), Reject),
        (faulted("Client", "Tài khoản không có quyền 022199000123"), Stop),
        (faulted("server.serverproxy.access_denied", "022199000123"), Stop),
        (faulted("NGUYEN THI VI DU 022199000123", "?"), Retry),
        (faulted("Server", "", 401), Stop),
        (Reply(401, {}, b"022199000123"), Stop),
        (Reply(403, {}, b"022199000123"), Stop),
        (Reply(302, {}, b""), Stop),
        (Reply(404, {}, b"022199000123"), Stop),
        (Reply(405, {}, b""), Stop),
        (Reply(400, {}, b"022199000123"), Reject),
        (Reply(429, {"retry-after": "7"}, b""), Retry),
        (Reply(500, {}, b"022199000123"), Retry),
        (Reply(503, {}, b""), Retry),
    ],
)
def test_refused_and_down(answer: Reply, kind: type) -> None:
    for verdict in (looked_up(answer), verified(answer)):
        assert type(verdict) is kind
        assert not any(needle in repr(verdict) for needle in NEEDLES)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"NGUYEN THI VI DU",
        b"<html><body>022199000123</body></html>",
        b"<html><body>022199000123",
        b"{}",
        b"[]",
        b"null",
        b'"022199000123"',
        b'{"data":{"name":"NGUYEN THI VI DU","id":"022199000123"}}',
        b'{"CongdanCollection":7}',
        b'{"CongdanCollection":{"CongDan":"022199000123"}}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b'<!DOCTYPE a [<!ENTITY b "022199000123">]><CongdanCollection>&b;</CongdanCollection>',
        b"<a>" * 60 + b"</a>" * 60,
        b"<a>" + b"<b/>" * 300_000 + b"</a>",
    ],
    ids=range(17),
)
def test_what_cannot_be_read_is_down(content: bytes) -> None:
    for verdict in (looked_up(reply(content), form="json"), verified(reply(content), form="json")):
        assert isinstance(verdict, Retry), verdict
        assert not any(needle in repr(verdict) for needle in NEEDLES)


def test_external_entities_are_not_read() -> None:
    content = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><CongdanCollection>&b;</CongdanCollection>'
    assert looked_up(reply(content), form="json") == Retry("the answer holds a DTD")


def test_a_fault_at_the_facade() -> None:
    fault = {"Envelope": {"Body": {"Fault": {"faultcode": "soapenv:Client", "faultstring": "022199000123"}}}}
    verdict = looked_up(reply(fault), form="json")
    assert isinstance(verdict, Reject) and "022199000123" not in repr(verdict)
    refused = {"error": "900901", "message": "Chưa được cấp quyền khai thác"}
    assert isinstance(looked_up(reply(refused), form="json"), Stop)
    assert isinstance(looked_up(reply({"message": "Hệ thống bảo trì"}), form="json"), Retry)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (asked(purpose=None), "no-purpose"),
        (asked(purpose="1.000894.000.00.00.H49"), "long-purpose"),
        (asked(officer=None), "no-officer"),
        (asked(officer="nobody@h49.example.vn"), "unknown-officer"),
        (asked({**PERSON, "name": "x" * 101}), "too-long"),
        (asked({"name": "NGUYEN THI VI DU", "birth_year": 1999}), "no-identity"),
    ],
)
def test_a_question_that_is_not_asked(question: Any, code: str) -> None:
    talked = talk(adapter().look_up(question, FRESH))
    assert talked.requests == []
    assert isinstance(talked.verdict, Reject) and talked.verdict.code == code
    assert not any(needle in repr(talked.verdict) for needle in NEEDLES)


def test_defaults_for_purpose_and_officer() -> None:
    lenient = adapter(default_purpose="VPCP", default_officer={"code": "lienthong"}, other_officers="send")
    arguments = [
        next(lenient.look_up(asked(purpose=None, officer=officer), FRESH)).call.arguments for officer in (None, "thu2")
    ]
    assert [each["MaCanBo"] for each in arguments] == ["lienthong", "thu2"]
    assert arguments[0]["MaDVC"] == "VPCP"


@pytest.mark.parametrize(
    ("pattern", "id"),
    [
        ("{id}-{attempt}", "019e0000000070008000000000000117-3"),
        ("{unit}-{short}-{attempt}", "H49.21-01kr000000e00800000000008q-3"),
        ("{date}.{short}_{attempt}", "20261122.01kr000000e00800000000008q_3"),
    ],
)
def test_the_id_of_a_request(pattern: str, id: str) -> None:
    context = Context(NOW, attempt=3)
    call = next(adapter(request_id=pattern).look_up(asked(), context)).call
    assert call is not None and call.arguments["MaYeuCau"] == id and len(id) <= 40
    other = next(adapter(request_id=pattern).look_up(asked(), Context(NOW, attempt=4))).call
    assert other is not None and other.arguments["MaYeuCau"] != id


@pytest.mark.parametrize(
    "wrong",
    [
        {"request_id": "{id}"},
        {"request_id": "{attempt}"},
        {"request_id": "{unit}-{id}-{attempt}"},
        {"request_id": "{id}-{attempt}-{officer}"},
        {"request_id": "{id} {attempt}"},
        {"ethnic_numbering": "1999"},
        {"form": "xml"},
        {"purposes": {"a": "x" * 21}},
        {"changes": {"page_size": 0}},
    ],
)
def test_wrong_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PopulationSettings.model_validate(SETTINGS | wrong)


def test_the_ids_of_polls_differ() -> None:
    first = polled(None, reply(b"<CongdanCollection/>"), form="json").requests[0]
    assert len(first.json["maYeuCau"]) <= 40
    assert json.dumps(first.json) != ID

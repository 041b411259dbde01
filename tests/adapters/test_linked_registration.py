"""Linked registrations: cases are fetched once, taken, and their states told on a scale of their own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from adapters.linked_registration import LinkedRegistration, LinkedRegistrationSettings
from lienthong import Delivered, Misconfigured, Polled, Reject, Retry, Stop, Unknown
from schemas.linked import LinkedCase, LinkedState
from schemas.registry import validate
from simulators.linked_registration import LinkedRegistrationSettings as Simulated
from simulators.linked_registration import create

from .conversation import FRESH, Talk, reply, talk
from .portal import message
from .wired import Wired, wired

PATHS = {
    "list_path": "api/lienthongdvclt/hosolienthong",
    "taken_path": "api/lienthongdvclt/xacnhan",
    "state_path": "api/lienthongdvclt/trangthai",
}
LOGIN = {"username": "h49", "password": "mat-khau-vi-du", "login": {"path": "api/token"}}
ITEM = json.loads(
    '{"id":7,"maDonVi":"000.00.00.H49","maTTHC":"9.990001","module":"KS","maHoSo":"G99.99-261122-0007",'
    '"ngayTiepNhan":"22/11/2026 08:15:00","techId":"vidu-techid",'
    '"data":"{\\"nguoiKhai\\":{\\"hoTen\\":\\"Nguyễn Văn Ví Dụ\\"}}",'
    '"fileDinhKem":[{"id":70,"loaiGiayTo":"1","tenGiayTo":"Giấy chứng sinh","tenTepDinhKem":"gcs.pdf",'
    '"huyGiayTo":"false","duLieuTepDinhKem":"dGVw"}]}'
)
PROGRESS = {
    "procedure_code": "9.990001",
    "linked_code": "G99.99-261122-0007",
    "dossier_code": "000.00.15.H49-261122-0007",
    "unit": "UBND phường Ví Dụ",
    "state": "result_available",
    "at": "2026-11-22T14:05:09+07:00",
    "officer": "Cán bộ Ví Dụ",
    "content": "Đã có kết quả",
}


def adapter(**settings: Any) -> LinkedRegistration:
    return LinkedRegistration(LinkedRegistrationSettings.model_validate({**PATHS, **settings}))


def progressed(**changes: Any) -> Any:
    return message("linked_case.progressed", "x", {**PROGRESS, **changes})


def collected() -> Any:
    return message("linked_case.collected", "x", {"id": "7", "dossier_code": "G99.99-261122-0007"})


def fetch(cursor: Any, *heard: Any, **settings: Any) -> Talk:
    return talk(adapter(**settings).cases(cursor, FRESH), *heard)


def test_a_case_with_everything() -> None:
    told = fetch(None, reply({"data": [{"id": 7}]}), reply(ITEM))
    assert [request.path for request in told.requests] == [
        "api/lienthongdvclt/hosolienthong",
        "api/lienthongdvclt/hosolienthong/7",
    ]
    assert not any(request.write for request in told.requests)
    assert isinstance(told.verdict, Polled)
    case, taken = told.verdict.messages
    assert case.data == LinkedCase.model_validate(
        {
            "id": "7",
            "dossier_code": "G99.99-261122-0007",
            "unit_code": "000.00.00.H49",
            "procedure_code": "9.990001",
            "module": "KS",
            "received_at": "2026-11-22T08:15:00+07:00",
            "technical_id": "vidu-techid",
            "content": {"nguoiKhai": {"hoTen": "Nguyễn Văn Ví Dụ"}},
            "files": [
                {
                    "id": "70",
                    "kind": "1",
                    "paper": "Giấy chứng sinh",
                    "name": "gcs.pdf",
                    "revoked": False,
                    "content": "dGVw",
                }
            ],
        }
    )
    assert (case.type, taken.type, taken.data.dossier_code) == (
        "linked_case.received",
        "linked_case.collected",
        "G99.99-261122-0007",
    )
    for draft in (case, taken):
        assert validate(draft.type, None, draft.data.model_dump_json(exclude_none=True).encode()) == []
    again = fetch(json.loads(json.dumps(told.verdict.cursor)), reply({"data": [{"id": 7}]}))
    assert isinstance(again.verdict, Polled)
    assert (again.verdict.messages, again.verdict.more) == ((), False)


@pytest.mark.parametrize("data", ["", "x", "[]", '{"a":', "[" * 5000, None, 3], ids=range(7))
def test_a_case_that_cannot_be_read_holds_up_no_other(data: Any) -> None:
    told = fetch(None, reply({"data": [{"id": 7}, {"id": 8}]}), reply(ITEM | {"data": data}), reply(ITEM | {"id": 8}))
    assert isinstance(told.verdict, Polled)
    assert [note.key for note in told.verdict.unreadable] == ["linked-case/7"]
    assert len(told.verdict.messages) == 2


def test_a_case_that_is_listed_and_not_there_holds_up_no_other() -> None:
    listed = reply({"data": [{"id": 7}, {"id": 8}, {"id": 9}]})
    told = fetch(None, listed, reply(ITEM), reply(b"", 404), reply(ITEM | {"id": 9}))
    assert isinstance(told.verdict, Polled) and len(told.verdict.messages) == 4
    assert [(note.key, note.code) for note in told.verdict.unreadable] == [("linked-case/8", "not-there")]
    assert told.verdict.cursor == {"known": ["7", "8", "9"]}
    assert isinstance(fetch(None, listed, reply(b"", 404)).verdict, Stop), "nothing was ever found at this path"


def test_an_id_stays_within_its_path() -> None:
    told = fetch(None, reply({"data": [{"id": "../x?y"}]}), reply(ITEM))
    assert told.requests[1].path == "api/lienthongdvclt/hosolienthong/..%2Fx%3Fy"


def test_a_break_keeps_what_was_fetched_and_work_is_bounded() -> None:
    listed = reply({"data": [{"id": 7}, {"id": 8}, {"id": 9}]})
    told = fetch(None, listed, reply(ITEM), reply(b"", 503))
    assert isinstance(told.verdict, Polled)
    assert (told.verdict.cursor, told.verdict.more) == ({"known": ["7"]}, True)
    bounded = fetch(None, listed, reply(ITEM), cases_at_once=1)
    assert isinstance(bounded.verdict, Polled) and bounded.verdict.more
    assert isinstance(fetch(None, listed, reply(b"", 503)).verdict, Retry)


@pytest.mark.parametrize(
    ("body", "status", "kind"), [({}, 200, Retry), (b"<", 200, Retry), (b"", 500, Retry), (b"", 404, Stop)]
)
def test_no_list(body: Any, status: int, kind: type) -> None:
    assert isinstance(fetch(None, reply(body, status)).verdict, kind)


def test_what_the_service_is_told() -> None:
    taken = talk(adapter().take(collected(), FRESH), reply({})).request
    assert (taken.method, taken.path) == ("PUT", "api/lienthongdvclt/xacnhan")
    assert json.dumps(taken.json) == '{"maHoSo": "G99.99-261122-0007", "daNhan": true}'
    state = talk(adapter().state(progressed(), FRESH), reply({})).request
    assert json.dumps(state.json, ensure_ascii=False, separators=(",", ":")) == (
        '{"maTTHC":"9.990001","soHoSoLT":"G99.99-261122-0007","coQuanXuLy":"UBND phường Ví Dụ",'
        '"maHoSo":"000.00.15.H49-261122-0007","trangThai":"4","thoiGianThucHien":"22/11/2026 14:05:09","ghiChu":"",'
        '"ketQuaXuLy":"","nguoiXuLy":"Cán bộ Ví Dụ","chucDanh":"","phongBanXuLy":"","noiDungXuLy":"Đã có kết quả",'
        '"ngayBatDau":"","ngayKetThucTheoQuyDinh":"","ngayHenTraTruoc":"","ngayHenTraMoi":"","hanBoSungHoSo":""}'
    )


def test_the_scale_is_its_own() -> None:
    told = {
        state.value: talk(adapter().state(progressed(state=state), FRESH), reply({})).request.json["trangThai"]
        for state in LinkedState
    }
    assert told == {
        "waiting": "1",
        "supplement_requested": "2",
        "received": "3",
        "result_available": "4",
        "result_returned": "5",
        "refused": "6",
        "forwarded_to_justice": "7",
    }
    assert isinstance(talk(adapter().state(progressed(state="completed"), FRESH)).verdict, Reject)


def test_what_answers_mean() -> None:
    where = {"pointer": "/success", "values": ["true"]}
    for body, status, success, kind in (
        ({}, 200, None, Delivered),
        (b"", 200, None, Delivered),
        ({"success": True}, 200, where, Delivered),
        ({"success": False}, 200, where, Reject),
        ({}, 200, where, Unknown),
        (b"", 200, where, Unknown),
        ({}, 400, None, Reject),
        ({}, 500, None, Unknown),
        ({}, 404, None, Stop),
    ):
        assert isinstance(talk(adapter(success=success).state(progressed(), FRESH), reply(body, status)).verdict, kind)


def test_after_an_unknown_outcome() -> None:
    assert adapter().on_unknown(LinkedRegistration.operations["state"]) == "hold"
    assert adapter(on_unknown="resend").on_unknown(LinkedRegistration.operations["state"]) == "resend"
    assert adapter().on_unknown(LinkedRegistration.operations["take"]) == "resend"


@pytest_asyncio.fixture
async def service() -> AsyncIterator[Wired]:
    async with wired(create(Simulated(cases=2)), LinkedRegistration, **LOGIN) as found:
        yield found


async def test_over_http(service: Wired) -> None:
    ours, held = adapter(success={"pointer": "/success", "values": ["true"]}), service.app.state.linked
    polled = await service.told(ours.cases(None, FRESH))
    assert [draft.type for draft in polled.messages] == ["linked_case.received", "linked_case.collected"] * 2
    code = polled.messages[0].subject
    taken = message("linked_case.collected", code, json.loads(polled.messages[1].data.model_dump_json()))
    assert await service.told(ours.take(taken, FRESH)) == Delivered()
    assert held.taken == [code]
    after = await service.told(ours.cases(polled.cursor, FRESH))
    assert (after.messages, after.cursor) == ((), {"known": ["2"]})
    assert await service.told(ours.state(progressed(linked_code=code), FRESH)) == Delivered()
    assert held.states[code][0]["trangThai"] == "4"


async def test_a_wrong_password() -> None:
    async with wired(create(), LinkedRegistration, **{**LOGIN, "password": "sai"}) as service:
        with pytest.raises(Misconfigured):
            await service.told(adapter().cases(None, FRESH))

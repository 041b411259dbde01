"""The personal document store: what is asked, and what its answers mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.document_store import DocumentStore, DocumentStoreSettings
from lienthong import Answered, Lost, Reject, Retry, Stop
from schemas.queries import QUERIES
from schemas.store import FileAnswer, StoreFile, StorePaper, StorePapers
from simulators.document_store import DocumentStoreSettings as Simulated
from simulators.document_store import create

from .conversation import FRESH, Talk, reply, talk
from .portal import question
from .wired import wired

PATHS = {"search_path": "kho/tim-kiem", "file_path": "kho/tai-tep"}
LOGIN = {
    "username": "h49",
    "password": "mat-khau-vi-du",
    "login": {"token": "/token"},
    "place": "header:Authorization",
    "prefix": "Bearer ",
}
ASKED: dict[str, Any] = {
    "owner_number": "022000000000",
    "asker": "officer",
    "asker_name": "Cán bộ Ví Dụ",
    "asker_number": "022000000001",
    "procedure_code": "9.999999",
    "wanted": [{"result_code": "KQ.VD.000001"}, {"result_code": "KQ.VD.000002", "number": "01/GP-VD"}],
}
FOUND = json.loads(
    '{"errorCode":0,"message":"","signature":"x","result":{"DanhSachGiayToKetQua":[{"MaKetQua":"KQ.VD.000001",'
    '"TenGiayTo":"Giấy phép ví dụ","SoKyHieu":"01/GP-VD","CoQuanChuQuan":"000.00.15.H49",'
    '"DanhSachTepDinhKem":[{"TenTep":"giay-phep.pdf","DuongDan":"/2026/11/vi-du.pdf"}]}]}}'
)


def adapter(**settings: Any) -> DocumentStore:
    return DocumentStore(DocumentStoreSettings.model_validate({**PATHS, **settings}))


def search(*heard: Any, asker: str = "officer", **settings: Any) -> Talk:
    asked = question("documents.search", **{**ASKED, "asker": asker})
    return talk(adapter(**settings).search(asked, FRESH), *heard)


def fetch(*heard: Any, **settings: Any) -> Talk:
    asked = question("documents.fetch", issuer="000.00.15.H49", place="/2026/11/vi-du.pdf")
    return talk(adapter(**settings).fetch(asked, FRESH), *heard)


def test_the_search_in_the_published_form() -> None:
    request = search(reply(FOUND)).request
    assert not request.write
    assert json.dumps(request.json, ensure_ascii=False, separators=(",", ":")) == (
        '{"SoDinhDanhChuSoHuu":"022000000000","HoTenNguoiYeuCau":"Cán bộ Ví Dụ","KenhThucHien":"1",'
        '"SoDinhDanhNguoiYeuCau":"022000000001","MaThuTuc":"9.999999","DanhSachDanhMucKetQua":['
        '{"MaKetQua":"KQ.VD.000001","SoKyHieu":""},{"MaKetQua":"KQ.VD.000002","SoKyHieu":"01/GP-VD"}]}'
    )
    assert search(reply(FOUND), asker="citizen").request.json["KenhThucHien"] == "2"


def test_papers_are_found() -> None:
    assert search(reply(FOUND)).verdict == Answered(
        "found",
        StorePapers(
            papers=(
                StorePaper(
                    result_code="KQ.VD.000001",
                    name="Giấy phép ví dụ",
                    number="01/GP-VD",
                    issuer="000.00.15.H49",
                    files=(StoreFile(name="giay-phep.pdf", place="/2026/11/vi-du.pdf"),),
                ),
            )
        ),
    )


SEARCHES = [
    ({"errorCode": "0", "result": {"DanhSachGiayToKetQua": []}}, 200, Answered),
    ({"errorCode": "0", "result": None}, 200, Answered),
    ({"errorCode": 404, "message": "Không có"}, 200, Answered),
    ({"errorCode": 7, "message": "Bận"}, 200, Retry),
    ({"errorCode": -1, "message": "Sai"}, 200, Reject),
    ({"errorCode": 0, "result": {"DanhSachGiayToKetQua": "x"}}, 200, Reject),
    ({}, 200, Retry),
    ([], 200, Retry),
    (b"<html>", 200, Retry),
    (b"", 500, Retry),
    (b"", 401, Stop),
    (b"", 404, Stop),
    (b"", 400, Reject),
]


@pytest.mark.parametrize(("body", "status", "kind"), SEARCHES, ids=range(len(SEARCHES)))
def test_other_answers_to_a_search(body: Any, status: int, kind: type) -> None:
    told = search(reply(body, status), missing_codes=["404"], retry_codes=["7"]).verdict
    assert isinstance(told, kind)
    assert not isinstance(told, Answered) or told == Answered("not-found")


FETCHES: list[tuple[Any, int, Any]] = [
    (b'"dGVw"', 200, Answered("found", FileAnswer(content="dGVw"))),
    (b"dGVw\n", 200, Answered("found", FileAnswer(content="dGVw"))),
    (b'""', 200, Answered("not-found")),
    (b"", 200, Answered("not-found")),
    (b"<html>", 200, Retry),
    ({"errorCode": -1, "message": "Sai"}, 200, Reject),
    (b"", 503, Retry),
    (b"", 404, Stop),
]


@pytest.mark.parametrize(("body", "status", "expected"), FETCHES, ids=range(len(FETCHES)))
def test_a_file(body: Any, status: int, expected: Any) -> None:
    told = fetch(reply(body, status))
    assert told.request.json == {"CoQuanChuQuan": "000.00.15.H49", "DuongDan": "/2026/11/vi-du.pdf"}
    assert isinstance(told.verdict, expected) if isinstance(expected, type) else told.verdict == expected


def test_a_file_that_is_not_there() -> None:
    assert fetch(reply(b"", 404), missing_is_404=True).verdict == Answered("not-found")
    assert isinstance(fetch(Lost("time-out")).verdict, Retry)


def test_the_queries_are_those_of_the_schemas() -> None:
    for name, declared in DocumentStore.queries.items():
        known = QUERIES[name]
        assert (declared.asks, declared.answers, declared.results) == (known.asks, known.answers, known.results)


@pytest.mark.parametrize("quoted", [True, False])
async def test_over_http(quoted: bool) -> None:
    async with wired(create(Simulated(quoted=quoted)), DocumentStore, **LOGIN) as store:
        found = await store.told(adapter().search(question("documents.search", **ASKED), FRESH))
        (paper,) = found.data.papers
        asked = question("documents.fetch", issuer=paper.issuer, place=paper.files[0].place)
        file = await store.told(adapter().fetch(asked, FRESH))
        assert file.data.content == "Z2nhuqV5IHBow6lwIHbDrSBk4bul"
        other = await store.told(
            adapter().search(question("documents.search", **{**ASKED, "owner_number": "1"}), FRESH)
        )
        assert other == Answered("not-found")

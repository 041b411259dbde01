"""The provincial portal's notices: what they become, and what the portal hears."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from adapters.provincial_portal import ProvincialPortal, ProvincialPortalSettings
from lienthong import Accept, Answer, Draft, Inbound, Outcome, Problem
from schemas.dossier import Dossier
from schemas.progress import ProgressStep

from .conversation import DATA, FRESH, sample

ADAPTER = ProvincialPortal(ProvincialPortalSettings())
ID = "0197f0c0-0000-7000-8000-000000000001"
DOCS = DATA.parents[2] / "docs" / "reference" / "provincial-portal.md"


def notice(kind: str = "HoSoMoi", name: str = "individual", **changes: Any) -> dict[str, Any]:
    part, folder = ("TienDo", "steps") if kind == "TienDo" else ("HoSo", "dossiers")
    content = sample(folder, name, "provincial")
    head = {"MaGiaoDich": "QN-MC-0000001", "LoaiBanTin": kind, "ThoiGianGui": "22/11/2026 08:31:00"}
    return {**head, part: {**content, **changes}}


def receive(body: Any, outcome: Outcome | None = None) -> tuple[Draft | None, Answer]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reception = ADAPTER.dossiers(Inbound("POST", "/in/provincial-portal/dossiers", {}, {}, content, "portal"), FRESH)
    draft = None
    try:
        asked = next(reception)
        assert isinstance(asked, Accept)
        (draft,) = asked.messages
        reception.send(outcome or Outcome("accepted", (ID,)))
    except StopIteration as end:
        assert isinstance(end.value, Answer)
        return draft, end.value
    raise AssertionError("the reception asked twice")


def refusal(body: Any) -> list[dict[str, str]]:
    draft, answer = receive(body)
    assert draft is None
    assert answer.status == 422
    told = json.loads(answer.content)
    assert (told["MaLoi"], told["MaThamChieu"]) == ("02", "")
    details: list[dict[str, str]] = told["ChiTiet"]
    return details


@pytest.mark.parametrize(("kind", "type"), [("HoSoMoi", "dossier.submitted"), ("CapNhatHoSo", "dossier.updated")])
def test_a_dossier_becomes_a_message(kind: str, type: str) -> None:
    draft, answer = receive(notice(kind))
    assert draft is not None
    assert (draft.type, draft.subject, draft.key) == (type, "000.00.15.H49-261122-0001", "QN-MC-0000001")
    assert draft.time is not None
    assert draft.time.isoformat() == "2026-11-22T08:31:00+07:00"
    assert draft.data == Dossier.model_validate(sample("dossiers", "individual", "canonical"))
    assert answer.status == 200
    assert json.loads(answer.content) == {
        "MaLoi": "00",
        "MoTaLoi": "Thành công",
        "MaGiaoDich": "QN-MC-0000001",
        "MaThamChieu": ID,
        "ChiTiet": [],
    }


def test_a_step_becomes_a_message() -> None:
    draft, _ = receive(notice("TienDo", "processing"))
    assert draft is not None
    assert (draft.type, draft.subject) == ("dossier.progressed", "000.00.15.H49-261122-0001")
    assert draft.data == ProgressStep.model_validate(sample("steps", "processing", "canonical"))


@pytest.mark.parametrize("index", [0, 1])
def test_the_examples_of_the_documentation_are_taken(index: int) -> None:
    examples = re.findall(r"```json\n(\{\"MaGiaoDich\".*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    draft, answer = receive(json.loads(examples[index]))
    assert draft is not None
    assert answer.status == 200


@pytest.mark.parametrize("empty", [None, ""])
def test_absent_null_and_empty_say_the_same(empty: Any) -> None:
    full = notice(TrichYeu=empty, NgayHenTra=empty, KenhTiepNhan=empty, LePhi=None)
    short = notice()
    for name in ("TrichYeu", "NgayHenTra", "KenhTiepNhan", "LePhi"):
        del short["HoSo"][name]
    (one, _), (other, _) = receive(full), receive(short)
    assert one is not None
    assert other is not None
    assert one.data == other.data
    assert one.data.abstract is None


@pytest.mark.parametrize(
    ("outcome", "status", "code", "reference"),
    [
        (Outcome("duplicate", (ID,)), 200, "01", ID),
        (Outcome("failed"), 503, "99", ""),
        (Outcome("refused", problems=(Problem("key-reused", "/id", "was used before"),)), 409, "03", ""),
        (Outcome("refused", problems=(Problem("no-route", "/type", "no route"),)), 422, "02", ""),
    ],
)
def test_what_the_portal_hears(outcome: Outcome, status: int, code: str, reference: str) -> None:
    _, answer = receive(notice(), outcome)
    told = json.loads(answer.content)
    assert (answer.status, told["MaLoi"], told["MaThamChieu"]) == (status, code, reference)
    assert told["MaGiaoDich"] == "QN-MC-0000001"


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/data/fees/0/amount", "HoSo.LePhi[0].Gia"),
        ("/data/applicant/identities/1/number", "HoSo.ChuHoSo.DinhDanh[1].So"),
        ("/data/applicant/kind", "HoSo.ChuHoSo.LoaiDoiTuong"),
        ("/data/applicant", "HoSo.ChuHoSo"),
        ("/data/supplements/0/papers/2/url", "HoSo.BoSung[0].GiayTo[2].DuongDan"),
        ("/data/databases/1", "HoSo.CSDLDaTraCuu[1]"),
        ("/data/attachments", "HoSo.ThanhPhanHoSo"),
        ("/data/procedure/code", "HoSo.MaTTHC"),
        ("/data/unheard/of", "HoSo"),
        ("/data", "HoSo"),
        ("/id", "MaGiaoDich"),
        ("/subject", "HoSo.MaHoSo"),
        ("/type", ""),
        ("", ""),
    ],
)
def test_the_buss_places_are_said_in_the_portals_words(pointer: str, place: str) -> None:
    _, answer = receive(notice(), Outcome("refused", problems=(Problem("x", pointer, "reason"),)))
    assert json.loads(answer.content)["ChiTiet"] == [{"Truong": place, "LyDo": "reason"}]


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"TrangThai": 11}, "HoSo.TrangThai", "is 11, which is not in the table"),
    ({"TrangThai": "2"}, "HoSo.TrangThai", "whole number"),
    ({"TrangThai": True}, "HoSo.TrangThai", "whole number"),
    ({"KenhTiepNhan": "MANG"}, "HoSo.KenhTiepNhan", "'MANG'"),
    ({"NgayTiepNhan": "31/02/2026 08:00:00"}, "HoSo.NgayTiepNhan", "dd/MM/yyyy HH:mm:ss"),
    ({"NgayTiepNhan": "2026-11-22T08:00:00"}, "HoSo.NgayTiepNhan", "dd/MM/yyyy HH:mm:ss"),
    ({"NgayTiepNhan": "22/11/2026 8:00:00 PM"}, "HoSo.NgayTiepNhan", "dd/MM/yyyy HH:mm:ss"),
    ({"NgayTiepNhan": "22/11/0026 08:00:00"}, "HoSo.NgayTiepNhan", "year"),
    ({"CoThanhPhanSoHoa": 2}, "HoSo.CoThanhPhanSoHoa", "is 2"),
    ({"CoThanhPhanSoHoa": "1"}, "HoSo.CoThanhPhanSoHoa", "whole number"),
    ({"LePhi": [{"TenPhi": "Phí", "Gia": 45000.5}]}, "HoSo.LePhi[0].Gia", "whole number"),
    ({"LePhi": [{"TenPhi": "Phí", "Gia": "45000"}]}, "HoSo.LePhi[0].Gia", "whole number"),
    ({"LePhi": [{"TenPhi": "Phí", "Gia": -1}]}, "HoSo.LePhi[0].Gia", "less than 0"),
    ({"LePhi": [{"TenPhi": "", "Gia": 1}]}, "HoSo.LePhi[0].TenPhi", "required"),
    ({"LePhi": {}}, "HoSo.LePhi", ""),
    ({"MaHoSo": "H49"}, "HoSo.MaHoSo", "dossier code"),
    ({"MaHoSo": ""}, "HoSo.MaHoSo", "required"),
    ({"MaTTHC": None}, "HoSo.MaTTHC", "text"),
    ({"TenTTHC": "có\0không"}, "HoSo.TenTTHC", "NUL"),
    ({"TrichYeuu": "?"}, "HoSo.TrichYeuu", "not a field"),
    ({"ChuHoSo": {"LoaiDoiTuong": "CN", "DienThoai": "12"}}, "HoSo.ChuHoSo.DienThoai", "telephone"),
    ({"ChuHoSo": {}}, "HoSo.ChuHoSo.LoaiDoiTuong", "required"),
    (
        {"ChuHoSo": {"LoaiDoiTuong": "CN", "MaDinhDanhDienTu": "022090000000"}},
        "HoSo.ChuHoSo.MaDinhDanhDienTu",
        "TechID",
    ),
    ({"ThanhPhanHoSo": [{"TenTep": "a", "DuongDan": "ftp://x"}]}, "HoSo.ThanhPhanHoSo[0].DuongDan", ""),
]


@pytest.mark.parametrize(("changes", "place", "reason"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_refused_with_its_place(changes: dict[str, Any], place: str, reason: str) -> None:
    (told,) = refusal(notice(**changes))
    assert told["Truong"] == place
    assert reason in told["LyDo"]


def test_every_mistake_is_listed() -> None:
    wrong = notice(TrangThai=0, NgayHenTra="mai", LePhi=[{"TenPhi": "Phí"}])
    assert {told["Truong"] for told in refusal(wrong)} == {"HoSo.TrangThai", "HoSo.NgayHenTra", "HoSo.LePhi[0].Gia"}


def test_a_hundred_mistakes_are_enough() -> None:
    assert len(refusal(notice(LePhi=[{}] * 500))) == 100


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"MaGiaoDich": ""}, "MaGiaoDich"),
        ({"MaGiaoDich": "x" * 101}, "MaGiaoDich"),
        ({"MaGiaoDich": 7}, "MaGiaoDich"),
        ({"MaGiaoDich": "a\ud800"}, "MaGiaoDich"),
        ({"LoaiBanTin": "KhacHan"}, "LoaiBanTin"),
        ({"LoaiBanTin": "TienDo"}, "TienDo"),
        ({"HoSo": None}, "HoSo"),
        ({"ThoiGianGui": ""}, "ThoiGianGui"),
        ({"ThoiGianGui": None}, "ThoiGianGui"),
        ({"TienDo": sample("steps", "received", "provincial")}, "TienDo"),
        ({"Khac": 1}, "Khac"),
    ],
)
def test_a_wrong_head(changes: dict[str, Any], place: str) -> None:
    assert place in {told["Truong"] for told in refusal({**notice(), **changes})}


BODIES = [b"", b"{", b"[]", b"null", b"7", b"NaN", b'{"MaGiaoDich": Infinity}', b"\xff\xfe", b"[" * 100_000, b'"\xe1"']


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_what_is_no_notice(body: bytes) -> None:
    details = refusal(body)
    assert details[0]["Truong"] == ""
    assert json.loads(receive(body)[1].content)["MaGiaoDich"] == ""


def test_a_hostile_field_name_can_be_answered() -> None:
    details = refusal({**notice(), "\ud800" * 1000: 1})
    assert all(len(told["Truong"]) <= 200 for told in details)


def test_the_key_is_told_back_where_the_rest_is_wrong() -> None:
    assert json.loads(receive(notice(TrangThai=0))[1].content)["MaGiaoDich"] == "QN-MC-0000001"

"""Any citizen answer with any subset of fields, in any form, maps without error."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.population.names import plain, request_id, written
from adapters.population.translate import citizen
from lienthong import Answered, Reject, Retry, Stop
from schemas.citizen import Citizen, CitizenLookup
from tests.adapters.conversation import reply

from .support import PERSON, adapter, looked_up

SETTINGS = adapter().settings
ASKED = CitizenLookup.model_validate(PERSON)

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["", "0", "1", "01", "22", "06652", "VN", "CH01", "19990517", "1999-05-17", "00000000", "022199000123"]
    ),
)
ADDRESS = ("MaTinhThanh", "MaQuanHuyen", "MaPhuongXa", "MaDonViHanhChinh", "ChiTiet", "QuocGia")
RELATIVE = ("HoVaTen", "QuocTich", "SoDinhDanh", "SoCMND", "QuanHe")


def structure(names: tuple[str, ...], inner: Any = LEAVES) -> Any:
    return st.one_of(
        LEAVES, st.lists(LEAVES, max_size=2), st.fixed_dictionaries({}, optional=dict.fromkeys(names, inner))
    )


NAME = structure(("Ho", "ChuDem", "Ten", "#text"))
RECORD = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: structure(())
            for name in ("SoDinhDanh", "SoCMND", "GioiTinh", "TinhTrangHonNhan", "NhomMau", "QuocTich")
        },
        **{name: structure(()) for name in ("SoSoHoKhau", "LoaiTaiKhoan", "MaSoThue", "ThuDienTu", "Khac")},
        "HoVaTen": NAME,
        "DanToc": structure(("MaDanToc", "TenGoi", "#text")),
        "TonGiao": structure(("MaTonGiao",)),
        "NgayThangNamSinh": structure(("Nam", "NgayThangNam")),
        **{name: structure(ADDRESS) for name in ("NoiDangKyKhaiSinh", "QueQuan", "ThuongTru", "NoiOHienTai")},
        **{name: structure(RELATIVE, NAME) for name in ("Cha", "Me", "VoChong", "NguoiDaiDien", "ChuHo")},
    },
)


@given(
    RECORD, st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["2026-03-02T08:00:00", "9999-12-31T23:59:59Z"]))
)
def test_any_record_maps(record: dict[str, Any], as_of: str | None) -> None:
    found = citizen(record, SETTINGS, as_of, ASKED)
    assert Citizen.model_validate_json(found.model_dump_json()) == found


@given(RECORD)
def test_any_answer_of_a_facade_is_an_answer(record: dict[str, Any]) -> None:
    verdict = looked_up(reply({"Envelope": {"Body": {"CongdanCollection": {"CongDan": record}}}}), form="json")
    assert isinstance(verdict, Answered | Reject | Retry)


@given(
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    )
)
def test_any_json_is_an_answer(found: Any) -> None:
    assert isinstance(looked_up(reply(found), form="json"), Answered | Reject | Retry | Stop)


@given(st.binary(max_size=60))
def test_any_bytes_are_an_answer(content: bytes) -> None:
    assert isinstance(looked_up(reply(content), form="json"), Answered | Reject | Retry | Stop)


@given(st.text(max_size=40))
def test_names_are_capitals_and_stay_so(name: str) -> None:
    once = written(name, diacritics=True, blanks=True)
    assert "  " not in once and written(once, diacritics=True, blanks=True) == once
    assert " " not in written(name, diacritics=False, blanks=False)


def test_vietnamese_letters_lose_their_marks() -> None:
    assert plain("ĐẶNG THỊ ƯỚC ỳ ẵ ộ đ Ơ") == "DANG THI UOC y a o d O"


@given(st.uuids(), st.integers(1, 99), st.uuids(), st.integers(1, 99))
def test_ids_of_requests_are_unique(one: Any, first: int, other: Any, second: int) -> None:
    same = (one, first) == (other, second)
    for pattern in ("{id}-{attempt}", "{short}.{attempt}"):
        ids = [request_id(pattern, str(id), attempt, None, "") for id, attempt in ((one, first), (other, second))]
        assert (ids[0] == ids[1]) is same
        assert max(map(len, ids)) <= 40

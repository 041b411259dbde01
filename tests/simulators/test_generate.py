"""The generator: the same for the same seed, valid, and as varied as a province."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from stdnum.vn import mst

from schemas.personal_number import personal_number
from schemas.validators import dossier_code, email, phone, unit_code
from simulators.provincial_portal import expected, generate
from simulators.provincial_portal.people import person_number, tax_code

CASES = generate(500, seed=1)
NOTICES = [notice for case in CASES for notice in case.notices]
DOSSIERS = [notice["HoSo"] for notice in NOTICES if "HoSo" in notice]
STEPS = [notice["TienDo"] for notice in NOTICES if "TienDo" in notice]


def when(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M:%S")


def test_the_same_seed_gives_the_same_and_another_does_not() -> None:
    assert generate(30, seed=5) == generate(30, seed=5)
    assert generate(30, seed=5) != generate(30, seed=6)


def test_a_slice_is_a_slice_of_the_whole() -> None:
    assert generate(10, seed=1, first=90) == CASES[90:100]


def test_five_hundred_dossiers_take_about_2500_steps() -> None:
    assert len(CASES) == 500
    assert 2400 <= len(STEPS) <= 2600


def test_codes_and_notice_ids_are_unique_over_ten_thousand() -> None:
    cases = generate(10_000, seed=3)
    assert len({case.code for case in cases}) == 10_000
    ids = [notice["MaGiaoDich"] for case in cases for notice in case.notices]
    assert len(set(ids)) == len(ids)


def test_all_services_courses_states_and_units_occur() -> None:
    procedures = {dossier["MaTTHC"] for dossier in DOSSIERS}
    assert procedures == {f"9.99100{n}" for n in range(1, 8)}
    assert {case.course for case in CASES} == {
        "returned",
        "supplemented",
        "charged",
        "finished",
        "refused",
        "withdrawn",
        "stopped",
    }
    assert {dossier["TrangThai"] for dossier in DOSSIERS} == set(range(1, 11))
    assert {step["TrangThai"] for step in STEPS} == set(range(2, 11))
    units = {case.code.split("-")[0] for case in CASES}
    assert any(unit.startswith("000.") and unit.endswith(".H49") for unit in units)
    assert any(unit.startswith("H49.") for unit in units)
    for unit in units:
        unit_code(unit)


def test_applicants_channels_and_lists_vary() -> None:
    kinds = Counter(dossier["ChuHoSo"]["LoaiDoiTuong"] for dossier in DOSSIERS)
    assert set(kinds) == {"CN", "DN", "CQNN", "TC"} and kinds["CN"] > kinds["DN"] > kinds["TC"]
    assert {dossier["KenhTiepNhan"] for dossier in DOSSIERS} == {"TRUC_TIEP", "TRUC_TUYEN", "BUU_CHINH"}
    assert {dossier["HinhThucTra"] for dossier in DOSSIERS} == {"TAI_QUAY", "BUU_CHINH"}
    assert {dossier["ThanhToanTrucTuyen"] for dossier in DOSSIERS} == {"KHONG", "CONG_QUOC_GIA", "CONG_RIENG"}
    assert {fee["LoaiPhi"] for dossier in DOSSIERS for fee in dossier["LePhi"]} == {"THONG_THUONG", "THAM_DINH"}
    assert {"CCCD", "CMND"} == {i["Loai"] for d in DOSSIERS for i in d["ChuHoSo"]["DinhDanh"]}
    for field in ("ThanhPhanHoSo", "GiayToKhac", "LePhi", "BoSung", "KetQua"):
        lengths = {min(len(dossier[field]), 2) for dossier in DOSSIERS}
        assert len(lengths) >= 2, field


def test_numbers_are_valid_and_names_invented() -> None:
    for dossier in DOSSIERS:
        dossier_code(dossier["MaHoSo"])
        owner = dossier["ChuHoSo"]
        assert "Ví Dụ" in owner["HoTen"]
        phone(owner["DienThoai"])
        if owner["Email"]:
            email(owner["Email"])
            assert owner["Email"].endswith("@example.vn")
        if owner["LoaiDoiTuong"] == "CN":
            assert personal_number(owner["SoGiayTo"]).place == "022"
        else:
            assert mst.validate(owner["SoGiayTo"]).startswith("99")


@pytest.mark.parametrize(
    ("female", "year", "serial", "number"),
    [(False, 1985, 7, "022085000007"), (True, 1999, 12, "022199000012"), (True, 2004, 1, "022304000001")],
)
def test_person_number_by_hand(female: bool, year: int, serial: int, number: str) -> None:
    assert person_number(female, year, serial) == number


def test_tax_code_by_hand() -> None:
    # 31*9 + 29*9 + 3*1 = 543 = 49*11 + 4, and 10 - 4 = 6
    assert tax_code(1) == "9900000016"


def test_a_dossier_tells_one_story_forward_in_time() -> None:
    for case in CASES:
        assert case.notices[0]["LoaiBanTin"] == "HoSoMoi"
        moments = [when(notice["ThoiGianGui"]) for notice in case.notices]
        assert moments == sorted(moments)
        steps = [when(notice["TienDo"]["ThoiDiemXuLy"]) for notice in case.notices if "TienDo" in notice]
        assert all(a < b for a, b in pairwise(steps))
        assert {code_of(notice) for notice in case.notices} == {case.code}


def test_results_and_refusals_are_told() -> None:
    by_course = {case.course: case for case in CASES}
    last = [n["HoSo"] for n in by_course["supplemented"].notices if "HoSo" in n][-1]
    assert last["TrangThai"] == 10 and last["NgayTra"] and last["NgayKetThucXuLy"] and last["KetQua"][0]["DuongDan"]
    assert last["BoSung"][0]["TrangThai"] == "1" and last["BoSung"][0]["NgayHenTraMoi"] == last["NgayHenTra"]
    refused = by_course["refused"].notices[0]["HoSo"]
    assert refused["TrangThai"] == 3 and refused["NgayTuChoi"] and not refused["NgayHenTra"]


def test_every_notice_can_be_told_from_the_others_of_its_dossier() -> None:
    filed = expected(NOTICES)
    assert len(set(filed)) == len(filed) == len(NOTICES)


def test_expected_is_in_the_writing_of_the_national_portal() -> None:
    step = {
        "MaHoSo": "H49-1",
        "ThoiDiemXuLy": "22/11/2026 08:30:00",
        "TrangThai": 2,
        "NguoiXuLy": "Cán bộ Ví Dụ",
        "NoiDungXuLy": "Tiếp nhận",
    }
    dossier = {"MaHoSo": "H49-1", "TrangThai": 9, "NgayHenTra": "25/11/2026 17:00:00", "NgayTra": None, "GhiChu": ""}
    found = expected([{"LoaiBanTin": "TienDo", "TienDo": step}, {"LoaiBanTin": "HoSoMoi", "HoSo": dossier}])
    assert found[0].mark == "20261122083000|2|Cán bộ Ví Dụ|Tiếp nhận"
    assert found[1].mark == "9|20261125170000|||"
    assert (found[0].kind, found[1].kind) == ("step", "dossier")


def code_of(notice: dict[str, Any]) -> str:
    code: str = notice["TienDo" if "TienDo" in notice else "HoSo"]["MaHoSo"]
    return code

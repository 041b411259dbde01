"""What is refused in a dossier and a step: one mistake each, written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.national_portal.rules import DOSSIER, STEP, mistakes

from .support import dossier, step


def test_the_examples_of_the_reference_are_right() -> None:
    assert list(mistakes(dossier(), DOSSIER, closed=True)) == []
    assert list(mistakes(step(), STEP, closed=True)) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"MaHoSo": "sai"}, "MaHoSo"),
        ({"MaHoSo": "000.00.15.H49-261122-001"}, "MaHoSo"),
        ({"TenTTHC": ""}, "TenTTHC"),
        ({"DonViXuLy": ""}, "DonViXuLy"),
        ({"NgayTiepNhan": ""}, "NgayTiepNhan"),
        ({"NgayTiepNhan": "20260230120000"}, "NgayTiepNhan"),
        ({"NgayTiepNhan": "2026112208300"}, "NgayTiepNhan"),
        ({"NgayHenTra": "25/11/2026 17:00:00"}, "NgayHenTra"),
        ({"NgayTra": None}, "NgayTra"),
        ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": "02"}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": 2}, "TrangThaiHoSo"),
        ({"LoaiDoiTuong": "0"}, "LoaiDoiTuong"),
        ({"HinhThuc": "2"}, "HinhThuc"),
        ({"TrichYeuHoSo": "x" * 1001}, "TrichYeuHoSo"),
        ({"DanhSachLePhi": {}}, "DanhSachLePhi"),
        ({"DanhSachLePhi": [{"Gia": 45000}]}, "DanhSachLePhi[0].Gia"),
        ({"TaiLieuNop": [{"IsDeleted": "false"}]}, "TaiLieuNop[0].IsDeleted"),
        ({"TaiLieuNop": [{"DuongDanTaiTepTin": "JVBERi0="}]}, "TaiLieuNop[0].DuongDanTaiTepTin"),
        ({"DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "000000000"}]}, "DinhDanhCHS[0].SoDinhDanh"),
        ({"DanhSachHoSoBoSung": [{"DanhSachLePhiBoSung": [{"Gia": "x"}]}]}, "DanhSachLePhiBoSung[0].Gia"),
        ({"MaHoso": "x"}, "MaHoso"),
    ],
)
def test_one_mistake_of_a_dossier_is_named(change: dict[str, Any], place: str) -> None:
    found = list(mistakes(dossier(**change), DOSSIER, closed=True))
    assert len(found) == 1 and place in found[0]


@pytest.mark.parametrize(
    "change", [{"NguoiXuLy": "x" * 51}, {"TrangThai": "0"}, {"ThoiDiemXuLy": ""}, {"NoiDungXuLy": ""}]
)
def test_one_mistake_of_a_step_is_named(change: dict[str, Any]) -> None:
    assert next(iter(change)) in next(mistakes(step(**change), STEP, closed=True))


def test_absent_required_field_and_unknown_field_when_open() -> None:
    record = dossier(ThuaRa="x")
    assert list(mistakes(record, DOSSIER, closed=False)) == []
    del record["MaTTHC"]
    assert list(mistakes(record, DOSSIER, closed=False)) == ["Thiếu trường MaTTHC"]


def test_not_an_object() -> None:
    assert len(list(mistakes(["x"], DOSSIER, closed=True))) == 1

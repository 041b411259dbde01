"""Canonical data and the exact native form beside it, both written by hand, in both directions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.national_portal.model import HoSo, TienDo
from adapters.national_portal.settings import Limits
from adapters.national_portal.translate import Language
from adapters.provincial_portal import translate as provincial
from adapters.provincial_portal.model import BuocXuLy, HoSoMotCua
from schemas.dossier import Dossier
from schemas.progress import ProgressStep

from .conversation import DATA, sample

DOSSIERS = sorted({path.name.split(".")[0] for path in (DATA / "dossiers").iterdir()})
STEPS = sorted({path.name.split(".")[0] for path in (DATA / "steps").iterdir()})
NATIONAL = Language(Limits())


def test_there_are_enough_samples() -> None:
    assert len(DOSSIERS) >= 8
    assert len(STEPS) >= 6


@pytest.mark.parametrize("name", DOSSIERS)
def test_a_dossier_in_the_national_form(name: str) -> None:
    canonical = Dossier.model_validate(sample("dossiers", name, "canonical"))
    expected = sample("dossiers", name, "national")
    assert _text(NATIONAL.dossier_to_native(canonical).model_dump()) == _text(expected)


@pytest.mark.parametrize("name", DOSSIERS)
def test_a_dossier_from_the_national_form(name: str) -> None:
    expected = Dossier.model_validate(sample("dossiers", name, "canonical"))
    assert NATIONAL.dossier_from_native(sample("dossiers", name, "national")) == expected


@pytest.mark.parametrize("name", DOSSIERS)
def test_a_dossier_in_the_provincial_form(name: str) -> None:
    canonical = Dossier.model_validate(sample("dossiers", name, "canonical"))
    assert _text(provincial.dossier_to_native(canonical)) == _text(sample("dossiers", name, "provincial"))


@pytest.mark.parametrize("name", DOSSIERS)
def test_a_dossier_from_the_provincial_form(name: str) -> None:
    native = HoSoMotCua.model_validate(sample("dossiers", name, "provincial"))
    expected = Dossier.model_validate(sample("dossiers", name, "canonical"))
    assert provincial.dossier_from_native(native) == expected


@pytest.mark.parametrize("name", STEPS)
def test_a_step_in_both_forms(name: str) -> None:
    canonical = ProgressStep.model_validate(sample("steps", name, "canonical"))
    national, native = sample("steps", name, "national"), sample("steps", name, "provincial")
    assert _text(NATIONAL.step_to_native(canonical).model_dump()) == _text(national)
    assert NATIONAL.step_from_native(national) == canonical
    assert _text(provincial.step_to_native(canonical)) == _text(native)
    assert provincial.step_from_native(BuocXuLy.model_validate(native)) == canonical


def test_every_field_says_something_in_some_sample() -> None:
    said: set[str] = set()
    for name in DOSSIERS:
        said |= _said(sample("dossiers", name, "national"), "")
    for name in STEPS:
        said |= _said(sample("steps", name, "national"), "step.")
    assert said >= set(HoSo.model_fields) | {f"step.{f}" for f in TienDo.model_fields}
    assert said >= {
        f"{group}.{name}"
        for group, names in {
            "DinhDanhCHS": "LoaiDinhDanh SoDinhDanh",
            "DSKetNoiCSDL": "MaCSDL",
            "TaiLieuNop": "TepDinhKemId TenTepDinhKem IsDeleted MaThanhPhanHoSo DuongDanTaiTepTin DuocSoHoa "
            "DuocTaiSuDung DuocLayTuKhoDMQG MaKetQuaThayThe",
            "DanhSachLePhi": "TenPhiLePhi MaPhiLePhi HinhThucThu Gia LoaiPhiLePhi",
            "DanhSachTepDinhKemKhac": "TenGiayTo SoLuong LoaiGiayTo",
            "DanhSachHoSoBoSung": "HoSoBoSungId NguoiYeuCauBoSung NoiDungBoSung NgayBoSung NguoiTiepNhanBoSung "
            "ThongTinTiepNhan NgayTiepNhanBoSung TrangThaiBoSung DanhSachGiayToBoSung DanhSachLePhiBoSung "
            "NgayHenTraTruoc NgayHenTraMoi",
            "DanhSachGiayToKetQua": "TenGiayTo MaThanhPhanHoSo GiayToId DuongDanTepTinKetQua MaGiayToKetQua",
        }.items()
        for name in names.split()
    }


def _text(document: Any) -> str:
    """With the order of the keys: the portal's field list has one."""
    return json.dumps(document, ensure_ascii=False, indent=1)


def _said(document: dict[str, Any], prefix: str) -> set[str]:
    said = {prefix + name for name, value in document.items() if value not in ("", [])}
    for name, value in document.items():
        for item in value if isinstance(value, list) else ():
            said |= _said(item, f"{name}.")
    return said

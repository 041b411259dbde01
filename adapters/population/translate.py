"""From a canonical question to the database's fields, and from its `CongDan` to the canonical citizen. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.fields import Untranslatable
from schemas.citizen import Address, Citizen, CitizenLookup, CitizenVerification, HouseholdHead, NameParts, Relative
from schemas.personal_number import old_id_card, personal_number

from . import codes
from .facts import Facts, plain_text
from .model import CauHoi, NgayThangNamSinh
from .names import written
from .settings import Officer, PopulationSettings

Asked = CitizenLookup | CitizenVerification
_LONGEST_NAME = 100
_NAME, _CODE, _TEXT = 500, 100, 10_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for what, under which id."""

    request_id: str
    purpose: str
    service: str
    officer: Officer


def question(asked: Asked, asker: Asker, settings: PopulationSettings) -> CauHoi:
    """The fields of a question. Raises `Untranslatable` for a name that is too long."""
    own = asked.personal_number
    return CauHoi(
        MaYeuCau=asker.request_id,
        MaDVC=asker.purpose,
        MaTichHop=asker.service,
        MaCanBo=asker.officer.code,
        MaDonVi=asker.officer.unit or settings.unit,
        TaiKhoan=asker.officer.account,
        SoDienThoai=asker.officer.phone,
        SoDinhDanh=own,
        SoCMND=asked.old_id_number if own is None else None,
        HoVaTen=_written(asked.name, settings),
        NgayThangNamSinh=_birth(asked, settings),
    )


def _written(name: str, settings: PopulationSettings) -> str:
    form = settings.names
    text = written(name, diacritics=form.diacritics == "keep", blanks=form.blanks == "keep")
    if len(text) > _LONGEST_NAME:
        raise Untranslatable("too-long", f"has {len(text)} characters; the database takes {_LONGEST_NAME}", "/name")
    return text


def _birth(asked: Asked, settings: PopulationSettings) -> NgayThangNamSinh:
    if asked.birth_date is None:
        return NgayThangNamSinh(Nam=str(asked.birth_year))
    form = "%Y%m%d" if settings.birth == "basic" else "%Y-%m-%d"
    return NgayThangNamSinh(NgayThangNam=asked.birth_date.strftime(form))


def name_of(record: Mapping[str, Any]) -> str | None:
    """The whole name in a record; `None`: the database knows nobody, or did not tell."""
    value = record.get("HoVaTen")
    if not isinstance(value, Mapping):
        return plain_text(value)
    parts = [plain_text(value.get(part)) for part in ("Ho", "ChuDem", "Ten")]
    return " ".join(part for part in parts if part) or plain_text(value)


def citizen(
    record: Mapping[str, Any], settings: PopulationSettings, as_of: str | None = None, asked: Asked | None = None
) -> Citizen:
    """The citizen of a record of either shape (live answers, QCVN 109), whatever of it is there.

    A record without a usable number has that under which it was asked for. Raises `Untranslatable` if there is none.
    """
    reading = _Reading(record, settings)
    found = reading.facts(as_of)
    if found.get("personal_number") is None and found.get("old_id_number") is None:
        if asked is None:
            raise Untranslatable("no-identity", "holds neither SoDinhDanh nor SoCMND that is one", "")
        found |= {"personal_number": asked.personal_number, "old_id_number": asked.old_id_number}
    return Citizen(**found, unread=tuple(reading.noted.unread))


class _Reading:
    """One record while it is read."""

    def __init__(self, record: Mapping[str, Any], settings: PopulationSettings) -> None:
        self.record = record
        self.settings = settings
        self.noted = Facts()

    def facts(self, as_of: str | None) -> dict[str, Any]:
        noted, record = self.noted, self.record
        name, parts = self._name(record.get("HoVaTen"), "/name")
        return {
            "personal_number": noted.checked(
                record.get("SoDinhDanh"), "/personal_number", "personal-number-provinces", personal_number, 12
            ),
            "old_id_number": noted.checked(record.get("SoCMND"), "/old_id_number", "old-id-numbers", old_id_card, 9),
            "name": name,
            "name_parts": parts,
            **noted.birth(record.get("NgayThangNamSinh")),
            **self._coded(),
            "birth_registration": self._address("NoiDangKyKhaiSinh", "/birth_registration"),
            "home_town": self._address("QueQuan", "/home_town"),
            "permanent": self._address("ThuongTru", "/permanent"),
            "present": self._address("NoiOHienTai", "/present"),
            "father": self._relative("Cha", "/father"),
            "mother": self._relative("Me", "/mother"),
            "spouse": self._relative("VoChong", "/spouse"),
            "representative": self._relative("NguoiDaiDien", "/representative"),
            "household_head": self._head(),
            "household_book": noted.text(record.get("SoSoHoKhau"), "/household_book", _CODE),
            "account_kind": noted.text(record.get("LoaiTaiKhoan"), "/account_kind", _CODE),
            "tax_code": noted.text(record.get("MaSoThue"), "/tax_code", _CODE),
            "email": noted.text(record.get("ThuDienTu"), "/email", _NAME),
            "as_of": noted.moment(as_of),
        }

    def _coded(self) -> dict[str, Any]:
        noted, record = self.noted, self.record
        ethnic_list, ethnic = codes.ethnic_reader(self.settings.ethnic_numbering)
        group = _inner(record.get("DanToc"), "MaDanToc")
        return {
            "sex": self._listed("GioiTinh", "/sex", codes.SEX),
            "ethnic_group": noted.coded(group, "/ethnic_group", ethnic_list, ethnic, codes.ETHNIC_WIDTH),
            "religion": self._listed("TonGiao", "/religion", codes.RELIGION, "MaTonGiao"),
            "marital_status": self._listed("TinhTrangHonNhan", "/marital_status", codes.MARITAL),
            "blood_group": self._listed("NhomMau", "/blood_group", codes.BLOOD),
            "nationality": self._listed("QuocTich", "/nationality", codes.COUNTRY),
        }

    def _listed(self, field: str, pointer: str, listed: tuple[str, int], inner: str = "") -> str | None:
        return self._by_list(_inner(self.record.get(field), inner), pointer, listed)

    def _by_list(self, value: Any, pointer: str, listed: tuple[str, int]) -> str | None:
        name, width = listed
        return self.noted.coded(value, pointer, name, codes.reader(name), width)

    def _name(self, value: Any, pointer: str) -> tuple[str | None, NameParts | None]:
        """Whole, and in parts where the source took it apart: live answers have all of it in `Ten`."""
        whole = self.noted.text(name_of({"HoVaTen": value}), pointer, _NAME)
        if whole is None or not isinstance(value, Mapping):
            return whole, None
        family, middle, given = (plain_text(value.get(part)) for part in ("Ho", "ChuDem", "Ten"))
        return whole, NameParts(family=family, middle=middle, given=given) if family or middle else None

    def _address(self, field: str, pointer: str) -> Address | None:
        place = self.record.get(field)
        if not isinstance(place, Mapping):
            detail = self.noted.text(place, f"{pointer}/detail", _TEXT)
            return Address(detail=detail) if detail else None
        noted = self.noted
        found = {
            "province": noted.shaped(place.get("MaTinhThanh"), f"{pointer}/province", "provinces", 2),
            "district": noted.shaped(place.get("MaQuanHuyen"), f"{pointer}/district", "districts", 3),
            "commune": noted.shaped(place.get("MaPhuongXa"), f"{pointer}/commune", "communes", 5),
            **self._unit(place.get("MaDonViHanhChinh"), pointer),
            "detail": noted.text(place.get("ChiTiet"), f"{pointer}/detail", _TEXT),
            "country": self._by_list(place.get("QuocGia"), f"{pointer}/country", codes.COUNTRY),
        }
        return Address(**found) if any(value is not None for value in found.values()) else None

    def _unit(self, value: Any, pointer: str) -> dict[str, str]:
        """QCVN 109 has one code, whose length says of which level it is."""
        said = plain_text(value)
        if said is None:
            return {}
        level = {2: "province", 3: "district", 5: "commune"}.get(len(said))
        if level is None or not (said.isascii() and said.isdigit()):
            self.noted.note(f"{pointer}/commune", "communes", said)
            return {}
        return {level: said}

    def _relative(self, field: str, pointer: str) -> Relative | None:
        found = self._person(self.record.get(field), pointer)
        return Relative(**found) if found else None

    def _head(self) -> HouseholdHead | None:
        value, pointer = self.record.get("ChuHo"), "/household_head"
        found = self._person(value, pointer)
        inner = value.get("QuanHe") if isinstance(value, Mapping) else None
        relation = self._by_list(inner, f"{pointer}/relation", codes.RELATION)
        if relation is not None:
            found["relation"] = relation
        return HouseholdHead(**found) if found else None

    def _person(self, value: Any, pointer: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            name = self.noted.text(value, f"{pointer}/name", _NAME)
            return {"name": name} if name else {}
        name, parts = self._name(value.get("HoVaTen"), f"{pointer}/name")
        found = {
            "name": name,
            "name_parts": parts,
            "nationality": self._by_list(value.get("QuocTich"), f"{pointer}/nationality", codes.COUNTRY),
            "personal_number": self.noted.text(value.get("SoDinhDanh"), f"{pointer}/personal_number", _CODE),
            "old_id_number": self.noted.text(value.get("SoCMND"), f"{pointer}/old_id_number", _CODE),
        }
        return {name: said for name, said in found.items() if said is not None}


def _inner(value: Any, name: str) -> Any:
    """QCVN 109 has a structure where live answers have a code."""
    return value.get(name, value.get("#text")) if name and isinstance(value, Mapping) else value


__all__ = ["Asked", "Asker", "citizen", "name_of", "question"]

"""Catalogue records to canonical ones. One way: nobody tells the portal its own catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from adapters.codecs import Coded, Plain, Text
from adapters.fields import Field, Many, Record, Untranslatable
from schemas.catalogue import Agency, ListedCode, ProcedureDetails, ProcedureField, Service

from ..codes import CHANNELS
from ..reading import Read, capitals
from .model import DVC, CoQuan, LinhVuc, ThuTuc

C = TypeVar("C", Agency, ProcedureField, ProcedureDetails, Service)
TEXT, PLAIN = Text(), Plain()
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)


def _texts(**names: str) -> tuple[Field, ...]:
    """Canonical name = native name, all of them texts."""
    return tuple(Field(native, canonical, TEXT) for canonical, native in names.items())


def _named(code: str, name: str) -> Many:
    return Many(Record(_texts(code=code, name=name)))


AGENCY = Record(_texts(code="MADONVI", name="TENDONVI", level="CAPDONVI"))
FIELD = Record(_texts(code="MALINHVUC", name="TENLINHVUC", sector="MANGANH"))
SERVICE = Record(
    (
        *_texts(code="MADVC", name="TENDVC", procedure_code="MATTHC", procedure_name="TENTTHC"),
        *_texts(issuer="TENCOQUANBANHANH", field="TENLINHVUC"),
        Field("APDUNGDVC", "applied", PLAIN),
    )
)
CHARGE = Record(
    _texts(code="MAPHILEPHI", amount_text="SOTIEN", unit="DONVI", note="MOTA", file_name="TENTEP", url="URL")
)
TERM = Record(
    (*_texts(duration="THOIGIANGIAIQUYET", unit="DONVITINH", note="MOTA"), Field("PHILEPHI", "charges", Many(CHARGE)))
)
WAY = Record((Field("KENH", "channel", Coded("channels", CHANNELS)), Field("THOIGIAN", "terms", Many(TERM))))
SEQUENCE = Record(
    (*_texts(case="TRUONGHOP"), Field("TRINHTU", "steps", Many(Record(_texts(name="TENTRINHTU"))))),
)
PAPER = Record(
    _texts(
        code="MAGIAYTO",
        name="TENGIAYTO",
        replacing_result="MA_KQ_THAYTHE",
        originals="SOBANCHINH",
        copies="SOBANSAO",
        form_name="TENMAUDON",
        url="URL",
    )
)
COMPOSITION = Record((*_texts(case="TRUONGHOP"), Field("GIAYTO", "papers", Many(PAPER))))
OUTCOME = Record(_texts(code="MAKETQUA", name="TENKETQUA", file_name="TENTEP", url="URL"))
BASIS = Record(
    _texts(
        number="SOVANBAN",
        name="TENVANBAN",
        issuer="COQUANBANHANH",
        issued_on="NGAYBANHANH",
        effective_on="NGAYHIEULUC",
        url="DIACHITRUYCAP",
    )
)
_WORDS = _texts(
    code="MATTHC",
    name="TENTTHC",
    id="ID",
    kind="LOAITTHC",
    state="TRANGTHAI",
    publishing_agency="MACOQUANCONGBO",
    decision="QUYETDINH",
    publication_decision="IDQUYETDINHCONGBO",
    description="MOTA",
    keywords="TUKHOA",
    requirements="YEUCAU",
    reception_address="DIACHITIEPNHAN",
    subjects_note="MOTADOITUONGTHUCHIEN",
    performing_note="MOTACOQUANTHUCHIEN",
    competent_note="MOTACOQUANTHAMQUYEN",
)
PROCEDURE = Record(
    (
        *_WORDS,
        Field("TRINHTUTHUCHIEN", "sequences", Many(SEQUENCE)),
        Field("CAPTHUCHIEN", "levels", _named("CAPTHUCHIEN", "TENCAP")),
        Field("LINHVUCTHUCHIEN", "fields", _named("MALINHVUC", "TENLINHVUC")),
        Field("CACHTHUCTHUCHIEN", "ways", Many(WAY)),
        Field("DOITUONGTHUCHIEN", "subjects", _named("MADOITUONG", "TENDOITUONG")),
        Field(
            "THANHPHANHOSO",
            "compositions",
            Many(COMPOSITION),
        ),
        Field("KETQUATHUCHIEN", "results", Many(OUTCOME)),
        Field("CANCUPHAPLY", "legal_bases", Many(BASIS)),
        Field("COQUANTHUCHIEN", "performing_agencies", _named("MADONVI", "TENDONVI")),
        Field("COQUANCOTHAMQUYEN", "competent_agencies", _named("MADONVI", "TENDONVI")),
        Field("COQUANDUOCUYQUYEN", "delegated_agencies", _named("MADONVI", "TENDONVI")),
        Field("COQUANPHOIHOP", "coordinating_agencies", _named("MADONVI", "TENDONVI")),
        Field("TTHCLIENQUAN", "related", PLAIN),
        Field("TTHCLIENTHONG", "linked", PLAIN),
    )
)


def agency(row: Any) -> Agency:
    """Raises `pydantic.ValidationError` or `Untranslatable`, as all of these do."""
    return _read(row, CoQuan, AGENCY, Agency)


def field(row: Any) -> ProcedureField:
    """A row of `LayDanhMucLinhVuc`."""
    return _read(row, LinhVuc, FIELD, ProcedureField)


def service(row: Any) -> Service:
    """A row of `LayDVC`."""
    return _read(row, DVC, SERVICE, Service)


def procedure(row: Any) -> ProcedureDetails:
    """The record of `LayThuTuc`."""
    data = PROCEDURE.read(ThuTuc.model_validate(capitals(row)).model_dump())
    for way in data["ways"]:
        for term in way["terms"]:
            term["charges"] = [_charge(charge) for charge in term["charges"]]
    return ProcedureDetails.model_validate(data)


def entry(row: Any, name: str, code: str, label: str) -> ListedCode:
    """A row of another list, whose fields for code and name the configuration knows."""
    if not isinstance(row, Mapping):
        raise Untranslatable("wrong-type", "is not an object", "")
    known = capitals(row)
    other = {key: value for key, value in known.items() if key not in (code.upper(), label.upper())}
    said = {"code": _plain(known.get(code.upper())), "name": _plain(known.get(label.upper()))}
    return ListedCode.model_validate({"list": name, **said, "other": other})


def _read(row: Any, model: type[Read], record: Record, canonical: type[C]) -> C:
    return canonical.model_validate(record.read(model.model_validate(capitals(row)).model_dump()))


def _charge(charge: Mapping[str, Any]) -> dict[str, Any]:
    text = charge.get("amount_text")
    if text is None or _WHOLE.fullmatch(text) is None:
        return dict(charge)
    return {**{name: value for name, value in charge.items() if name != "amount_text"}, "amount": int(text)}


def _plain(value: Any) -> Any:
    """A code that is written as a number is the same code."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


__all__ = ["agency", "entry", "field", "procedure", "service"]

"""The faults of this service, beside those that every simulated system can show."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..faults import Fault, FaultSet
from .settings import Answers


class SoapFault(Fault):
    """A SOAP fault in the place of the answer."""

    code: str = Field(default="Server", description="Client, Server or something below them")
    text: str = "Lỗi hệ thống, vui lòng thử lại sau"
    status: Literal[200, 500] = 500


class Html(Fault):
    """HTTP 200 with a page of HTML, as a gateway shows one."""


class DeclaredCharset(Fault):
    """The right answer in UTF-8, declared as something else."""

    charset: str = "UTF-16"
    header: bool = Field(default=True, description="whether the header says so too")


class Latin1(Fault):
    """The right answer in ISO-8859-1, declared so everywhere; letters that it lacks are character references."""


class Truncated(Fault):
    """The answer ends early."""

    keep: float = Field(default=0.7, ge=0, le=1, description="share that is sent")


class OversizedText(Fault):
    """One text of `bytes` letters in an address."""

    bytes: int = Field(default=100_000_000, ge=1)


class EntityBomb(Fault):
    """A DTD with entities of entities; unfolded it has `fanout` ** `levels` times three letters."""

    levels: int = Field(default=9, ge=1, le=30)
    fanout: int = Field(default=10, ge=1, le=100)


class ExternalEntity(Fault):
    """A DTD with an entity that wants `url` read."""

    url: str = "file:///etc/hostname"
    parameter: bool = Field(default=False, description="a parameter entity, which is read before the document")


class Deep(Fault):
    """Elements inside one another."""

    depth: int = Field(default=100_000, ge=1)


class Missing(Fault):
    """The answer without these elements."""

    elements: tuple[str, ...] = ("NgayThangNamSinh", "GioiTinh", "ThuongTru")


class UnknownCodes(Fault):
    """The answer with other values in these elements."""

    values: dict[str, str] = Field(
        default={"GioiTinh": "9", "DanToc": "77", "TonGiao": "03", "NhomMau": "09", "QuanHe": "CH99"}
    )


class Namespace(Fault):
    """The answer in another namespace."""

    uri: str = "http://gtel.vn/qldc"


class PopulationFaults(FaultSet):
    """The body of `PUT /_control/faults`. `answers` replaces the setting. Services are named `TraCuuThongTinCongDan`,
    `XacThucThongTinCongDan`, `ThayDoi` (the pull of changes) and `facade`.

    Of the faults listed here at most one hits a call, the first that does; those of every system come on top.
    """

    answers: Answers | None = None
    soap_fault: SoapFault | None = None
    html: Html | None = None
    declared_charset: DeclaredCharset | None = None
    latin_1: Latin1 | None = None
    truncated: Truncated | None = None
    oversized_text: OversizedText | None = None
    entity_bomb: EntityBomb | None = None
    external_entity: ExternalEntity | None = None
    deep: Deep | None = None
    missing: Missing | None = None
    unknown_codes: UnknownCodes | None = None
    namespace: Namespace | None = None


OWN = tuple(name for name in PopulationFaults.model_fields if name not in FaultSet.model_fields and name != "answers")

__all__ = [
    "OWN",
    "DeclaredCharset",
    "Deep",
    "EntityBomb",
    "ExternalEntity",
    "Html",
    "Latin1",
    "Missing",
    "Namespace",
    "OversizedText",
    "PopulationFaults",
    "SoapFault",
    "Truncated",
    "UnknownCodes",
]

"""The shared category service (danh mục dùng chung): structure, records, and what may be added. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from schemas.codes import code_list

ON = date(2025, 7, 1)
UNITS = (
    ("MaDinhDanhCap1", "String"),
    ("TenDonVi", "String"),
    ("DiaChi", "String"),
    ("Email", "String"),
    ("SoDienThoai", "String"),
    ("Fax", "String"),
    ("Website", "String"),
    ("QdBanHanhQdSuaDoi", "String"),
    ("NgayBanHanhQd", "DateTime"),
    ("CoQuanBanHanhQd", "String"),
)
PLAIN = (("Ma", "String"), ("Ten", "String"))
TITLES = {"MaDinhDanhCap1": "Mã định danh cấp 1", "TenDonVi": "Tên đơn vị", "Ma": "Mã", "Ten": "Tên"}
LISTS = {
    "madantoc": "ethnic-groups-2008",
    "magioitinh": "sexes",
    "manhommau": "blood-groups",
    "matinhtranghonnhan": "marital-statuses",
    "matongiao": "religions",
    "maquocgia": "countries",
    "donvihanhchinhcap1": "provinces",
}
Record = dict[str, Any]


@dataclass(slots=True)
class Category:
    """One list. The first property is its key."""

    properties: tuple[tuple[str, str], ...]
    records: list[Record] = field(default_factory=list)

    def metadata(self) -> list[Record]:
        """As `Metadata/{ma}` answers."""
        return [
            {"PropertyCode": code, "PropertyName": TITLES.get(code, code), "PropertyType": kind}
            for code, kind in self.properties
        ]

    def add(self, records: list[Any]) -> Record:
        """Add all records, or none and say why; as `POST Category/{ma}` answers."""
        key = self.properties[0][0]
        known = {record[key] for record in self.records}
        for place, record in enumerate(records, 1):
            mistake = self._mistake(record, key, known)
            if mistake is not None:
                return {"MSG": f"Data not insert: Record {place}: {mistake}", "Count": 0}
            known.add(record[key])
        self.records.extend(records)
        return {"MSG": "Done", "Count": len(records)}

    def _mistake(self, record: Any, key: str, known: set[Any]) -> str | None:
        if not isinstance(record, Mapping):
            return "not an object"
        unknown = set(record) - {code for code, _ in self.properties}
        if unknown:
            return f"{min(unknown)} is unknown"
        if not record.get(key) or not isinstance(record[key], str):
            return f"{key} is missing"
        return f"{key} {record[key]} is duplicate" if record[key] in known else None


def initial() -> dict[str, Category]:
    """The lists that there are at first."""
    made = {name: Category(PLAIN, _records(source)) for name, source in LISTS.items()}
    return made | {"qlvanbandieuhanhcap1": Category(UNITS, [_unit("H49", "UBND tỉnh Ví Dụ"), _unit("G99", "Bộ Ví Dụ")])}


def _records(source: str) -> list[Record]:
    return [{"Ma": entry.code, "Ten": entry.label} for entry in code_list(source).entries(ON)]


def _unit(code: str, name: str) -> Record:
    return {
        "MaDinhDanhCap1": code,
        "TenDonVi": name,
        "DiaChi": "Số 1 đường Ví Dụ",
        "Email": "vanthu@example.vn",
        "SoDienThoai": "02030000000",
        "Fax": "",
        "Website": "https://vidu.example.vn",
        "QdBanHanhQdSuaDoi": "20/2020/QĐ-TTg",
        "NgayBanHanhQd": "22/07/2020",
        "CoQuanBanHanhQd": "Thủ tướng Chính phủ",
    }


__all__ = ["Category", "initial"]

"""Invented applicants and officers. Names carry "Ví Dụ", numbers keep their rules and patterns that are not issued."""

from __future__ import annotations

from random import Random
from typing import Any

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý", "Chìu", "Tằng")
MALE = (("Văn", "Hữu", "Đức", "Quốc"), ("An", "Bình", "Cường", "Dũng", "Hải", "Khánh", "Long", "Minh", "Sơn", "Vượng"))
FEMALE = (("Thị", "Ngọc", "Thu", "Diệu"), ("Anh", "Chi", "Hạnh", "Hoa", "Lan", "Mai", "Nga", "Quỳnh", "Thảo", "Yến"))
BUSINESS = ("Than Ví Dụ", "Du lịch Vịnh Ví Dụ", "Thủy sản Ví Dụ", "Vận tải Ví Dụ", "Gốm sứ Ví Dụ", "Xây dựng Ví Dụ")
OFFICERS = ("Nguyễn Cán Bộ Ví Dụ", "Trần Cán Bộ Ví Dụ", "Lê Cán Bộ Ví Dụ", "Phạm Cán Bộ Ví Dụ", "Vũ Cán Bộ Ví Dụ")
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def person_number(female: bool, year: int, serial: int) -> str:
    """A 12-digit number: Quảng Ninh (022), century and sex, year, then a serial far below those issued."""
    return f"022{(year - 1900) // 100 * 2 + female}{year % 100:02d}{serial % 1000:06d}"


def tax_code(serial: int) -> str:
    """A 10-digit tax code with the right check digit, of province 99, which does not exist."""
    while True:
        body = f"99{serial % 10_000_000:07d}"
        check = 10 - sum(w * int(d) for w, d in zip(TAX_WEIGHTS, body, strict=True)) % 11
        if check < 10 and serial % 10_000_000:
            return body + str(check)
        serial += 1


def individual(random: Random, number: int) -> dict[str, Any]:
    """`ChuHoSo` of a person."""
    female = random.random() < 0.5
    middle, given = FEMALE if female else MALE
    year = random.randint(1950, 2006)
    personal = person_number(female, year, number)
    identities = [{"Loai": "CCCD", "So": personal}]
    if year < 1975 and random.random() < 0.3:
        identities.append({"Loai": "CMND", "So": f"000{number % 1_000_000:06d}"})
    return {
        "HoTen": f"{random.choice(FAMILY)} {random.choice(middle)} Ví Dụ {random.choice(given)}",
        "LoaiDoiTuong": "CN",
        "SoGiayTo": personal,
        "DinhDanh": identities,
        "MaDinhDanhDienTu": _technical_id(number) if random.random() < 0.7 else None,
        "Email": f"vidu{number:06d}@example.vn" if random.random() < 0.6 else "",
        "Fax": "",
        "DienThoai": f"09000{number % 100_000:05d}",
    }


def organisation(random: Random, number: int) -> dict[str, Any]:
    """`ChuHoSo` of an enterprise, sometimes of a state body or another organisation."""
    kind = random.choices(("DN", "TC", "CQNN"), (8, 1, 1))[0]
    prefix = {"DN": "Công ty TNHH", "TC": "Hợp tác xã", "CQNN": "Ban Quản lý dự án"}[kind]
    return {
        "HoTen": f"{prefix} {random.choice(BUSINESS)} {number % 1000:03d}",
        "LoaiDoiTuong": kind,
        "SoGiayTo": tax_code(number + 1),
        "DinhDanh": [],
        "MaDinhDanhDienTu": _technical_id(number),
        "Email": f"vanthu{number:06d}@example.vn",
        "Fax": "02030000000" if random.random() < 0.2 else "",
        "DienThoai": f"0203{number % 10_000_000:07d}",
    }


def _technical_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


__all__ = ["OFFICERS", "individual", "organisation", "person_number", "tax_code"]

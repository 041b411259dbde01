"""What the filed notices must have become at the national portal, for its audit. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..national_portal.audit import Filed

DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d):(\d\d)")


def expected(notices: Iterable[Mapping[str, Any]]) -> list[Filed]:
    """The notices, in the order in which they were filed, in the terms of `audit`."""
    return [_filed(notice) for notice in notices]


def _filed(notice: Mapping[str, Any]) -> Filed:
    step = notice.get("TienDo")
    if step is not None:
        said = (_date(step["ThoiDiemXuLy"]), str(step["TrangThai"]), step["NguoiXuLy"], step["NoiDungXuLy"])
        return Filed(step["MaHoSo"], "step", "|".join(said))
    dossier = notice["HoSo"]
    dates = [_date(dossier.get(name)) for name in ("NgayHenTra", "NgayKetThucXuLy", "NgayTra")]
    parts = (str(dossier["TrangThai"]), *dates, dossier.get("GhiChu") or "")
    return Filed(dossier["MaHoSo"], "dossier", "|".join(parts))


def _date(text: str | None) -> str:
    """`22/11/2026 08:30:00` as the national portal writes it; an absent date is empty there."""
    match = DATE.fullmatch(text or "")
    if match is None:
        return ""
    day, month, year, *clock = match.groups()
    return year + month + day + "".join(clock)


__all__ = ["expected"]

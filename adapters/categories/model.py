"""The category service's own language, as far as it is published.

`GET {base}/dmdc/Metadata/{ma}` tells the fields of a category, `GET {base}/dmdc/Category/{ma}` its records. Of records
only those of `qlvanbandieuhanhcap1` are published; which fields hold code and name elsewhere is configuration.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Native(BaseModel):
    """Open: a category may have more fields than are published."""

    model_config = ConfigDict(extra="allow", frozen=True)


class CoQuanCap1(Native):
    """A record of `qlvanbandieuhanhcap1`: an agency of the first level. NgayBanHanhQd: dd/MM/yyyy."""

    MaDinhDanhCap1: str
    TenDonVi: str
    DiaChi: str | None = None
    Email: str | None = None
    SoDienThoai: str | None = None
    Fax: str | None = None
    Website: str | None = None
    QdBanHanhQdSuaDoi: str | None = None
    NgayBanHanhQd: str | None = None
    CoQuanBanHanhQd: str | None = None


__all__ = ["CoQuanCap1", "Native"]

"""What can be configured of the catalogues, under `systems.NAME.settings.catalogues`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Service = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,100}$")]
Member = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,100}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
ListName = Literal["agencies", "fields", "services", "procedures"]


class CodeListService(BaseModel):
    """A further `LayDanhMuc...` service. The fields of these are not published: name those that yours has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: Service = Field(description="e.g. LayDanhMucDanToc")
    code: Member = Field(description="field that holds the code; case does not matter")
    label: Member = Field(description="field that holds the name; case does not matter")


class CataloguesSettings(BaseModel):
    """Which catalogues are kept, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lists: tuple[ListName, ...] = Field(
        default=("agencies", "fields", "services", "procedures"), description="catalogues that are read, in this order"
    )
    codes: dict[Slug, CodeListService] = Field(
        default_factory=dict, description="further code lists, by the name that messages give them"
    )
    sectors: tuple[str, ...] = Field(
        default=(), description="only fields whose `MANGANH` is one of these; empty: all fields"
    )
    least_share: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="a list with less than this share of the records known before is not believed: nothing is taken "
        "from it, and a dead letter says so; lower it for one round if the shrinking is real",
    )
    details_at_once: int = Field(
        default=10,
        ge=1,
        le=200,
        description="procedures whose details (`LayThuTuc`) are read in one poll; at most `max_requests`",
    )
    reread_days: int = Field(
        default=7,
        ge=1,
        le=365,
        description="details are read again after so many days even if the list shows no change, because it shows "
        "code and name only",
    )


__all__ = ["CataloguesSettings", "CodeListService"]

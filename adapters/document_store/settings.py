"""What can be configured, under `systems.NAME.settings`. Paths and codes of the store are not published."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=500)]


class DocumentStoreSettings(BaseModel):
    """The personal document store."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    search_path: Path = Field(description="path of the search; not published")
    file_path: Path = Field(description="path of the download; not published")
    success_codes: tuple[str, ...] = Field(
        default=("0", "00"), min_length=1, description="values of `errorCode` that mean success; not published"
    )
    missing_codes: tuple[str, ...] = Field(
        default=(), description="values of `errorCode` that mean that there is no such paper; not published"
    )
    retry_codes: tuple[str, ...] = Field(
        default=(), description="values of `errorCode` that mean that the store cannot answer now; not published"
    )
    missing_is_404: bool = Field(
        default=False, description="the download answers 404 for a file that is not there, not for a wrong path"
    )


__all__ = ["DocumentStoreSettings"]

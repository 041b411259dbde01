"""What can be configured of the provincial portal, under `systems.NAME.settings`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=200)]


class ProvincialPortalSettings(BaseModel):
    """The provincial one-stop system."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status_path: Path = Field(
        default="api/lien-thong/trang-thai", description="path of the call-back, below the connector's base URL"
    )
    payment_path: Path = Field(
        default="api/lien-thong/thanh-toan", description="path of the call-back about money, below the base URL"
    )
    dues_path: Path = Field(
        default="api/lien-thong/nghia-vu", description="path of the question what a dossier must pay"
    )


__all__ = ["ProvincialPortalSettings"]

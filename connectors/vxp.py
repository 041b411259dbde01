"""`vxp`: the forward adapter of the national axis (trục liên thông văn bản quốc gia), on a body's own security server.

Address form and parameters: the portal's guide for connecting (VPCP, v1.4, 2020) as used by several provinces.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, Field

from connectors.http import HttpConnector
from connectors.settings import HttpSettings, Url

_HEADERS = {"Accept": "application/json", "Charset": "utf-8"}


class VxpSettings(HttpSettings):
    """`connect` of a system with `connector: vxp`."""

    base_url: Url = Field(description="URL of our own adapter (ADAPTER_URL), e.g. http://adapter.example.vn:8080")
    adapter: Literal["XrdAdapter", "VXPAdapter"] = Field(
        default="XrdAdapter", description="name of the adapter in the path; VXPAdapter is the newer one"
    )
    dstcode: str = Field(
        pattern=r"^[\x21-\x7e]+$", description="who is called, e.g. VN:GOV:000.00.00.G22:vpcpdvcprovider"
    )
    dstcode_in: Literal["query", "header"] = Field(default="query", description="where the adapter expects dstcode")
    providerurl: Url | None = Field(default=None, description="base URL of the provider behind the adapter, if needed")


class Vxp(HttpConnector):
    """Requests go to `{base_url}/{adapter}/RestService/forward/{path}?dstcode=...&providerurl=...`."""

    Settings: ClassVar[type[BaseModel]] = VxpSettings

    def __init__(self, settings: VxpSettings, system: str) -> None:
        destination = {"dstcode": settings.dstcode}
        in_query = settings.dstcode_in == "query"
        provider = {"providerurl": settings.providerurl} if settings.providerurl is not None else {}
        super().__init__(
            settings,
            system,
            f"{settings.base_url}/{settings.adapter}/RestService/forward",
            headers=_HEADERS,
            fixed_headers={} if in_query else destination,
            fixed_params=(destination if in_query else {}) | provider,
        )


__all__ = ["Vxp", "VxpSettings"]

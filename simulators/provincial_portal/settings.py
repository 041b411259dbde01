"""What is configured when the simulator starts, and the faults that can be switched on."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..faults import Fault, FaultSet
from .generate import START


class Gateway(BaseModel):
    """A gateway that a payer may choose; `kind` is `ThanhToanTrucTuyen` of what is paid there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["CONG_QUOC_GIA", "CONG_RIENG"] = "CONG_RIENG"
    weight: int = Field(default=1, ge=1, description="how often it is chosen, against the others")


class Account(BaseModel):
    """`TaiKhoanThuHuong`: where the money goes."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    SoTaiKhoan: str = "3511000000"
    MaNganHang: str = "970436"
    TenTaiKhoan: str = "Kho bac Vi Du"


class ProvincialPortalSettings(BaseModel):
    """Settings of the simulated provincial portal; the defaults are those of the demo."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    bus: str = Field(default="http://127.0.0.1:8080", description="base URL of the bus")
    key: str = Field(default="", description="the key that the bus knows it by")
    path: str = Field(default="/in/provincial-portal/dossiers", description="where notices are filed")
    status_path: str = Field(default="/api/lien-thong/trang-thai", description="where it receives statuses")
    payments_path: str = Field(default="/in/provincial-portal/payments", description="where payments are asked for")
    payment_path: str = Field(default="/api/lien-thong/thanh-toan", description="where it hears of payments")
    dues_path: str = Field(default="/api/lien-thong/nghia-vu", description="where it is asked what is to be paid")
    gateways: dict[str, Gateway] = Field(
        default_factory=dict, description="gateways by their names at the bus; nothing is paid online without one"
    )
    paying_online: float = Field(default=1, ge=0, le=1, description="share of those who could that do pay online")
    account: Account = Field(default=Account(), description="where the money goes")
    concurrency: int = Field(default=16, ge=1, le=1000, description="notices on their way at once")
    window: int = Field(default=4, ge=1, le=100, description="dossiers in progress at once, times `concurrency`")
    timeout: float = Field(default=30, gt=0, description="seconds after which an answer is given up")
    first_wait: float = Field(default=0.1, ge=0, description="seconds before the first repeat; doubles")
    longest_wait: float = Field(default=2, ge=0, description="longest wait before a repeat, seconds")
    seed: int = 1
    start: datetime = Field(default=START, description="day on which the first dossiers are filed")


class NotTaken(Fault):
    """The call-back is answered `MaLoi` `code` (99: try again later); nothing is kept."""

    code: str = "99"
    message: str = "Hệ thống bận, gửi lại sau"


class ProvincialFaults(FaultSet):
    """The body of `PUT /_control/faults`. Call-backs are the services `trang-thai` and `thanh-toan`, the question
    what is to be paid is `nghia-vu`."""

    not_taken: NotTaken | None = None


__all__ = ["Account", "Gateway", "NotTaken", "ProvincialFaults", "ProvincialPortalSettings"]

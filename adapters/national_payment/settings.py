"""What can be configured of the Payment Platform, under `systems.NAME.settings`.

Neither its paths nor its full code tables are published: what has no default here is told with the contract.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from schemas.base import Code, Name

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=500)]
Address = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f.:]{2,45}$")]
# a value that is signed, and so never holds the sign that ends one
Constant = Annotated[str, StringConstraints(pattern=r"^[^|\s]+$", max_length=50)]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]{1,5})?$", max_length=255)]
Replied = Literal["MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD"]
Meaning = Literal["failed", "absent", "later", "ours"]


class Strict(BaseModel):
    """No unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NationalPaymentPaths(Strict):
    """Where things are, below the connector's `base_url`."""

    init: Path = Field(description="path of INIT; not published")
    query: Path = Field(description="path of QUERY; not published")
    bill: Path | None = Field(default=None, description="path of GET_BILL; unset: receipts cannot be fetched")


class LevyCodes(Strict):
    """`LoaiPhiLePhi`, whose codes are not published for this platform."""

    fee: Code = Field(description="code of a fee (phí)")
    charge: Code = Field(description="code of a charge (lệ phí)")


class AccountSettings(Strict):
    """An account that receives money."""

    account: Code = Field(description="`TKThuHuong`")
    bank: Code = Field(description="`MaNHThuHuong`")
    name: Name = Field(description="`TenTKThuHuong`")


class ProcedureSettings(Strict):
    """What a procedure has at the platform, for orders that do not say it."""

    code: Code | None = Field(default=None, description="`MaTTHC`, where it is another than the order's")
    service: Code | None = Field(default=None, description="`MaDVC`, e.g. the procedure's code and `.01`")
    service_name: Name | None = Field(default=None, description="`TenDVC`")
    beneficiary: AccountSettings | None = Field(default=None, description="the procedure's own account")


class NationalPaymentSettings(Strict):
    """The Payment Platform of the National Public Service Portal."""

    partner: Constant = Field(description="`MaDoiTac`, the code that the platform gave")
    secret: SecretStr = Field(min_length=1, description="the shared secret (`MaBiMat`)")
    paths: NationalPaymentPaths = Field(description="paths")
    levy_codes: LevyCodes = Field(description="codes of the kinds of fee lines")
    payer_address: Address | None = Field(
        default=None, description="`Ip` of a payment whose order names no address; unset: it is refused"
    )
    beneficiary: AccountSettings | None = Field(
        default=None, description="the account of orders and procedures that name none; unset: they are refused"
    )
    procedures: dict[Code, ProcedureSettings] = Field(
        default_factory=dict, description="what procedures have at the platform, by the order's procedure code"
    )
    version: Constant = Field(default="1.0.6", description="`PhienBan`")
    payment_kind: Constant = Field(default="PAY", description="`LoaiHinhThanhToan`")
    channel: Constant = Field(default="1", description="`MaKenhThanhToan`")
    device: Constant = Field(default="1", description="`MaThietBi`")
    language: Constant = Field(default="vi-VN", description="`NgonNgu`")
    currency: Constant = Field(default="VND", description="`MaTienTe` as the platform writes it")
    bank: Constant = Field(default="PAYMENT", description="`MaNganHang` of orders that name no method")
    confirm_kind: Constant = Field(
        default="CONFIRM", description="`LoaiBanTin` of notices of payments; notices of other kinds are not taken"
    )
    reply_order: tuple[Replied, ...] = Field(
        default=("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD"),
        min_length=1,
        description="fields of our reply to CONFIRM in the order in which they are signed; not published, this is the "
        "order in which they are listed",
    )
    signed_answers: bool = Field(
        default=False,
        description="take an answer to QUERY only if it carries `MaXacThuc` by the formula of CONFIRM",
    )
    codes: dict[Constant, Meaning] = Field(
        default_factory=dict,
        description="what further values of `MaLoi` mean: `failed` (no payment), `absent` (no such transaction), "
        "`later` (nothing was done, ask again), `ours` (our configuration is wrong); 00 stays success",
    )
    bill_links: tuple[Constant, ...] = Field(
        default=("UrlBienLai",), description="members of the answer to GET_BILL that may hold the receipt's link"
    )
    bill_hosts: tuple[Host, ...] = Field(
        default=(),
        description="hosts of links whose files are fetched, below our own `base_url`; links to others are passed on",
    )
    dues: bool = Field(
        default=False,
        description="answer what a dossier must pay (`/in/{system}/dues`) by asking the query `dossier.dues`",
    )


__all__ = [
    "AccountSettings",
    "LevyCodes",
    "NationalPaymentPaths",
    "NationalPaymentSettings",
    "ProcedureSettings",
]

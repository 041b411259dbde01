"""The demo's payment gateways: their simulators, their systems in the configuration, and how soon they are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.applications import Starlette

from simulators import momo, national_payment, paygov, vnpay, zalopay
from simulators.provincial_portal.settings import Gateway as Choice

SECRET = "BI-MAT-VI-DU"
PROCESS = "payments"
VIETQR = "vietqr"
_RETURN = "https://dichvucong.example.vn/thanh-toan/ket-qua"
_FORMULA = {
    "fields": ["orderId", "requestCode", "amount", "transactionNo", "errorCode"],
    "separator": "|",
    "place": "key",
    "algorithm": "hmac-sha256",
    "case": "lower",
}
# A repeated notice comes after 0.01 of its usual time, so that a demo shows it.
_SCALE = 0.01
# What got no notice is asked about within seconds, where gateways themselves recommend minutes.
_SOON = {"first": 3, "every": 3, "late": [3, 3, 6], "refund_first": 1, "refund_every": 1}


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway. `simulated` makes its simulator, told where notices go; `settings` are those of its adapter, told
    its own address and where notices go."""

    adapter: str
    choice: Choice
    simulated: Callable[[str], Starlette]
    settings: Callable[[str, str], dict[str, Any]]
    policy: Mapping[str, Any]
    tells: Literal["all", "some", "paid"] = "all"


GATEWAYS: Mapping[str, Gateway] = {
    "vnpay": Gateway(
        "vnpay",
        Choice(weight=5),
        lambda notices: vnpay.create(vnpay.VnpaySettings(notice_url=notices, scale=_SCALE, refund_after=0.5)),
        lambda url, notices: {
            "terminal": "LGSPTEST",
            "secret": SECRET,
            "pay_url": f"{url}/paymentv2/vpcpay.html",
            "return_url": _RETURN,
            "server_address": "203.0.113.9",
        },
        _SOON,
    ),
    "momo": Gateway(
        "momo",
        Choice(weight=5),
        lambda notices: momo.create(momo.MomoSettings(notice_url=notices, scale=_SCALE)),
        lambda url, notices: {
            "partner": "VIDU",
            "access_key": "KHOA",
            "secret": SECRET,
            "notice_url": notices,
            "return_url": _RETURN,
        },
        _SOON,
    ),
    "zalopay": Gateway(
        "zalopay",
        Choice(weight=5),
        lambda notices: zalopay.create(zalopay.ZalopaySettings(notice_url=notices, scale=_SCALE, refund_after=0.5)),
        lambda url, notices: {"app_id": 2554, "key1": SECRET, "key2": SECRET, "notice_url": notices},
        _SOON,
    ),
    "national-payment": Gateway(
        "national_payment",
        Choice(kind="CONG_QUOC_GIA", weight=6),
        lambda notices: national_payment.create(
            national_payment.NationalPaymentSettings(notice_url=notices, scale=_SCALE)
        ),
        lambda url, notices: {
            "partner": "DVC01",
            "secret": SECRET,
            "paths": {"init": "khoi-tao", "query": "truy-van", "bill": "bien-lai"},
            "levy_codes": {"fee": "1", "charge": "2"},
        },
        {**_SOON, "patience": 131},
        "some",
    ),
    "paygov": Gateway(
        "paygov",
        Choice(weight=4),
        lambda notices: paygov.create(paygov.PaygovSettings(notice_url=notices, scale=_SCALE)),
        lambda url, notices: {
            "partner": "PAYGOV-VIDU",
            "path": "thanh-toan",
            "secret": SECRET,
            "checksum": _FORMULA,
            "unit": "000.00.00.H49",
        },
        {},
        "paid",
    ),
}


def systems(urls: Mapping[str, str], bus: str) -> dict[str, Any]:
    """The payment process, the gateways at these addresses, and VietQR, which has none."""
    policies = {name: {"like": GATEWAYS[name].adapter, **GATEWAYS[name].policy} for name in urls}
    policies[VIETQR] = {"like": VIETQR}
    found: dict[str, Any] = {
        PROCESS: {"adapter": "payments", "connector": "none", "settings": {"gateways": policies}},
        VIETQR: {"adapter": VIETQR, "connector": "none"},
    }
    for name, url in urls.items():
        gateway = GATEWAYS[name]
        found[name] = {
            "adapter": gateway.adapter,
            "connect": {"base_url": url},
            "settings": gateway.settings(url, notices(bus, name)),
            "settle_after": "1s",
        }
    return found


def clients(names: Mapping[str, str]) -> dict[str, Any]:
    """The gateways as callers: without keys, since they sign."""
    return {
        name: {"signed": [name], "send": [{"source": f"/gateways/{name}", "types": ["payment.noticed"]}]}
        for name in names
    }


def notices(bus: str, name: str) -> str:
    """Where a gateway sends its notices."""
    return f"{bus}/in/{name}/notice"


def choices() -> dict[str, Choice]:
    """What the portal offers its payers."""
    return {**{name: gateway.choice for name, gateway in GATEWAYS.items()}, VIETQR: Choice(weight=1)}


__all__ = ["GATEWAYS", "PROCESS", "VIETQR", "Gateway", "choices", "clients", "notices", "systems"]

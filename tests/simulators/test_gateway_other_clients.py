"""Merchants with clients of other people (npm vnpay 2.5.0, momo-payment-api 1.0.3, ZaloPay's Node sample): what they
send, as they made it, is taken."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.gateway.digests import keyed
from simulators.momo import MomoSettings
from simulators.momo import create as momo
from simulators.vnpay import VnpaySettings
from simulators.vnpay import create as vnpay
from simulators.zalopay import ZalopaySettings
from simulators.zalopay import create as zalopay

from .gateways import MILLIS, SECRET, Clock, asking

# npm vnpay 2.5.0: buildPaymentUrl without vnp_ExpireDate, as VNPAY's own example is
PAGE = (
    "paymentv2/vpcpay.html?vnp_Amount=15000000&vnp_Command=pay&vnp_CreateDate=20261122083000&vnp_CurrCode=VND"
    "&vnp_IpAddr=203.0.113.7&vnp_Locale=vn&vnp_OrderInfo=Thanh+toan+don+hang+A1B2C3&vnp_OrderType=other"
    "&vnp_ReturnUrl=https%3A%2F%2Fdvc.example.vn%2Fkq&vnp_TmnCode=LGSPTEST&vnp_TxnRef=A1B2C3&vnp_Version=2.1.0"
    "&vnp_SecureHash=23324b4f3c7e7efa15406afeb34f7a49d804cc2d80e184f0e2e54f26e2e9df86"
    "40d67a97e0fc38a7bc5f08309733956d37ebacb63afe45a9e3cdaa73de4e640c"
)
# npm vnpay 2.5.0: refund without vnp_TransactionNo, signed with 0
REFUND: dict[str, Any] = {
    "vnp_RequestId": "RF1",
    "vnp_TransactionType": "03",
    "vnp_TxnRef": "A1B2C3",
    "vnp_Amount": 5_000_000,
    "vnp_OrderInfo": "Hoàn tiền A1B2C3",
    "vnp_TransactionDate": 20261122083000,
    "vnp_CreateDate": 20261122083102,
    "vnp_CreateBy": "canbo",
    "vnp_IpAddr": "203.0.113.9",
    "vnp_Command": "refund",
    "vnp_Version": "2.1.0",
    "vnp_TmnCode": "LGSPTEST",
    "vnp_SecureHash": "c7b055e9ef385f30eb2506b0725b3221cf8ea51dacf1106b1af21462a333c788"
    "3113307765755dfd896d80d70b9d49b097aeded321ca1d998886f72edfed753c",
}
# momo-payment-api 1.0.3: createPayment; refundPayment, which signs an empty description and does not send it
MOMO: dict[str, Any] = {
    "partnerCode": "VIDU",
    "accessKey": "KHOA",
    "requestId": "A1B2C3",
    "amount": 150_000,
    "orderId": "A1B2C3",
    "orderInfo": "Nộp phí #1 & 2 + 3%",
    "redirectUrl": "https://dvc.example.vn/kq?ma=1&x=2",
    "ipnUrl": "https://truc.example.vn/in/momo/notice",
    "extraData": "",
    "requestType": "captureWallet",
    "signature": "0e6236957a1df06737ddcf2d7f86c775519e0a5551948e6e398366a9d85a2209",
    "lang": "vi",
}


async def test_a_merchant_with_the_client_of_vnpay() -> None:
    clock = Clock()
    app = vnpay(VnpaySettings(lifetime=600), clock)
    state = app.state.gateway
    async with asking(app) as client:
        assert "150.000 đ" in (await client.get(PAGE))[1]
        [order] = (await client.control("GET", "records"))[1]["orders"]
        assert order["expires"] == "2026-11-22T08:40:00+07:00"
        state.pay("A1B2C3", notify=False)
        found = await client.post("merchant_webapi/api/transaction", REFUND)
        assert (found["vnp_ResponseCode"], found["vnp_Amount"]) == ("00", "5000000")
        clock.now += 3_600
        assert state.books.money("A1B2C3").refunded == 50_000
        other = {**REFUND, "vnp_RequestId": "RF2", "vnp_TransactionNo": "14400001"}
        assert (await client.post("merchant_webapi/api/transaction", other))["vnp_ResponseCode"] == "97"


@pytest.mark.parametrize("name", ["vnp_BankCode", "vnp_ExpireDate"])
async def test_what_may_be_left_out_of_a_page_may_be_empty(name: str) -> None:
    app = vnpay(VnpaySettings(), Clock())
    async with asking(app) as client:
        assert "150.000 đ" in (await client.get(f"{PAGE}&{name}="))[1]


async def test_a_merchant_with_a_client_of_momo() -> None:
    app = momo(MomoSettings(), Clock())
    state = app.state.gateway
    async with asking(app) as client:
        assert (await client.post("v2/gateway/api/create", MOMO))["resultCode"] == 0
        paid = state.pay("A1B2C3", notify=False)
        assert paid.number == "4610000001"
        text = (
            f"accessKey=KHOA&amount=50000&description=&orderId=RF1&partnerCode=VIDU&requestId=RF1&transId={paid.number}"
        )
        refund = {"requestId": "RF1", "partnerCode": "VIDU", "orderId": "RF1", "amount": 50_000, "lang": "en"}
        refund |= {"transId": paid.number, "signature": keyed(SECRET, text, "sha256")}
        assert (await client.post("v2/gateway/api/refund", refund))["resultCode"] == 0
        assert state.books.money("A1B2C3").refunded == 50_000


async def test_a_merchant_with_the_sample_of_zalopay() -> None:
    """ZaloPay's sample for Node sends the parameters of a creation in the query, without a body."""
    order: dict[str, Any] = {
        "app_id": "2554",
        "app_trans_id": "261122_A1B2C3",
        "app_user": "user123",
        "app_time": MILLIS,
        "item": "[{}]",
        "embed_data": "{}",
        "amount": 50_000,
        "description": "Nộp phí #1",
        "bank_code": "zalopayapp",
    }
    text = f"2554|261122_A1B2C3|user123|50000|{MILLIS}|{{}}|[{{}}]"
    app = zalopay(ZalopaySettings(), Clock())
    async with asking(app) as client:
        params = {**order, "mac": keyed(SECRET, text, "sha256")}
        assert (await client.http.post("v2/create", params=params)).json()["return_code"] == 1
        assert (await client.http.post("v2/create", params={**params, "amount": 1})).json()["sub_return_code"] == -402
        assert (await client.http.post("v2/create")).json()["sub_return_code"] == -401

"""What clients of other people write and accept: texts and digests as these packages made them.

npm vnpay 2.5.0 and momo-payment-api 1.0.3, under Node 20, with an invented secret.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from adapters.digests import hmac_sha512
from adapters.momo import signing as momo
from adapters.vnpay import signing

from .support import KEY, Books, at, get, vnpay

# npm vnpay 2.5.0: buildPaymentUrl
PAGE = (
    "https://pay.example.vn/paymentv2/vpcpay.html?vnp_Amount=15000000&vnp_Command=pay&vnp_CreateDate=20261122083000"
    "&vnp_CurrCode=VND&vnp_ExpireDate=20261122084500&vnp_IpAddr=2001%3Adb8%3A%3A1&vnp_Locale=vn"
    "&vnp_OrderInfo=a*b%7Ec%21d%28e%29f%27g+%2B%26%25%23%3D+N%E1%BB%99p+ph%C3%AD&vnp_OrderType=other"
    "&vnp_ReturnUrl=https%3A%2F%2Fdvc.example.vn%2Fkq%3Fma%3DH01%26x%3D1&vnp_TmnCode=LGSPTEST&vnp_TxnRef=A1B2C3"
    "&vnp_Version=2.1.0&vnp_SecureHash=e4b5281d4ec71b984f90e38b4536b81949198e8f8c5b417c24741b133bd7dee5"
    "b7bba87217670a5d0e1e6cc6346d68e59e504a71e300ee132d683ee6675ba688"
)
# npm vnpay 2.5.0: verifyIpnCall takes it; vnp_Zone is none of the fields that VNPAY describes
NOTICE = (
    "vnp_Amount=15000000&vnp_BankCode=NCB&vnp_BankTranNo=VNP14422574&vnp_CardType=ATM"
    "&vnp_OrderInfo=N%E1%BB%99p+ph%C3%AD%3A+A%26B%3DC%3FD%2BE+100%25+%231+*%7E%21%28%29%27"
    "&vnp_PayDate=20261122083055&vnp_ResponseCode=00&vnp_TmnCode=LGSPTEST&vnp_TransactionNo=14422574"
    "&vnp_TransactionStatus=00&vnp_TxnRef=A1B2C3&vnp_Zone=m%E1%BB%9Bi"
)
DIGEST = (
    "943111d01d1634e93f4b212f57a14711861c60c6a62aa0a9a7854f5b91f0e3d4"
    "1dd199afb41b764fad1d6e73c6d34256029e3bc19f1e080203c01fd8f351f84d"
)
SIGNED = f"{NOTICE}&vnp_SecureHash={DIGEST}"


def told(query: str, books: Books | None = None, **settings: Any) -> str:
    books = books or Books("vnpay")
    answer = books.lead(vnpay(**settings).notice(get(query), at("vnpay")))
    return str(json.loads(answer.content)["RspCode"])


def test_the_page_of_vnpay() -> None:
    base, _, query = PAGE.partition("?")
    params = dict(parse_qsl(query))
    del params[signing.HASH]
    assert signing.payment_url(base, params, KEY) == PAGE


@pytest.mark.parametrize(
    "query",
    [
        SIGNED,
        SIGNED.replace(DIGEST, DIGEST.upper()),
        f"{NOTICE}&vnp_SecureHashType=HmacSHA512&vnp_SecureHash={DIGEST}",
        f"vnp_SecureHash={DIGEST}&{NOTICE}",
        f"{SIGNED}&vnp_PromotionCode=",
        f"utm_source=a%20b&flag&{SIGNED}&utm_source=b&rate=100%&name=ộ",
        SIGNED.replace("+", "%20"),
    ],
    ids=["plain", "capitals", "type of digest", "digest first", "empty", "foreign", "%20"],
)
def test_a_notice_of_vnpay(query: str) -> None:
    books = Books("vnpay")
    assert [told(query, books), told(SIGNED, books)] == ["00", "02"]
    assert [draft.data.amount for draft in books.notices] == [150_000]


@pytest.mark.parametrize(
    "query",
    [
        f"{SIGNED}&vnp_New=1",
        f"{SIGNED}&vnp_Zone=m%E1%BB%9Bi",
        SIGNED.replace("&vnp_Zone=m%E1%BB%9Bi", ""),
        SIGNED.replace("m%E1%BB%9Bi", "m%E1%BB%9B%"),
        SIGNED.replace(DIGEST, ""),
    ],
    ids=["more", "twice", "less", "half encoded", "no digest"],
)
def test_what_vnpay_did_not_sign(query: str) -> None:
    books = Books("vnpay")
    assert told(query, books) == "97" and not books.taken
    assert told(SIGNED, books) == "00"


def spelled(text: str) -> str:
    """A notice as VNPAY's sample for Node writes it: `encodeURIComponent` leaves `* ~ ! ( ) '` as they are."""
    parts = NOTICE.split("&")
    parts[4] = "vnp_OrderInfo=" + quote(text, safe="*~!()'").replace("%20", "+")
    query = "&".join(parts)
    return f"{query}&vnp_SecureHash={hmac_sha512(KEY, query)}"


def test_a_digest_over_the_senders_own_spelling() -> None:
    query = spelled("it's *~!() Nộp phí")
    assert "it's+*~!()+N%E1" in query
    assert told(query) == told("a=1&" + "&".join(reversed(query.split("&")))) == "00"
    assert told(query, verbatim=True) == "97"
    for wrong in (
        query.replace("*~", "*"),
        query.replace("15000000", "15000100"),
        query + "&vnp_More=1",
        query + "&vnp_%4Dore=1",
        query.replace("vnp_Zone", "vnp_%5Aone"),
        query.replace("it's", "it%27s"),
    ):
        assert told(wrong) == "97"


def test_a_notice_without_a_text() -> None:
    params = dict(parse_qsl(NOTICE))
    del params["vnp_OrderInfo"]
    assert told(urlsplit(signing.payment_url("", params, KEY)).query) == "00"


@pytest.mark.parametrize(
    ("order", "body", "digest"),
    [
        (
            signing.QUERY,
            {"vnp_RequestId": "A1B2C3Q1A1", "vnp_Command": "querydr", "vnp_OrderInfo": "Truy vấn A1B2C3"},
            "87b43acdb591974fb91b70325d33d8e6e2f3460f2d3e4adf869142c1fbb6571d"
            "4f7ec2e36fc87c10601f763fa9cb528c11e57b9929ede2acf0fe6412a5d82c00",
        ),
        # refund without vnp_TransactionNo: the package signs 0
        (
            signing.REFUND,
            {
                "vnp_RequestId": "RF1",
                "vnp_Command": "refund",
                "vnp_TransactionType": "03",
                "vnp_Amount": 5_000_000,
                "vnp_OrderInfo": "Hoàn tiền A1B2C3",
                "vnp_CreateBy": "canbo",
                "vnp_TransactionNo": "0",
            },
            "c7b055e9ef385f30eb2506b0725b3221cf8ea51dacf1106b1af21462a333c788"
            "3113307765755dfd896d80d70b9d49b097aeded321ca1d998886f72edfed753c",
        ),
    ],
    ids=["querydr", "refund"],
)
def test_the_api_of_vnpay(order: tuple[str, ...], body: dict[str, Any], digest: str) -> None:
    said = {
        "vnp_Version": "2.1.0",
        "vnp_TmnCode": "LGSPTEST",
        "vnp_TxnRef": "A1B2C3",
        "vnp_TransactionDate": 20261122083000,
        "vnp_CreateDate": 20261122083102,
        "vnp_IpAddr": "203.0.113.9",
        **body,
    }
    assert signing.api_hash(order, said, KEY) == digest


def test_momo() -> None:
    # momo-payment-api 1.0.3: createPayment and refundPayment
    created = {
        "partnerCode": "VIDU", "requestId": "A1B2C3", "amount": 150_000, "orderId": "A1B2C3",
        "orderInfo": "Nộp phí #1 & 2 + 3%", "redirectUrl": "https://dvc.example.vn/kq?ma=1&x=2",
        "ipnUrl": "https://truc.example.vn/in/momo/notice", "extraData": "", "requestType": "captureWallet",
    }  # fmt: skip
    digest = "0e6236957a1df06737ddcf2d7f86c775519e0a5551948e6e398366a9d85a2209"
    assert momo.signature(momo.CREATE, created, "KHOA", KEY) == digest
    refunded = {"requestId": "RF1", "partnerCode": "VIDU", "orderId": "RF1", "amount": 50_000, "transId": "4610849895"}
    digest = "c6dcfa806a86f57afab2a966560481bf0b2c299df0dfec46fc826649693b4dd6"
    assert momo.signature(momo.REFUND, refunded, "KHOA", KEY) == digest

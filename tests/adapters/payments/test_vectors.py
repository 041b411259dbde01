"""The vectors that others computed (tests/data/payments), by gateway."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from adapters.digests import hmac_sha256
from adapters.momo import signing as momo
from adapters.vietqr.tlv import Element, build, crc, parse
from adapters.vietqr.translate import read
from adapters.vnpay import signing as vnpay
from adapters.zalopay import signing as zalopay

from .support import VECTORS


def of(gateway: str) -> pytest.MarkDecorator:
    found = [vector for vector in VECTORS if vector["gateway"] == gateway]
    assert found
    return pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["id"]) for vector in found])


def secret(vector: Any, name: str) -> SecretStr:
    return SecretStr(vector["secrets"].get(name, "none"))


@of("VNPAY")
def test_vnpay(vector: Any) -> None:
    given, expected, key = vector["input"], vector["expected"], secret(vector, "hash_secret")
    if "body" in given:
        assert vnpay.joined(vnpay.REFUND, given["body"]) == given["sign_data"]
        assert vnpay.api_hash(vnpay.REFUND, given["body"], key) == expected["vnp_SecureHash"]
        return
    if "query" in expected:
        assert vnpay.canonical(given["params"]) == expected["query"]
    if "url" in expected:
        assert vnpay.payment_url(given["base_url"], given["params"], key) == expected["url"]
    if "vnp_SecureHash" in expected:
        assert vnpay.genuine({**given["params"], **expected}, key)
        assert vnpay.genuine({**given["params"], "vnp_SecureHash": expected["vnp_SecureHash"].upper()}, key)


@of("MoMo")
def test_momo(vector: Any) -> None:
    order = momo.CREATE if vector["operation"].startswith("create") else momo.NOTICE
    given, access = vector["input"], vector["secrets"]["access_key"]
    said = {name: value for name, value in given["params"].items() if name != "accessKey"}
    assert momo.text(order, said, access) == given["raw_signature"]
    assert momo.signature(order, said, access, secret(vector, "secret_key")) == vector["expected"]["signature"]
    numbers = {name: int(value) if value.isdecimal() else value for name, value in said.items()}
    assert momo.text(order, numbers, access) == given["raw_signature"]


@of("ZaloPay")
def test_zalopay(vector: Any) -> None:
    body, expected = vector["input"]["body"], vector["expected"]
    if "data" in body:
        assert zalopay.genuine_callback({**body, **expected}, secret(vector, "key2"))
        return
    text = zalopay.joined(zalopay.CREATE, body)
    assert text == vector["input"]["sign_data"]
    assert hmac_sha256(secret(vector, "key1"), text) == expected["mac"]


@of("VietQR")
def test_vietqr(vector: Any) -> None:
    elements, payload = _elements(vector["input"]["fields"]), vector["expected"]["payload"]
    assert build(elements) == payload
    assert parse(payload) == elements
    assert crc(payload[:-4]) == vector["expected"]["crc"]
    assert parse(payload[:-4] + payload[-4:].lower()) == elements
    assert read(payload).fixed == (elements[1] == ("01", "11"))


def _elements(fields: Any) -> tuple[Element, ...]:
    return tuple((id, value if isinstance(value, str) else _elements(value)) for id, value in fields)

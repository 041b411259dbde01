"""The simulators' own digests against vectors that others computed (tests/data/payments)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulators.gateway.digests import keyed
from simulators.momo import signing as momo
from simulators.vnpay import signing as vnpay
from simulators.zalopay import signing as zalopay

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "payments" / "vectors.json").read_text(encoding="utf-8")
)


def of(gateway: str) -> pytest.MarkDecorator:
    found = [vector for vector in VECTORS if vector["gateway"] == gateway]
    assert found
    return pytest.mark.parametrize("vector", found, ids=[vector["id"] for vector in found])


@of("VNPAY")
def test_vnpay(vector: Any) -> None:
    given, expected, secret = vector["input"], vector["expected"], vector["secrets"].get("hash_secret", "")
    if "body" in given:
        assert vnpay.values(vnpay.REFUND, given["body"]) == given["sign_data"]
        assert vnpay.values_hash(vnpay.REFUND, given["body"], secret) == expected["vnp_SecureHash"]
        return
    query = vnpay.query(given["params"])
    if "query" in expected:
        assert query == expected["query"]
    if "vnp_SecureHash" in expected:
        digest = vnpay.query_hash(given["params"], secret)
        assert vnpay.right(expected["vnp_SecureHash"].upper(), digest)
        if "url" in expected:
            assert f"{given['base_url']}?{query}&vnp_SecureHash={digest}" == expected["url"]


@of("MoMo")
def test_momo(vector: Any) -> None:
    names = momo.CREATE if vector["operation"].startswith("create") else momo.NOTICE
    given, keys = vector["input"], vector["secrets"]
    assert momo.raw(names, given["params"], keys["access_key"]) == given["raw_signature"]
    digest = momo.signature(names, given["params"], keys["access_key"], keys["secret_key"])
    assert digest == vector["expected"]["signature"]


@of("ZaloPay")
def test_zalopay(vector: Any) -> None:
    body, expected, keys = vector["input"]["body"], vector["expected"]["mac"], vector["secrets"]
    if "data" in body:
        assert zalopay.data_mac(body["data"], keys["key2"]) == expected
        return
    names = zalopay.CREATE if vector["operation"].startswith("create") else zalopay.REFUND
    assert keyed(keys["key1"], vector["input"]["sign_data"], "sha256") == expected
    if vector["operation"].startswith("create"):
        assert zalopay.mac(names, body, keys["key1"]) == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a b", "a+b"),
        ("*-._", "*-._"),
        ("~!()'", "%7E%21%28%29%27"),
        ("A&B=C?D/E:F;G,H@I#J%K+L", "A%26B%3DC%3FD%2FE%3AF%3BG%2CH%40I%23J%25K%2BL"),
        ("phí", "ph%C3%AD"),
    ],
)
def test_form_values_are_written_as_java_writes_them(text: str, written: str) -> None:
    assert vnpay.form(text) == written

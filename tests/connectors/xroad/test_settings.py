"""What the section `connect` takes, and what it says about the rest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.xroad import XRoadSettings
from connectors.xroad.identifiers import ClientId, ServiceId
from connectors.xroad.named import client_named, client_pattern, fits, service_named, shown

from .running import ME, OWNER, WSDL

BASE = {"base_url": "https://may-chu.example.vn:8443", "client": ME}
PART = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=9
)


def mistake(**settings: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        XRoadSettings.model_validate(BASE | settings)
    return str(caught.value)


@pytest.mark.parametrize("service", [f"{OWNER}/traCuu", "VN:GOV:000.00.00.G99:dancu:traCuu"])
def test_identifiers_in_both_forms(service: str) -> None:
    settings = XRoadSettings.model_validate(BASE | {"service": service})
    assert settings.target() == ServiceId("VN", "GOV", "000.00.00.G99", "dancu", "traCuu")
    assert settings.own == ClientId("VN", "GOV", "000.00.00.H49", "motcua")


def test_a_version() -> None:
    versioned = ServiceId("VN", "GOV", "1", "dancu", "traCuu", "v2")
    assert service_named("VN/GOV/1/dancu/traCuu/v2") == service_named("VN:GOV:1:dancu:traCuu.v2") == versioned
    soap = {"protocol": "soap", "soap": {"wsdl": str(WSDL)}, "provider": "VN/GOV/1/dancu", "version": "v2"}
    assert XRoadSettings.model_validate(BASE | soap).target("traCuu") == versioned


@given(PART, PART, PART, st.none() | PART, PART, st.none() | PART)
def test_what_is_shown_reads_back(a: str, b: str, c: str, d: str | None, code: str, version: str | None) -> None:
    client = ClientId(a, b, c, d)
    assert client_named(shown(client)) == client
    if d is not None:
        service = client.service(code, version)
        assert service_named(shown(service)) == service


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "set service, provider or provide"),
        ({"service": f"{OWNER}/a", "provider": OWNER}, "keep one of them"),
        ({"provider": "VN/GOV"}, "2 parts"),
        ({"provider": "VN/GOV/1"}, "add the subsystem"),
        ({"provider": OWNER, "version": "v1"}, "protocol: soap"),
        ({"service": f"{OWNER}/a/v1"}, "REST has no service versions"),
        ({"provider": OWNER, "client": "VN/GOV//x"}, "missing or empty"),
        ({"provider": OWNER, "protocol": "soap"}, "name it under soap.wsdl"),
        ({"provider": OWNER, "protocol": "soap", "soap": {"wsdl": "khong-co.wsdl"}}, "no file khong-co.wsdl"),
        ({"service": f"{OWNER}/xoa", "protocol": "soap", "soap": {"wsdl": str(WSDL)}}, "it has nopHoSo, traCuu"),
        ({"provider": OWNER, "user_id": "cán bộ"}, "percent-encode"),
        ({"provider": OWNER, "represented_party": "a/b/c"}, "3 parts"),
        ({"provider": OWNER, "security_server": "VN/GOV/1"}, "3 parts, not 4"),
        ({"provide": {"allow": []}}, "at least 1 item"),
        ({"provide": {"allow": ["VN/GOV/000*/x"]}}, "whole part"),
        ({"provide": {"allow": ["VN/*"]}}, "three or four parts"),
        ({"provide": {"allow": [OWNER], "port": "DanCu"}}, "name the file under wsdl"),
    ],
)
def test_mistakes(settings: dict[str, Any], said: str) -> None:
    assert said in mistake(**settings)


@pytest.mark.parametrize(
    ("pattern", "client", "fit"),
    [
        ("VN/GOV/1/a", "VN/GOV/1/a", True),
        ("VN:GOV:1:a", "VN/GOV/1/a", True),
        ("VN/GOV/1/*", "VN/GOV/1/a", True),
        ("VN/*/*/*", "VN/COM/2/b", True),
        ("VN/GOV/1", "VN/GOV/1", True),
        ("VN/GOV/1", "VN/GOV/1/a", False),
        ("VN/GOV/1/*", "VN/GOV/1", False),
        ("VN/GOV/1/a", "VN/GOV/1/A", False),
        ("VN/GOV/1/a%2Fb", "VN/GOV/1/a%2Fb", True),
        ("VN/GOV/1/*", "VN/GOV/12/a", False),
    ],
)
def test_patterns(pattern: str, client: str, fit: bool) -> None:
    assert fits(client_pattern(pattern), client_named(client)) is fit

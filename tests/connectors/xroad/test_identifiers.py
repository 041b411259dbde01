"""Identifiers in every form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.targets import target
from connectors.xroad.characters import advice
from connectors.xroad.globs import matches
from connectors.xroad.identifiers import (
    ClientId,
    GlobalGroupId,
    Identifier,
    LocalGroupId,
    ObjectType,
    RepresentedParty,
    ServerId,
    ServiceId,
    decode_client,
    decode_party,
    decode_server,
    decode_service,
    encode_path,
)
from connectors.xroad.rest import request_path
from connectors.xroad.segments import normalise_path
from connectors.xroad.written import (
    colon_client,
    colon_global_group,
    colon_server,
    colon_service,
    encode_colon,
    parse_printed,
)

from .vectors import CLIENT, SERVICE

PART = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
OPTION = st.none() | PART
CLIENTS = st.builds(ClientId, PART, PART, PART, OPTION)
SERVICES = st.builds(ServiceId, PART, PART, PART, OPTION, PART, OPTION)
SERVERS = st.builds(ServerId, PART, PART, PART, PART)
GROUPS = st.builds(GlobalGroupId, PART, PART)
ANY = st.one_of(CLIENTS, SERVICES, SERVERS, GROUPS, st.builds(LocalGroupId, PART))


@pytest.mark.parametrize(
    ("identifier", "printed", "kind"),
    [
        (ClientId("EE", "BUSINESS", "123"), "MEMBER:EE/BUSINESS/123", "MEMBER"),
        (ClientId("EE", "BUSINESS", "123", "sub"), "SUBSYSTEM:EE/BUSINESS/123/sub", "SUBSYSTEM"),
        (ServiceId("EE", "BUSINESS", "123", "sub", "get", "v1"), "SERVICE:EE/BUSINESS/123/sub/get/v1", "SERVICE"),
        (ServiceId("EE", "BUSINESS", "123", None, "get"), "SERVICE:EE/BUSINESS/123/get", "SERVICE"),
        (ServerId("VN", "GOV", "000.00.00.G22", "ss01"), "SERVER:VN/GOV/000.00.00.G22/ss01", "SERVER"),
        (GlobalGroupId("VN", "tinh"), "GLOBALGROUP:VN/tinh", "GLOBALGROUP"),
        (LocalGroupId("so"), "LOCALGROUP:so", "LOCALGROUP"),
    ],
)
def test_printed_forms(identifier: Identifier, printed: str, kind: str) -> None:
    assert str(identifier) == printed
    assert identifier.object_type is ObjectType(kind)
    assert parse_printed(printed) == identifier


def test_the_national_axis_writes_colons() -> None:
    found = colon_client("VN:GOV:000.00.00.G22:vpcpdvcprovider")
    assert found == ClientId("VN", "GOV", "000.00.00.G22", "vpcpdvcprovider")
    assert encode_path(found) == "VN/GOV/000.00.00.G22/vpcpdvcprovider"
    assert encode_colon(SERVICE) == "VN:GOV:000.00.00.G99:dancu:traCuu"
    assert CLIENT.service("nop", "v2").provider == CLIENT


@pytest.mark.parametrize(
    "text", ["", "EE", "MEMBER", "MEMBER:", "MEMBER:a/b", "MEMBER:a/b/", "ROBOT:a/b/c", "SERVER:a/b/c"]
)
def test_what_is_not_printed_like_that(text: str) -> None:
    with pytest.raises(ValueError, match=r"identifier|parts|missing"):
        parse_printed(text)


@pytest.mark.parametrize("parts", [("", "b", "c"), ("a", "b", ""), ("a", "b", "c", "")])
def test_no_part_is_empty(parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="missing or empty"):
        ClientId(*parts)


def _unslashed(identifier: Identifier) -> bool:
    return not any("/" in part for _, part in identifier.named)


@given(ANY.filter(_unslashed))
def test_printed_reads_back(identifier: Identifier) -> None:
    if isinstance(identifier, ServiceId) and identifier.subsystem_code is None and identifier.service_version:
        found = parse_printed(str(identifier))
        assert str(found) == str(identifier)
    else:
        assert parse_printed(str(identifier)) == identifier


@given(CLIENTS, SERVICES, SERVERS, OPTION, PART)
def test_the_header_form_reads_back(
    client: ClientId, service: ServiceId, server: ServerId, party_class: str | None, code: str
) -> None:
    party = RepresentedParty(party_class, code)
    assert decode_client(encode_path(client)) == client
    assert decode_server(encode_path(server)) == server
    assert decode_party(encode_path(party)) == party
    for text in (encode_path(client), encode_path(server), encode_path(party), encode_path(service)):
        assert text.isascii() and text.isprintable() and " " not in text
    if service.subsystem_code is not None and service.service_version is None:
        assert decode_service(encode_path(service)) == service


@given(st.one_of(CLIENTS, SERVICES, SERVERS, GROUPS))
def test_colons_read_back_or_are_refused(identifier: Identifier) -> None:
    read = {ClientId: colon_client, ServiceId: colon_service, ServerId: colon_server, GlobalGroupId: colon_global_group}
    try:
        text = encode_colon(identifier)
    except ValueError:
        assert any(mark in part for _, part in identifier.named for mark in ":.") or identifier.parts[3] is None
        return
    assert read[type(identifier)](text) == identifier


@given(SERVICES)
def test_a_request_path_stays_below_its_base(service: ServiceId) -> None:
    try:
        path = request_path(service, "ho-so/1")
        url = target("https://ss.example.vn", path, {})
    except ValueError:
        return
    assert url == f"https://ss.example.vn/r1/{encode_path(service)}/ho-so/1"
    assert decode_service(url.removeprefix("https://ss.example.vn/r1/").removesuffix("/ho-so/1")) == service


@pytest.mark.parametrize(
    "service",
    [
        ServiceId("VN", "GOV", "1", None, "get"),
        ServiceId("VN", "GOV", "1", "sub", "get", "v1"),
        ServiceId("VN", "GOV", "..", "sub", "get"),
    ],
)
def test_services_that_rest_cannot_name(service: ServiceId) -> None:
    with pytest.raises(ValueError, match=r"REST|URL"):
        request_path(service)


@pytest.mark.parametrize("text", ["a/b", "a/b/c/d/e", "a/b/c%2", "a/b/%C3", "a b/c/d", "a/b/c/", ""])
def test_clients_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"part|segment|missing"):
        decode_client(text)


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("", ""),
        ("/", "/"),
        ("/ho-so/", "/ho-so/"),
        ("/ho%2Dso", "/ho-so"),
        ("/ho%2fso/x", "/ho%2Fso/x"),
        ("/%252e%252e/x", "/%252e%252e/x"),
        ("/a//b", "/a/b"),
        ("/a/..", "/"),
        ("/a/b/..", "/a/"),
        ("/a/../../b", "/../b"),
        ("/%C4%91", "/đ"),
    ],
)
def test_one_form_of_a_path(path: str, seen: str) -> None:
    assert normalise_path(path) == seen


@given(st.lists(st.sampled_from(["a", "..", ".", "", "%2e%2e", "%2E", "%2f", "b%2Fc"]), max_size=8))
def test_a_normal_path_hides_no_dots(segments: list[str]) -> None:
    seen = normalise_path("/" + "/".join(segments)).lstrip("/").split("/")
    climbing = [index for index, segment in enumerate(seen) if segment == ".."]
    assert climbing == list(range(len(climbing)))
    assert "." not in seen


@pytest.mark.parametrize(
    ("pattern", "path", "match"),
    [
        ("/ho-so/*", "/ho-so/1", True),
        ("/ho-so/*", "/ho-so/1/tep", False),
        ("/ho-so/**", "/ho-so/1/tep", True),
        ("/ho-so/*/tep", "/ho-so//tep", True),
        ("*", "", True),
        ("*", "/", False),
        ("a.c", "abc", False),
        ("/a\nb*", "/a\nbc", True),
    ],
)
def test_patterns(pattern: str, path: str, match: bool) -> None:
    assert matches(pattern, path) is match


def test_a_hostile_pattern_takes_no_time() -> None:
    assert not matches("**a" * 40, "a" * 1500 + "b")


def test_advice_tells_errors_from_warnings() -> None:
    given = [("memberCode", "000.00.00.G22"), ("subsystemCode", None), ("serviceCode", "tra cứu")]
    assert [finding.severity for finding in advice(given)] == ["warning"]
    assert [finding.severity for finding in advice([("serverCode", "a:b")])] == ["warning"]
    assert [finding.severity for finding in advice([("serverCode", "a\x00b"), ("memberCode", "")])] == ["error"] * 2

"""Every published case."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.xroad.characters import doubtful, flaws, strict
from connectors.xroad.faults import Origin, canonical, diagnose, origin_of, spelt
from connectors.xroad.globs import matches
from connectors.xroad.identifiers import ClientId, Identifier, ServerId, ServiceId
from connectors.xroad.malformed import Malformed
from connectors.xroad.message import Message, parse_message
from connectors.xroad.rest import parse_request, request_headers, request_path
from connectors.xroad.rest_faults import blame, error_type, read_fault
from connectors.xroad.segments import decode_segment, encode_segment, normalise_path
from connectors.xroad.written import colon_client, colon_service, encode_colon
from lienthong.calls import Fault

from .vectors import CODES, DATA, ENCODING, INDEX, REST, each

KINDS: dict[str, Any] = {"SERVICE": ServiceId, "SERVER": ServerId, "CLIENT": ClientId, "MEMBER": ClientId}


@each(ENCODING["segment_decoding"])
def test_segments(case: dict[str, Any]) -> None:
    if case.get("error"):
        with pytest.raises(ValueError, match="segment"):
            decode_segment(case["encoded"])
    else:
        assert decode_segment(case["encoded"]) == case["decoded"]


def test_every_letter_and_digit_survives() -> None:
    points = (chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000)
    text = "".join(character for character in points if ord(character) < 256 or character.isalnum())
    assert decode_segment(encode_segment(text)) == text


@each(ENCODING["path_normalisation"])
def test_paths(case: dict[str, Any]) -> None:
    assert normalise_path(case["path"]) == case["normalised"]


@each(ENCODING["proxy_identifier_check"])
def test_proxy_check(case: dict[str, Any]) -> None:
    identifier: Identifier = KINDS[case["kind"]](*case["parts"])
    assert doubtful(identifier.parts) is not case["valid"]


@each(ENCODING["strict_identifier_check"])
def test_strict_check(case: dict[str, Any]) -> None:
    assert strict(case["value"]) is case["valid"]


@each(ENCODING["legacy_identifier_check"])
def test_legacy_check(case: dict[str, Any]) -> None:
    assert sorted(flaws(case["value"])) == sorted(case["errors"])


@each(ENCODING["colon_separated_identifiers"])
def test_colons(case: dict[str, Any]) -> None:
    read = {"CLIENT": colon_client, "SERVICE": colon_service}[case["kind"]]
    if case["error"]:
        with pytest.raises(ValueError, match=r"identifier has|one dot"):
            read(case["encoded"])
    else:
        found = read(case["encoded"])
        assert found.parts == (*case["parts"], *[None] * (len(found.parts) - len(case["parts"])))
        assert encode_colon(found) == case["encoded"]


@each(ENCODING["rest_endpoint_globs"])
def test_globs(case: dict[str, Any]) -> None:
    assert matches(case["pattern"], case["path"]) is case["match"]


@each(REST["requests"])
def test_rest_requests(case: dict[str, Any]) -> None:
    by_right = isinstance(case.get("x_road_error"), dict)
    if case["expect"] == "reject" and not by_right:
        with pytest.raises(Malformed) as caught:
            parse_request(case["method"], case["path"], case["query"], case["headers"])
        assert caught.value.code == "bad_request"
        return
    found = parse_request(case["method"], case["path"], case["query"], case["headers"])
    seen: dict[str, Any] = {
        "client": _given(found.header.client),
        "service": _given(found.header.service),
        "service_path": found.path,
        "service_path_as_seen_by_provider": found.path,
        "id": found.header.id,
    }
    if found.header.represented_party is not None:
        party = found.header.represented_party
        seen["represented_party"] = [party.party_class, party.party_code]
    for name, value in case.get("parsed", {}).items():
        assert seen[name] == value, name


@each([case for case in REST["requests"] if case["expect"] == "accept"])
def test_rest_requests_are_written_as_they_were_read(case: dict[str, Any]) -> None:
    found = parse_request(case["method"], case["path"], case["query"], case["headers"])
    assert "/" + request_path(found.header.service, found.path) == case["path"]
    sent = {name: value for name, value in case["headers"] if name.startswith("X-Road-")}
    assert request_headers(found.header) == sent


@each([case for case in REST["requests"] if isinstance(case.get("x_road_error"), dict)])
def test_rest_refusals_by_right(case: dict[str, Any]) -> None:
    found = [diagnose(Fault(code, "")) for code in case["x_road_error"].values()]
    assert {diagnosis.origin for diagnosis in found} == {Origin.PROVIDER_SERVER}
    assert {diagnosis.write.value for diagnosis in found} == {"stop"}


@each(REST["accept_negotiation"])
def test_error_types(case: dict[str, Any]) -> None:
    assert error_type(case["accept"]) == case["error_content_type"]


@each(REST["error_origin"])
def test_blame(case: dict[str, Any]) -> None:
    assert blame(case["http_status"], case["x_road_error"]) == case["fault_source"]
    headers = {} if case["x_road_error"] is None else {"x-road-error": case["x_road_error"]}
    fault = read_fault(headers, b"")
    assert (fault is None) is (case["x_road_error"] is None)


@each(INDEX["cases"])
def test_soap(case: dict[str, Any]) -> None:
    content = (DATA / case["file"]).read_bytes()
    if case["expect"] == "reject":
        with pytest.raises(Malformed) as caught:
            parse_message(content, case["content_type"])
        assert caught.value.code == case["fault_code_7_8"] == canonical(case["fault_code_le_7_7"])
        return
    found = parse_message(content, case["content_type"])
    assert isinstance(found, Message)
    header = found.header
    seen = {"client": str(header.client), "service": str(header.service), "userId": header.user_id, "id": header.id}
    seen |= {"isRequest": not found.is_answer, "isResponse": found.is_answer}
    for name, value in case["checks"].items():
        assert seen[name] == value, name


PREFIXES = {"SERVER_SERVERPROXY_X", "CLIENT_X", "SERVER_CLIENTPROXY_X", "SIGNER_X"}
BOTH = sorted(set(CODES["7.8"]) & set(CODES["<=7.7.1"]) - PREFIXES)


@pytest.mark.parametrize("constant", BOTH)
def test_both_spellings_are_one_code(constant: str) -> None:
    new, old = CODES["7.8"][constant], CODES["<=7.7.1"][constant]
    for prefix in ("Server.ClientProxy", "server.serverproxy", "CLIENT"):
        assert canonical(f"{prefix}.{old}") == canonical(f"{prefix}.{new}") == f"{prefix.lower()}.{new}"
        assert diagnose(Fault(f"{prefix}.{old}", "")) == diagnose(Fault(f"{prefix}.{new}", ""))
    assert spelt(f"server.clientproxy.{new}", until_7_7=True) == f"Server.ClientProxy.{old}"


@pytest.mark.parametrize("version", ["7.8", "<=7.7.1"])
def test_prefixes(version: str) -> None:
    origins = {
        "CLIENT_X": Origin.CONSUMER_SYSTEM,
        "SERVER_CLIENTPROXY_X": Origin.CONSUMER_SERVER,
        "SERVER_SERVERPROXY_X": Origin.PROVIDER_SERVER,
        "SIGNER_X": Origin.UNCLEAR,
    }
    for constant, origin in origins.items():
        for code in (f"{CODES[version][constant]}.{text}" for text in CODES[version].values() if "." not in text):
            failed = "serverproxy.servicefailed" in code.lower().replace("_", "")
            assert origin_of(code) is (Origin.PROVIDER if failed else origin), code


def _given(identifier: Identifier) -> list[str]:
    return [part for _, part in identifier.named]

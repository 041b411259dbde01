"""Faults, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from connectors.soap.envelope import Version, opened
from connectors.soap.faults import read_fault, status, write_fault
from connectors.xml import parse
from lienthong.calls import Fault
from tests.connectors.soap.support import SOAP11, SOAP12, envelope


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<faultcode>soap:Client</faultcode><faultstring>x</faultstring>", Fault("Client", "x")),
        (
            "<faultcode>server.serverproxy.access_denied</faultcode><faultstring/><faultactor/>"
            "<detail><faultDetail>4a-1</faultDetail></detail>",
            Fault("server.serverproxy.access_denied", "", None, "4a-1"),
        ),
        ("<s:faultcode>s:Server</s:faultcode><s:faultstring>y</s:faultstring>", Fault("Server", "y")),
        ("<faultstring>no code</faultstring>", Fault("Server", "no code")),
        ("", Fault("Server", "")),
    ],
)
def test_faults_of_11(text: str, fault: Fault) -> None:
    assert read_fault(opened(parse(envelope(f"<s:Fault>{text}</s:Fault>").encode()))) == fault


@pytest.mark.parametrize(
    ("fault", "code", "http"),
    [
        (Fault("Client", "x"), "soap-env:Client", 500),
        (Fault("Client.Authentication", "x"), "soap-env:Client.Authentication", 500),
        (Fault("server.clientproxy.x", "x"), "server.clientproxy.x", 500),
    ],
)
def test_codes_of_11_are_qualified_where_they_are_soaps_own(fault: Fault, code: str, http: int) -> None:
    root = etree.fromstring(write_fault("1.1", fault))
    assert (root.findtext(".//faultcode"), status("1.1", fault)) == (code, http)


@pytest.mark.parametrize(
    ("code", "values", "http"),
    [
        ("Client", ["soap-env:Sender"], 400),
        ("Server", ["soap-env:Receiver"], 500),
        ("client.bad", ["soap-env:Sender", "bad"], 400),
        ("server.serverproxy.denied", ["soap-env:Receiver", "serverproxy", "denied"], 500),
        ("Busy", ["soap-env:Receiver", "Busy"], 500),
        ("MustUnderstand", ["soap-env:MustUnderstand"], 500),
        ("VersionMismatch", ["soap-env:VersionMismatch"], 500),
    ],
)
def test_codes_of_12(code: str, values: list[str], http: int) -> None:
    fault = Fault(code, "x")
    root = etree.fromstring(write_fault("1.2", fault))
    assert [node.text for node in root.iter(f"{{{SOAP12}}}Value")] == values
    assert status("1.2", fault) == http


TEXT = st.text("abc <>&\"' ấ\x00\ud800", max_size=12)


@given(st.sampled_from(["1.1", "1.2"]), TEXT, st.none() | TEXT, st.none() | TEXT)
def test_every_fault_can_be_sent_and_read(version: Version, text: str, actor: str | None, detail: str | None) -> None:
    found = read_fault(opened(parse(write_fault(version, Fault("Client.a", text, actor, detail)))))
    plain = text.replace("\x00", "?").replace("\ud800", "?").strip()
    assert (found.code, found.text) == ("Client.a", plain)


def test_the_envelope_has_the_namespace_of_its_version() -> None:
    assert etree.fromstring(write_fault("1.1", Fault("Client", ""))).tag == f"{{{SOAP11}}}Envelope"
    assert etree.fromstring(write_fault("1.2", Fault("Client", ""))).tag == f"{{{SOAP12}}}Envelope"

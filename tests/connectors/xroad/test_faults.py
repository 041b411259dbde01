"""What follows a fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.xroad.faults import Origin, canonical, diagnose, diagnose_soap, made_by_provider
from lienthong.calls import Fault
from lienthong.verdicts import Reject, Retry, Stop, Unknown

LOG_ID = "9bc95b6e-2f1d-4a41-a7e6-11eda7d734d5"
CONSUMER, PROVIDER = "server.clientproxy", "server.serverproxy"


@pytest.mark.parametrize(
    ("code", "read", "write"),
    [
        (f"{CONSUMER}.global_conf_outdated", Retry, Retry),
        ("Server.ClientProxy.OutdatedGlobalConf", Retry, Retry),
        ("SERVER.CLIENTPROXY.OUTDATEDGLOBALCONF", Retry, Retry),
        (f"{PROVIDER}.global_conf_outdated", Retry, Retry),
        (f"{CONSUMER}.maintenance_mode", Retry, Retry),
        (f"{CONSUMER}.unknown_host", Retry, Retry),
        (f"{PROVIDER}.service_disabled", Retry, Retry),
        # cut off at a place that the code does not tell
        (f"{CONSUMER}.network_error", Retry, Unknown),
        ("Server.ServerProxy.NetworkError", Retry, Unknown),
        (f"{CONSUMER}.io_error", Retry, Unknown),
        (f"{CONSUMER}.inconsistent_response", Retry, Unknown),
        # on the way there, and on the way back
        (f"{CONSUMER}.token_not_active", Retry, Retry),
        (f"{PROVIDER}.token_not_active", Retry, Unknown),
        (f"{CONSUMER}.logging_failed.timestamping_failed", Retry, Unknown),
        (f"{PROVIDER}.access_denied", Stop, Stop),
        ("Server.ServerProxy.AccessDenied", Stop, Stop),
        ("Server.ClientProxy.SslAuthenticationFailed", Stop, Stop),
        (f"{CONSUMER}.unknown_member", Stop, Stop),
        (f"{PROVIDER}.unknown_service", Stop, Stop),
        ("Client.MissingHeaderField", Reject, Reject),
        ("client.something_new", Reject, Reject),
        (f"{PROVIDER}.service_failed.invalid_soap", Retry, Unknown),
        ("Server.ServerProxy.ServiceFailed.UnknownMember", Retry, Unknown),
        (f"{PROVIDER}.something_new", Retry, Unknown),
        ("signer.token_not_active", Retry, Unknown),
        ("", Retry, Unknown),
        ("\x00<script>", Retry, Unknown),
    ],
)
def test_verdicts(code: str, read: type, write: type) -> None:
    found = diagnose(Fault(code, "Nguyễn Văn Ví Dụ", None, LOG_ID))
    assert type(found.verdict(write=False)) is read
    assert type(found.verdict(write=True)) is write
    assert LOG_ID in found.verdict(write=True).reason
    assert "Nguy" not in found.verdict(write=True).reason


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("Server.ServerProxy.ServiceFailed.MissingBody", "server.serverproxy.service_failed.missing_body"),
        ("Server.ClientProxy.MalformedSoap", "server.clientproxy.malformed_soap"),
        ("Server.ClientProxy.HSMNonOperational", "server.clientproxy.hsm_non_operational"),
        ("Server.ServerProxy.CannotFindMember", "server.serverproxy.cannot_find_member"),
        ("soapenv:Server.ServerProxy.AccessDenied", "server.serverproxy.access_denied"),
        ("Client.VeryNew", "client.very_new"),
        ("x" * 300, "unreadable"),
        ("a b", "unreadable"),
    ],
)
def test_one_name_for_a_code(code: str, name: str) -> None:
    assert canonical(code) == name


@pytest.mark.parametrize(
    ("code", "own"),
    [
        ("soap:Server", True),
        ("Server", True),
        ("Client", True),
        ("SOAP-ENV:Client", True),
        ("env:Client.Authentication", True),
        ("Server.Internal", True),
        ("Client.MissingHeaderField", False),
        ("client.missing_header_field", False),
        ("Server.ServerProxy.ServiceFailed", False),
        ("server.clientproxy.network_error", False),
    ],
)
def test_a_provider_may_make_its_own_faults(code: str, own: bool) -> None:
    assert made_by_provider(code) is own


@pytest.mark.parametrize(
    ("code", "origin", "read", "write"),
    [
        ("soap:Server", Origin.PROVIDER, Retry, Unknown),
        ("Client", Origin.PROVIDER, Reject, Reject),
        ("soap:MustUnderstand", Origin.PROVIDER, Reject, Reject),
        ("Client.MissingHeader", Origin.CONSUMER_SYSTEM, Reject, Reject),
        ("server.clientproxy.maintenance_mode", Origin.CONSUMER_SERVER, Retry, Retry),
    ],
)
def test_soap_faults(code: str, origin: Origin, read: type, write: type) -> None:
    found = diagnose_soap(Fault(code, ""))
    assert found.origin is origin
    assert type(found.verdict(write=False)) is read
    assert type(found.verdict(write=True)) is write


def test_a_log_id_is_a_uuid_or_nothing() -> None:
    assert diagnose(Fault("client.bad_request", "", None, "022000000000 Nguyễn")).log_id is None


@given(st.text())
def test_no_code_breaks_it(code: str) -> None:
    found = diagnose(Fault(code, ""))
    assert found.origin in Origin
    assert len(found.code) <= 400 and found.code.isprintable()

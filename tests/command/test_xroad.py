"""`lienthong xroad` against the simulated security server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lienthong.command.failures import Exit
from tests.command.conftest import Command, Result
from tests.connectors.xroad.running import ME, OWNER, SecurityServer, security_server

SERVICES = (
    {"provider": OWNER, "code": "traCuu", "version": "v1"},
    {"provider": OWNER, "code": "congDan", "protocol": "rest", "openapi": '{"openapi": "3.0.0"}'},
    {"provider": OWNER, "code": "rieng", "protocol": "rest", "allowed": ["VN/GOV/1/x"]},
    {"provider": "VN/GOV/000.00.00.G99/dat-dai", "code": "thua", "protocol": "rest"},
)


class Shell:
    """The command in a thread, because the server needs this one's loop."""

    def __init__(self, command: Command, server: SecurityServer, folder: Path) -> None:
        self.server = server
        self._command = command
        self._path = folder / "bus.yaml"
        self.configure()

    def configure(self, systems: tuple[str, ...] = ("dan-cu",), url: str | None = None) -> None:
        connect = {"base_url": url or self.server.url, "client": ME, "provider": OWNER}
        system = {"adapter": "cloudevents", "connector": "xroad", "connect": connect}
        document = {"unit": "000.00.00.H49", "systems": dict.fromkeys(systems, system)}
        self._path.write_text(json.dumps(document), encoding="utf-8")

    async def xroad(self, *arguments: str) -> Result:
        return await asyncio.to_thread(self._command, "xroad", *arguments, "-c", self._path)


@pytest.fixture
async def shell(lienthong: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shell]:
    monkeypatch.chdir(tmp_path)
    async with security_server(*SERVICES) as server:
        yield Shell(lienthong, server, tmp_path)


async def test_list(shell: Shell) -> None:
    done = await shell.xroad("list")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:2] == ["id\tname\tsubsystem", "VN/GOV/000.00.00.G99\tMember 000.00.00.G99\t"]
    listed = (await shell.xroad("list", "--json")).json()
    assert {"id": ME, "name": "Member 000.00.00.H49", "subsystem": ""} in listed
    assert (await shell.xroad("list", "--instance", "EE", "--json")).json() == []


async def test_methods_of_one(shell: Shell) -> None:
    done = await shell.xroad("methods", OWNER)
    assert done.out.splitlines() == [
        "service\tkind\tendpoints",
        f"{OWNER}/congDan\tOPENAPI\t* **",
        f"{OWNER}/rieng\tREST\t* **",
        f"{OWNER}/traCuu/v1\tSOAP\t",
    ]
    allowed = (await shell.xroad("methods", "VN:GOV:000.00.00.G99:dancu", "--allowed", "--json")).json()
    assert allowed["problems"] == []
    assert [(one["service"], one["protocol"], one["version"]) for one in allowed["methods"]] == [
        (f"{OWNER}/congDan", "rest", None),
        (f"{OWNER}/traCuu/v1", "soap", "v1"),
    ]


async def test_methods_of_all_and_what_could_not_be_asked(shell: Shell) -> None:
    """`motcua` is a client and no provider, so its services cannot be asked for."""
    done = await shell.xroad("methods")
    assert done.code == Exit.FAILED
    assert "VN/GOV/000.00.00.G99/dat-dai/thua" in done.out and f"{OWNER}/traCuu/v1" in done.out
    assert f"not asked: {ME} (rest): x-road fault server.clientproxy.unknown_member, origin: consumer" in done.err
    found: dict[str, Any] = (await shell.xroad("methods", "--json")).json()
    assert {one["subsystem"] for one in found["problems"]} == {ME}


async def test_describe(shell: Shell, tmp_path: Path) -> None:
    done = await shell.xroad("describe", "congDan")
    assert (done.code, done.out) == (0, "congDan.json: 20 bytes\n")
    assert (tmp_path / "congDan.json").read_text() == '{"openapi": "3.0.0"}'
    again = await shell.xroad("describe", "congDan")
    assert again.code == Exit.FAILED and "LT104 congDan.json: File exists" in again.err and "--out" in again.err
    soap = ["describe", f"{OWNER}/traCuu/v1", "--protocol", "soap", "--out", "mo-ta.wsdl", "--json"]
    told = (await shell.xroad(*soap)).json()
    assert told == {"file": "mo-ta.wsdl", "bytes": told["bytes"], "protocol": "soap", "media": "text/xml"}
    assert b"definitions" in (tmp_path / "mo-ta.wsdl").read_bytes()
    assert (await shell.xroad(*soap)).code == 0


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ("maintenance", Exit.UNREACHABLE, "origin: consumer security server, log id"),
        ("access_denied", Exit.FAILED, "origin: provider security server, log id"),
        ("service_failed", Exit.UNREACHABLE, "service_failed.io_error, origin: provider, log id"),
    ],
)
async def test_whose_fault_it_is(shell: Shell, fault: str, code: Exit, said: str) -> None:
    await shell.server.faults(**{fault: 1})
    for arguments in (("list",), ("methods", OWNER), ("describe", "congDan")):
        done = await shell.xroad(*arguments)
        assert (done.code, done.out) == (code, "")
        assert done.err.startswith("LT115 X-Road: ") and said in done.err


async def test_nobody_there(shell: Shell) -> None:
    shell.configure(url="http://127.0.0.1:9")
    done = await shell.xroad("list", "--json")
    assert done.code == Exit.UNREACHABLE and json.loads(done.err)["error"]["code"] == "LT115"


async def test_wrong_calls(shell: Shell) -> None:
    for arguments, said in (
        (("methods", "VN/GOV"), "LT104 VN/GOV: the client has 2 parts"),
        (("describe", "a/b"), "LT104 a/b: the service has 2 parts"),
        (("describe", "a", "--protocol", "ftp"), "LT104 --protocol: ftp"),
        (("list", "--system", "khong-co"), "LT107 there is no system khong-co with connector: xroad - dan-cu"),
    ):
        done = await shell.xroad(*arguments)
        assert done.code == Exit.USAGE and said in done.err, done.err
    shell.configure(("dan-cu", "dat-dai"))
    assert "dan-cu, dat-dai" in (await shell.xroad("list")).err
    assert (await shell.xroad("list", "--system", "dat-dai")).code == 0

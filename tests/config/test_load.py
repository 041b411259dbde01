"""Files and folders, placeholders, the example, and the generated pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.config import load
from bus.config.codes import CODES
from bus.config.docs import config_schema, sections
from bus.config.model import Config
from bus.registry import make_adapter, make_connector
from bus.router import Router
from lienthong.command.failures import FAILURES
from lienthong.command.pages import pages

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "examples" / "quang-ninh.yaml"
EXAMPLE_ENVIRON = {
    "LIENTHONG_PORTAL_KEY_HASH": "sha256:" + "1" * 64,
    "LIENTHONG_OPERATOR_KEY_HASH": "sha256:" + "2" * 64,
    "LIENTHONG_PROMETHEUS_KEY_HASH": "sha256:" + "3" * 64,
    "NATIONAL_PORTAL_USERNAME": "000.00.00.H49",
    "NATIONAL_PORTAL_PASSWORD": "mat-khau-vi-du",
    "LIENTHONG_ONE_STOP_KEY_HASH": "sha256:" + "4" * 64,
    "POPULATION_USERNAME": "h49.vidu",
    "POPULATION_SECRET_KEY": "khoa-vi-du",
    "LIENTHONG_PLATFORM_KEY_HASH": "sha256:" + "5" * 64,
    "VNPAY_SECRET": "BI-MAT-VI-DU",
    "MOMO_ACCESS_KEY": "KHOA",
    "MOMO_SECRET": "BI-MAT-VI-DU",
    "ZALOPAY_KEY1": "BI-MAT-VI-DU",
    "ZALOPAY_KEY2": "BI-MAT-VI-DU",
    "PAYMENT_PLATFORM_SECRET": "BI-MAT-VI-DU",
    "PAYGOV_SECRET": "BI-MAT-VI-DU",
}


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def said(folder: Path) -> list[str]:
    return [str(one).replace(f"{folder}/", "").partition(" - ")[0] for one in load(folder, {}).findings]


def test_a_right_file_becomes_a_configuration(tmp_path: Path) -> None:
    write(tmp_path, bus="unit: H49\nhttp: {port: 1, max_body: 1MB}\ndispatch: {drain: 1500ms}\n")
    loaded = load(tmp_path / "bus.yaml", {})
    assert loaded.findings == []
    assert loaded.config is not None
    assert (loaded.config.http.port, loaded.config.http.max_body, loaded.config.dispatch.drain) == (1, 1_000_000, 1.5)


def test_a_warning_alone_leaves_a_configuration(tmp_path: Path) -> None:
    write(tmp_path, bus="unit: H49\ndispatch: {window: 3}\n")
    loaded = load(tmp_path / "bus.yaml", {})
    assert [one.severity for one in loaded.findings] == ["warning"]
    assert loaded.config is not None


def test_values_from_outside(tmp_path: Path) -> None:
    (tmp_path / "password.txt").write_text("p@ss\n")
    text = "unit: ${env:UNIT}\nledger: {url: 'postgresql://u:${file:password.txt}@h/d'}\nhttp: {host: '$${x}'}\n"
    write(tmp_path, bus=text)
    config = load(tmp_path / "bus.yaml", {"UNIT": "H49"}).config
    assert config is not None
    assert config.unit == "H49"
    assert config.ledger.url.get_secret_value() == "postgresql://u:p@ss@h/d"
    assert "p@ss" not in repr(config)
    assert config.http.host == "${x}"


def test_values_from_outside_are_not_printed(tmp_path: Path) -> None:
    write(tmp_path, bus="unit: ${env:UNIT}\nhttp: {port: '${env:PORT}', max_body: '${env:SIZE}'}\n")
    found = load(tmp_path / "bus.yaml", {"UNIT": "unit-secret", "PORT": "port-secret", "SIZE": "size-secret"}).findings
    assert [one.code for one in found] == ["LT062", "LT022", "LT024"]
    assert "secret" not in "".join(one.text("en") + one.text("vi") for one in found)


def test_yaml_of_version_1_2(tmp_path: Path) -> None:
    text = (
        "unit: H49\ntypes:\n  a.b: &shape {schema: {on: yes, n: 010, o: 0o17, x: 0xF, e: 1e3, d: 2026-01-31, z: ~}}\n"
    )
    write(tmp_path, bus=text + "  a.c: *shape\n  a.d: {<<: *shape}\n")
    config = load(tmp_path / "bus.yaml", {}).config
    assert config is not None
    expected = {"on": "yes", "n": 10, "o": 15, "x": 15, "e": 1000.0, "d": "2026-01-31", "z": None}
    assert [config.types[name].schema_ for name in ("a.b", "a.c", "a.d")] == [expected] * 3


def test_a_folder_is_read_as_one(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="unit: H49\nhttp: {port: 1}\nroutes: [{name: one, drop: true, types: [dossier.updated]}]\n",
        b="http: {host: localhost}\nroutes: [{name: two, drop: true}]\n",
    )
    (tmp_path / "notes.txt").write_text("not: read")
    config = load(tmp_path, {}).config
    assert config is not None
    assert (config.http.port, config.http.host) == (1, "localhost")
    assert [route.name for route in config.routes] == ["one", "two"]


def test_mistakes_of_a_folder_have_their_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="unit: H49\nhttp: {port: 1}\nroutes: [{name: one, drop: true}]\n",
        b="http: {port: 2, hst: x}\nunit: H50\nroutes:\n- {name: one, drop: true}\n- {nam: three}\n",
    )
    assert said(tmp_path) == [
        "b.yaml:1:8 LT006 port is already set in a.yaml:2",
        "b.yaml:1:17 LT020 hst is not known here",
        "b.yaml:2:1 LT006 unit is already set in a.yaml:1",
        "b.yaml:4:10 LT045 the name one is already used in line 3",
        "b.yaml:5:3 LT021 name is missing",
        "b.yaml:5:3 LT043 route ? leads nowhere",
        "b.yaml:5:4 LT020 nam is not known here",
    ]


def test_every_file_that_is_not_yaml_is_named(tmp_path: Path) -> None:
    write(tmp_path, a="unit: H49\n", b="x: [a\n", c="y: {a: 1\n")
    (tmp_path / "d.yaml").write_bytes(b"unit: H49\nhttp: \xff\n")
    found = load(tmp_path, {})
    assert found.config is None
    assert [(Path(one.file).name, one.line, one.code) for one in found.findings] == [
        ("b.yaml", 1, "LT001"),
        ("c.yaml", 1, "LT001"),
        ("d.yaml", 2, "LT004"),
    ]


def test_what_is_not_there(tmp_path: Path) -> None:
    assert [one.code for one in load(tmp_path / "none.yaml", {}).findings] == ["LT004"]
    assert [one.code for one in load(tmp_path, {}).findings] == ["LT004"]


def test_the_example_is_accepted_and_its_parts_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # its WSDL is named as seen from a fresh checkout
    loaded = load(EXAMPLE, EXAMPLE_ENVIRON)
    assert [str(one) for one in loaded.findings] == []
    assert loaded.config is not None
    adapters = {name: make_adapter(system) for name, system in loaded.config.systems.items()}
    for name, system in loaded.config.systems.items():
        make_connector(name, system)
    routing = Router(loaded.config, adapters).route("dossier.progressed", "/h49/provincial-portal", "H49-1", b"{}")
    assert [(target.system, target.operation, target.lane) for target in routing.targets] == [
        ("national-portal", "steps", "H49-1")
    ]


def test_the_example_without_its_secrets_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = load(EXAMPLE, {}).findings
    assert [one.code for one in found] == ["LT010"] * len(EXAMPLE_ENVIRON)
    assert all(name in " ".join(map(str, found)) for name in EXAMPLE_ENVIRON)


def test_editors_take_units_and_refuse_unknown_keys() -> None:
    schema = config_schema()
    assert schema["additionalProperties"] is False
    drain = schema["$defs"]["Dispatch"]["properties"]["drain"]
    assert {"type": "string"} in drain["anyOf"]


def test_every_key_is_described() -> None:
    rows = [line for line in "\n".join(sections(Config)).splitlines() if line.startswith("| `")]
    assert len(rows) > 60
    assert [row for row in rows if row.endswith("|  |")] == []


def test_codes_are_unique_and_whole() -> None:
    assert not set(CODES) & set(FAILURES)
    for code in [*CODES.values(), *FAILURES.values()]:
        assert all([code.name, code.meaning, *code.what, *code.cure])
    names = [code.name for code in [*CODES.values(), *FAILURES.values()]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["configuration.md", "errors.md", "commands.md"])
def test_generated_pages_are_fresh(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text("utf-8")
    assert written == pages()[name], "stale: run `lienthong reference`"

"""Settings and the folder of a WSDL: every mistake with its place and its cure, and never the network."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from connectors.soap import SoapSettings
from connectors.soap.folder import Folder, pinned_name
from connectors.soap.service import open_service
from connectors.soap.validate import Validator
from lienthong.ports import Endpoint
from tests.connectors.soap.support import ACCOUNTS, CITIZENS, DATA, FORMS

BASE: dict[str, Any] = {"base_url": "https://a.example.vn/ws", "wsdl": str(CITIZENS)}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def copied(folder: Path, change: dict[str, tuple[str, str]]) -> Path:
    """The WSDL of citizens in a folder of its own, with changes by file name."""
    for path in (CITIZENS, *(DATA / "types").iterdir()):
        target = folder / path.relative_to(DATA)
        target.parent.mkdir(exist_ok=True)
        text = path.read_text()
        old, new = change.get(path.name, ("", ""))
        assert old in text
        target.write_text(text.replace(old, new) if old else text)
    return folder / "citizens.wsdl"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"wsdl": "/nowhere/a.wsdl"}, "there is no file /nowhere/a.wsdl; save the WSDL there"),
        ({"wsdl": str(DATA)}, "there is no file"),
        ({"wsdl": str(DATA / "types" / "names.xsd")}, "no port that speaks SOAP"),
        ({"wsdl": str(Path(__file__))}, "is not a WSDL that can be used"),
        ({"wsdl": "package:adapters.nowhere/a.wsdl"}, "no package adapters.nowhere is installed; install it, or name"),
        ({"wsdl": "package:json.decoder/a.wsdl"}, "no package json.decoder is installed"),
        ({"wsdl": "package:adapters.population"}, "names no file of a package; write package:NAME/PATH"),
        ({"wsdl": "package:adapters.population/../x.wsdl"}, "names no file of a package"),
        ({"wsdl": "package:/etc/passwd"}, "names no file of a package"),
        ({"wsdl": "package:adapters.population/x.wsdl"}, "adapters.population has no file x.wsdl; correct the path"),
        ({"endpoint": {"wsdl": "package:nowhere/a.wsdl"}}, "no package nowhere is installed"),
        ({"service": "Other"}, "has no service 'Other'; it has Citizens"),
        ({"port": "Other"}, "has no SOAP port 'Other'; it has CitizensPort"),
        ({"address": "https://b.example.vn/ws"}, r"begin with base_url \(https://a.example.vn/ws\)"),
        ({"address": "https://a.example.vn/wsx"}, "begin with base_url"),
        ({"address": "../x"}, "must not hold the segments"),
        ({"endpoint": {"wsdl": "/nowhere/a.wsdl"}}, "there is no file /nowhere/a.wsdl"),
        ({"endpoint": {"port": "Other"}}, "has no SOAP port 'Other'"),
        ({"endpoint": {"url": "bus.example.vn"}}, "must be absolute"),
        ({"security": {"username": {"name": "a"}}}, "password"),
        ({"mtomm": True}, "not permitted"),
    ],
)
def test_wrong_settings(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        SoapSettings.model_validate(BASE | wrong)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"citizens.xsd": ("places.xsd", "absent.xsd")}, r"absent.xsd \(No such file or directory\); save it there"),
        ({"citizens.xsd": ("names.xsd", "../../outside.xsd")}, "lies outside"),
        ({"citizens.xsd": ("names.xsd", "file:///etc/passwd")}, "lies outside"),
        ({"citizens.xsd": ("names.xsd", "/etc/passwd")}, "lies outside"),
        (
            {"citizens.xsd": ("places.xsd", "http://127.0.0.1:9/svc?xsd=xsd0")},
            r"http://127.0.0.1:9/svc\?xsd=xsd0 is needed and there is no readable .*/svc_xsd_xsd0",
        ),
        ({"citizens.wsdl": ('<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE a [<!ENTITY b 'c'>]>")}, "not a WSDL"),
        ({"citizens.xsd": ('type="p:Place"', 'type="p:Nowhere"')}, "not a WSDL that can be used .*Nowhere"),
        ({"citizens.wsdl": ('element="c:LookUp"', 'element="c:Nothing"')}, "not a WSDL that can be used .*LookUpIn"),
    ],
)
def test_what_is_wrong_with_a_wsdl(tmp_path: Path, change: dict[str, tuple[str, str]], told: str) -> None:
    wsdl = copied(tmp_path, change)
    with pytest.raises(ValidationError, match=told):
        SoapSettings.model_validate(BASE | {"wsdl": str(wsdl)})


def test_a_wsdl_that_a_package_brings_along() -> None:
    settings = SoapSettings.model_validate(BASE | {"wsdl": "package:adapters.population/wsdl/population.wsdl"})
    assert settings.wsdl.parts[-4:] == ("adapters", "population", "wsdl", "population.wsdl")
    assert "TraCuuThongTinCongDan" in open_service(settings.wsdl).operations


def test_imports_by_url_are_pinned_under_their_last_name(tmp_path: Path) -> None:
    wsdl = copied(tmp_path, {"citizens.xsd": ("places.xsd", "https://places.example.vn/a/places.svc?xsd=xsd0")})
    (tmp_path / "types" / "places.xsd").rename(tmp_path / "places.svc_xsd_xsd0")
    assert "LookUp" in open_service(wsdl).operations
    assert pinned_name("https://places.example.vn/a/places.xsd") == "places.xsd"
    assert pinned_name("https://places.example.vn") == "places.example.vn"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    wsdl = copied(tmp_path, {})
    names = tmp_path / "types" / "names.xsd"
    names.unlink()
    names.symlink_to(DATA / "types" / "names.xsd")
    with pytest.raises(ValueError, match="lies outside"):
        open_service(wsdl)


def test_the_folder_keeps_what_was_read() -> None:
    found = open_service(CITIZENS)
    assert {path.name for path in found.folder.documents} == {
        "citizens.wsdl",
        "citizens.xsd",
        "names.xsd",
        "places.xsd",
        "swaref.xsd",
    }
    with pytest.raises(ValueError, match="lies outside"):
        Folder(CITIZENS).path("../support.py")


def test_ports() -> None:
    assert (open_service(FORMS).version, open_service(FORMS, port="Forms11").version) == ("1.2", "1.1")
    assert sorted(open_service(FORMS, "Forms", "Forms11").operations) == ["File"]
    assert sorted(open_service(CITIZENS).operations) == ["LookUp", "Notify", "Ping", "Submit"]


def test_schemas_of_one_namespace_in_several_places_are_one(tmp_path: Path) -> None:
    """libxml2 alone would pass over the second; a WSDL of .NET often has them."""
    text = FORMS.read_text()
    node = text[text.index('<xs:complexType name="Node">') : text.index('<xs:element name="file">')]
    apart = f'</xs:schema><xs:schema targetNamespace="urn:example:forms">{node}</xs:schema></wsdl:types>'
    text = text.replace(node, "").replace("</xs:schema>\n  </wsdl:types>", apart)
    (tmp_path / "forms.wsdl").write_text(text)
    Validator(open_service(tmp_path / "forms.wsdl"))


@pytest.mark.parametrize("wsdl", [CITIZENS, ACCOUNTS, FORMS])
def test_every_wsdl_can_be_served(wsdl: Path) -> None:
    SoapSettings.model_validate(BASE | {"wsdl": str(wsdl), "endpoint": {}})


def test_every_field_is_described() -> None:
    schema = SoapSettings.model_json_schema()
    named = {"": schema, **schema["$defs"]}
    fields = {f"{name}.{field}": entry for name, each in named.items() for field, entry in each["properties"].items()}
    assert [name for name, entry in fields.items() if not name.endswith(".type") and not entry.get("description")] == []


def test_the_connector_is_an_endpoint() -> None:
    from connectors.soap import Soap

    assert issubclass(Soap, Endpoint) and issubclass(SoapSettings, BaseModel)

"""A package with parts of its own, installed as packages are: by a .dist-info folder with entry points."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bus import registry

_PLUGIN = '''
from typing import Annotated, Literal
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from lienthong import Adapter, Answer, Answered, Delivered, Polled, lookup, operation, poll, query, receive

class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")

class Size(Strict):
    most: int = Field(default=10, ge=1, le=99)

class Settings(Strict):
    code: str = Field(description="the code we are known by")
    size: Size = Size()
    kinds: list[Literal["a", "b"]] = []
    token: SecretStr | None = None

    @model_validator(mode="after")
    def _together(self):
        if self.code == "alone" and self.kinds:
            raise ValueError("kinds do not go with code alone; leave kinds out")
        return self

class Land(Adapter):
    """The land register."""
    name = "land"
    Settings = Settings
    auth = {"type": "login", "path": "login"}

    def __init__(self, settings):
        super().__init__(settings)
        if settings.code == "refused":
            raise ValueError("code refused is taken")

    @operation("dossier.submitted", name="submit")
    def submit(self, message, context):
        return Delivered()
        yield

    @operation("dossier.updated", name="update")
    def update(self, message, context):
        return Delivered()
        yield

    @lookup("submit")
    def find(self, message, context):
        return Delivered()
        yield

    @query("plot.lookup", asks=Size, answers=None, results=("found", "not-found"))
    def look_up(self, question, context):
        return Answered("found")
        yield

    @poll("dossier.updated", every=60)
    def news(self, cursor, context):
        return Polled()
        yield

class Listener(Adapter):
    """Only says."""
    name = "listener"

class Gate(Adapter):
    """Signs what it says."""
    name = "gate"

    @receive("notice", signed=True)
    def notice(self, inbound, context):
        return Answer(200)
        yield

class NotAnAdapter:
    pass

class Key(Strict):
    type: Literal["key"]
    key: SecretStr

class Login(Strict):
    type: Literal["login"]
    path: str
    user: str
    password: SecretStr

class WireSettings(Strict):
    host: str
    auth: Annotated[Key | Login, Field(discriminator="type")]

class Wire:
    """Carries bytes."""
    Settings = WireSettings
    def __init__(self, settings, system): ...
    async def open(self): ...
    async def exchange(self, request): ...
    async def close(self): ...

class BareSettings(Strict):
    host: str = "localhost"

class Bare(Wire):
    """Knows no log-in."""
    Settings = BareSettings
'''
_ENTRY_POINTS = """[lienthong.adapters]
land = land_plugin:Land
listener = land_plugin:Listener
gate = land_plugin:Gate
odd = land_plugin:NotAnAdapter
broken = land_plugin.gone:Land

[lienthong.connectors]
wire = land_plugin:Wire
bare = land_plugin:Bare
halfway = land_plugin:Half
"""


@pytest.fixture
def plugin(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Installs the package `land-plugin 1.2` for one test."""
    site = tmp_path_factory.mktemp("site")
    info = site / "land_plugin-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: land-plugin\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(_ENTRY_POINTS)
    (site / "land_plugin.py").write_text(_PLUGIN)
    monkeypatch.syspath_prepend(str(site))
    registry.refresh()
    yield site
    monkeypatch.undo()
    registry.refresh()

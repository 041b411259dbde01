"""The command in this process, and a server that answers as scripted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from lienthong.command.app import app

KEY = "lt_an-invented-key"


@dataclass
class Result:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Command = Callable[..., Result]


@pytest.fixture
def lienthong(monkeypatch: pytest.MonkeyPatch) -> Command:
    """`lienthong ARGUMENTS`, in English and without anybody's environment."""
    for name in ("LIENTHONG_URL", "LIENTHONG_KEY_FILE", "LIENTHONG_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str | Path, input: str | None = None) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Result(result.exit_code, result.stdout, result.stderr)

    return call


@dataclass
class Scripted:
    """A server that is not the bus: it gives the prepared answers and keeps what it was asked.

    What it cannot show: whether the bus's own answers are of this form; tests/http does.
    """

    url: str = ""
    answers: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)

    def say(self, status: int, body: Any, **headers: str) -> None:
        """The next answer."""
        self.answers.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, body))


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A scripted server on a free port."""
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append((self.command, self.path, headers, json.loads(body) if body else None))
            status, extra, answer = script.answers.pop(0)
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"content-length": str(len(content)), **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815  # names that http.server looks for

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}"
    yield script
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A file with an invented key."""
    path = tmp_path / "client.key"
    path.write_text(KEY + "\n")
    return path

"""A receiver of CloudEvents in this process: keeps what it was sent, and answers slowly if it is told to."""

from __future__ import annotations

import json
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self


class Target:
    """What it holds, by the id of the event at its source. `pause`: seconds before an answer."""

    def __init__(self) -> None:
        self.subjects: Counter[str] = Counter()
        self.begun = 0
        self.pause = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        target = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:  # the name that http.server looks for
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                target.begun += 1
                time.sleep(target.pause)
                target.subjects[event["subject"]] += 1
                try:
                    self.send_response(204)
                    self.send_header("content-length", "0")
                    self.end_headers()
                except ConnectionError:
                    pass  # the process that asked was killed

            def log_message(self, format: str, *args: Any) -> None: ...

        return Handler

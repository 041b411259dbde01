"""One server for all workers of a parallel run: the session that started the workers keeps it.

The first worker that asks has it started, so that a run which needs none waits for none.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Client, Listener
from threading import Thread

from .private import Private


class Keeper:
    """Tells workers the URL of a private server. `close` ends it; if this process is killed, its guard does."""

    def __init__(self, make: Callable[[], Private]) -> None:
        self._make = make
        self._server: Private | None = None
        # a socket in a folder that is this user's alone; all workers may ask while the server starts
        self._listener = Listener(family="AF_UNIX", backlog=64)
        self._thread = Thread(target=self._serve, name="keeper", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """For `kept_at`, in any process of this user."""
        return str(self._listener.address)

    def close(self) -> None:
        """Answer nobody any more, and end the server."""
        with Client(self.address) as connection:
            connection.send(False)
        self._thread.join()
        self._listener.close()
        if self._server is not None:
            self._server.close()

    def _serve(self) -> None:
        asked = True
        while asked:
            with self._listener.accept() as connection:
                try:
                    asked = connection.recv()
                    connection.send(self._url() if asked else None)
                except (EOFError, ConnectionError):
                    pass  # a worker that died while it asked

    def _url(self) -> str | Exception:
        """Of the running server, or why there is none; then the next who asks has it tried again."""
        try:
            if self._server is None:
                self._server = self._make().__enter__()
        except (OSError, RuntimeError) as reason:
            return reason
        return self._server.url


def kept_at(address: str) -> str:
    """The URL of a keeper's server, started if need be. Raises what its start raised."""
    with Client(address) as connection:
        connection.send(True)
        answer: str | Exception = connection.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer

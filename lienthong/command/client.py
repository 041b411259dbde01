"""HTTP to a running bus: keys, problems and overload, the same for all commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from lienthong.command.failures import Exit, Failure
from lienthong.command.keys import read_key
from lienthong.command.problems import told

if TYPE_CHECKING:
    import httpx

DEFAULT_URL = "http://127.0.0.1:8080"
_TIMEOUT = 30.0  # seconds; the bus answers after its commit, which overload bounds to far less
_LONGEST = 5.0  # seconds between two tries, so that a bus that is back is noticed soon


class Client:
    """Speaks to one bus. `patience`: seconds for which an overloaded or restarting bus is asked again."""

    def __init__(
        self,
        url: str | None,
        key_file: str | None,
        patience: float = 0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        import httpx

        if key_file is None:
            raise Failure("LT102", Exit.USAGE, reason="neither --key-file nor LIENTHONG_KEY_FILE is given")
        self.url = (url or DEFAULT_URL).rstrip("/")
        headers = {"authorization": f"Bearer {read_key(key_file)}"}
        try:
            self._http = httpx.Client(base_url=self.url, headers=headers, timeout=_TIMEOUT, trust_env=False)
        except httpx.InvalidURL as error:
            raise Failure(
                "LT104", Exit.USAGE, path="--url", reason=str(error), hint="write http://HOST:PORT"
            ) from error
        self._patience, self._sleep, self._clock = patience, sleep, clock

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON answer. Raises `Failure`."""
        return self._exchange("GET", path, params=params or {})

    def post(
        self,
        path: str,
        body: Any,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON answer. Raises `Failure`. Repeated on overload, so `body` must be safe to repeat."""
        import json

        content = json.dumps(body, ensure_ascii=False).encode()
        return self._exchange("POST", path, content=content, headers={"content-type": content_type, **(headers or {})})

    def _exchange(self, method: str, path: str, **request: Any) -> Any:
        until = self._clock() + self._patience
        pause = 0.2
        while True:
            answer, failure, wanted = self._try(method, path, request)
            if failure is None:
                return answer
            wait = min(wanted or pause, _LONGEST)
            if failure.exit is not Exit.UNREACHABLE or self._clock() + wait > until:
                raise failure
            self._sleep(wait)
            pause *= 2

    def _try(self, method: str, path: str, request: Mapping[str, Any]) -> tuple[Any, Failure | None, float | None]:
        import httpx

        try:
            response = self._http.request(method, path, **request)
        except (httpx.TransportError, httpx.UnsupportedProtocol) as error:
            reason = str(error) or type(error).__name__
            return None, Failure("LT101", Exit.UNREACHABLE, url=self.url, reason=reason), None
        if response.is_success:
            return self._read(response), None, None
        after = response.headers.get("retry-after", "")
        return None, self._refused(response), float(after) if after.isdigit() else None

    def _read(self, response: httpx.Response) -> Any:
        try:
            return response.json()
        except ValueError as error:
            raise Failure("LT108", Exit.UNREACHABLE, url=self.url, reason="no JSON") from error

    def _refused(self, response: httpx.Response) -> Failure:
        reason = _reason(response)
        if response.status_code in (401, 403):
            return Failure("LT103", Exit.REFUSED, reason=reason)
        if response.status_code in (429, 503):
            return Failure("LT106", Exit.UNREACHABLE, reason=reason)
        return Failure("LT105", Exit.FAILED, reason=reason)


def _reason(response: httpx.Response) -> str:
    try:
        document = response.json()
    except ValueError:
        document = None
    return told(document, response.status_code, response.reason_phrase)

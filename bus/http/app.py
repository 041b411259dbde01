"""The ASGI application: finds the page and the client, and turns whatever goes wrong into a problem document."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import orjson
import structlog
import uuid_utils
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp, Receive, Scope, Send

from bus.ledger import Unavailable

from .call import Call, Gone, Response
from .desk import Desk
from .keys import Keys
from .pages import Page, Pages, pages
from .problems import Refused

_log = structlog.get_logger("lienthong.http")

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,100}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROBLEM = b"application/problem+json"
_FIXED = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
UNKNOWN = "unknown"


def create(desk: Desk) -> ASGIApp:
    """The application of one bus."""
    return App(desk, pages(desk))


class App:
    """Pure ASGI: one call a request, nothing in between."""

    def __init__(self, desk: Desk, pages: Sequence[Page]) -> None:
        self._observe = desk.observe
        self._keys = Keys(desk.config.clients, desk.adapters)
        self._pages = Pages(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return  # the server offers neither lifespan nor websockets
        started = time.perf_counter()
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        id = given.decode("ascii") if _REQUEST_ID.fullmatch(given) else str(uuid_utils.uuid7())
        call = Call(scope, receive, id)
        page = self._pages.find(call)
        try:
            response = await self._answer(page, call)
        except Gone:
            return
        await send_response(send, response, call)
        method = call.method if call.method in _METHODS else "other"
        seconds = time.perf_counter() - started
        self._observe(page.route if page is not None else UNKNOWN, method, response.status, seconds)

    async def _answer(self, page: Page | None, call: Call) -> Response:
        try:
            if page is None:
                raise Refused("unknown-path", "nothing is served at this path; /openapi.json lists what is")
            if call.method == "OPTIONS":
                return Response(204, headers=((b"allow", page.allow.encode("ascii")),))
            handler = page.methods.get("GET" if call.method == "HEAD" else call.method)
            if handler is None:
                raise Refused("method-not-allowed", f"use {page.allow}", headers={"allow": page.allow})
            if page.door:
                call.name, call.client = self._keys.at_door(call)
            elif not page.open:
                call.name, call.client = self._keys.find(call.headers)
            return await handler(call)
        except Refused as refused:
            return problem_response(refused, call)
        except (Unavailable, OperationalError) as error:
            _log.warning("the ledger is away", request_id=call.request_id, reason=type(error).__name__)
            return problem_response(
                Refused("ledger-unavailable", "the database cannot be reached; repeat the request"), call
            )
        except Gone:
            raise
        except Exception:  # a defect met by one request must not end the connection without an answer
            _log.exception("request failed", request_id=call.request_id, route=page.route if page else UNKNOWN)
            return problem_response(
                Refused("internal", "the bus failed; repeat with the same id, or tell operations"), call
            )


def problem_response(refused: Refused, call: Call) -> Response:
    """The answer to a request that was refused."""
    headers = tuple((name.encode("ascii"), value.encode("latin-1")) for name, value in refused.headers.items())
    return Response(refused.kind.status, orjson.dumps(refused.document(call.request_id)), _PROBLEM, headers)


async def send_response(send: Send, response: Response, call: Call) -> None:
    """Answer with what every answer carries."""
    headers = [
        (b"content-length", str(len(response.body)).encode("ascii")),
        (b"x-request-id", call.request_id.encode("ascii")),
        *_FIXED,
        *response.headers,
    ]
    if response.status != 204:
        headers.append((b"content-type", response.media))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else response.body})

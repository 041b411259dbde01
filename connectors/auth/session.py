"""Session log-in: cached, one log-in at a time, one more when the partner says that the session has gone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from connectors.auth.fixed import with_header
from connectors.auth.login import expired, login_request, token
from connectors.auth.pointer import Missing, put
from connectors.auth.port import Clock, Send
from connectors.auth.settings import Session
from lienthong.requests import Lost, Misconfigured, NotSent, Reply, Request

# A session is renewed in the last tenth of its life, so that it does not end between our look and the partner's.
_FRESH = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """One session. `since` is when its log-in was begun."""

    token: str = field(repr=False)
    since: float


class SessionLogin:
    """Carries requests out with a session. A log-in that is under way is shared by all who wait for one."""

    def __init__(self, settings: Session, send: Send, clock: Clock, login_timeout: float) -> None:
        self._settings = settings
        self._send = send
        self._clock = clock
        self._login_timeout = login_timeout
        self._current: Opened | None = None
        self._opening: asyncio.Task[Opened | NotSent | Misconfigured] | None = None

    async def exchange(self, request: Request, deadline: float) -> Reply:
        """A session error surely had no effect, so the request is repeated, once, with a new session."""
        session = await self._session(deadline)
        reply = await self._send(self._placed(request, session), deadline)
        if not expired(self._settings, reply):
            return reply
        if self._current is session:
            self._current = None
        session = await self._session(deadline)
        return await self._send(self._placed(request, session), deadline)

    async def close(self) -> None:
        """End a log-in that is under way; who waits for it hears `NotSent`."""
        self._current = None
        if self._opening is not None and not self._opening.done():
            self._opening.cancel()
            await asyncio.wait({self._opening})

    async def _session(self, deadline: float) -> Opened:
        current = self._current
        if current is not None and self._clock() - current.since < _FRESH * self._settings.lifetime:
            return current
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
        opening = self._opening
        # Not wait_for: a waiter that gives up must not end the log-in of the others.
        await asyncio.wait({opening}, timeout=max(0.0, deadline - self._clock()))
        if not opening.done() or opening.cancelled():
            raise NotSent("the log-in did not end in time; nothing was sent")
        outcome = opening.result()
        if isinstance(outcome, Opened):
            return outcome
        raise type(outcome)(*outcome.args)

    async def _open(self) -> Opened | NotSent | Misconfigured:
        """A failure is a value here, so that everyone who waits can raise an exception of his own."""
        since = self._clock()
        try:
            reply = await self._send(login_request(self._settings), since + self._login_timeout)
            opened = Opened(token(self._settings, reply), since)
        except Lost as error:
            return NotSent(f"the log-in failed, nothing was sent: {error}")
        except (NotSent, Misconfigured) as error:
            return error
        self._current = opened
        return opened

    def _placed(self, request: Request, session: Opened) -> Request:
        kind, _, place = self._settings.place.partition(":")
        if kind == "header":
            return with_header(request, place, self._settings.prefix + session.token)
        try:
            return replace(request, json=put(request.json, place, session.token))
        except Missing:
            pass
        raise Misconfigured(f"auth.place {self._settings.place} needs an object there in the request's JSON body")


__all__ = ["SessionLogin"]

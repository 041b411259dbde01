"""What is served where: the one table that routing, `Allow` and the test of /openapi.json read."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from .call import Call, Response
from .desk import Desk
from .events import Events
from .evidence import Evidence
from .gate import Gate
from .health import Health
from .inbound import Doors
from .messages import Messages
from .moves import Moves
from .processes import States
from .queries import Enquiries
from .systems import Systems
from .tasks import Tasks

Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One path. `route` may hold `{name}` for one segment, and at its end `{path}` for all that are left.

    `open`: no key is needed. `door`: where outside systems call, some of whom sign instead of sending a key.
    `encoded`: its arguments are percent-encoded and may hold a slash as %2F.
    """

    route: str
    methods: Mapping[str, Handler]
    open: bool = False
    door: bool = False
    encoded: bool = False

    @property
    def allow(self) -> str:
        """The methods, for people and for the header `Allow`."""
        return ", ".join([*self.methods, *(["HEAD"] if "GET" in self.methods else []), "OPTIONS"])


def pages(desk: Desk) -> list[Page]:
    """Everything that the bus serves."""
    gate, enquiries, tasks = Gate(desk), Enquiries(desk), Tasks(desk)
    messages, systems, health, doors = Messages(desk), Systems(desk), Health(desk, gate), Doors(desk, gate)
    return [
        Page("/v1/events", {"POST": Events(desk, gate).post}),
        Page("/v1/messages", {"GET": messages.search}),
        Page("/v1/messages/{id}", {"GET": messages.show}),
        Page("/v1/messages/{id}/replay", {"POST": messages.replay}),
        Page("/v1/messages/{id}/cancel", {"POST": messages.cancel}),
        Page("/v1/queries", {"GET": enquiries.list}),
        Page("/v1/queries/{name}", {"POST": enquiries.ask}),
        Page("/v1/evidence", {"GET": Evidence(desk).show}),
        Page("/v1/moves", {"POST": Moves(desk).move}),
        Page("/v1/tasks", {"GET": tasks.search}),
        Page("/v1/tasks/{process}/{key}/{name}", {"GET": tasks.show, "POST": tasks.act}, encoded=True),
        Page("/v1/processes/{process}/{key}", {"GET": States(desk).show}, encoded=True),
        Page("/v1/systems", {"GET": systems.list}),
        Page("/v1/systems/{system}/pause", {"POST": systems.pause}),
        Page("/v1/systems/{system}/resume", {"POST": systems.resume}),
        Page("/in/{system}/{operation}", doors.methods, door=True),
        Page("/in/{system}/{operation}/{path}", doors.methods, door=True),
        Page("/healthz", {"GET": health.alive}, open=True),
        Page("/readyz", {"GET": health.ready}, open=True),
        Page("/metrics", {"GET": health.metrics}),
        Page("/openapi.json", {"GET": health.openapi}, open=True),
    ]


class Pages:
    """Finds the page of a path: whole paths first, then those with arguments."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._whole = {page.route: page for page in pages if "{" not in page.route}
        self._patterns = [(_pattern(page.route), page) for page in pages if "{" in page.route]

    def find(self, call: Call) -> Page | None:
        """The page, with its arguments put into `call`."""
        found = self._whole.get(call.path)
        if found is not None:
            return found
        for pattern, page in self._patterns:
            if (match := pattern.fullmatch(call.raw_path if page.encoded else call.path)) is not None:
                given = match.groupdict()
                call.arguments = {name: unquote(one) for name, one in given.items()} if page.encoded else given
                return page
        return None


def _pattern(route: str) -> re.Pattern[str]:
    segments = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route))
    return re.compile(segments.replace("(?P<path>[^/]+)", "(?P<path>.+)"))

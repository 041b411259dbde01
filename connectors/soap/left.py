"""What of a mapping is still to be written, where a schema has choices and repeated groups. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.flaws import Flaw
from connectors.soap.plan import Element, Group, Struct, Wildcard


class Left:
    """What of a mapping has not been written yet, by name, in the order of the lists."""

    def __init__(self, struct: Struct, value: Mapping[str, Any]) -> None:
        self.queues: dict[str, list[Any]] = {}
        self.sizes: dict[str, int] = {}
        for name, given in value.items():
            if name in struct.attributes or (struct.any_attribute and name.startswith("@")):
                continue
            element = struct.locals.get(name)
            if element is None and not (struct.wildcard and name.startswith("{")):
                known = ", ".join(sorted(struct.attributes.keys() | struct.locals.keys()))
                raise Flaw(f"is not in the schema; known are: {known or 'none'}", str(name))
            self.queues[name] = _queue(name, given, listed=element is None or element.repeated)
            self.sizes[name] = len(self.queues[name])

    def pending(self, item: Element | Group | Wildcard) -> int:
        """How many names of an item still have something to write."""
        if isinstance(item, Element):
            return 1 if self.queues.get(item.name) else 0
        if isinstance(item, Group):
            return sum(1 for name in item.names if self.queues.get(name))
        return sum(1 for name, queue in self.queues.items() if queue and name.startswith("{"))

    def take(self, name: str, most: int | None) -> list[tuple[int, Any]]:
        """The next items of a name, with their places in its list."""
        queue = self.queues.get(name, [])
        count = len(queue) if most is None else min(most, len(queue))
        first = self.sizes.get(name, 0) - len(queue)
        taken, self.queues[name] = queue[:count], queue[count:]
        return list(enumerate(taken, first))


def _queue(name: str, given: Any, *, listed: bool) -> list[Any]:
    if isinstance(given, list | tuple):
        if not listed:
            raise Flaw("is not repeated in the schema and must not be a list", name)
        return list(given)
    if listed and not name.startswith("{"):
        raise Flaw("is repeated in the schema and must be a list", name)
    return [given]


__all__ = ["Left"]

"""Our packages have everyday names (`schemas`, `bus`, ...): notice at once when Python would load somebody else's."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

SIBLINGS = ("schemas", "connectors", "adapters", "bus", "reconciliation", "monitoring", "simulators")


def check() -> None:
    """Raise `ImportError` naming the file when a sibling package does not come from where `lienthong` comes from."""
    home = Path(__file__).resolve().parent.parent
    for name in SIBLINGS:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise ImportError(
                f"lienthong needs its package {name!r} in {home}, and it is not there (or has no __init__.py): "
                "install lienthong again"
            )
        found = Path(spec.origin).resolve()
        if found.parent.parent != home:
            raise ImportError(
                f"package {name!r} would come from {found}, not from {home}: "
                "rename or move that file, or start Python from another folder"
            )

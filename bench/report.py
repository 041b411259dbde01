"""The result: a table for people, a file for the record, and the figures in docs/performance.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from rich.table import Table

from .children import ROOT
from .plan import ROWS

RESULTS = ROOT / "bench" / "results"
LATEST = RESULTS / "latest.json"
TRIAL = RESULTS / "latest.local.json"
PAGE = ROOT / "docs" / "performance.md"

_BEGIN, _END = "<!-- figures: `python -m bench.report` -->\n", "<!-- end of figures -->"

Record = Mapping[str, Any]


def write(records: Sequence[Record], path: Path) -> None:
    """The records as they are checked in."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(orjson.dumps(list(records), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def table(records: Sequence[Record]) -> Table:
    """For a terminal."""
    shown = Table(title="Above 1 the bus is better")
    for heading in ("row", "bus", "against", "times", "from .. to"):
        shown.add_column(heading, no_wrap=heading in ("row", "times", "from .. to"))
    for record in records:
        colour = "green" if record["ratio"] >= 1 else "red"
        cells = _cells(record)
        shown.add_row(*cells[:3], f"[{colour}]{cells[3]}[/]", cells[4])
    return shown


def figures(records: Sequence[Record]) -> str:
    """For the documentation. Pure."""
    if not records:
        return "Nothing has been measured yet.\n"
    lines = ["| row | bus | against | times (median) | from .. to |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(_cells(record))} |" for record in records]
    measured = {record["name"] for record in records}
    lines += [f"| {name} | not measured yet | | | |" for name in ROWS if name not in measured]
    return "\n".join([*lines, "", *_conditions(records[0]["conditions"]), *_details(records)]) + "\n"


def _cells(record: Record) -> tuple[str, str, str, str, str]:
    conditions = record["conditions"]
    low, high = conditions["spread"]
    variant = f" ({conditions['variant']})"
    return (
        record["name"],
        f"{record['value']:,.{0 if record['unit'] == 'messages/s' else 1}f} {record['unit']}{variant}",
        _against(record),
        f"{record['ratio']:.2f}",
        f"{low:.2f} .. {high:.2f}",
    )


def _against(record: Record) -> str:
    peers = record["conditions"].get("peers")
    return f"{record['against']}: {max(peers.values()):,.0f}" if peers else str(record["against"])


def _conditions(found: Record) -> list[str]:
    facts = [
        f"{found.get('cpu', '?')}, {found.get('cores', '?')} cores",
        f"Python {found.get('python', '?')}",
        f"PostgreSQL {found.get('postgresql', {}).get('server_version', '?')}",
        f"RabbitMQ {found.get('rabbitmq', '?')}",
        f"fdatasync {found.get('fdatasync_us', '?')} us",
        f"{found.get('messages', 0):,} messages of {found.get('bytes', 0):,} bytes a run",
        f"{found.get('pairs', '?')} pairs",
    ]
    return ["; ".join(facts) + ".", ""]


def _details(records: Sequence[Record]) -> list[str]:
    lines = []
    for record in records:
        conditions = record["conditions"]
        if "direct" in conditions:
            both = ", ".join(f"{way} {_milliseconds(conditions[way])}" for way in ("bus", "direct"))
            lines.append(f"- {record['name']}: {conditions['query']}, {conditions['rate']:,.0f} a second; {both}")
            continue
        if "peers" not in conditions:
            lines.append(f"- {record['name']}: at {conditions['rate']:,.0f} messages/s")
            continue
        peer = str(record["against"]).partition(" ")[0]
        ours, theirs = _listed(conditions["ours"]), _listed(conditions["peers"])
        lines.append(f"- {record['name']}: bus {ours}; {peer} {theirs}")
    return lines


def _milliseconds(found: Mapping[str, float]) -> str:
    return f"median {found['p50']:.1f} ms and p99 {found['p99']:.1f} ms"


def _listed(variants: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:,.0f}" for name, value in variants.items())


def filled(page: str, records: Sequence[Record]) -> str:
    """`page` with the figures between its marks. Raises `ValueError` if it has no marks. Pure."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the page has no place for figures between {_BEGIN.strip()} and {_END}")
    return f"{before}{begin}\n{figures(records)}\n{end}{after}"


def main() -> None:
    """Put what latest.json says into the documentation."""
    records = orjson.loads(LATEST.read_bytes()) if LATEST.exists() else []
    PAGE.write_text(filled(PAGE.read_text(), records))


if __name__ == "__main__":
    main()

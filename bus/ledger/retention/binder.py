"""Writing the archives of one batch: members of gzip into files of bounded size, each named when it is whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from .files import part, sync
from .form import LINES, MEMBER, Archived, Row, file_name, head, loose, member
from .links import Spans, chained, extend, united
from .plan import Batch, Origin

_COUNTS = ("messages", "deliveries", "attempts", "evidence")


class _Sheet:
    """Lines that become one member, and what is in them."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.size = 0
        self.counts = dict.fromkeys(_COUNTS, 0)
        self.times: list[float] = []
        self.ids: list[str] = []

    def add(self, line: bytes, times: Sequence[float], **counts: int) -> None:
        self.lines.append(line)
        self.size += len(line)
        self.times += times
        for what, count in counts.items():
            self.counts[what] += count

    @property
    def full(self) -> bool:
        return self.size >= MEMBER or len(self.lines) >= LINES


class _Volume:
    """One file while it is written."""

    def __init__(self, folder: Path, origin: Origin) -> None:
        self._folder, self._origin, self._number = folder, origin, origin.number + 1
        self._path = part(folder, origin.ledger, self._number)
        self._file = self._path.open("wb")
        self._digest = hashlib.sha256()
        self.size = 0
        self._counts = dict.fromkeys(_COUNTS, 0)
        self._times: list[float] = []
        self._ids: list[str] = []
        self._members: list[tuple[int, str | None]] = []
        self._write(member([head(origin.ledger, self._number, origin.chained, origin.file)]))

    def add(self, packed: bytes, sheet: _Sheet) -> None:
        self._members.append((self.size, sheet.ids[0] if sheet.ids else None))
        self._write(packed)
        for what, count in sheet.counts.items():
            self._counts[what] += count
        self._times += (min(sheet.times), max(sheet.times))
        self._ids += sheet.ids[:1] + sheet.ids[-1:]

    def close(self, at: float, step: Callable[[str], None]) -> Row:
        """On the disk under its name; the row of the table `archive`."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = self._digest.hexdigest()
        link = chained(self._origin.chained, digest)
        oldest, newest = min(self._times), max(self._times)
        name = file_name(self._origin.ledger, self._number, oldest, newest, link)
        step("written")
        self._path.rename(self._folder / name)
        sync(self._folder)
        step("renamed")
        return {
            "number": self._number,
            "file": name,
            "digest": digest,
            "chained": link,
            "oldest": oldest,
            "newest": newest,
            "first_id": min(self._ids, default=None),
            "last_id": max(self._ids, default=None),
            **self._counts,
            "bytes": self.size,
            "members": orjson.dumps(self._members).decode(),
            "at": at,
        }

    def abandon(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _write(self, packed: bytes) -> None:
        self._file.write(packed)
        self._digest.update(packed)
        self.size += len(packed)


class Binder:
    """Takes messages in the order of their ids, then loose evidence. `step` is told `written` and `renamed` of each
    file; tests stop there."""

    def __init__(self, folder: Path, origin: Origin, max_file: int, at: float, step: Callable[[str], None]) -> None:
        self._folder, self._origin, self._max, self._at, self._step = folder, origin, max_file, at, step
        self._volume: _Volume | None = None
        self._sheet = _Sheet()
        self._spans: Spans = {}
        self.batch = Batch()

    def message(self, one: Archived) -> None:
        """One more message."""
        counts = {name: len(getattr(one, name)) for name in _COUNTS[1:]}
        self._sheet.add(one.line(), [one.message["received_at"]], messages=1, **counts)
        self._sheet.ids.append(one.message["id"])
        self.batch.messages.append(one.message["id"])
        self._link(one.evidence)
        self._turn()

    def evidence(self, records: Sequence[Row]) -> None:
        """Evidence of no message."""
        self._sheet.add(loose(records), [one["at"] for one in records], evidence=len(records))
        self.batch.loose += [(one["chain"], one["seq"]) for one in records]
        self._link(records)
        self._turn()

    def finish(self) -> Batch:
        """The last file is on the disk."""
        self._turn(last=True)
        if self._volume is not None:
            self._close(self._volume)
        self.batch.spans = {chain: united(spans) for chain, spans in self._spans.items()}
        return self.batch

    def abandon(self) -> None:
        """Give up the file that is being written. Those that have their name are found by the next run."""
        if self._volume is not None:
            self._volume.abandon()

    def _turn(self, *, last: bool = False) -> None:
        if not self._sheet.lines or not (last or self._sheet.full):
            return
        packed = member(self._sheet.lines)
        if self._volume is not None and self._volume.size + len(packed) > self._max:
            self._close(self._volume)
        if self._volume is None:
            self._volume = _Volume(self._folder, self._origin)
        self._volume.add(packed, self._sheet)
        self._sheet = _Sheet()

    def _close(self, volume: _Volume) -> None:
        row = volume.close(self._at, self._step)
        self._volume = None
        self.batch.files.append(row)
        self._origin = Origin(self._origin.ledger, row["number"], row["file"], row["chained"])

    def _link(self, records: Sequence[Row]) -> None:
        for one in records:
            extend(self._spans.setdefault(one["chain"], []), one["seq"], one["previous"] or "", one["hash"])

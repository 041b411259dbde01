"""Archives on the disk: written, found again, cleared up after a crash."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ..records import LedgerError
from .form import Archived, parsed, read_line, stem

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """`archives` may hold the message, by the ids in them; `message` is there if one of them was read and does."""

    archives: tuple[str, ...] = ()
    file: str | None = None
    message: Archived | None = None


@dataclass(frozen=True, slots=True)
class Archives:
    """The folder with the archives of one ledger (`None`: not known), given the rows of its table `archive`."""

    folder: Path | None
    rows: Sequence[Mapping[str, Any]]

    def find(self, id: str) -> Found:
        """The message with this id. One member of gzip is read for each archive that may hold it."""
        likely = [row for row in self.rows if row["first_id"] is not None and row["first_id"] <= id <= row["last_id"]]
        for row in likely:
            if (message := self._member(row, id)) is not None:
                return Found((row["file"],), row["file"], message)
        return Found(tuple(row["file"] for row in likely if not self._is_here(row)))

    def about(self, subject: str, read: Callable[[int], None] = lambda bytes: None) -> Iterator[tuple[str, Archived]]:
        """Every message about `subject` with its archive, oldest archive first. `read` is told how many bytes were."""
        needle = orjson.dumps(subject)
        for row in self.rows:
            for line in lines((self.folder or Path()) / row["file"]):
                found = read_line(line) if needle in line else None
                if isinstance(found, Archived) and found.message["subject"] == subject:
                    yield row["file"], found
            read(row["bytes"])

    def _member(self, row: Mapping[str, Any], id: str) -> Archived | None:
        if self.folder is None or not self._is_here(row):
            return None
        begins = [offset for offset, first in orjson.loads(row["members"]) if first is not None and first <= id]
        try:
            with (self.folder / row["file"]).open("rb") as file:
                file.seek(begins[-1])
                unpacked = _one_member(file.read)
        except (OSError, zlib.error) as error:
            raise LedgerError(f"the archive {row['file']} cannot be read: {error}") from error
        needle = id.encode()
        messages = (read_line(line) for line in unpacked.splitlines() if needle in line)
        return next((one for one in messages if isinstance(one, Archived) and one.message["id"] == id), None)

    def _is_here(self, row: Mapping[str, Any]) -> bool:
        return self.folder is not None and (self.folder / row["file"]).is_file()


def lines(path: Path) -> Iterator[bytes]:
    """The lines after the head. Raises `LedgerError` for a file that cannot be read."""
    try:
        with gzip.open(path) as file:
            file.readline()
            yield from file
    except (OSError, EOFError, zlib.error) as error:
        raise LedgerError(f"the archive {path.name} cannot be read: {error}") from error


def _one_member(read: Callable[[int], bytes]) -> bytes:
    unzip, found = zlib.decompressobj(31), []
    while not unzip.eof and (packed := read(1 << 16)):
        found.append(unzip.decompress(packed))
    return b"".join(found)


def prepare(folder: Path) -> None:
    """Make the folder, and prove that files can be written there. Raises `LedgerError`."""
    probe = folder / ".lienthong-probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise LedgerError(f"ledger.retention.folder: {folder} cannot be written: {error.strerror}") from error


def sync(folder: Path) -> None:
    """Make names in the folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear(
    folder: Path, ledger: str, recorded: set[str], present: Callable[[Sequence[str]], int]
) -> tuple[list[str], list[str]]:
    """Remove what a run left behind that did not come to its commit: nothing left the ledger then.

    `present` says how many of some messages the ledger holds. A file with messages that it does not (of a time after
    the backup from which the ledger was restored) is kept under another name. The names of both, as they were.
    """
    removed, kept = [], []
    for path in sorted(folder.glob(f"lienthong-{ledger[:8]}-*")):
        if path.name in recorded or not (path.suffix == ".part" or parsed(path.name)):
            continue
        if path.suffix == ".part" or _all_present(path, present):
            path.unlink()
            removed.append(path.name)
        else:
            path.rename(path.with_name(f"{path.name}.unrecorded"))
            kept.append(path.name)
    if removed or kept:
        sync(folder)
    return removed, kept


def _all_present(path: Path, present: Callable[[Sequence[str]], int]) -> bool:
    ids: list[str] = []
    try:
        for line in lines(path):
            if isinstance(found := read_line(line), Archived):
                ids.append(found.message["id"])
    except LedgerError:
        return False
    pages = (ids[place : place + _PAGE] for place in range(0, len(ids), _PAGE))
    return all(present(page) == len(page) for page in pages)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def part(folder: Path, ledger: str, number: int) -> Path:
    """Where an archive is written before it has its name."""
    return folder / f"{stem(ledger, number)}.part"

"""Proving archives: each file by its digest, the files by their chain, each record of the evidence by its hash.

Needs nothing but the folder. With what the ledger says of its archives it also finds what is missing at the end.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from ..evidence import link
from ..records import LedgerError
from .files import digest, lines
from .form import Archived, Name, Row, parsed, read_line, records
from .links import FIRST, Spans, Unfit, chained, extend, united

Said = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that does not fit. `place`: a file or a chain of evidence."""

    place: str
    what: str


@dataclass(slots=True)
class Proof:
    """What was read. `last` is the chained digest of the newest archive: note it elsewhere, and nobody can cut the
    chain off there unnoticed. `spans` are the parts of the chains of evidence that are in the archives."""

    files: int = 0
    messages: int = 0
    records: int = 0
    last: str = FIRST
    wrong: list[Wrong] = field(default_factory=list)
    spans: Spans = field(default_factory=dict)

    def find(self, place: str, what: str) -> None:
        """One more thing is wrong."""
        self.wrong.append(Wrong(place, what))


def prove(
    folder: Path,
    ledger: str | None = None,
    said: Said | None = None,
    begin: Callable[[int], None] = lambda files: None,
    read: Callable[[int], None] = lambda files: None,
) -> Proof:
    """Check every archive in `folder`, of the ledger with this id or of all. `said`: the rows of its table `archive`.

    `begin` is told how many files there are, `read` each time that one more was read. Raises `LedgerError` where there
    is no such folder.
    """
    if not folder.is_dir():
        raise LedgerError(f"there is no folder {folder} - name the one with the archives")
    found = sorted(_archives(folder, ledger), key=lambda one: (one[0].ledger, one[0].number))
    begin(len(found))
    proof = Proof()
    for _, files in groupby(found, key=lambda one: one[0].ledger):
        _prove_chain(list(files), said, proof, read)
    if said is not None:
        _missing({path.name for _, path in found}, said, proof)
    for chain, spans in proof.spans.items():
        try:
            proof.spans[chain] = united(spans)
        except Unfit as error:
            proof.find(f"chain {chain}", str(error))
    return proof


def compare(proof: Proof, said: Spans) -> None:
    """Whether the ledger says of its archived evidence what the archives hold."""
    for chain in sorted(said.keys() | proof.spans.keys()):
        if said.get(chain) != proof.spans.get(chain):
            proof.find(f"chain {chain}", "the archives do not hold the records that the ledger says they do")


def _archives(folder: Path, ledger: str | None) -> Iterator[tuple[Name, Path]]:
    for path in folder.iterdir():
        name = parsed(path.name)
        if name is not None and (ledger is None or name.ledger == ledger[:8]):
            yield name, path


def _missing(here: set[str], said: Said, proof: Proof) -> None:
    known = {str(row["file"]) for row in said}
    for name in sorted(known - here):
        proof.find(name, "the ledger names it, and it is not here")
    for name in sorted(here - known):
        proof.find(name, "the ledger does not name it: a run that was stopped left it, or its record was removed")


def _prove_chain(
    files: Sequence[tuple[Name, Path]], said: Said | None, proof: Proof, read: Callable[[int], None]
) -> None:
    rows = {str(row["file"]): row for row in said or ()}
    previous, expected = FIRST, 1
    for name, path in files:
        if name.number != expected:
            proof.find(path.name, f"archive {expected} should stand here")
        own = digest(path)
        try:
            head = _head(path)
            if head.get("number") != name.number or head.get("previous") != previous:
                proof.find(path.name, "it does not follow the archive before it")
            counts = _read(path, proof)
        except LedgerError as error:
            proof.find(path.name, str(error))
            counts = {}
        previous, expected = chained(previous, own), name.number + 1
        if not previous.startswith(name.chained):
            proof.find(path.name, "its bytes, or those of one before it, are not those that gave it its name")
        if (row := rows.get(path.name)) is not None:
            _compare_row(row, own, previous, counts, proof)
        proof.files, proof.last = proof.files + 1, previous
        read(1)


def _compare_row(row: Mapping[str, Any], own: str, link: str, counts: Mapping[str, int], proof: Proof) -> None:
    if row["digest"] != own:
        proof.find(row["file"], "its bytes are not those that the ledger recorded")
    elif row["chained"] != link:
        proof.find(row["file"], "its place in the chain is not the one that the ledger recorded")
    elif any(row[what] != count for what, count in counts.items()):
        proof.find(row["file"], "it does not hold as many rows as the ledger recorded")


def _head(path: Path) -> Mapping[str, Any]:
    try:
        with gzip.open(path) as file:
            found: Mapping[str, Any] = orjson.loads(file.readline())
            return found
    except (OSError, EOFError, zlib.error, orjson.JSONDecodeError) as error:
        raise LedgerError(f"it cannot be read: {error}") from error


def _read(path: Path, proof: Proof) -> dict[str, int]:
    counts = dict.fromkeys(("messages", "deliveries", "attempts", "evidence"), 0)
    try:
        for line in lines(path):
            found = read_line(line)
            if isinstance(found, Archived):
                counts["messages"] += 1
                counts["deliveries"] += len(found.deliveries)
                counts["attempts"] += len(found.attempts)
            counts["evidence"] += sum(1 for one in records(found) if _record(one, path.name, proof))
    except (orjson.JSONDecodeError, KeyError) as error:
        raise LedgerError(f"it cannot be read: {error}") from error
    proof.messages += counts["messages"]
    proof.records += counts["evidence"]
    return counts


def _record(one: Row, file: str, proof: Proof) -> bool:
    previous = one.pop("previous") or ""
    if link(previous, one) != one["hash"]:
        proof.find(file, f"record {one['seq']} of chain {one['chain']} was changed")
    extend(proof.spans.setdefault(one["chain"], []), one["seq"], previous, one["hash"])
    return True

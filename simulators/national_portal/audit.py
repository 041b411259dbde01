"""Compares what was filed with what the portal holds. Pure: no I/O, and nothing of what it compares is changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Filed:
    """One thing that was filed: a dossier as it was said to be then, or a step.

    `mark` is what the portal's records show as `mark` once it arrived unaltered:
    `TrangThaiHoSo|NgayHenTra|NgayKetThucXuLy|NgayTra|GhiChu` of a dossier and
    `ThoiDiemXuLy|TrangThai|NguoiXuLy|NoiDungXuLy` of a step, in the portal's own writing.
    """

    code: str
    kind: Literal["dossier", "step"]
    mark: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where in the portal's order of arrival (0: it never arrived)."""

    code: str
    kind: str
    mark: str
    arrival: int
    reason: str


@dataclass(slots=True)
class Audit:
    """`lost`: filed, not held. `duplicates`: held more often than filed. `out_of_order`: held behind something that
    was filed later. `unexpected`: held, but never filed like that. `repeats`: updates that arrived again without harm.
    """

    lost: list[Finding] = field(default_factory=list)
    duplicates: list[Finding] = field(default_factory=list)
    out_of_order: list[Finding] = field(default_factory=list)
    unexpected: list[Finding] = field(default_factory=list)
    repeats: int = 0
    filed: int = 0
    held: int = 0

    @property
    def ok(self) -> bool:
        """Nothing lost, doubled, altered or out of order."""
        return not (self.lost or self.duplicates or self.out_of_order or self.unexpected)

    def as_json(self) -> dict[str, Any]:
        """The counts, and under `findings` what they count."""
        kinds = ("lost", "duplicates", "out_of_order", "unexpected")
        findings = {kind: [asdict(finding) for finding in getattr(self, kind)] for kind in kinds}
        counts = {kind: len(found) for kind, found in findings.items()}
        return {"ok": self.ok, "filed": self.filed, "held": self.held, **counts, "repeats": self.repeats} | {
            "findings": findings
        }


@dataclass(frozen=True, slots=True)
class _Held:
    arrival: int
    kind: str
    mark: str
    insert: bool

    @property
    def key(self) -> Key:
        return self.kind, self.mark


def audit(records: Iterable[Mapping[str, Any]], expected: Iterable[Filed]) -> Audit:
    """Compare the dossiers of `/_control/records` with what was filed, which is in filing order for each dossier.

    Order is looked at within a dossier only. An update that arrives again before anything later of its dossier is a
    harmless repeat; one that arrives behind something later has overtaken it or undone it, and is out of order.
    """
    by_code: dict[str, list[Key]] = defaultdict(list)
    for filed in expected:
        by_code[filed.code].append((filed.kind, filed.mark))
    found = Audit(filed=sum(map(len, by_code.values())))
    for record in records:
        code = record["MaHoSo"]
        _compare(code, by_code.pop(code, []), _arrived(record), found)
    for code, keys in by_code.items():
        _compare(code, keys, [], found)
    return found


def _arrived(record: Mapping[str, Any]) -> list[_Held]:
    versions = [_Held(v["arrival"], "dossier", v["mark"], v["kind"] == "insert") for v in record["versions"]]
    steps = [_Held(step["arrival"], "step", step["mark"], False) for step in record["steps"]]
    return sorted(versions + steps, key=lambda held: held.arrival)


def _compare(code: str, filed: list[Key], arrived: list[_Held], found: Audit) -> None:
    places: dict[Key, list[int]] = defaultdict(list)
    for place, key in enumerate(filed):
        places[key].append(place)
    seen: Counter[Key] = Counter()
    furthest, inserted = -1, False
    for held in arrived:
        found.held += 1
        known, nth = places.get(held.key, []), seen[held.key]
        seen[held.key] += 1
        again = nth >= len(known)
        if not known:
            found.unexpected.append(_finding(code, held, "was never filed like this"))
        elif (held.insert and inserted) or (again and held.kind == "step"):
            found.duplicates.append(_finding(code, held, f"arrived {nth + 1} times, filed {len(known)} times"))
        elif known[min(nth, len(known) - 1)] < furthest:
            found.out_of_order.append(_finding(code, held, "arrived behind something that was filed later"))
        else:
            furthest = known[min(nth, len(known) - 1)]
            found.repeats += again
        inserted = inserted or held.insert
    for key, filed_at in places.items():
        for _ in filed_at[seen[key] :]:
            found.lost.append(Finding(code, *key, arrival=0, reason="filed, not held"))


def _finding(code: str, held: _Held, reason: str) -> Finding:
    return Finding(code, held.kind, held.mark, held.arrival, reason)


__all__ = ["Audit", "Filed", "Finding", "audit"]

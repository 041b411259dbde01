"""The peer of the reconciliation: the same work in pandas, as one writes it there.

It reads both files, checks and normalises their cells, pairs the lines by the same keys in the same order, classifies,
proves the sums by the same bridge, and writes the differences with both sides. It freezes nothing, makes no page and no
workbook, compares with no earlier run, and writes no file of all lines for the gateway; and it stops at a wrong cell
without saying where that stands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

_TEXTS = ("reference", "gateway_reference", "refund_reference", "subject")
_WORDS = {"kind": ("payment", "refund", "fee"), "status": ("paid", "pending", "failed", "reversed")}
_FORMAT = "%Y-%m-%d %H:%M:%S"
_KEYS = (
    ["kind", "reference", "gateway_reference"],
    ["kind", "refund_reference"],
    ["kind", "reference", "amount"],
    ["kind", "reference"],
    ["kind", "gateway_reference"],
)


class Wrong(Exception):
    """A cell that is none, or a bridge that does not arrive."""


def reconciled(folder: Path) -> dict[str, int]:
    """How many differences of each kind there are; `differences.pandas.csv` holds them."""
    mine, other = (_side(folder / f"{name}.csv") for name in ("ours", "theirs"))
    both = _joined(mine, other)
    both["outcome"] = _outcomes(both)
    money = _money(both, "_theirs") - _money(both, "_ours")
    if _net(mine) + int(money.sum()) != _net(other):
        raise Wrong("our books and the differences do not give the gateway's file")
    found = both[~both["outcome"].isin(("matched", "apart"))]
    found.to_csv(folder / "differences.pandas.csv", index=False)
    return {str(name): int(count) for name, count in found["outcome"].value_counts().items()}


def _side(path: Path) -> Any:
    types: dict[str, Any] = dict.fromkeys((*_TEXTS, *_WORDS, "time"), "str")
    frame = pd.read_csv(path, dtype={**types, "amount": "int64", "fee": "Int64"}, na_values=[""], keep_default_na=False)
    plain = path.read_bytes().isascii()
    for name in _TEXTS:
        frame[name] = frame[name].str.strip() if plain else frame[name].str.strip().str.normalize("NFC")
    for name, words in _WORDS.items():
        if not frame[name].isin(words).all():
            raise Wrong(f"{path}: {name}")
    if (frame["amount"] < 0).any() or frame[["reference", "gateway_reference"]].isna().all(axis=1).any():
        raise Wrong(f"{path}: an amount or a reference")
    frame["moment"] = pd.to_datetime(frame.pop("time"), format=_FORMAT)
    frame["n"] = range(len(frame))
    return frame


def _joined(mine: Any, other: Any) -> Any:
    """All lines of both sides, paired where they can be; a missing side is empty."""
    parts, left, right = [], mine.add_suffix("_ours"), other.add_suffix("_theirs")
    for keys in _KEYS:
        pairs = _pairs(left, right, keys)
        left, right = left[~left["n_ours"].isin(pairs["n_ours"])], right[~right["n_theirs"].isin(pairs["n_theirs"])]
        parts.append(pairs)
    return pd.concat([*(part for part in parts if len(part)), left, right], ignore_index=True)


def _pairs(mine: Any, other: Any, keys: list[str]) -> Any:
    """Lines that have the keys in common, the first with the first where they stand several times."""
    ours, theirs = [f"{key}_ours" for key in keys], [f"{key}_theirs" for key in keys]
    mine, other = mine.dropna(subset=ours), other.dropna(subset=theirs)
    if mine.duplicated(ours).any() or other.duplicated(theirs).any():
        mine = mine.assign(rank=mine.groupby(ours).cumcount())
        other = other.assign(rank=other.groupby(theirs).cumcount())
        ours, theirs = [*ours, "rank"], [*theirs, "rank"]
    return mine.merge(other, left_on=ours, right_on=theirs).drop(columns="rank", errors="ignore")


def _outcomes(both: Any) -> Any:
    ours, theirs = both["kind_ours"].notna(), both["kind_theirs"].notna()
    pair, kind = ours & theirs, both["kind_theirs"].fillna(both["kind_ours"])
    paid = both["status_theirs"].fillna(both["status_ours"]) == "paid"
    again = both["reference_theirs"].isin(both.loc[pair & paid, "reference_theirs"])
    said = pd.Series("matched", index=both.index)
    moved = both["status_ours"].isin(("paid", "reversed"))
    said[pair & moved & (both["amount_ours"] != both["amount_theirs"])] = "amount"
    said[pair & (both["fee_ours"] != both["fee_theirs"]).fillna(False)] = "amount"
    said[pair & (both["status_ours"] != both["status_theirs"])] = "status"
    said[pair & (kind == "refund") & (said != "matched")] = "refund"
    said[~pair] = "apart"
    said[~pair & theirs & paid] = "missing_at_us"
    said[~pair & theirs & paid & again] = "duplicate"
    said[~pair & ours & paid] = "missing_at_gateway"
    said[~pair & (kind == "refund") & paid] = "refund"
    said[~pair & (kind == "fee")] = "apart"
    return said


def _money(both: Any, side: str) -> Any:
    """What moved, as the gateway's account sees it."""
    kind, amount = both[f"kind{side}"], both[f"amount{side}"].where(both[f"status{side}"] == "paid", 0).fillna(0)
    return amount.where(kind == "payment", 0) - amount.where(kind == "refund", 0)


def _net(side: Any) -> int:
    return int(_money(side, "").sum())


__all__ = ["Wrong", "reconciled"]

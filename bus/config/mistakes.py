"""pydantic's errors -> findings with a place, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bus.config.findings import Finding
from bus.config.shapes import keys, models_at
from bus.config.source import Loc, Spot
from bus.words import Words

_TYPES: Mapping[str, Words] = {
    "int": Words("a whole number", "số nguyên"),
    "float": Words("a number", "số"),
    "bool": Words("true or false", "true hoặc false"),
    "string": Words("a text (in quotes if it looks like a number)", "chuỗi (đặt trong dấu nháy nếu giống số)"),
    "list": Words("a list", "danh sách"),
    "tuple": Words("a list", "danh sách"),
    "dict": Words("a section (key: value)", "mục (khóa: giá trị)"),
    "model": Words("a section (key: value)", "mục (khóa: giá trị)"),
    "url": Words("a URL", "URL"),
    "date": Words("a date such as 2026-01-31", "ngày dạng 2026-01-31"),
}
_RANGES: Mapping[str, tuple[Words, str]] = {
    "greater_than": (Words("above", "lớn hơn"), "gt"),
    "greater_than_equal": (Words("at least", "từ"), "ge"),
    "less_than": (Words("below", "nhỏ hơn"), "lt"),
    "less_than_equal": (Words("at most", "không quá"), "le"),
    "too_short": (Words("of length at least", "dài ít nhất"), "min_length"),
    "too_long": (Words("of length at most", "dài không quá"), "max_length"),
    "string_too_short": (Words("of length at least", "dài ít nhất"), "min_length"),
    "string_too_long": (Words("of length at most", "dài không quá"), "max_length"),
}
_NOTHING = Words("nothing", "trống")


class Section:
    """A part of the file that one model reads: `spot` is where it stands, `model` what it should be.

    `data` is what the model is given, where that is more than what stands at `spot`. `secret` are the places in it that
    are not to be printed, `hide` takes known secrets out of a text.
    """

    def __init__(
        self,
        spot: Spot,
        model: type[BaseModel],
        hide: Callable[[str], str],
        secret: Iterable[Loc],
        data: Any = None,
    ) -> None:
        self._spot = spot
        self._model = model
        self._hide = hide
        self._secret = set(secret)
        self._data = spot.plain() if data is None else data

    def findings(self, errors: Iterable[ErrorDetails]) -> list[Finding]:
        """One finding an error; none where a placeholder could not be filled in, because that was said already."""
        found: dict[tuple[object, str], Finding] = {}
        for error in errors:
            spot, reached = self._spot.nearest(error["loc"])
            if not spot.broken:
                finding = self._finding(error, spot, reached)
                found.setdefault((finding.place, finding.code + str(finding.values.get("key"))), finding)
        return list(found.values())

    def _finding(self, error: ErrorDetails, spot: Spot, reached: bool) -> Finding:
        kind, key = error["type"], _key(error["loc"])
        if kind == "extra_forbidden":
            return Finding(spot.key, "LT020", {"key": key, "hint": self._known(key, error["loc"])})
        if kind == "missing":
            return Finding(spot.key, "LT021", {"key": key, "hint": self._description(key, error["loc"])})
        place = spot.key if error["loc"][-1:] == ("[key]",) else spot.value
        shown = self._shown(error, reached)
        if kind in _RANGES:
            words, name = _RANGES[kind]
            limit = f"{error.get('ctx', {}).get(name):g}"
            expected = Words(f"{words.en} {limit}", f"{words.vi} {limit}")
            return Finding(place, "LT023", {"key": key, "expected": expected, "found": shown})
        expected_type = _TYPES.get(kind.partition("_")[0])
        if expected_type is not None and kind.partition("_")[2] in ("type", "parsing", "from_float", "attributes_type"):
            return Finding(place, "LT022", {"key": key, "expected": expected_type, "found": shown})
        reason, hint = _reason(error)
        return Finding(place, "LT024", {"key": key, "reason": self._safe(reason, error["loc"]), "hint": hint})

    def _shown(self, error: ErrorDetails, reached: bool) -> Words:
        value = error["input"]
        if not reached or self._is_secret(error["loc"]):
            return Words("something else", "giá trị khác")
        if value is None:
            return _NOTHING
        if isinstance(value, dict):
            return Words("a section", "một mục")
        if isinstance(value, list):
            return Words(f"a list of {len(value)}", f"danh sách {len(value)} phần tử")
        text = self._hide(str(value).lower() if isinstance(value, bool) else str(value))
        return Words(*([text if len(text) <= 40 else text[:39] + "…"] * 2))

    def _is_secret(self, loc: tuple[int | str, ...]) -> bool:
        return any(loc[: len(secret)] == secret for secret in self._secret)

    def _safe(self, reason: Words, loc: tuple[int | str, ...]) -> Words:
        if self._is_secret(loc):
            return Words("not of the form that is needed", "không đúng dạng cần có")
        return Words(self._hide(reason.en), self._hide(reason.vi))

    def _known(self, key: str, loc: Loc) -> Words:
        names = [name for model in self._models(loc[:-1]) for name in keys(model)]
        return nearest(key, names, Words("keys here", "các khóa ở đây"))

    def _description(self, key: str, loc: Loc) -> str:
        found = (keys(model).get(key) for model in self._models(loc[:-1]))
        return next((f": {text}" for text in found if text), "")

    def _models(self, loc: Loc) -> list[type[BaseModel]]:
        """At `loc` without the steps that pydantic adds for members of a union."""
        real: list[str | int] = []
        for step in loc:
            if self._spot.below(*real, step) is not None:
                real.append(step)
        return models_at(self._model, self._data, tuple(real))


def nearest(name: str, known: Iterable[str], noun: Words) -> Words:
    """A cure for a name that does not exist: the one that was probably meant, or all there are."""
    names = sorted(set(known))
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return Words(f"did you mean {close[0]}?", f"có phải là {close[0]}?")
    listed = ", ".join(names)
    if not listed:
        return Words("remove it", "bỏ đi")
    return Words(f"{noun.en}: {listed}", f"{noun.vi}: {listed}")


def _key(loc: tuple[int | str, ...]) -> str:
    steps = [step for step in loc if step != "[key]"]
    if steps and isinstance(steps[-1], int):
        named = next((str(step) for step in reversed(steps) if isinstance(step, str)), "")
        return f"{named}[{steps[-1]}]"
    return str(steps[-1]) if steps else "this section"


def _reason(error: ErrorDetails) -> tuple[Words, Words]:
    kind, context = error["type"], error.get("ctx", {})
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        allowed = str(context.get("expected") or context.get("expected_tags")).replace("'", "").replace(" or ", ", ")
        return (
            Words("this value is not allowed", "giá trị không được phép"),
            Words(f"write one of {allowed}", f"ghi một trong {allowed}"),
        )
    if kind == "string_pattern_mismatch":
        pattern = context.get("pattern")
        return (
            Words("not of the form that is needed", "không đúng dạng cần có"),
            Words(f"it must match {pattern}", f"phải khớp {pattern}"),
        )
    message = error["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    see = Words("see docs/reference/configuration.md", "xem docs/reference/configuration.md")
    said, _, cure = message.partition("; ")
    return Words(said, said), Words(cure, cure) if cure else see


def errors_of(model: type[BaseModel], data: Any) -> list[ErrorDetails]:
    """What pydantic says about `data`, without URLs."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []

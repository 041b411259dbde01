"""The reference of the configuration, made from its models: a page for people and a JSON Schema for editors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticUndefined, core_schema

from bus import registry
from bus.config.model import Config
from bus.config.shapes import branches, is_model, key_of
from lienthong.ports import Adapter

_SPANS = ((31_536_000, "y"), (86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_SIZES = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_QUANTITIES = {"seconds": "duration", "octets": "size"}
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "length ≥", "max_length": "length ≤"}
_PLAIN = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    SecretStr: "secret",
    Any: "anything",
    Path: "path",
}


class _Editors(GenerateJsonSchema):
    """Durations and sizes may also be written with a unit."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """A number, or a text with a unit."""
        made = super().function_before_schema(schema)
        if getattr(schema["function"]["function"], "__name__", "") in _QUANTITIES:
            return {"anyOf": [made, {"type": "string"}]}
        return made


def config_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the configuration. Settings of adapters and connectors are left open in it."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "lienthong configuration"}
    return {**Config.model_json_schema(by_alias=True, schema_generator=_Editors), **head}


def sections(model: type[BaseModel], path: str = "", made: BaseModel | None = None) -> Iterator[str]:
    """Markdown: a table for `model`, then those of the sections below it. `made` is what stands there by default."""
    below: list[tuple[str, type[BaseModel], BaseModel | None]] = []
    heading = f"### `{path}`\n\n" if path else ""
    rows = []
    for name, field in model.model_fields.items():
        key = key_of(name, field.alias)
        value = _default(field) if made is None else getattr(made, name)
        inner = list(_inner(field.annotation, f"{path}.{key}" if path else key))
        below += [(place, found, value if isinstance(value, found) else None) for place, found in inner]
        default = _shown(value, field, bool(inner))
        rows.append(f"| `{key}` | {_form(field)} | {default} | {_cell(field.description or '')} |")
    summary = _cell((model.__doc__ or "").strip().split("\n\n")[0])
    if rows:
        yield f"{heading}{summary}\n\n| key | value | default | meaning |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    else:
        yield f"{heading}{summary}\n\nNothing to set.\n"
    for place, found, default_value in below:
        yield from sections(found, place, default_value)


def parts() -> Iterator[str]:
    """Markdown: the settings of every installed adapter and connector of this package."""
    yield "## Adapters\n\nUnder `systems.NAME.settings`.\n"
    for name, point in registry.adapters().items():
        if _ours(point):
            yield f"## Adapter `{name}`\n"
            adapter = registry.adapter_class(name)
            yield from _what(adapter)
            yield from sections(adapter.Settings)
            yield from _log_in(adapter)
    yield "## Connectors\n\nUnder `systems.NAME.connect`.\n"
    for name, point in registry.connectors().items():
        if _ours(point):
            yield f"## Connector `{name}`\n"
            yield from sections(registry.connector_class(name).Settings)


def _what(adapter: type[Adapter]) -> Iterator[str]:
    """What the adapter can be told, asked and sent."""
    told = (f"- is told `{one.name}`: {_listed(one.types)}" for one in adapter.operations.values())
    asked = (f"- is asked `{one.name}`: {_listed(one.results)}" for one in adapter.queries.values())
    polled = (
        f"- is polled for `{one.name}`, each {one.every:g} s: {_listed(one.types)}" for one in adapter.polls.values()
    )
    taken = (f"- takes `/in/SYSTEM/{name}`" for name in sorted(adapter.receivers))
    if lines := [*told, *asked, *polled, *taken]:
        yield "\n".join(lines) + "\n"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _log_in(adapter: type[Adapter]) -> Iterator[str]:
    if adapter.auth:
        written = json.dumps(dict(adapter.auth), ensure_ascii=False, indent=2)
        yield f"Its defaults for `connect.auth`, in flow style:\n\n```yaml\n{written}\n```\n"


def _ours(point: Any) -> bool:
    return point.dist is None or point.dist.name == "lienthong"


def _inner(annotation: Any, path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    found = list(branches(annotation))
    models = [branch for branch in found if is_model(branch)]
    for model in models:
        yield (f"{path} ({_tag(model)})" if len(models) > 1 else path), model
    for branch in found:
        origin, arguments = get_origin(branch), get_args(branch)
        if origin is dict:
            yield from _inner(arguments[1], f"{path}.NAME")
        elif origin in (list, tuple):
            yield from _inner(arguments[0], f"{path}[]")


def _tag(model: type[BaseModel]) -> str:
    fields = model.model_fields.items()
    tags = (f"{name}: {get_args(f.annotation)[0]}" for name, f in fields if get_origin(f.annotation) is Literal)
    return next(tags, model.__name__)


def _form(field: FieldInfo) -> str:
    quantity = next((q for item in field.metadata if (q := _quantity(item))), None)
    forms = [quantity] if quantity else _branches(field.annotation)
    bounds = [f"{_BOUNDS[name]} {_number(limit)}" for name, limit in _limits(field.metadata)]
    patterns = [f"of the form `{_pattern(item)}`" for item in field.metadata if _pattern(item)]
    return _cell(", ".join([" or ".join(dict.fromkeys(forms)), *patterns, *bounds]))


def _branches(annotation: Any) -> list[str]:
    if get_origin(annotation) is None and not hasattr(annotation, "__metadata__"):
        return [] if annotation is type(None) else [_name(annotation)]
    if hasattr(annotation, "__metadata__"):
        quantity = next((q for item in annotation.__metadata__ if (q := _quantity(item))), None)
        return [quantity] if quantity else _branches(annotation.__origin__)
    if get_origin(annotation) is Literal:
        return [f"`{choice}`" for choice in get_args(annotation)]
    if get_origin(annotation) in (list, tuple, set, frozenset):
        return [f"list of {' or '.join(_branches(get_args(annotation)[0]))}"]
    if get_origin(annotation) is dict:
        return ["section"]
    return [form for member in get_args(annotation) for form in _branches(member)]


def _name(plain: Any) -> str:
    return "section" if is_model(plain) else _PLAIN.get(plain, getattr(plain, "__name__", str(plain)))


def _quantity(item: Any) -> str | None:
    return _QUANTITIES.get(getattr(getattr(item, "func", None), "__name__", ""))


def _pattern(item: Any) -> Any:
    return getattr(item, "pattern", None)


def _limits(metadata: list[Any]) -> Iterator[tuple[str, Any]]:
    """The narrowest of each kind: a field may narrow what its type says."""
    found: dict[str, Any] = {}
    for name in _BOUNDS:
        limits = [getattr(item, name) for item in metadata if getattr(item, name, None) is not None]
        if limits:
            found[name] = min(limits) if name in ("le", "lt", "max_length") else max(limits)
    if found.get("gt", -1) >= found.get("ge", 0):
        found.pop("ge", None)
    yield from found.items()


def _default(field: FieldInfo) -> Any:
    factory: Any = field.default_factory
    return factory() if factory is not None else field.default


def _shown(value: Any, field: FieldInfo, nested: bool) -> str:
    if value is PydanticUndefined:
        return "**required**"
    if value is None:
        return "unset"
    if isinstance(value, BaseModel):
        return "see below" if nested else "section"
    return f"`{_written(value, field)}`"


def _written(value: Any, field: FieldInfo) -> str:
    quantity = next((q for item in field.metadata if (q := _quantity(item))), None)
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    if quantity:
        return _with_unit(value, _SPANS if quantity == "duration" else _SIZES)
    if isinstance(value, (list, tuple, set, frozenset)):
        return "[" + ", ".join(str(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) or value == "" else str(value)


def _with_unit(value: float, units: tuple[tuple[int, str], ...]) -> str:
    for size, unit in units:
        if value and value % size == 0:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _number(limit: Any) -> str:
    return f"{limit:g}" if isinstance(limit, float) else str(limit)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")

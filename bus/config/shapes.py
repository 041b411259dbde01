"""What the pydantic models expect at a place of the file: which keys, and which values are secret."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretBytes, SecretStr

from bus.config.source import Loc


def key_of(name: str, alias: str | None) -> str:
    """The key under which a field stands in the file."""
    return alias or name


def keys(model: type[BaseModel]) -> dict[str, str]:
    """The keys of a section with their descriptions."""
    return {key_of(name, field.alias): field.description or "" for name, field in model.model_fields.items()}


def branches(annotation: Any) -> Iterator[Any]:
    """The plain types that an annotation allows."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from branches(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from branches(member)
    else:
        yield annotation


def models_at(annotation: Any, data: Any, loc: Loc) -> list[type[BaseModel]]:
    """The models that could be meant at `loc`, led by the data where there are several."""
    found = [branch for branch in branches(annotation) if _suits(branch, data)]
    if not loc:
        return [branch for branch in found if is_model(branch)]
    step, rest = loc[0], loc[1:]
    below = data.get(step) if isinstance(data, dict) else data[step] if _has(data, step) else None
    return [model for branch in found for inner in _steps(branch, step) for model in models_at(inner, below, rest)]


def secrets(annotation: Any, data: Any, loc: Loc = ()) -> Iterator[Loc]:
    """Where in `data` a text stands that the models declare secret."""
    for branch in branches(annotation):
        if branch in (SecretStr, SecretBytes) and isinstance(data, str):
            yield loc
        elif isinstance(data, (dict, list)) and _suits(branch, data):
            for step, value in data.items() if isinstance(data, dict) else enumerate(data):
                for inner in _steps(branch, step):
                    yield from secrets(inner, value, (*loc, step))


def is_model(branch: Any) -> bool:
    """Whether a branch is a section of its own."""
    return isinstance(branch, type) and issubclass(branch, BaseModel)


def _steps(branch: Any, step: str | int) -> list[Any]:
    if is_model(branch):
        return [f.annotation for name, f in branch.model_fields.items() if key_of(name, f.alias) == step]
    origin, arguments = get_origin(branch), get_args(branch)
    if origin is dict and isinstance(step, str):
        return [arguments[1]]
    if origin in (list, tuple, set, frozenset) and isinstance(step, int):
        return [arguments[0]]
    return []


def _suits(branch: Any, data: Any) -> bool:
    """A member of a union is out of the question where a tag (a `Literal` field) says otherwise."""
    if not is_model(branch) or not isinstance(data, dict):
        return True
    tags = ((key_of(n, f.alias), f.annotation) for n, f in branch.model_fields.items())
    literals = [(name, get_args(annotation)) for name, annotation in tags if get_origin(annotation) is Literal]
    return all(data[name] in values for name, values in literals if name in data)


def _has(data: Any, step: str | int) -> bool:
    return isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data)

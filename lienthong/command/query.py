"""`lienthong query`: a question to an outside system, through a running bus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from lienthong.command.client import Client
from lienthong.command.failures import Exit, Failure
from lienthong.command.output import Json, KeyFile, OptionalConfigPath, Url, show, table
from lienthong.command.send import text_of
from lienthong.command.sources import configured_url
from lienthong.command.texts import t


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("query", help=t("query"))(query)


def query(
    name: Annotated[str, typer.Argument(help=t("query.name"), metavar="NAME|list")],
    fields: Annotated[list[str] | None, typer.Option("--set", help=t("query.set"), show_default=False)] = None,
    data: Annotated[str | None, typer.Option("--data", help=t("query.data"), show_default=False)] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help=t("query.purpose"), show_default=False)] = None,
    officer: Annotated[str | None, typer.Option("--officer", help=t("query.officer"), show_default=False)] = None,
    case: Annotated[str | None, typer.Option("--case", help=t("query.case"), show_default=False)] = None,
    wait: Annotated[float | None, typer.Option("--wait", min=0.1, help=t("query.wait"), show_default=False)] = None,
    config: OptionalConfigPath = None,
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 0 for an answer, whatever it says; `lienthong query list` shows what may be asked."""
    with Client(configured_url(url, config), key_file) as client:
        if name == "list":
            _list(client.get("/v1/queries"), json)
            return
        question = _question(data)
        if fields:
            question |= _set(fields, _schema(client, name))
        body = {"data": question, "purpose": purpose, "officer": officer, "case": case}
        headers = {} if wait is None else {"request-timeout": f"{wait:g}"}
        answer = client.post(f"/v1/queries/{name}", body, headers=headers)
    if json:
        show(answer)
    else:
        _print(answer)


def _question(path: str | None) -> dict[str, Any]:
    from json import JSONDecodeError, loads

    question: Any = {}
    if path is not None:
        try:
            question = loads(text_of(path))
        except JSONDecodeError as error:
            at = f"{path}:{error.lineno}:{error.colno}"
            raise Failure("LT104", Exit.USAGE, path=at, reason=error.msg, hint="write the question as JSON") from error
    if not isinstance(question, dict):
        raise Failure("LT104", Exit.USAGE, path=str(path), reason="not an object", hint="write {...}")
    return question


def _schema(client: Client, name: str) -> Mapping[str, Any]:
    """The properties of the question, as far as the bus tells them."""
    queries = client.get("/v1/queries")["queries"]
    schema: Mapping[str, Any] = next((one["schema"] for one in queries if one["name"] == name), {})
    properties: Mapping[str, Any] = schema.get("properties", {})
    return properties


def _set(fields: Sequence[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            # without the text itself, which may be somebody's number
            raise Failure("LT104", Exit.USAGE, path="--set", reason="there is no =", hint="write NAME=VALUE")
        property = properties.get(name, {})
        types = {one.get("type") for one in (property, *property.get("anyOf", ()))}
        values[name] = int(value) if "integer" in types and value.isascii() and value.isdigit() else value
    return values


def _list(found: Mapping[str, Any], json: bool) -> None:
    if json:
        show(found)
    elif not found["queries"]:
        typer.echo(t("query.none"))
    else:
        columns = ("name", "system", "require", "results")
        table(columns, [tuple(_cell(one[column]) for column in columns) for one in found["queries"]])


def _cell(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _print(answer: Mapping[str, Any]) -> None:
    table(("field", "value"), [("result", str(answer["result"])), *_flat(answer["data"] or {}, "")])


def _flat(value: Any, name: str) -> list[tuple[str, str]]:
    """Every leaf with the path that leads to it."""
    if isinstance(value, Mapping):
        return [pair for key, below in value.items() for pair in _flat(below, f"{name}.{key}" if name else str(key))]
    if isinstance(value, list):
        return [pair for index, below in enumerate(value) for pair in _flat(below, f"{name}[{index}]")]
    return [(name, str(value))]

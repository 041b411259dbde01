"""`lienthong reconcile work`: the differences that people work on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.groups import group
from lienthong.command.output import Json, as_json, show, table
from lienthong.command.reconciling import OUT, Out, Owner
from lienthong.command.texts import chosen, t

if TYPE_CHECKING:
    from reconciliation.reconcile import Done
    from reconciliation.runs import Day
    from reconciliation.work import Item, Work

app = group("reconcile.work")
T = TypeVar("T")
Number = Annotated[int, typer.Argument(help=t("reconcile.work.number"), min=1)]
Note = Annotated[str | None, typer.Option("--note", help=t("reconcile.work.note"), show_default=False)]
_COLUMNS = ("number", "system", "day", "outcome", "reference", "difference", "state", "owner", "note")


@app.command("list", help=t("reconcile.work.list"))
def list_(
    system: Annotated[str | None, typer.Option("--system", help=t("reconcile.system"), show_default=False)] = None,
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help=t("reconcile.date"), show_default=False)
    ] = None,
    state: Annotated[str | None, typer.Option("--state", help=t("reconcile.work.state"), show_default=False)] = None,
    owner: Owner = None,
    out: Out = OUT,
    json: Json = False,
) -> None:
    """Those that are not done with, if no state is given."""
    states = _states(state)
    found = _with(out, lambda work: work.items(system=system, day=day and day.date(), states=states, owner=owner))
    if json:
        show({"items": [asdict(one) for one in found]})
        return
    table(_COLUMNS, [_row(one) for one in found])


@app.command("take", help=t("reconcile.work.take"))
def take(
    number: Number,
    owner: Annotated[str, typer.Option("--owner", help=t("reconcile.owner"))],
    note: Note = None,
    out: Out = OUT,
    json: Json = False,
) -> None:
    """Exit code 2 if there is no such item."""
    _changed(_with(out, lambda work: work.take(number, owner, note, _now())), json)


@app.command("settle", help=t("reconcile.work.settle"))
def settle(
    number: Number,
    note: Annotated[str, typer.Option("--note", help=t("reconcile.work.note"))],
    accept: Annotated[bool, typer.Option("--accept", help=t("reconcile.work.accept"))] = False,
    out: Out = OUT,
    json: Json = False,
) -> None:
    """Exit code 2 if there is no such item."""
    from reconciliation.work import State

    state = State.ACCEPTED if accept else State.SETTLED
    _changed(_with(out, lambda work: work.settle(number, state, note, _now())), json)


def recorded(place: Day, done: Done, owner: str | None) -> Mapping[str, Any]:
    """Tells the items of a run's day what it found, and says so. New ones are made for an owner only."""
    from reconciliation.work import FILE

    if owner is None and not (place.out / FILE).exists():
        return {}
    found = _with(
        place.out, lambda work: work.record(place, done.number, place.differences(done.number), owner, _now())
    )
    if found.opened + found.left + found.closed and not as_json():
        typer.echo(t("reconcile.work.said", **{name: str(count) for name, count in asdict(found).items()}), err=True)
    return {"work": asdict(found)}


def _with(out: Path, do: Callable[[Work], T]) -> T:
    from sqlalchemy.exc import OperationalError

    from reconciliation.work import FILE, NoItem, Work

    try:
        return do(Work(out))
    except NoItem as error:
        name = str(error).removeprefix("there is no ")
        raise Failure("LT107", Exit.USAGE, name=name, hint=t("reconcile.work.look")) from error
    except (OperationalError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error)
        raise Failure("LT104", Exit.USAGE, path=str(out / FILE), reason=reason, hint=t("reconcile.file")) from error


def _states(state: str | None) -> tuple[Any, ...]:
    from reconciliation.work import State

    if state is None:
        return (State.OPEN, State.IN_PROGRESS)
    if state == "all":
        return ()
    if state not in set(State):
        said = ", ".join(("all", *State))
        reason = t("wrong.value", name="--state", said=said)
        raise Failure("LT100", Exit.USAGE, reason=reason, command="lienthong reconcile work list")
    return (State(state),)


def _now() -> datetime:
    return datetime.now(UTC)


def _row(one: Item) -> tuple[str, ...]:
    from reconciliation.words import outcome

    called: str = getattr(outcome(one.kind, one.outcome), chosen())
    key = one.reference or one.gateway_reference or one.refund_reference or ""
    return (
        str(one.number), one.system, one.day, called, key, f"{one.difference:,}", one.state, one.owner, one.note or "",
    )  # fmt: skip


def _changed(one: Item, json: bool) -> None:
    show(asdict(one)) if json else table(_COLUMNS, [_row(one)])

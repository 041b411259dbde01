"""The report as one HTML page: no script, nothing from elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from bus.words import Language
from reconciliation.books import Books, Since
from reconciliation.report.chart import bars, columns
from reconciliation.words import outcome, said

SHOWN = 1000  # differences on the page; browsers become slow long before spreadsheets
_STYLE = """
:root{color-scheme:light dark;--ink:#1b2a2f;--soft:#5d7076;--line:#d9e2e4;--ground:#fff;--good:#2a8c6a;--bad:#c8553d;
--calm:#4a7fa5}@media(prefers-color-scheme:dark){:root{--ink:#e6eeef;--soft:#9fb1b6;--line:#33454b;--ground:#142025}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:76rem;margin:2rem auto;
padding:0 1rem}h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0}
.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}code{font-size:.9em;overflow-wrap:anywhere}
svg{width:100%;height:auto;max-width:46rem}svg text{fill:var(--ink);font:12px system-ui,sans-serif}
.wide{overflow-x:auto}"""


def page(
    inputs: Mapping[str, Any],
    books: Books,
    language: Language,
    shown: Sequence[Mapping[str, Any]],
    gone: Sequence[Mapping[str, Any]],
    hours: Mapping[int, int],
    own: Sequence[Mapping[str, Any]] = (),
) -> str:
    """`shown` are the first differences, `hours` their number by hour of the day, `own` what differs in our books."""
    say = _Say(language, inputs["kind"])
    session = inputs["session"]
    title = f"{say('title')}: {inputs['system']} {session['day']}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p class=soft>{say('session')} {session['first']} – {session['day']} · {say('run')} {inputs['run']} · "
        f"{escape(inputs['made'])}</p>",
        _verdict(books, say),
        f"<p class=soft>{_since(books.since, say)}</p>",
        f"<h2>{say('bridge')}</h2>",
        _bridge(books, say),
        bars(
            [(say.outcome(one.outcome), one.lines) for one in books.parts if one.outcome not in ("matched", "cut_off")]
        ),
        *([f"<h2>{say('hours')}</h2>", columns([hours.get(hour, 0) for hour in range(24)])] if hours else []),
        *_own(own, inputs, say),
        *_differences(shown, books, say),
        *_gone(gone, say),
        f"<h2>{say('inputs')}</h2>",
        _inputs(inputs, say),
    ]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


class _Say:
    def __init__(self, language: Language, kind: str) -> None:
        self._language, self._kind = language, kind

    def __call__(self, key: str, **values: object) -> str:
        template: str = getattr(said(self._kind, key), self._language)
        return escape(template.format_map(values))

    def outcome(self, name: str) -> str:
        return escape(getattr(outcome(self._kind, name), self._language))


def _verdict(books: Books, say: _Say) -> str:
    count = sum(part.lines for part in books.parts if part.outcome not in ("matched", "cut_off"))
    if count == 0:
        return f"<p class=good><b>{say('none')}</b></p>"
    carried = sum(part.carried for part in books.parts)
    more = f" ({carried} {say('carried')})" if carried else ""
    return f"<p class={'good' if books.closed else 'bad'}><b>{say('differences')}: {count:,}</b>{more}</p>"


def _since(since: Since | None, say: _Say) -> str:
    if since is None:
        return say("first")
    return say("since", number=since.number, new=since.new, same=since.same, gone=since.gone)


def _bridge(books: Books, say: _Say) -> str:
    rows = [(f"<b>{say('ours.total')}</b>", books.ours.payments + books.ours.refunds, books.ours.net)]
    rows += [(say.outcome(part.outcome), part.lines, part.difference) for part in books.parts]
    rows += [(f"<b>{say('theirs.total')}</b>", books.theirs.payments + books.theirs.refunds, books.theirs.net)]
    lines = "".join(f"<tr><td>{name}<td class=n>{count:,}<td class=n>{money:,}" for name, count, money in rows)
    apart = f"{say('fees')}: {books.theirs.fees:,} · {say('refunds')}: {books.theirs.refunded:,}"
    head = f"<tr><th>{say('outcome')}<th class=n>{say('lines')}<th class=n>{say('difference')}"
    return f"<table>{head}{lines}</table><p class=soft>{apart}</p>"


def _differences(shown: Sequence[Mapping[str, Any]], books: Books, say: _Say) -> Iterable[str]:
    if not shown:
        return
    yield f"<h2>{say('differences')}</h2>"
    count = sum(part.lines for part in books.parts if part.outcome not in ("matched", "cut_off"))
    if count > len(shown):
        yield f"<p class=soft>{say('cut', shown=len(shown), all=count)}</p>"
    names = ("outcome", "reference", "ours", "theirs", "likely", "next")
    head = "".join(f"<th>{say(name)}" for name in names)
    yield f"<div class=wide><table><tr>{head}"
    for one in shown:
        mark = f"<br><span class=soft>{say(one['change'])}</span>" + (f"<br>{say('carried')}" if one["carried"] else "")
        keys = "<br>".join(f"<code>{escape(str(one[name]))}</code>" for name in _KEYS if one[name])
        line = f"<br><span class=soft>{say('line')} {one['line']}</span>" if one["line"] else ""
        sides = "".join(f"<td>{_side(one, side, say)}" for side in ("our", "their"))
        words = f"<td>{escape(one['likely_cause'])}<td>{escape(one['next_step'])}"
        yield f"<tr><td>{say.outcome(one['outcome'])}{mark}<td>{keys}{line}{sides}{words}"
    yield "</table></div>"


_KEYS = ("reference", "gateway_reference", "refund_reference", "subject")


def _side(one: Mapping[str, Any], side: str, say: _Say) -> str:
    if one[f"{side}_amount"] is None:
        return f"<span class=soft>{say('nothing')}</span>"
    fee = one[f"{side}_fee"]
    charge = f"<br>{say('fee')} {fee:,}" if fee is not None else ""
    return f"{one[f'{side}_amount']:,}<br>{say(one[f'{side}_status'])}<br>{escape(one[f'{side}_time'] or '')}{charge}"


def _own(own: Sequence[Mapping[str, Any]], inputs: Mapping[str, Any], say: _Say) -> Iterable[str]:
    undated = inputs["ours"]["undated"]
    if undated:
        yield f"<p class=bad>{say('own.undated', count=undated)}</p>"
    if not own:
        return
    yield f"<h2>{say('own')}</h2><div class=wide><table>"
    yield "<tr>" + "".join(f"<th>{say(name)}" for name in ("reference", "own.messages", "own.process"))
    for one in own:
        keys = "<br>".join(f"<code>{escape(str(one[name]))}</code>" for name in _KEYS if one[name])
        sides = ((one[f"{side}_amount"], one[f"{side}_status"]) for side in ("messages", "process"))
        cells = "".join(
            f"<td>{say('nothing')}" if amount is None else f"<td>{amount:,}<br>{say(status)}"
            for amount, status in sides
        )
        yield f"<tr><td>{keys}{cells}"
    yield "</table></div>"


def _gone(gone: Sequence[Mapping[str, Any]], say: _Say) -> Iterable[str]:
    if not gone:
        return
    yield f"<h2>{say('gone')}</h2><ul>"
    for one in gone:
        key = one["reference"] or one["gateway_reference"] or one["refund_reference"] or ""
        yield f"<li>{say.outcome(one['outcome'])}: <code>{escape(key)}</code>"
    yield "</ul>"


def _inputs(inputs: Mapping[str, Any], say: _Say) -> str:
    statement, ours = inputs["statement"], inputs["ours"]
    rows = (
        (say("statement"), f"{statement['file']}, {statement['lines']:,}", statement["sha256"]),
        (say("as_of"), f"{ours['as_of']}, {ours['lines']:,}", ours["sha256"]),
    )
    cells = "".join(f"<tr><td>{name}<td>{escape(what)}<td><code>{hash}</code>" for name, what, hash in rows)
    return f"<table><tr><th><th>{say('lines')}<th>SHA-256{cells}</table>"


__all__ = ["SHOWN", "page"]

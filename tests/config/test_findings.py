"""Each kind of mistake, with the exact place and code; and all at once."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from bus.config import Finding, load

HASH = "sha256:" + "0" * 64
HEAD = "unit: H49\n"
LAND = """\
    adapter: land
    connector: wire
    connect: {host: h, auth: {user: u, password: "${env:PASSWORD}"}}
    settings: {code: c}
"""
SYSTEM = f"systems:\n  land:\n{LAND}routes:\n"
SIGNING = "systems:\n  gate: {adapter: gate, connector: bare}\n"
ENVIRON = {"PASSWORD": "the-password", "PORT": "8081", "BAD_PORT": "eighty", "EMPTY": ""}


def findings(tmp_path: Path, text: str) -> list[Finding]:
    path = tmp_path / "bus.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, ENVIRON).findings


def places(found: list[Finding]) -> list[str]:
    return [f"{one.line}:{one.column} {one.code}" for one in found]


YAML: list[tuple[str, str, list[str]]] = [
    ("empty", "", ["1:1 LT005"]),
    ("list", "- a\n", ["1:1 LT005"]),
    ("single value", "hello\n", ["1:1 LT005"]),
    ("unclosed list", "unit: H49\nroutes: [1, 2\nhttp: {}\n", ["2:9 LT001"]),
    ("unclosed section", "unit: {a: 1\n", ["1:7 LT001"]),
    ("unclosed quote", "unit: 'H49\nroutes: []\n", ["1:7 LT001"]),
    ("value of a value", "unit: a: b\n", ["1:8 LT001"]),
    ("indentation", "http:\n  port: 1\n host: x\n", ["3:2 LT001"]),
    ("forbidden first character", "unit: @x\n", ["1:7 LT001"]),
    ("control character", "unit: H49\nhttp: \x07\n", ["2:7 LT001"]),
    ("two documents", "unit: H49\n---\nunit: H50\n", ["2:1 LT001"]),
    ("tabs", "unit: H49\nhttp:\n\tport: 1\nledger:\n  \turl: x\n", ["3:1 LT002", "5:3 LT002"]),
    ("key twice", "unit: H49\nhttp: {port: 1}\nunit: H50\nhttp: {port: 2}\n", ["3:1 LT003", "4:1 LT003"]),
    ("key twice below", "unit: H49\nhttp:\n  port: 1\n  port: 2\n", ["4:3 LT003"]),
    ("tag", "unit: !secret H49\n", ["1:7 LT007"]),
    ("alias in itself", "unit: H49\nhttp: &a {host: *a}\n", ["2:7 LT007", "2:7 LT022"]),
]
MODEL: list[tuple[str, str, list[str]]] = [
    ("missing unit", "http: {port: 1}\n", ["1:1 LT021"]),
    ("unknown key", HEAD + "ledgr: {}\n", ["2:1 LT020"]),
    ("unknown key below", HEAD + "http:\n  prot: 1\n", ["3:3 LT020"]),
    ("number expected", HEAD + "http: {port: eighty}\n", ["2:14 LT022"]),
    ("section expected", HEAD + "http: 8080\n", ["2:7 LT022"]),
    ("list expected", HEAD + "routes: {a: b}\n", ["2:9 LT022"]),
    ("nothing where a text is needed", "unit:\n", ["1:1 LT022"]),
    ("text expected", HEAD + "http: {host: 127}\n", ["2:14 LT022"]),
    ("out of range", HEAD + "http: {port: 70000}\n", ["2:14 LT023"]),
    ("length", HEAD + f"clients:\n  a:\n    key: {HASH}\n    send:\n    - {{source: /a, types: []}}\n", ["6:27 LT023"]),
    ("duration", HEAD + "dispatch: {drain: 3 weeks}\n", ["2:19 LT024"]),
    ("size", HEAD + "http: {max_body: 3 yards}\n", ["2:18 LT024"]),
    ("choice", HEAD + f"clients: {{a: {{key: {HASH}, read: some}}}}\n", ["2:99 LT024"]),
    ("name of a section", HEAD + f"clients:\n  Big_One: {{key: {HASH}}}\n", ["3:3 LT024"]),
    ("environment in a number", HEAD + "http: {port: '${env:PORT}'}\n", []),
    ("wrong environment in a number", HEAD + "http: {port: '${env:BAD_PORT}'}\n", ["2:14 LT022"]),
]
SECRETS: list[tuple[str, str, list[str]]] = [
    ("environment missing", HEAD + "ledger: {url: '${env:NOPE}'}\n", ["2:15 LT010"]),
    ("set but empty is set", HEAD + "http: {host: '${env:EMPTY}'}\n", []),
    ("missing in a number is said once", HEAD + "http: {port: '${env:NOPE}'}\n", ["2:14 LT010"]),
    ("two in one text", HEAD + "ledger: {url: 'postgresql://${env:A}:${env:B}@h/d'}\n", ["2:15 LT010", "2:15 LT010"]),
    ("file missing", HEAD + "ledger: {url: '${file:nope.txt}'}\n", ["2:15 LT011"]),
    ("placeholder of another world", HEAD + "http: {host: '${HOST}'}\n", ["2:14 LT012"]),
    ("literal", HEAD + "http: {host: '$${HOST}'}\n", []),
    ("password in a URL", HEAD + "broker: {url: 'amqp://u:pw-in-clear@h/v'}\n", ["2:15 LT013"]),
    ("URL without password", HEAD + "ledger: {url: 'postgresql://u@h/d'}\n", []),
    (
        "password of a connector",
        HEAD + SYSTEM.replace('"${env:PASSWORD}"', "pw-in-clear") + "- {name: a, to: [land]}\n",
        ["6:50 LT013"],
    ),
    (
        "token of an adapter",
        HEAD + SYSTEM.replace("code: c", "code: c, token: pw-in-clear") + "- {name: a, to: [land]}\n",
        ["7:32 LT013"],
    ),
]
SYSTEMS: list[tuple[str, str, list[str]]] = [
    ("all right", SYSTEM + "- {name: a, to: [land]}\n", []),
    ("no adapter", "systems:\n  a: {connector: wire}\n", ["3:3 LT021"]),
    ("unknown adapter", "systems:\n  a: {adapter: lande, connector: bare}\n", ["3:16 LT030"]),
    ("unknown connector", "systems:\n  a: {adapter: listener, connector: bar}\n", ["3:37 LT031"]),
    ("adapter does not load", "systems:\n  a: {adapter: broken, connector: bare}\n", ["3:16 LT032"]),
    ("connector does not load", "systems:\n  a: {adapter: listener, connector: halfway}\n", ["3:37 LT032"]),
    ("only says", "systems:\n  a: {adapter: listener, connector: bare}\n", []),
    ("no route", "systems:\n  land:\n" + LAND, ["3:3 LT046"]),
    ("only polled", "systems:\n  land:\n" + LAND + "    polls: {news: {}}\nroutes: [{name: a, drop: true}]\n", []),
    ("only asked", "systems:\n  land:\n" + LAND + "queries: {plot.lookup: {system: land}}\n", []),
    (
        "settings of the adapter",
        SYSTEM.replace("{code: c}", "{size: {most: 100}, kinds: [a, c], colour: red}") + "- {name: a, to: [land]}\n",
        ["7:5 LT021", "7:29 LT023", "7:46 LT024", "7:50 LT020"],
    ),
    (
        "settings that do not go together",
        SYSTEM.replace("{code: c}", "{code: alone, kinds: [a]}") + "- {name: a, to: [land]}\n",
        ["7:15 LT024"],
    ),
    (
        "settings the adapter refuses",
        SYSTEM.replace("{code: c}", "{code: refused}") + "- {name: a, to: [land]}\n",
        ["7:15 LT035"],
    ),
    (
        "settings of the connector",
        SYSTEM.replace("host: h", "hosts: h") + "- {name: a, to: [land]}\n",
        ["6:5 LT021", "6:15 LT020"],
    ),
    (
        "log-in of the connector",
        SYSTEM.replace("user: u", "usr: u") + "- {name: a, to: [land]}\n",
        ["6:24 LT021", "6:31 LT020"],
    ),
    (
        "another kind of log-in",
        SYSTEM.replace("{user: u, password:", "{type: kee, password:") + "- {name: a, to: [land]}\n",
        ["6:30 LT024"],
    ),
    (
        "on_unknown",
        "systems:\n  land:\n" + LAND + "    on_unknown: {submit: lookup, update: lookup, upate: hold}\n"
        "routes: [{name: a, to: [land]}]\n",
        ["8:42 LT034", "8:50 LT033"],
    ),
    ("lease", "systems:\n  land:\n" + LAND + "    deadline: 61s\nroutes: [{name: a, to: [land]}]\n", ["8:15 LT063"]),
    (
        "a wrong number does not hide the rest",
        "systems:\n  a: {adapter: lande, connector: bare, concurrency: many, rate: -1}\n",
        ["3:16 LT030", "3:53 LT022", "3:65 LT023"],
    ),
]
ROUTES: list[tuple[str, str, list[str]]] = [
    ("unknown system", "- {name: a, to: [land, lend]}\n", ["9:24 LT040"]),
    ("leads nowhere", "- {name: a}\n- {name: b, to: [land]}\n", ["9:3 LT043"]),
    ("leads nowhere, said so", "- {name: a, drop: true}\n- {name: b, to: [land]}\n", []),
    ("to of another type is said once", "- {name: a, to: land}\n- {name: b, to: [land]}\n", ["9:17 LT022"]),
    ("drops and sends", "- {name: a, to: [land], drop: true}\n", ["9:13 LT044"]),
    ("name twice", "- {name: a, to: [land]}\n- {name: a, to: [land]}\n", ["10:10 LT045"]),
    ("unknown type", "- {name: a, to: [land], types: [dossier.submited]}\n", ["9:33 LT047", "9:33 LT041"]),
    ("unknown noun", "- {name: a, to: [land], types: [dosier.*]}\n", ["9:33 LT047", "9:33 LT041"]),
    (
        "no operation",
        "- {name: a, to: [land], types: [dossier.submitted, dossier.progressed, 'dossier.*']}\n",
        ["9:52 LT041"],
    ),
    ("condition", "- {name: a, to: [land], when: .data.x ==}\n", ["9:31 LT042"]),
    ("condition with an unknown function", "- name: a\n  to: [land]\n  when: |\n    .data | nosuch\n", ["11:9 LT042"]),
    ("condition from the environment", "- {name: a, to: [land], when: '${env:NOPE}'}\n", ["9:31 LT010"]),
]
TWO = SYSTEM.removesuffix("routes:\n") + "  plots:\n" + LAND
ASK = "queries: {plot.lookup: {system: plots}}\n"
QUERIES: list[tuple[str, str, list[str]]] = [
    ("all right", TWO + ASK + "routes: [{name: a, to: [land, plots], types: [dossier.submitted]}]\n", []),
    (
        "asked of nobody",
        TWO + "queries: {plot.lookup: {system: plts}}\nroutes: [{name: a, to: [land, plots]}]\n",
        ["13:33 LT040"],
    ),
    (
        "not offered",
        TWO + "queries: {plot.find: {system: plots}}\nroutes: [{name: a, to: [land, plots]}]\n",
        ["13:11 LT070"],
    ),
    (
        "a client asks for nothing",
        TWO + ASK + f"clients: {{a: {{key: {HASH}, ask: [plot.find, 'plot.*', '*', 'house.*']}}}}\n"
        "routes: [{name: a, to: [land, plots]}]\n",
        ["14:99 LT071", "14:125 LT071"],
    ),
    (
        "a route asks for nothing",
        TWO
        + ASK
        + "routes:\n- {name: b, to: [plots]}\n- name: a\n  to: [land]\n  enrich:\n  - {query: plot.find, ask: .}\n",
        ["19:13 LT071"],
    ),
    (
        "a route asks with half a program",
        TWO + ASK + "routes:\n- {name: b, to: [plots]}\n- name: a\n  to: [land]\n  enrich:\n"
        "  - {query: plot.lookup, ask: '{number: ', purpose: nosuch}\n",
        ["19:31 LT072", "19:53 LT072"],
    ),
    (
        "a route waits for what never comes",
        TWO + ASK + "routes:\n- {name: b, to: [plots]}\n- name: a\n  to: [land]\n  enrich:\n"
        "  - {query: plot.lookup, ask: ., on: {found: deliver, differs: hold, refused: reject}}\n",
        ["19:55 LT073"],
    ),
    (
        "a route asks where it delivers",
        TWO + ASK + "routes:\n- name: a\n  to: [land, plots]\n  enrich: [{query: plot.lookup, ask: .}]\n",
        ["17:20 LT074"],
    ),
    (
        "poll that leads nowhere",
        "systems:\n  land:\n"
        + LAND
        + "    polls: {news: {}}\nroutes: [{name: a, to: [land], types: [dossier.submitted]}]\n",
        ["8:13 LT075"],
    ),
    (
        "poll from another source",
        "systems:\n  land:\n"
        + LAND
        + "    polls: {news: {}}\nroutes:\n- {name: a, to: [land], sources: [/h49/portal]}\n",
        ["8:13 LT075"],
    ),
    (
        "poll that is dropped",
        "systems:\n  land:\n"
        + LAND
        + "    polls: {news: {}}\nroutes:\n- {name: a, to: [land], types: [dossier.submitted]}\n"
        "- {name: b, types: [dossier.updated], sources: [/systems/*], drop: true}\n",
        [],
    ),
    (
        "unknown poll",
        "systems:\n  land:\n" + LAND + "    polls: {news: {}, olds: {every: 5m}}\nroutes: [{name: a, to: [land]}]\n",
        ["8:23 LT036"],
    ),
]
QUERIES.append(
    (
        "a published service asks for nothing",
        "systems:\n  out:\n    adapter: published\n    connect: {base_url: 'http://127.0.0.1:1'}\n"
        "    settings: {services: {who: {query: person.lookup, question: .body}}}\n",
        ["6:5 LT071"],
    )
)
REST: list[tuple[str, str, list[str]]] = [
    ("unit", "unit: Quảng Ninh\n", ["1:7 LT062"]),
    ("unit in the long form", "unit: 000.00.00.H49\n", []),
    ("key in clear", HEAD + "clients: {a: {key: hunter2}}\n", ["2:20 LT050"]),
    ("key in capitals", HEAD + f"clients: {{a: {{key: 'sha256:{'A' * 64}'}}}}\n", ["2:20 LT050"]),
    ("key shared", HEAD + f"clients:\n  a: {{key: {HASH}}}\n  b: {{key: {HASH}}}\n", ["4:12 LT051"]),
    ("neither key nor signed", HEAD + "clients:\n  a: {read: all}\n", ["3:3 LT052"]),
    ("nothing signed", HEAD + "clients:\n  a: {signed: []}\n", ["3:3 LT052"]),
    (
        "key and signed",
        HEAD + SIGNING + f"clients:\n  a: {{key: {HASH}, signed: [gate]}}\nroutes: [{{name: a, drop: true}}]\n",
        ["5:3 LT052"],
    ),
    ("signed alone", HEAD + SIGNING + "clients:\n  a: {signed: [gate]}\nroutes: [{name: a, drop: true}]\n", []),
    (
        "who signs and may do more",
        HEAD + SIGNING + "clients:\n  a: {signed: [gate], read: all, operate: true}\nroutes: [{name: a, drop: true}]\n",
        ["5:3 LT053"],
    ),
    (
        "a door that verifies nothing",
        HEAD + SIGNING.replace("adapter: gate", "adapter: listener") + "clients:\n  a: {signed: [gate]}\n"
        "routes: [{name: a, drop: true}]\n",
        ["5:16 LT054"],
    ),
    (
        "a door of two",
        HEAD + SIGNING + "clients:\n  a: {signed: [gate]}\n  b: {signed: [gate]}\nroutes: [{name: a, drop: true}]\n",
        ["6:16 LT055"],
    ),
    (
        "a door that is not there",
        HEAD + SIGNING + "clients:\n  a: {signed: [gate, gait]}\nroutes: [{name: a, drop: true}]\n",
        ["5:22 LT040"],
    ),
    (
        "an adapter that does not load verifies who knows what",
        HEAD + SIGNING.replace("adapter: gate", "adapter: broken") + "clients:\n  a: {signed: [gate]}\n"
        "routes: [{name: a, drop: true}]\n",
        ["3:19 LT032"],
    ),
    ("system of a client", HEAD + f"clients:\n  a:\n    key: {HASH}\n    systems: [land]\n", ["5:15 LT040"]),
    (
        "type of a client",
        HEAD + f"clients:\n  a:\n    key: {HASH}\n    send:\n"
        "    - {source: /a, types: [dossier.sent, '*', 'dossier.*']}\n",
        ["6:28 LT047"],
    ),
    (
        "own type",
        HEAD + "types: {fee.waived: {}, dossier.submitted: {}}\n"
        f"clients: {{a: {{key: {HASH}, send: [{{source: /a, types: [fee.waived, 'fee.*']}}]}}}}\n",
        ["2:25 LT048"],
    ),
    ("no schema", HEAD + "types:\n  fee.waived:\n    schema: {type: objekt}\n", ["4:20 LT049"]),
    (
        "schema with mistakes below",
        HEAD + "types:\n  fee.waived:\n    schema:\n      properties:\n        sum: {minimum: many}\n",
        ["6:24 LT049"],
    ),
    (
        "references to elsewhere",
        HEAD + "types:\n  fee.waived:\n    schema:\n      properties:\n        sum: {$ref: '#/$defs/sum'}\n"
        "        by: {$ref: 'https://schemas.example.vn/person.json'}\n      $defs: {sum: {type: integer}}\n",
        ["7:20 LT049"],
    ),
    ("schema that is a list", HEAD + "types: {fee.waived: {schema: [a]}}\n", ["2:30 LT022"]),
    ("scheme of the ledger", HEAD + "ledger: {url: 'postgres://u@h/d'}\n", ["2:15 LT060"]),
    ("scheme of the broker", HEAD + "broker: {url: 'redis://h'}\n", ["2:15 LT060"]),
    ("no scheme", HEAD + "ledger: {url: var/ledger.db}\n", ["2:15 LT013", "2:15 LT060"]),
    ("window", HEAD + "dispatch: {window: 10, in_flight: 20}\n", ["2:20 LT061"]),
    ("window and the default", HEAD + "dispatch: {window: 10}\n", ["2:20 LT061"]),
]
TABLE = [
    *YAML,
    *MODEL,
    *SECRETS,
    *((name, HEAD + text, expected) for name, text, expected in SYSTEMS),
    *((name, HEAD + SYSTEM + text, expected) for name, text, expected in ROUTES),
    *((name, HEAD + text, expected) for name, text, expected in QUERIES),
    *REST,
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_mistake(tmp_path: Path, plugin: Path, text: str, expected: list[str]) -> None:
    found = findings(tmp_path, text)
    assert sorted(places(found)) == sorted(expected), "\n".join(map(str, found))
    for one in found:
        for language in ("en", "vi"):
            assert "{" not in one.text(language).partition(" - ")[0].replace("${", "") or one.code == "LT012"
        assert "the-password" not in str(one)
        assert "pw-in-clear" not in one.text("en") + one.text("vi")
        assert "hunter2" not in str(one)


def test_every_mistake_at_once_in_the_order_of_the_file(tmp_path: Path, plugin: Path) -> None:
    text = dedent("""\
        unit: nobody
        http:
          port: 70000
          prot: 1
        clients:
          portal:
            key: hunter2
            systems: [lnd]
        systems:
          land:
            adapter: land
            conector: wire
            connect: {base_ur: h}
            settings: {code: c, size: {most: 0}}
          tax:
            adapter: lande
            connector: wire
            connect: {hst: h, auth: {type: key, key: "${env:NOPE}"}}
        routes:
          - name: one
            types: [dossier.progressed]
            to: [lnd, land]
            when: .data |
          - name: one
        broker:
          url: redis://h
        """)
    path = tmp_path / "bus.yaml"
    path.write_text(text)
    loaded = load(path, {})
    assert loaded.config is None
    assert [str(one).replace(str(path), "F") for one in loaded.findings] == [
        "F:1:7 LT062 nobody is not a unit code - write it as 000.00.00.H49 or H49",
        "F:3:9 LT023 port should be at most 65535, found 70000 - choose a value in the range",
        "F:4:3 LT020 prot is not known here - did you mean port?",
        "F:7:10 LT050 the key of client portal is not a hash - run `lienthong keys new` and write its sha256:... here",
        "F:8:15 LT040 there is no system lnd - did you mean land?",
        "F:12:5 LT020 conector is not known here - did you mean connector?",
        "F:13:5 LT021 base_url is missing - "
        "add it: where the partner's interface begins; request paths are relative to it",
        "F:13:14 LT024 auth: this value is not allowed - "
        "write one of none, api_key, basic, bearer, session, oauth2, hashed_password, lgsp_access_token, auth_hash",
        "F:13:15 LT020 base_ur is not known here - did you mean base_url?",
        "F:14:38 LT023 most should be at least 1, found 0 - choose a value in the range",
        "F:16:14 LT030 there is no adapter lande - did you mean land?",
        "F:18:5 LT021 host is missing - add it",
        "F:18:15 LT020 hst is not known here - did you mean host?",
        "F:18:46 LT010 the environment variable NOPE is not set - set it before starting, e.g. export NOPE=...",
        "F:21:13 LT041 land cannot be told dossier.progressed - "
        "remove one of the two; the adapter land takes dossier.submitted, dossier.updated",
        "F:22:10 LT040 there is no system lnd - did you mean land?",
        "F:23:11 LT042 the condition does not compile: syntax error, unexpected end of file (line 1, column 7) - "
        "correct the jq program; it reads {type, source, subject, data}",
        "F:24:5 LT043 route one leads nowhere - add to: [SYSTEM], or drop: true",
        "F:24:11 LT045 the name one is already used in line 20 - give every route its own name",
        "F:26:8 LT060 broker.url does not begin with memory:// or amqp:// or amqps:// - "
        "write memory:// or amqp://USER:PASSWORD@HOST/VHOST",
    ]


def test_in_vietnamese(tmp_path: Path) -> None:
    found = findings(tmp_path, HEAD + "http:\n  prot: 1\n  port: tám\n")
    assert [one.text("vi").partition(":2")[0] and one.text("vi").partition("yaml:")[2] for one in found] == [
        "3:3 LT020 khóa prot không có ở đây - có phải là port?",
        "4:9 LT022 port phải là số nguyên, gặp tám - ghi số nguyên",
    ]


def test_a_record_for_scripts(tmp_path: Path) -> None:
    (one,) = findings(tmp_path, HEAD + "http: {prot: 1}\n")
    assert one.record() == {
        "file": str(tmp_path / "bus.yaml"),
        "line": 2,
        "column": 8,
        "code": "LT020",
        "name": "unknown-key",
        "severity": "error",
        "what": "prot is not known here",
        "cure": "did you mean port?",
    }

"""Commands that speak to a bus: what they send, and how they take every kind of answer."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.command.conftest import KEY, Command, Scripted

MESSAGE = {
    "id": "0190-1",
    "type": "dossier.submitted",
    "subject": "H49-1",
    "received_at": "2026-11-22T08:30:00.123+07:00",
    "deliveries": [{"system": "national-portal", "operation": "submit", "state": "dead", "code": "too-old"}],
}


def event(number: int) -> dict[str, Any]:
    return {"specversion": "1.0", "id": str(number), "source": "/a", "type": "a.b", "subject": "s", "data": {}}


def test_send_a_file_of_lines_in_batches(
    lienthong: Command, scripted: Scripted, key_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(json.dumps(event(number)) for number in range(5)) + "\n\n")
    for number in range(3):
        scripted.say(202, {"batch": number})
    done = lienthong("send", path, "--batch", "2", "--url", scripted.url, "--key-file", key_file, "--json")
    assert done.code == 0
    assert done.json() == {"events": 5, "accepted": 5, "answers": [{"batch": 0}, {"batch": 1}, {"batch": 2}]}
    assert [[one["id"] for one in body] for _, _, _, body in scripted.asked] == [["0", "1"], ["2", "3"], ["4"]]
    method, path_asked, headers, _ = scripted.asked[0]
    assert (method, path_asked) == ("POST", "/v1/events")
    assert headers["content-type"] == "application/cloudevents-batch+json"
    assert headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("text", [json.dumps([event(1), event(2)]), f"{json.dumps(event(1))}\n{json.dumps(event(2))}"])
def test_send_from_standard_input(lienthong: Command, scripted: Scripted, key_file: Path, text: str) -> None:
    scripted.say(202, {})
    done = lienthong("send", "-", "--url", scripted.url, "--key-file", key_file, input=text)
    assert (done.code, done.out) == (0, "2 of 2 accepted\n")


def test_send_one_event_by_its_type(lienthong: Command, scripted: Scripted, key_file: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text('{"name": "Nguyễn Văn Ví Dụ"}', encoding="utf-8")
    scripted.say(202, {})
    where = ("--url", scripted.url, "--key-file", key_file)
    done = lienthong("send", "a.b", "--source", "/a", "--subject", "s", "--id", "7", "--data", data, *where)
    assert done.code == 0
    sent = {**event(7), "datacontenttype": "application/json", "data": {"name": "Nguyễn Văn Ví Dụ"}}
    assert scripted.asked[0][3] == [sent]


def test_send_stops_at_the_first_refusal_and_says_why(
    lienthong: Command, scripted: Scripted, key_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "events.json"
    path.write_text(json.dumps([event(1), event(2), event(3)]))
    mistakes = [{"pointer": "/0/data/code", "code": "missing", "detail": "is required; add it"}]
    scripted.say(202, {})
    scripted.say(
        422, {"type": "urn:lienthong:problem:invalid", "title": "Invalid", "detail": "1 bad", "errors": mistakes}
    )
    done = lienthong("send", path, "--batch", "1", "--url", scripted.url, "--key-file", key_file)
    assert (done.code, done.out) == (1, "1 of 3 accepted\n")
    assert "LT105" in done.err
    assert "422 invalid 1 bad" in done.err
    assert "/0/data/code missing is required; add it" in done.err
    assert len(scripted.asked) == 2


def test_send_waits_for_an_overloaded_bus(
    lienthong: Command, scripted: Scripted, key_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event(1)))
    scripted.say(429, {"title": "Too many"}, retry_after="0")
    scripted.say(503, {"title": "Not now"})
    scripted.say(202, {})
    assert lienthong("send", path, "--url", scripted.url, "--key-file", key_file).code == 0
    scripted.say(429, {"title": "Too many"}, retry_after="3600")
    done = lienthong("send", path, "--patience", "0", "--url", scripted.url, "--key-file", key_file)
    assert done.code == 3
    assert done.err.startswith("LT106 ")


def test_a_file_that_is_not_json_is_refused_with_its_line(lienthong: Command, key_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text('{"id": "1"}\n{"id": \n')
    done = lienthong("send", path, "--key-file", key_file, "--json")
    assert done.code == 2
    assert json.loads(done.err)["error"]["what"].startswith(f"{path}:2:")


@pytest.mark.parametrize(
    "arguments", [("send", "nowhere.json"), ("send", "a.b", "--source", "/a"), ("send", "Bad", "--source", "/a")]
)
def test_what_cannot_be_sent(lienthong: Command, key_file: Path, arguments: tuple[str, ...]) -> None:
    done = lienthong(*arguments, "--key-file", key_file, input="{}")
    assert done.code == 2
    assert done.err.startswith("LT104 ")


def test_without_a_key(lienthong: Command, tmp_path: Path) -> None:
    assert lienthong("messages", "list").err.startswith("LT102 ")
    assert lienthong("messages", "list", "--key-file", tmp_path / "none").code == 2
    (tmp_path / "empty").write_text("\n")
    assert "is empty" in lienthong("messages", "list", "--key-file", tmp_path / "empty").err


def test_without_a_bus(lienthong: Command, key_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    done = lienthong("messages", "list", "--url", url, "--key-file", key_file)
    assert done.code == 3
    assert done.err.startswith(f"LT101 no bus answers at {url}")


@pytest.mark.parametrize("url", ["localhost", "ftp://h", "http://h:port"])
def test_with_an_impossible_url(lienthong: Command, key_file: Path, url: str) -> None:
    assert lienthong("messages", "list", "--url", url, "--key-file", key_file).code in (2, 3)


@pytest.mark.parametrize(
    ("status", "body", "code", "exit"),
    [(401, {}, "LT103", 4), (403, {}, "LT103", 4), (404, {"detail": "no such"}, "LT105", 1), (200, b"<p>", "LT108", 3)],
)
def test_answers_that_are_no_use(
    lienthong: Command, scripted: Scripted, key_file: Path, status: int, body: Any, code: str, exit: int
) -> None:
    scripted.say(status, body)
    done = lienthong("messages", "show", "0190-1", "--url", scripted.url, "--key-file", key_file)
    assert done.code == exit
    assert done.err.startswith(code)


def test_messages_list(lienthong: Command, scripted: Scripted, key_file: Path) -> None:
    where = ("--url", scripted.url, "--key-file", key_file)
    scripted.say(200, {"messages": [MESSAGE], "next": "c-1"})
    done = lienthong("messages", "list", "--state", "dead", "--limit", "1", "--cursor", "c 0", *where)
    assert scripted.asked[0][1] == "/v1/messages?state=dead&cursor=c+0&limit=1"
    row = done.out.splitlines()[1].split("\t")
    assert row == ["0190-1", "2026-11-22T08:30:00", "dossier.submitted", "H49-1", "national-portal: dead"]
    assert done.err == "more: --cursor c-1\n"
    scripted.say(200, {"messages": [], "next": None})
    assert lienthong("messages", "list", "--json", *where).json() == {"messages": [], "next": None}


def test_messages_show(lienthong: Command, scripted: Scripted, key_file: Path) -> None:
    scripted.say(200, MESSAGE)
    done = lienthong("messages", "show", "0190-1", "--url", scripted.url, "--key-file", key_file)
    assert "national-portal  submit  dead  too-old" in done.out


def test_messages_show_says_where_a_rejection_points_and_what_stands_there(
    lienthong: Command, scripted: Scripted, key_file: Path
) -> None:
    rejected = {"system": "tax", "operation": "note", "state": "rejected", "code": "no-unit", "reason": "no such unit"}
    scripted.say(200, {**MESSAGE, "deliveries": [{**rejected, "pointer": "/unit", "value": "H***9"}]})
    done = lienthong("messages", "show", "0190-1", "--url", scripted.url, "--key-file", key_file)
    assert "tax  note  rejected  no-unit  no such unit  /unit  H***9" in done.out


def test_messages_trace_is_oldest_first(lienthong: Command, scripted: Scripted, key_file: Path) -> None:
    scripted.say(200, {"messages": [{**MESSAGE, "id": "2"}], "next": "c"})
    scripted.say(200, {"messages": [{**MESSAGE, "id": "1"}], "next": None})
    scripted.say(200, {**MESSAGE, "id": "1"})
    scripted.say(200, {**MESSAGE, "id": "2"})
    where = ("--url", scripted.url, "--key-file", key_file)
    traced = lienthong("messages", "trace", "H49-1", "--json", *where).json()
    assert [one["id"] for one in traced["messages"]] == ["1", "2"]
    assert [path.partition("?")[0] for _, path, _, _ in scripted.asked] == [
        "/v1/messages",
        "/v1/messages",
        "/v1/messages/1",
        "/v1/messages/2",
    ]


def test_messages_trace_by_id(lienthong: Command, scripted: Scripted, key_file: Path) -> None:
    scripted.say(200, {"messages": [], "next": None})
    scripted.say(200, MESSAGE)
    scripted.say(200, {"messages": [MESSAGE], "next": None})
    scripted.say(200, MESSAGE)
    where = ("--url", scripted.url, "--key-file", key_file)
    assert lienthong("messages", "trace", "0190-1", *where).out.startswith("0190-1  dossier.submitted  H49-1")


def test_messages_replay_and_cancel(lienthong: Command, scripted: Scripted, key_file: Path) -> None:
    where = ("--url", scripted.url, "--key-file", key_file)
    scripted.say(200, {"replayed": 1})
    done = lienthong("messages", "replay", "0190-1", "--force", "--system", "land", "--json", *where)
    assert done.json() == {"replayed": 1}
    assert scripted.asked[0][1:4:2] == ("/v1/messages/0190-1/replay", {"force": True, "system": "land"})
    scripted.say(200, {})
    assert lienthong("messages", "cancel", "a/b", "--reason", "sent by mistake", *where).out == "done: a/b\n"
    assert scripted.asked[1][1:4:2] == ("/v1/messages/a%2Fb/cancel", {"reason": "sent by mistake"})
    scripted.say(
        409, {"type": "urn:lienthong:problem:delivered", "detail": "it was delivered; say force to send it again"}
    )
    refused = lienthong("messages", "replay", "0190-1", *where)
    assert refused.code == 1
    assert "say force" in refused.err


def test_the_address_comes_from_the_configuration(
    lienthong: Command, scripted: Scripted, key_file: Path, tmp_path: Path
) -> None:
    port = scripted.url.rpartition(":")[2]
    (tmp_path / "bus.yaml").write_text(f"unit: H49\nhttp: {{host: 0.0.0.0, port: {port}}}\n")
    scripted.say(200, {"messages": [], "next": None})
    assert lienthong("messages", "list", "-c", tmp_path / "bus.yaml", "--key-file", key_file).code == 0

"""The files: their form, their chain, what is found in them, and what a verifier finds."""

from __future__ import annotations

import gzip
import hashlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.ledger import LedgerError
from bus.ledger.evidence import GENESIS
from bus.ledger.read import archives
from bus.ledger.retention.files import Archives
from bus.ledger.retention.form import Archived, file_name, head, member, parsed, read_line
from bus.ledger.retention.links import Span, Unfit, chained, extend, united
from bus.ledger.retention.proof import prove

from .keeping import Keeper


def test_the_chain_follows_the_rule_of_linkinginfo() -> None:
    """Worked out with sha256sum: of "a", and of the digest of "a" followed by that of "b"."""
    a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    b = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"
    assert hashlib.sha256(b"a").hexdigest() == a
    assert chained("", a) == "da3811154d59c4267077ddd8bb768fa9b06399c486e1fc00485116b57c9872f5"
    assert chained(a, b) == "62af5c3cb8da3e4f25061e829ebeea5c7513c54949115b1acc225930a90154da"


def test_a_member_has_the_same_bytes_wherever_it_is_made() -> None:
    packed = member([b"{}\n"])
    assert packed[:10].hex() == "1f8b08000000000000ff"  # no flags, no time, no level, no system
    assert packed == member([b"{}\n"])
    assert gzip.decompress(packed + member([b"[]\n"])) == b"{}\n[]\n"


def test_names() -> None:
    name = file_name("6f540fa9-0000-4000-8000-000000000000", 12, 1763769600.0, 1763856000.9, "ab" * 32)
    assert name == "lienthong-6f540fa9-000012-20251122000000-20251123000000-abababababababab.jsonl.gz"
    found = parsed(name)
    assert found is not None
    assert (found.ledger, found.number, found.chained) == ("6f540fa9", 12, "abababababababab")
    assert parsed(f"{name}.unrecorded") is None
    assert head("l", 1, "", None) == b'{"archive":1,"ledger":"l","number":1,"previous":"","previous_file":null}\n'


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
rows = st.dictionaries(
    texts,
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        texts,
        st.floats(allow_nan=False, allow_infinity=False),
    ),
)


@given(rows, st.lists(rows), st.lists(rows), st.lists(rows))
def test_a_line_is_read_as_it_was_written(message: Any, deliveries: Any, attempts: Any, evidence: Any) -> None:
    one = Archived(message, deliveries, attempts, evidence)
    assert one.line().count(b"\n") == 1
    assert read_line(one.line()) == one


@given(st.sets(st.integers(1, 60)), st.randoms(use_true_random=False))
def test_spans_come_to_the_same_in_whatever_order(seqs: set[int], random: Any) -> None:
    order = sorted(seqs)
    random.shuffle(order)
    spans: list[Span] = []
    for seq in order:
        extend(spans, seq, f"h{seq - 1}", f"h{seq}")
    found = united(spans)
    assert [seq for span in found for seq in range(span.first, span.last + 1)] == sorted(seqs)
    assert all(one.last + 1 < other.first for one, other in pairwise(found))
    assert all((span.before, span.hash) == (f"h{span.first - 1}", f"h{span.last}") for span in found)


def test_spans_that_overlap_or_do_not_fit() -> None:
    with pytest.raises(Unfit, match="record 2 does not fit record 2"):
        united([Span(1, 2, GENESIS, "a"), Span(2, 3, "a", "b")])
    with pytest.raises(Unfit, match="record 3 does not fit record 2"):
        united([Span(1, 2, GENESIS, "a"), Span(3, 3, "x", "b")])


async def three(keeper: Keeper) -> list[str]:
    """Three archives of one message each, and one message that stays."""
    await keeper.desk.put("stays", lane="L0")
    names: list[str] = []
    for number in range(3):
        await keeper.done(f"k{number}", lane=f"L{number + 1}")
        names += (await keeper.archive(after=70 * 86400.0 + number)).files
    return names


async def test_each_archive_names_the_one_before(keeper: Keeper) -> None:
    names = await three(keeper)
    heads = [keeper.lines(name)[0] for name in names]
    assert [one["number"] for one in heads] == [1, 2, 3]
    assert [one["previous_file"] for one in heads] == [None, names[0], names[1]]
    digests = [hashlib.sha256((keeper.folder / name).read_bytes()).hexdigest() for name in names]
    link = ""
    for one, digest in zip(heads, digests, strict=True):
        assert one["previous"] == link
        link = hashlib.sha256((link + digest).encode()).hexdigest()
    found = keeper.verify()
    assert found.ok
    assert found.proof is not None
    assert (found.proof.files, found.proof.last, found.proof.messages) == (3, link, 3)
    assert keeper.verify(archives=False).ok
    assert prove(keeper.folder).wrong == []


async def test_files_have_a_bounded_size(keeper: Keeper) -> None:
    for number in range(4):
        await keeper.done(f"k{number}", lane=f"L{number}", body='"' + "x" * 600_000 + f'{number}"')
    run = await keeper.archive(max_file=4500)
    assert len(run.files) == 2  # a member holds a mebibyte, two messages; packed they are about 3,000 bytes
    assert all((keeper.folder / name).stat().st_size <= 4500 for name in run.files)
    assert keeper.verify().ok


async def test_batches(keeper: Keeper) -> None:
    for number in range(5):
        await keeper.done(f"k{number}", lane=f"L{number}")
    run = await keeper.archive(batch=2)
    counts = [row["messages"] for row in await keeper.ledger.read(archives)]
    assert (run.messages, counts[:3]) == (5, [2, 2, 1])
    assert keeper.verify().ok


async def test_a_message_is_found_again(keeper: Keeper) -> None:
    id = await keeper.message(await keeper.done("k1", lane="H49-1", reference="R1"))
    await keeper.done("k2", lane="H49-2")
    [file] = (await keeper.archive()).files
    kept = Archives(keeper.folder, await keeper.ledger.read(archives))
    found = kept.find(id)
    assert found.file == file
    assert found.message is not None
    row = found.message.row()
    assert (row["key"], row["deliveries"][0]["reference"], row["deliveries"][0]["tries"]) == ("k1", "R1", 1)
    assert [one["number"] for one in row["deliveries"][0]["attempts"]] == [1]
    assert [one["action"] for one in row["evidence"]] == ["accepted", "delivered"]
    assert [one.message["key"] for _, one in kept.about("H49-2")] == ["k2"]
    assert kept.find("00000000-0000-7000-8000-000000000000").archives == ()
    (keeper.folder / file).unlink()
    assert kept.find(id).archives == (file,)
    assert kept.find(id).message is None


def wrong(keeper: Keeper) -> set[str]:
    """What the verifier has against which place; by the folder alone it must see the same, if it can."""
    found = keeper.verify()
    assert not found.ok
    assert found.proof is not None
    return {one.what for one in found.proof.wrong}


async def test_a_changed_file_is_found(keeper: Keeper) -> None:
    names = await three(keeper)
    path = keeper.folder / names[1]
    content = gzip.decompress(path.read_bytes()).replace(b'"client":"portal"', b'"client":"nobody"')
    path.write_bytes(gzip.compress(content))
    assert "its bytes are not those that the ledger recorded" in wrong(keeper)
    alone = prove(keeper.folder)
    assert {one.place for one in alone.wrong} == {names[1], names[2]}


async def test_a_changed_record_is_found(keeper: Keeper) -> None:
    names = await three(keeper)
    path = keeper.folder / names[1]
    content = gzip.decompress(path.read_bytes()).replace(b'"action":"delivered"', b'"action":"cancelled"')
    path.write_bytes(gzip.compress(content))
    assert any("was changed" in what for what in wrong(keeper))


async def test_a_file_that_cannot_be_read_is_found(keeper: Keeper) -> None:
    names = await three(keeper)
    (keeper.folder / names[1]).write_bytes(b"nothing of the kind")
    assert any("it cannot be read" in what or "cannot be read" in what for what in wrong(keeper))
    kept = Archives(keeper.folder, await keeper.ledger.read(archives))
    with pytest.raises(LedgerError, match="cannot be read"):
        list(kept.about("L2"))


async def test_a_removed_file_is_found(keeper: Keeper) -> None:
    names = await three(keeper)
    (keeper.folder / names[1]).rename(keeper.folder / "aside")
    assert "the ledger names it, and it is not here" in wrong(keeper)
    assert "archive 2 should stand here" in {one.what for one in prove(keeper.folder).wrong}
    (keeper.folder / "aside").rename(keeper.folder / names[1])
    (keeper.folder / names[2]).unlink()  # cut off at the end: the folder alone does not know
    assert "the ledger names it, and it is not here" in wrong(keeper)
    assert prove(keeper.folder).wrong == []


async def test_files_in_another_order_are_found(keeper: Keeper) -> None:
    names = await three(keeper)
    one, other = (keeper.folder / name for name in names[1:])
    swapped = one.read_bytes(), other.read_bytes()
    other.write_bytes(swapped[0])
    one.write_bytes(swapped[1])
    assert "its bytes are not those that the ledger recorded" in wrong(keeper)
    assert "it does not follow the archive before it" in {one.what for one in prove(keeper.folder).wrong}


async def test_a_file_put_in_is_found(keeper: Keeper, tmp_path: Path) -> None:
    names = await three(keeper)
    put_in = keeper.folder / names[2].replace("-000003-", "-000004-")
    put_in.write_bytes((keeper.folder / names[2]).read_bytes())
    assert any(what.startswith("the ledger does not name it") for what in wrong(keeper))


async def test_what_the_ledger_says_of_its_archived_evidence_is_checked(keeper: Keeper) -> None:
    await three(keeper)
    await keeper.ledger.call(lambda session, _: session.run("UPDATE archived_evidence SET hash = 'x'"))
    assert "the archives do not hold the records that the ledger says they do" in wrong(keeper)


async def test_evidence_that_was_removed_beside_an_archive_is_found(keeper: Keeper) -> None:
    await three(keeper)
    statement = "DELETE FROM evidence WHERE action = 'accepted'"  # of the one that stays, in the midst of a chain
    await keeper.ledger.call(lambda session, _: session.run(statement))
    assert not keeper.verify(archives=False).ok

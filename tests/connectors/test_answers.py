from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.answers import TooLarge, Unreadable, collector

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "GZIP": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
}


def bare(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def collected(encoding: str, packed: bytes, limit: int, step: int) -> bytes:
    pieces = collector(encoding, limit)
    for start in range(0, len(packed), step):
        pieces.feed(packed[start : start + step])
    return pieces.finish()


@given(st.binary(max_size=2000), st.sampled_from(sorted(PACKERS)), st.integers(1, 700))
def test_what_was_packed_comes_out(content: bytes, encoding: str, step: int) -> None:
    assert collected(encoding, PACKERS[encoding](content), 2000, step) == content


@given(st.binary(max_size=2000), st.integers(1, 700))
def test_deflate_without_its_frame(content: bytes, step: int) -> None:
    assert collected("deflate", bare(content), 2000, step) == content


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 700))
def test_several_members(contents: list[bytes], step: int) -> None:
    packed = b"".join(map(gzip.compress, contents))
    assert collected("gzip", packed, 2000, step) == b"".join(contents)


@given(st.integers(0, 300), st.sampled_from(sorted(PACKERS)), st.integers(1, 700))
def test_one_byte_more_than_allowed(limit: int, encoding: str, step: int) -> None:
    with pytest.raises(TooLarge):
        collected(encoding, PACKERS[encoding](b"x" * (limit + 1)), limit, step)


@given(st.binary(min_size=1, max_size=500), st.sampled_from(["x-gzip", "deflate"]), st.data())
def test_cut_off(content: bytes, encoding: str, data: st.DataObject) -> None:
    packed = PACKERS[encoding](content)
    packed = packed[: data.draw(st.integers(1, len(packed) - 1))]
    with pytest.raises(Unreadable):
        collected(encoding, packed, 1000, 100)


def test_no_body_at_all_is_not_cut_off() -> None:
    assert collected("gzip", b"", 10, 1) == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "chunked"])
def test_a_packing_that_was_not_asked_for(encoding: str) -> None:
    with pytest.raises(Unreadable):
        collector(encoding, 10)


@pytest.mark.parametrize("packed", [b"abcd", gzip.compress(b"a", mtime=0) + b"trailing"])
def test_bytes_that_do_not_unpack(packed: bytes) -> None:
    with pytest.raises(Unreadable):
        collected("gzip", packed, 100, 3)


def test_bytes_after_the_end_of_deflate() -> None:
    with pytest.raises(Unreadable):
        collected("deflate", zlib.compress(b"a") + b"b", 100, 100)


def test_a_bomb_is_not_unpacked_in_memory() -> None:
    bomb = gzip.compress(bytes(100_000_000))
    tracemalloc.start()
    with pytest.raises(TooLarge):
        collected("gzip", bomb, 1000, len(bomb))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000

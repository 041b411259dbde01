"""Workers of a parallel run share one server, and files that mostly wait do not all wait at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.support.private import Private
from tests.support.servers import Postgres
from tests.support.shared import Keeper, kept_at
from tests.support.turns import in_turn


def test_all_who_ask_get_the_same_server_and_it_ends_with_its_keeper() -> None:
    made: list[Postgres] = []

    def make() -> Postgres:
        made.append(Postgres())
        return made[0]

    keeper = Keeper(make)
    assert not made, "nobody asked"
    with ThreadPoolExecutor(4) as pool:
        urls = set(pool.map(kept_at, [keeper.address] * 4))
    [url] = urls
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    keeper.close()
    [server] = made
    assert not server.running
    assert not server.folder.exists()


def test_whoever_asks_is_told_why_there_is_no_server() -> None:
    def missing() -> Private:
        raise RuntimeError("as root, run `apt-get install -y postgresql`")

    keeper = Keeper(missing)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="apt-get install -y postgresql"):
            kept_at(keeper.address)
    keeper.close()


def test_files_that_wait_are_spread_over_the_first_two_thirds_of_the_others() -> None:
    root = Path("/tests")
    names = ["bus/a", "bus/b", "bus/c", "endtoend/1", "endtoend/2", "house/3", "schemas/d", "schemas/e", "schemas/f"]
    turns = in_turn([root / name for name in names], root)
    assert [file.name for file in turns] == ["1", "a", "b", "2", "c", "3", "d", "e", "f"]


@pytest.mark.parametrize("names", [[], ["bus/a", "bus/b"], ["endtoend/1", "endtoend/2"]])
def test_files_of_one_kind_keep_their_order(names: list[str]) -> None:
    files = [Path("/tests", name) for name in names]
    assert in_turn(files, Path("/tests")) == files

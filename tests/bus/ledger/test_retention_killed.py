"""A run that is stopped at any point neither loses nor doubles a message."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from bus.ledger import Ledger, LedgerError
from bus.ledger.read import archives

from .keeping import LATER, Keeper

STEPS = ("written", "renamed", "removed")

PROGRAM = f"""
import asyncio, os, signal, sys, time
from pathlib import Path
from bus.ledger import Ledger
from bus.ledger.retention.archiver import Archiver
from bus.ledger.retention.plan import Plan

url, folder, fatal = sys.argv[1:]
def step(name):
    if name == fatal:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    ledger = Ledger(url, id=77, existing=True)
    await Archiver(ledger, Plan(86400.0, Path(folder)), step=step).run(now=time.time() + {LATER})

asyncio.run(main())
"""


async def in_all(keeper: Keeper) -> list[str]:
    """Every key that the ledger and the recorded archives hold."""
    recorded = [row["file"] for row in await keeper.ledger.read(archives)]
    archived = [line["message"]["key"] for name in recorded for line in keeper.lines(name)[1:] if "message" in line]
    return sorted([*await keeper.keys(), *archived])


@pytest.mark.parametrize("fatal", STEPS)
async def test_a_run_that_fails(keeper: Keeper, fatal: str) -> None:
    for number in range(3):
        await keeper.done(f"k{number}", lane=f"L{number}")

    def step(name: str) -> None:
        if name == fatal:
            raise OSError("invented")

    with pytest.raises(OSError, match="invented"):
        await keeper.archive(step)
    assert await in_all(keeper) == ["k0", "k1", "k2"]
    run = await keeper.archive()
    assert (run.messages, await keeper.keys(), len(run.cleared)) == (3, set(), 0 if fatal == "written" else 1)
    assert await in_all(keeper) == ["k0", "k1", "k2"]
    assert keeper.files() == list(run.files)
    assert keeper.verify().ok


@pytest.mark.parametrize("fatal", STEPS)
async def test_a_process_that_is_killed(url: str, fatal: str, tmp_path: Path) -> None:
    first = Keeper(Ledger(url, id=75), tmp_path / "archives")
    await first.done("k0")
    await first.ledger.close()
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, url, str(first.folder), fatal, cwd=Path(__file__).parents[3]
    )
    assert await killed.wait() == -signal.SIGKILL
    [left] = first.files()
    assert left.endswith(".part" if fatal == "written" else ".jsonl.gz")
    again = Keeper(Ledger(url, id=76), first.folder)
    run = await again.archive()
    assert (run.messages, run.cleared) == (1, (left,))
    assert await in_all(again) == ["k0"]
    assert again.verify().ok
    await again.ledger.close()


async def test_a_file_of_messages_that_are_nowhere_else_is_kept(keeper: Keeper) -> None:
    """As after the ledger was restored from a backup that was older than the archive."""
    await keeper.done("k1")
    [file] = (await keeper.archive()).files
    await keeper.ledger.call(lambda session, _: session.run("DELETE FROM archive"))
    await keeper.ledger.call(lambda session, _: session.run("DELETE FROM archived_evidence"))
    await keeper.done("k2")
    run = await keeper.archive()
    assert (run.cleared, run.kept) == ((), (file,))
    assert keeper.files() == sorted([f"{file}.unrecorded", *run.files])


async def test_files_of_others_are_left_alone(keeper: Keeper) -> None:
    keeper.folder.mkdir()
    others = ["lienthong-00000000-000001.part", "notes.txt"]
    for name in others:
        (keeper.folder / name).write_text("")
    await keeper.done("k1")
    run = await keeper.archive()
    assert keeper.files() == sorted([*others, *run.files])


async def test_a_folder_that_cannot_be_written(keeper: Keeper) -> None:
    keeper.folder.write_text("a file")
    await keeper.done("k1")
    with pytest.raises(LedgerError, match=r"ledger\.retention\.folder: .* cannot be written"):
        await keeper.archive()
    assert await keeper.keys() == {"k1"}

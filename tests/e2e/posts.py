"""Digests that tests write and correct, and what of them stands in a channel."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from bot.delivery import DeliveryService
from bot.ingest import ingest
from sandbox.faults import Fault, Trouble
from sandbox.models import Channel, Message
from sandbox.requests import LoggedRequest
from storage.sqlite import SqliteStore, open_store
from tests.e2e.house import House, buttons_of, text_of, title_of

# Older than a week at the house's start, as the seeds are: one a day, oldest first.
DAY = date(2026, 10, 1)


def paper(
    title: str,
    *,
    authors: str = "Ada Lovelace, Alan Turing",
    abstract: str = "",
    ko: str = "한국어 설명.",
    en: str = "A comment.",
    tags: str = "#rl",
) -> str:
    """Return a paper as a digest file has it."""
    abstract = abstract or f"The abstract of {title}."
    return "\n".join((title, f"({authors})", abstract, ko, en, tags))


def write_papers(folder: Path, *papers: str, day: date = DAY, name: str = "a.txt") -> Path:
    """Write a digest file, return its folder of seeds."""
    folder.mkdir(exist_ok=True)
    text = "\n".join((f"{day.year}년 {day.month}월 {day.day}일", *papers, ""))
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@asynccontextmanager
async def beside(house: House) -> AsyncIterator[SqliteStore]:
    """Open the database beside the running bot, as its command line does."""
    async with open_store(house.folder / "digests.sqlite3") as store:
        yield store


async def revise(
    house: House, seeds: Path, *papers: str, day: date = DAY, name: str = "a.txt"
) -> None:
    """Write a digest file anew and ingest it beside the running bot."""
    write_papers(seeds, *papers, day=day, name=name)
    async with beside(house) as store:
        summary = await ingest([seeds], store, root=seeds, now=house.clock.now())
    assert not summary.errors


def marks_of(message: Message) -> list[str]:
    """Return the marks of a delivery's steps that a message carries."""
    ids = [button.get("custom_id", "") for button in buttons_of(message)]
    return [custom_id for custom_id in ids if custom_id.startswith("post:")]


def marks(house: House, channel: Channel) -> Counter[str]:
    """Count the marks in a channel and its threads."""
    places = (channel, *house.threads(channel))
    return Counter(
        mark for place in places for message in house.messages(place) for mark in marks_of(message)
    )


def find(house: House, channel: Channel, title: str) -> Message:
    """Return the post of the paper with this title, in a text channel or a thread."""
    (message,) = [each for each in house.messages(channel) if title_of(each) == title]
    return message


def openings(house: House, thread: Channel) -> list[str]:
    """Return the text of each message that opens a paper's thread."""
    return [
        text_of(message)
        for message in house.messages(thread)
        if any(":details" in mark for mark in marks_of(message))
    ]


async def opened(house: House, channel: Channel, *, threads: int) -> None:
    """Wait until so many threads or forum posts are there, each with its opening."""

    def complete() -> bool:
        found = house.threads(channel)
        return len(found) >= threads and all(openings(house, thread) for thread in found)

    await house.sandbox.wait_for(complete, timeout=20)


def stall(house: House, text: str, *, seconds: float, mark: str = ":paper:") -> Fault:
    """Make Discord act late, and answer later, on the first marked post that has `text`."""

    def meets(logged: LoggedRequest) -> bool:
        found = mark in str(logged.body) and text in str(logged.body)
        if found:  # who waits for `hits` is to look
            asyncio.get_running_loop().call_soon(house.sandbox.world.hub.note, "STALLED")
        return found

    fault = Fault(trouble=Trouble.STALL, seconds=seconds, where=meets, times=1)
    return house.sandbox.faults.add(fault)


def count_ticks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have a bot that is started from now on add an item for each tick that it has ended."""
    ticks: list[int] = []
    tick = DeliveryService.tick

    async def count(service: DeliveryService) -> None:
        await tick(service)
        ticks.append(1)

    monkeypatch.setattr(DeliveryService, "tick", count)
    return ticks


async def settled(house: House) -> None:
    """Ask for /status until no delivery is under way any more."""
    async with beside(house) as store:
        while await store.list_unfinished():
            await house.manager.run(house.text, "status")

"""A month of the simulated year, and whether its audit sees what it is there to see."""

from __future__ import annotations

import asyncio
import copy
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.year.__main__ import PACE, live
from bench.year.audit import audit
from bench.year.driver import Driver
from bench.year.haste import HastyLoop
from bench.year.plan import make_plan
from bench.year.sight import Piece, look
from bench.year.world import House, open_house
from sandbox.models import Message

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=lambda: HastyLoop(PACE)) as runner:
        runner.run(work())


def test_a_month_of_trouble_breaks_no_promise(tmp_path: Path) -> None:
    plan = make_plan(3, 30, channels=14, readers=3)

    async def work() -> None:
        assert await live(plan, tmp_path, pace=PACE) == []

    run(work)


def test_the_audit_sees_what_is_lost_doubled_stale_or_loud(tmp_path: Path) -> None:
    plan = make_plan(5, 4, channels=14, readers=3)

    async def work() -> None:
        async with open_house(plan, tmp_path, pace=PACE) as house:
            journal = await Driver(plan, house, pace=PACE, progress=lambda _: None).run()

            def complaints() -> str:
                return "\n".join(audit(plan, journal, house).wrong)

            assert complaints() == ""
            for harm, complaint in HARM.items():
                with harm(house):
                    assert complaint in complaints(), harm.__name__
            assert complaints() == ""

    run(work)


def some_piece(house: House, step: str) -> Piece:
    """Return a piece of a channel with a thread per paper."""
    sights = (look(house.sandbox.world, channel) for channel in house.channels.values())
    sight = next(sight for sight in sights if any(p.step == "details" for p in sight.pieces))
    return next(piece for piece in sight.pieces if piece.step == step)


@contextmanager
def lost(house: House) -> Iterator[None]:
    piece = some_piece(house, "paper")
    held = house.sandbox.world.messages[piece.place_id]
    message = held.pop(piece.message.id)
    yield
    held[message.id] = message


@contextmanager
def doubled(house: House) -> Iterator[None]:
    piece = some_piece(house, "details")
    held = house.sandbox.world.messages[piece.place_id]
    twin = copy.copy(piece.message)
    twin.id = house.sandbox.world.snowflakes.make()
    held[twin.id] = twin
    yield
    del held[twin.id]


@contextmanager
def stale(house: House) -> Iterator[None]:
    message = some_piece(house, "paper").message
    embeds = message.embeds
    message.embeds = [copy.deepcopy(embed) for embed in embeds]
    for embed in message.embeds:
        for field in embed["fields"]:
            field["value"] = field["value"].replace("v1 ", "v0 ").replace("v2 ", "v1 ")
    yield
    message.embeds = embeds


@contextmanager
def loud(house: House) -> Iterator[None]:
    message = some_piece(house, "details").message
    message.pinged = [house.homes[0].manager.user.id]
    yield
    message.pinged = []


@contextmanager
def closed(house: House) -> Iterator[None]:
    channels, thread_id = house.sandbox.world.channels, some_piece(house, "details").place_id
    thread = channels.pop(thread_id)
    yield
    channels[thread_id] = thread


@contextmanager
def stray(house: House) -> Iterator[None]:
    piece = some_piece(house, "paper")
    held = house.sandbox.world.messages[piece.place_id]
    message: Message = copy.copy(piece.message)
    message.id, message.components = house.sandbox.world.snowflakes.make(), []
    held[message.id] = message
    yield
    del held[message.id]


@contextmanager
def delayed(house: House) -> Iterator[None]:
    """Have a channel's newest digest come hours after it was due."""
    piece = some_piece(house, "details")
    world = house.sandbox.world
    channel = world.channels[world.channels[piece.place_id].parent_id or piece.place_id]
    pieces = look(world, channel).pieces
    moved = [each.message for each in pieces if each.day == pieces[0].day]
    for message in moved:
        message.created_at += timedelta(hours=5)
    yield
    for message in moved:
        message.created_at -= timedelta(hours=5)


HARM = {
    lost: "are not there",
    doubled: "2 times",
    stale: "shows",
    loud: "notified somebody",
    closed: "thread",
    stray: "not due: message",
    delayed: "due and not there",
}

"""/healthz fails when something is really wrong, and /metrics counts what really happened."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from prometheus_client.parser import text_string_to_metric_families

from bot import health
from bot.delivery import DeliveryService
from sandbox.faults import Fault, Trouble
from sandbox.options import Options
from tests.e2e.house import House, open_house
from tests.e2e.posts import DAY, paper, settled, write_papers
from tests.e2e.test_startup import environment, run
from tests.tiny_disk import fill, free, tiny_disk

pytestmark = pytest.mark.usefixtures("impatient")

MESSAGES = "/channels/{channel_id}/messages"


class Probe:
    """Asks the bot's health server, as a supervisor does."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self.session = session
        self.url = f"http://127.0.0.1:{port}"

    async def health(self) -> tuple[int, dict[str, Any]]:
        """Return /healthz' status and JSON."""
        async with self.session.get(f"{self.url}/healthz") as response:
            return response.status, await response.json()

    async def failing(self) -> set[str]:
        """Return the checks that fail; the status must agree with them."""
        status, found = await self.health()
        failing = {name for name, check in found["checks"].items() if not check["ok"]}
        assert (status, found["status"]) == ((503, "failing") if failing else (200, "ok"))
        return failing

    async def until(self, *failing: str) -> None:
        """Wait until just these checks fail."""
        async with asyncio.timeout(40):  # as long as discord.py may take to come back
            while True:
                if await self.failing() == set(failing):
                    return
                await asyncio.sleep(0.05)

    async def metrics(self) -> dict[str, float]:
        """Return /metrics by name and labels, such as `digest_bot_steps_total{end=sent}`."""
        async with self.session.get(f"{self.url}/metrics") as response:
            assert response.status == 200
            text = await response.text()
        found = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels = ",".join(f"{name}={value}" for name, value in sample.labels.items())
                found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
        return found

    async def counts(self, name: str, value: float) -> None:
        """Wait until a metric has this value."""
        async with asyncio.timeout(20):
            while True:
                if (await self.metrics())[name] == value:
                    return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def probed(house: House, **settings: Any) -> AsyncIterator[Probe]:
    """Run the bot with a health server."""
    port = unused_port()
    async with (
        aiohttp.ClientSession() as session,
        house.bot(health_port=port, **settings),
    ):
        yield Probe(session, port)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", paper("One"), paper("Two"))


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine makes ticks of a twentieth of a second late."""
    monkeypatch.setattr(health, "TICKS_MISSED", 20)
    monkeypatch.setattr(health, "BEAT", 0.02)


async def test_a_bot_that_is_well_says_so(house: House, seeds: Path) -> None:
    async with probed(house, seeds_dir=seeds) as probe:
        await house.delivered()
        await probe.until()
        _, found = await probe.health()
    checks = found["checks"]
    assert checks["gateway"]["connected"]
    assert 0 <= checks["event_loop"]["lag_seconds"] < health.LAG_SECONDS
    assert checks["scheduler"]["last_tick_seconds"] >= 0
    assert checks["database"]["read_seconds"] >= 0


async def test_a_schedule_that_hangs_is_found_out(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = asyncio.Event()

    async def hang(*_arguments: object) -> None:
        await going_on.wait()

    async with probed(house, seeds_dir=seeds) as probe:
        await house.delivered()
        monkeypatch.setattr(DeliveryService, "_open_due", hang)  # every tick's second question
        await probe.until("scheduler")
        going_on.set()
        await probe.until()


async def test_a_gateway_that_stays_away_is_found_out_and_its_return_too(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "GATEWAY_SECONDS", 0.2)
    async with probed(house, seeds_dir=seeds) as probe:
        await house.delivered()
        await probe.until()
        with monkeypatch.context() as patch:
            patch.setattr(house.sandbox.gateway, "base_url", "ws://127.0.0.1:1")
            house.sandbox.gateway.invalidate(resumable=False)
            house.sandbox.gateway.drop()
            await probe.until("gateway")
            _, found = await probe.health()
            assert not found["checks"]["gateway"]["connected"]
            assert found["checks"]["gateway"]["away_seconds"] >= 0.2
        await probe.until()


async def test_a_short_loss_of_the_gateway_is_not_held_against_it(
    house: House, seeds: Path
) -> None:
    async with probed(house, seeds_dir=seeds) as probe:
        await house.delivered()
        house.sandbox.gateway.drop()
        assert await probe.failing() == set()
        await house.sandbox.wait_for(lambda: house.sandbox.gateway.live_sessions, timeout=20)


async def test_a_database_that_cannot_be_read_is_found_out(house: House, seeds: Path) -> None:
    async with probed(house, seeds_dir=seeds, digest_channel_id=None) as probe:
        await probe.until()
        # In a thread: what the bot writes at the moment it ends on this one.
        await asyncio.to_thread(_take_away, house.folder / "digests.sqlite3")
        await probe.until("database")


def _take_away(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # or a commit of the bot's in between would refuse it
        other.execute("ALTER TABLE digests_version RENAME TO away")
        other.execute("COMMIT")


async def test_a_schedule_whose_every_tick_fails_is_found_out(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> None:
        raise LookupError("a bug")

    async with probed(house, seeds_dir=seeds) as probe:
        await house.delivered()
        with monkeypatch.context() as patch:
            patch.setattr(DeliveryService, "_open_due", fail)
            await probe.until("scheduler")
            _, found = await probe.health()
            assert found["checks"]["scheduler"]["failing_seconds"] > 0
        await probe.until()


async def test_a_disk_without_room_is_found_out_and_its_return_too(
    house: House, seeds: Path
) -> None:
    with tiny_disk(house.folder / "disk", kilobytes=1024) as disk:
        options = {"database_path": disk / "digests.sqlite3", "backup_keep": 0}
        async with probed(house, seeds_dir=seeds, **options) as probe:
            await house.delivered()
            fill(disk)
            while not await probe.failing():
                await house.manager.run(house.text, "subscribe", {"at": "10:00"})
                await house.manager.run(house.text, "subscribe", {"at": "11:00"})
            _, found = await probe.health()
            assert "The disk is full" in found["checks"]["database"]["error"]
            free(disk)
            await probe.until()


async def test_a_database_that_is_taken_away_is_found_out_and_nothing_is_posted(
    house: House, seeds: Path
) -> None:
    database, away = house.folder / "digests.sqlite3", house.folder / "away.sqlite3"
    async with probed(house, seeds_dir=seeds, backup_keep=0) as probe:
        await house.delivered()
        posted = len(house.messages(house.text))
        database.rename(away)
        write_papers(seeds, paper("Three"), day=DAY + timedelta(days=1), name="b.txt")
        house.clock.advance(timedelta(days=1))
        await probe.until("database", "scheduler")
        _, found = await probe.health()
        assert "was deleted, moved or exchanged" in found["checks"]["database"]["error"]
        assert str(database) in found["checks"]["database"]["error"]
        assert len(house.messages(house.text)) == posted
        away.rename(database)
        await house.delivered(headers=2)
        await probe.until()


async def test_an_event_loop_that_was_held_up_is_found_out(
    house: House, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with probed(house, seeds_dir=seeds, digest_channel_id=None) as probe:
        await probe.until()
        monkeypatch.setattr(health, "LAG_SECONDS", 0.3)
        time.sleep(0.5)  # noqa: ASYNC251 - that is the trouble
        await probe.until("event_loop")
        monkeypatch.setattr(health, "WINDOW", 0.1)
        await probe.until()  # it passes


async def test_only_this_machine_by_its_own_name_is_answered(house: House) -> None:
    async with probed(house, digest_channel_id=None) as probe:
        for path in ("/healthz", "/metrics"):
            for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:80", ""):
                headers = {"Host": host}
                async with probe.session.get(probe.url + path, headers=headers) as response:
                    assert response.status in (400, 421), host
            async with probe.session.post(probe.url + path) as response:
                assert response.status == 405
            async with probe.session.get(
                probe.url.replace("127.0.0.1", "localhost") + path
            ) as response:
                assert response.status == 200
        async with probe.session.get(f"{probe.url}/") as response:
            assert response.status == 404


async def test_metrics_count_what_happened(house: House, seeds: Path) -> None:
    (seeds / "broken.txt").write_text("no date\n", encoding="utf-8")
    house.sandbox.faults.add(
        Fault(trouble=Trouble.REFUSE, method="POST", template=MESSAGES, status=502, times=1)
    )
    async with probed(house, seeds_dir=seeds) as probe:
        await house.delivered()
        await settled(house)
        await house.member.run(house.text, "tag", {"name": "rl"})
        await house.member.run(house.text, "tag", {"name": "nothing of that name"})
        await house.member.run(house.text, "ask", {"question": "How do I bake bread?"})
        found = await probe.metrics()
    assert found["digest_bot_posts_total"] == 2
    assert found["digest_bot_steps_total{end=sent,step=paper}"] == 2
    assert found["digest_bot_steps_total{end=sent,step=thread}"] == 2
    assert found["digest_bot_retries_total{step=header}"] == 1
    assert found["digest_bot_post_wait_seconds_total"] > 0
    assert found["digest_bot_budget_wait_seconds_total"] > 0
    assert found["digest_bot_command_seconds_count{command=tag,end=answered}"] == 1
    assert found["digest_bot_command_seconds_count{command=tag,end=refused}"] == 1
    assert found["digest_bot_answers_total{outcome=abstained}"] == 1
    assert found["digest_bot_answers_total{outcome=answered}"] == 0
    assert found["digest_bot_rate_limited_total{scope=global}"] == 0
    assert found["digest_bot_ingest_errors_total"] == 1
    assert found["digest_bot_broken_seeds"] == 1
    assert found["digest_bot_subscriptions{state=posting}"] == 1
    assert found["digest_bot_subscriptions{state=parked}"] == 0
    if sys.platform == "linux":
        assert found["process_resident_memory_bytes"] > 10_000_000


async def test_a_copy_that_cannot_be_made_is_a_gauge(house: House, seeds: Path) -> None:
    (house.folder / "in_the_way").touch()
    async with probed(house, seeds_dir=seeds, backup_dir=house.folder / "in_the_way") as probe:
        await probe.counts("digest_bot_backup_failing", 1)
    async with probed(house, seeds_dir=seeds) as probe:
        await house.delivered()
        await probe.counts("digest_bot_backup_failing", 0)


async def test_a_parked_channel_is_counted(house: House, seeds: Path) -> None:
    write_papers(seeds, paper("Three"), day=DAY + timedelta(days=1), name="b.txt")
    async with probed(house, seeds_dir=seeds) as probe:
        await house.delivered()
        house.sandbox.world.delete_channel(house.text)
        house.clock.advance(timedelta(days=1))
        await probe.counts("digest_bot_subscriptions{state=parked}", 1)


async def test_what_discord_limits_is_counted(tmp_path: Path) -> None:
    options = Options(limits_on=True)
    async with open_house(tmp_path, options=options) as house:
        seeds = write_papers(tmp_path / "seeds", *(paper(f"Paper {n}") for n in range(8)))
        async with probed(house, seeds_dir=seeds) as probe:
            await house.delivered()
            found = await probe.metrics()
    assert found["digest_bot_post_wait_seconds_total"] > 1


@contextmanager
def taken() -> Iterator[int]:
    """Listen on a port."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


async def test_a_port_that_is_taken_is_one_sentence_and_the_exit_code_is_1(house: House) -> None:
    with taken() as port:
        settings = environment(house) | {"HEALTH_PORT": str(port), "LOG_LEVEL": "ERROR"}
        code, (line,), _ = await run(house.folder, settings, "-m", "bot")
    assert code == 1
    assert f"HEALTH_PORT {port}" in line
    assert not house.commands()

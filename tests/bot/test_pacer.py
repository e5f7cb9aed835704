"""The global budget, on an event loop whose time passes only while everybody sleeps."""

from __future__ import annotations

import asyncio
import itertools
import random
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.metrics import Metrics
from bot.pacer import Pacer, pace_requests

T = TypeVar("T")
TINY = 1e-6  # what adding up floats may lose


class LeapingLoop(asyncio.SelectorEventLoop):
    """A loop that leaps over its sleeps; each leap is late by what `lateness` says."""

    def __init__(self, lateness: Callable[[], float]) -> None:
        self.now = 1000.0
        loop = self

        class Selector(selectors.SelectSelector):
            def select(
                self, timeout: float | None = None
            ) -> list[tuple[selectors.SelectorKey, int]]:
                if timeout:
                    loop.now += timeout + lateness()
                return super().select(0)

        super().__init__(Selector())

    def time(self) -> float:
        """Return the time that has been leapt over."""
        return self.now


def run(work: Coroutine[Any, Any, T], *, lateness: Callable[[], float] = lambda: 0.0) -> T:
    with asyncio.Runner(loop_factory=lambda: LeapingLoop(lateness)) as runner:
        return runner.run(work)


async def send(pacer: Pacer, count: int) -> list[tuple[float, int]]:
    """Have so many requests wait at once; return when each was let go, and its number."""
    sent: list[tuple[float, int]] = []

    async def request(number: int) -> None:
        turn = await pacer.wait()
        sent.append((asyncio.get_running_loop().time(), number))
        turn.end()

    await asyncio.gather(*map(request, range(count)))
    return sent


def busiest_second(times: list[float]) -> int:
    """Return the most requests in any second."""
    return max(sum(start <= time < start + 1 - TINY for time in times) for start in times)


def test_the_first_request_is_sent_at_once() -> None:
    ((time, _),) = run(send(Pacer(50), 1))
    assert time == pytest.approx(1000.0)


def test_requests_are_spaced_evenly_from_the_first_on() -> None:
    times = [time for time, _ in run(send(Pacer(50), 200))]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert gaps == pytest.approx([0.02] * 199, rel=0.02)
    assert min(gaps) >= 0.02
    assert busiest_second(times) == 50


def test_who_waits_first_goes_first() -> None:
    assert [number for _, number in run(send(Pacer(10), 30))] == list(range(30))


@given(
    budget=st.integers(1, 60),
    stalls=st.dictionaries(st.integers(0, 60), st.floats(0, 3), max_size=5),
    jitter=st.floats(0, 0.02),
    seed=st.integers(0, 100),
)
@settings(max_examples=40, deadline=None)
def test_no_second_holds_more_than_the_budget_even_after_a_stall(
    budget: int, stalls: dict[int, float], jitter: float, seed: int
) -> None:
    chance, naps = random.Random(seed), iter(range(10_000))  # noqa: S311 - not a secret

    def lateness() -> float:
        return stalls.get(next(naps), 0.0) + chance.uniform(0, jitter)

    times = [time for time, _ in run(send(Pacer(budget), 4 * budget + 3), lateness=lateness)]
    assert busiest_second(times) <= budget


@given(
    budget=st.integers(2, 60),
    delays=st.dictionaries(st.integers(1, 240), st.floats(0, 0.1), max_size=20),
    stall=st.tuples(st.integers(1, 240), st.floats(0, 0.5)),
    usual=st.floats(0.001, 0.3),
)
@settings(max_examples=40, deadline=None)
def test_no_second_of_arrivals_holds_more_than_the_budget(
    budget: int, delays: dict[int, float], stall: tuple[int, float], usual: float
) -> None:
    """Some are late on their way; once the other side stands still for half a second at most."""
    arrived: list[float] = []
    stalled = [float("inf")]  # until when, once the request of that number is let go

    async def request(pacer: Pacer, number: int) -> None:
        turn = await pacer.wait()
        if number == stall[0]:
            stalled[0] = turn.sent + usual + stall[1]
        await asyncio.sleep(usual + delays.get(number, 0.0))
        now = asyncio.get_running_loop().time()
        if number >= stall[0] and now < stalled[0]:
            await asyncio.sleep(stalled[0] - now)
        arrived.append(asyncio.get_running_loop().time())
        await asyncio.sleep(usual)
        turn.end()

    async def send_all() -> None:
        pacer = Pacer(budget)
        await asyncio.gather(*(request(pacer, number) for number in range(4 * budget + 3)))

    run(send_all())
    assert busiest_second(arrived) <= budget


@pytest.mark.parametrize(("took", "most"), [(0.2, 20.2), (None, 22.2)])
def test_slow_answers_do_not_slow_the_next_requests(took: float | None, most: float) -> None:
    """Not even those that never come, by more than a tenth."""
    times: list[float] = []

    async def request(pacer: Pacer) -> None:
        turn = await pacer.wait()
        times.append(asyncio.get_running_loop().time())
        if took is not None:
            await asyncio.sleep(took)
            turn.end()

    async def send_all() -> None:
        pacer = Pacer(50)
        await asyncio.gather(*(request(pacer) for _ in range(1001)))

    run(send_all())
    assert times[-1] - times[0] < most


def test_idle_time_is_not_saved_up_for_a_burst() -> None:
    async def pause_between() -> list[float]:
        pacer = Pacer(50)
        await send(pacer, 10)
        await asyncio.sleep(60)
        return [time for time, _ in await send(pacer, 50)]

    times = run(pause_between())
    assert times[-1] - times[0] > 0.9


def test_small_delays_do_not_add_up() -> None:
    """Each waking up later than the next is due, 1,000 requests take hardly longer."""
    times = [time for time, _ in run(send(Pacer(50), 1001), lateness=lambda: 0.03)]
    assert times[-1] - times[0] < 20 * 1.05


def test_who_gives_up_waiting_takes_nobodys_turn() -> None:
    async def cancel_one() -> list[float]:
        pacer = Pacer(1)
        await pacer.wait()
        given_up = asyncio.create_task(pacer.wait())
        await asyncio.sleep(0.1)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        return [time for time, _ in await send(pacer, 1)]

    assert run(cancel_one()) == pytest.approx([1001.1], abs=0.02)


@asynccontextmanager
async def session_of(
    per_second: int, metrics: Metrics
) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Give a paced session, and the address of a server that refuses everything."""

    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"X-RateLimit-Scope": "shared"})

    application = web.Application()
    application.router.add_get("/{path:.*}", refuse)
    async with TestServer(application) as server:
        trace = pace_requests(Pacer(per_second), metrics=metrics)
        async with aiohttp.ClientSession(trace_configs=[trace]) as session:
            yield session, str(server.make_url("/"))


@pytest.mark.parametrize(
    ("path", "waits"),
    [
        ("api/v10/channels/1/messages", True),
        ("api/v10/interactions/1/token/callback", False),
        ("api/v10/webhooks/1/token", False),
        ("ephemeral-attachments/1/2/a.txt", False),
    ],
)
async def test_only_what_counts_towards_the_budget_waits_for_it(path: str, waits: bool) -> None:
    metrics = Metrics()
    async with session_of(20, metrics) as (session, url):
        for _ in range(3):
            async with session.get(url + path):
                pass
    waited = metrics.registry.get_sample_value("digest_bot_budget_wait_seconds_total")
    assert waited is not None
    assert (waited > 0.05) == waits


async def test_discords_refusals_are_counted_by_their_scope() -> None:
    metrics = Metrics()
    async with session_of(1000, metrics) as (session, url), session.get(url):
        pass
    name = "digest_bot_rate_limited_total"
    assert metrics.registry.get_sample_value(name, {"scope": "shared"}) == 1

"""Trouble on purpose: each kind, its counting, and the hooks."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from sandbox.faults import Drop, Fault, Faults, Trouble
from sandbox.server import Sandbox
from tests.sandbox.harness import Api, House

MESSAGES = "/channels/{channel_id}/messages"
BROKEN = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


async def send(api: Api, house: House) -> int:
    answer = await api("POST", f"/channels/{house.text.id}/messages", {"content": "x"})
    return answer.status


def sent(api: Api, house: House) -> int:
    return len(api.world.messages[house.text.id])


async def test_an_error_before_acting_does_nothing(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    rule = sandbox.faults.add(
        Fault(trouble=Trouble.REFUSE, method="POST", template=MESSAGES, status=503, times=1)
    )
    assert await send(api, house) == 503
    assert (sent(api, house), rule.hits) == (0, 1)
    assert await send(api, house) == 200
    assert [(r.status, r.acted, r.fault) for r in sandbox.requests] == [
        (503, False, "refuse"),
        (200, True, None),
    ]


async def test_a_lost_answer_has_acted(sandbox: Sandbox, house: House, api: Api) -> None:
    sandbox.faults.add(Fault(trouble=Trouble.LOSE, times=1))
    assert await send(api, house) == 502
    assert sent(api, house) == 1
    assert sandbox.requests[0].acted


@pytest.mark.parametrize(("trouble", "acted"), [(Trouble.DROP_BEFORE, 0), (Trouble.DROP_AFTER, 1)])
async def test_a_connection_breaks_before_or_after_the_act(
    sandbox: Sandbox, house: House, api: Api, trouble: Trouble, acted: int
) -> None:
    sandbox.faults.add(Fault(trouble=trouble, times=1))
    with pytest.raises(BROKEN):
        await send(api, house)
    assert sent(api, house) == acted
    assert sandbox.requests[0].status == 0


async def test_a_stall_waits_and_then_acts(sandbox: Sandbox, house: House, api: Api) -> None:
    sandbox.faults.add(Fault(trouble=Trouble.STALL, seconds=0.1, times=1))
    started = asyncio.get_running_loop().time()
    assert await send(api, house) == 200
    assert asyncio.get_running_loop().time() - started >= 0.1


async def test_a_429_says_how_long(sandbox: Sandbox, house: House, api: Api) -> None:
    sandbox.faults.add(Fault(trouble=Trouble.LIMIT, seconds=0.5, is_global=True, times=1))
    answer = await api("POST", f"/channels/{house.text.id}/messages", {"content": "x"})
    assert (answer.status, answer.data["retry_after"]) == (429, 0.5)
    assert answer.data["global"] is True
    assert answer.headers["Via"]
    assert sent(api, house) == 0


async def test_a_page_says_how_long_in_its_header_only(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    sandbox.faults.add(Fault(trouble=Trouble.PAGE, status=429, seconds=3, times=1))
    answer = await api("POST", f"/channels/{house.text.id}/messages", {"content": "x"})
    assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Via" not in answer.headers
    assert sent(api, house) == 0


async def test_rules_skip_count_and_look_at_the_request(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    sandbox.faults.add(
        Fault(
            trouble=Trouble.REFUSE,
            where=lambda request: request.method == "POST",
            skip=1,
            times=2,
        )
    )
    await api("GET", f"/channels/{house.text.id}")
    assert [await send(api, house) for _ in range(4)] == [200, 502, 502, 200]


async def test_chances_repeat_with_their_seed(sandbox: Sandbox, house: House, api: Api) -> None:
    sandbox.faults.add(Fault(trouble=Trouble.REFUSE, probability=0.5))
    runs = []
    for _ in range(2):
        sandbox.faults.seed(3)
        runs.append([await send(api, house) for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 502}


async def test_hooks_see_each_write_before_and_after_it_acts(
    sandbox: Sandbox, house: House, api: Api
) -> None:
    seen: list[tuple[str, int, int]] = []
    sandbox.faults.before = lambda number: seen.append(("before", number, sent(api, house)))
    sandbox.faults.after = lambda number: seen.append(("after", number, sent(api, house)))
    await api("GET", f"/channels/{house.text.id}")
    await send(api, house)
    await send(api, house)
    assert seen == [("before", 1, 0), ("after", 1, 1), ("before", 2, 1), ("after", 2, 2)]
    assert [request.number for request in sandbox.writes()] == [1, 2]


@pytest.mark.parametrize(("moment", "acted"), [("before", 0), ("after", 1)])
async def test_a_hook_may_break_the_connection(
    sandbox: Sandbox, house: House, api: Api, moment: str, acted: int
) -> None:
    def drop(number: int) -> None:
        raise Drop

    setattr(sandbox.faults, moment, drop)
    with pytest.raises(BROKEN):
        await send(api, house)
    assert sent(api, house) == acted
    sandbox.faults.clear()
    assert await send(api, house) == 200


def test_without_rules_nothing_is_picked() -> None:
    faults = Faults()
    faults.clear()
    assert faults.before is None

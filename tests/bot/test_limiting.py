"""How often one user and one server may ask for what costs much."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.errors import UserError
from bot.limiting import COMMANDS, LOOKING, SEARCHING, SECONDS, TYPING, WRITING, Limit, Limiter

FEW = Limit(per_user=2, per_server=3)


async def test_a_user_may_so_often_in_a_minute_and_then_again() -> None:
    limiter = Limiter()
    loop = asyncio.get_running_loop()
    assert [limiter.count(FEW, 1, None) for _ in range(2)] == [None, None]
    wait = limiter.count(FEW, 1, None)
    assert wait is not None
    assert SECONDS - 1 < wait <= SECONDS
    assert limiter.count(FEW, 2, None) is None
    later = loop.time() + SECONDS + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "time", lambda: later)
        assert limiter.count(FEW, 1, None) is None


async def test_a_server_has_a_limit_for_all_its_users_together() -> None:
    limiter = Limiter()
    assert [limiter.count(FEW, user, 7) for user in (1, 2, 3)] == [None] * 3
    assert limiter.count(FEW, 4, 7) is not None
    assert limiter.count(FEW, 4, 8) is None
    assert limiter.count(FEW, 5, None) is None


async def test_what_is_refused_to_a_user_costs_the_server_nothing() -> None:
    limiter = Limiter()
    for _ in range(50):
        limiter.count(FEW, 1, 7)
    assert limiter.count(FEW, 2, 7) is None


async def test_a_refusal_says_how_many_seconds_to_wait() -> None:
    limiter = Limiter()
    interaction = interaction_of("search")
    for _ in range(SEARCHING.per_user):
        limiter.admit_command(interaction)
    with pytest.raises(UserError) as refused:
        limiter.admit_command(interaction)
    assert refused.value.key == "error.cooldown"
    assert 0 < refused.value.params["seconds"] <= SECONDS


@pytest.mark.parametrize("name", ["ask", None])
async def test_what_has_a_limit_of_its_own_is_not_counted(name: str | None) -> None:
    limiter = Limiter()
    interaction = interaction_of(name)
    for _ in range(1000):
        limiter.admit_command(interaction)


@pytest.mark.parametrize("name", ["paper", "status", "language"])
async def test_no_command_is_without_a_limit(name: str) -> None:
    limiter = Limiter()
    for _ in range(LOOKING.per_user):
        limiter.admit_command(interaction_of(name))
    with pytest.raises(UserError):
        limiter.admit_command(interaction_of(name))


async def test_typing_is_counted_apart() -> None:
    limiter = Limiter()
    interaction = interaction_of("search", discord.InteractionType.autocomplete)
    for _ in range(TYPING.per_user):
        limiter.admit_command(interaction)
    limiter.admit_command(interaction_of("search"))
    with pytest.raises(UserError):
        limiter.admit_command(interaction)


async def test_a_flood_of_messages_is_not_answered_with_a_flood() -> None:
    limiter = Limiter()
    assert all(limiter.admits_message(1, None) for _ in range(WRITING.per_user))
    assert not limiter.admits_message(1, None)
    assert limiter.admits_message(2, None)


async def test_a_minute_without_use_is_forgotten() -> None:
    limiter = Limiter()
    loop = asyncio.get_running_loop()
    for user in range(500):
        limiter.count(FEW, user, None)
    later = loop.time() + SECONDS + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "time", lambda: later)
        limiter.count(FEW, 1, None)
    (users,) = limiter._users.values()
    assert len(users._cache) == 1


def test_every_limit_lets_a_person_through() -> None:
    limits = filter(None, (*COMMANDS.values(), LOOKING, TYPING))
    assert all(1 <= limit.per_user <= limit.per_server for limit in limits)


def interaction_of(
    name: str | None,
    kind: discord.InteractionType = discord.InteractionType.application_command,
) -> Any:
    command = SimpleNamespace(qualified_name=name) if name else None
    return SimpleNamespace(command=command, type=kind, guild_id=7, user=SimpleNamespace(id=1))

"""Who counts as the application's owner."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot import owners as owners_module
from bot.errors import UserError
from bot.owners import Owners, owner_ids

OWNER, ADMIN, DEVELOPER, READER, INVITED, STRANGER = range(1, 7)


def user(number: int) -> dict[str, Any]:
    return {"id": str(number), "username": f"u{number}", "discriminator": "0", "avatar": None}


def member(number: int, role: str, *, state: int = 2) -> dict[str, Any]:
    return {"user": user(number), "role": role, "membership_state": state, "team_id": "9"}


def application(*members: dict[str, Any]) -> discord.AppInfo:
    """Return what Discord tells of an application, of a team if it has members."""
    team = {"id": "9", "name": "t", "icon": None, "owner_user_id": str(OWNER), "members": members}
    data: Any = {
        "id": "8",
        "name": "bot",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": 0,
        "owner": user(OWNER),
        "team": team if members else None,
    }
    state: Any = SimpleNamespace(create_user=lambda data: discord.Object(int(data["id"])))
    return discord.AppInfo(state, data)


class Client:
    """Tells of an application, or fails to."""

    def __init__(self, *found: discord.AppInfo | Exception) -> None:
        self.found = [*found]

    async def application_info(self) -> discord.AppInfo:
        """Return or raise what comes next."""
        each = self.found.pop(0)
        if isinstance(each, Exception):
            raise each
        return each


def owners(*found: discord.AppInfo | Exception) -> Owners:
    return Owners(cast(discord.Client, Client(*found)))


def test_without_a_team_it_is_the_owner() -> None:
    assert owner_ids(application()) == {OWNER}


def test_of_a_team_it_is_who_joined_it_and_may_change_things() -> None:
    team = application(
        member(OWNER, ""),
        member(ADMIN, "admin"),
        member(DEVELOPER, "developer"),
        member(READER, "read_only"),
        member(INVITED, "admin", state=1),
    )
    assert owner_ids(team) == {OWNER, ADMIN, DEVELOPER}


async def test_everybody_else_is_refused() -> None:
    found = owners(application())
    await found.require(OWNER)
    with pytest.raises(UserError, match=r"error\.owner_only"):
        await found.require(STRANGER)


async def test_discord_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    found = owners(application(member(ADMIN, "admin")), application())
    await found.require(ADMIN)
    await found.require(ADMIN)
    monkeypatch.setattr(owners_module, "REMEMBERED", -1.0)
    with pytest.raises(UserError, match=r"error\.owner_only"):
        await found.require(ADMIN)


async def test_nobody_is_let_in_while_discord_does_not_say() -> None:
    found = owners(OSError("unreachable"), application())
    with pytest.raises(UserError, match=r"error\.owner_unknown"):
        await found.require(OWNER)
    await found.require(OWNER)

"""Who may do what only the application's owner may: the owner, or the team that has it."""

from __future__ import annotations

import asyncio

import aiohttp
import discord

from bot.errors import UserError

# Seconds until Discord is asked again: a member who has left the team has left it here too.
REMEMBERED = 300.0


class Owners:
    """The owner's and team members' ids, as Discord tells them."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._known: frozenset[int] = frozenset()
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def require(self, user_id: int) -> None:
        """Refuse everybody else.

        Raises:
            UserError: they are not among them, or Discord cannot be asked.
        """
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if now - self._asked_at > REMEMBERED:
                try:
                    self._known = owner_ids(await self._client.application_info())
                except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                    raise UserError("error.owner_unknown") from error
                self._asked_at = now
        if user_id not in self._known:
            raise UserError("error.owner_only")


def owner_ids(application: discord.AppInfo) -> frozenset[int]:
    """Return who owns the application; of a team those who joined it and may change things.

    A team's member list shows its owner with a role like everybody's, or without one.
    """
    if application.team is None:
        return frozenset({application.owner.id})
    members = {
        member.id
        for member in application.team.members
        if member.membership_state is discord.TeamMembershipState.accepted
        and member.role is not discord.TeamMemberRole.read_only
    }
    owner_id = application.team.owner_id
    return frozenset(members | ({owner_id} if owner_id else set()))

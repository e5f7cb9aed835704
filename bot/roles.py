"""The role that is told of each digest: whether it is there, and whether Discord will tell it."""

from __future__ import annotations

import discord

from bot.destination import Destination
from storage.models import Subscription


def has_lost_role(client: discord.Client, subscription: Subscription) -> bool:
    """Return whether the subscription's role is gone, as far as the gateway tells."""
    guild = client.get_guild(subscription.guild_id or 0)
    if subscription.role_id is None or guild is None or not guild.roles:
        return False
    return guild.get_role(subscription.role_id) is None


def is_silent(client: discord.Client, subscription: Subscription, place: Destination) -> bool:
    """Return whether a mention of the subscription's role there notifies nobody.

    A role is notified if it may be mentioned by anyone, or by the bot with its permission to
    (docs: Channel Resource, Allowed Mentions; Permissions, MENTION_EVERYONE).
    """
    guild = client.get_guild(place.guild_id)
    role = guild.get_role(subscription.role_id or 0) if guild else None
    return role is not None and not (role.mentionable or place.permissions.mention_everyone)

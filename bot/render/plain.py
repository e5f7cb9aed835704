"""A message for channels where the bot may not embed: the same words as plain content."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.render.limits import CONTENT, cut, length
from bot.render.markdown import safe_url
from bot.render.message import Message
from bot.render.parts import share

_SEPARATOR = "\n\n"


def to_plain(message: Message) -> Message:
    """Return the message without embeds, their text cut into the content; the buttons stay."""
    if not message.embeds:
        return message
    parts = [message.content, *(part for embed in message.embeds for part in _parts(embed))]
    parts = [part for part in parts if part]
    room = CONTENT - len(_SEPARATOR) * (len(parts) - 1)
    grants = share([length(part) for part in parts], room)
    content = _SEPARATOR.join(cut(part, grant) for part, grant in zip(parts, grants, strict=True))
    return replace(message, content=content, embeds=())


def _parts(embed: discord.Embed) -> list[str]:
    title = f"**{embed.title}**" if embed.title else ""
    url = safe_url(embed.url) if embed.url else None
    address = f"<{url}>" if url else ""
    fields = [f"**{field.name}** {field.value}" for field in embed.fields]
    footer = f"-# {embed.footer.text}" if embed.footer.text else ""
    return ["\n".join(filter(None, (title, address))), embed.description or "", *fields, footer]

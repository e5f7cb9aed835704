"""Related papers: what /related lists, and the earlier ones that a thread begins with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import discord

from bot.discovery.relations import explain_relations
from bot.errors import UserError
from bot.library import Library
from bot.listing import ListRequest, answer_list
from bot.render.related import Earlier
from bot.replies import answer_language, defer, is_answered, reply
from bot.retrieval.relating import CLOSE
from storage.models import Entry, Near

if TYPE_CHECKING:
    from bot.client import DigestBot

EARLIER = 3
# Of how many near papers the earlier ones with a post in the server are chosen.
_LOOKED_AT = 40
# Seconds that a thread's opening waits for the index, which is read anew at every start.
PATIENCE = 20.0


async def answer_related(interaction: discord.Interaction[Any], entry_id: int) -> None:
    """Answer with the papers related to an entry's, for the asker alone.

    Raises:
        UserError: there is no such entry any more.
        NotFoundError: nothing is close to it.
    """
    bot: DigestBot = interaction.client
    if await bot.store.get_entry(entry_id) is None:
        raise UserError("error.post_outdated")
    if not is_answered(interaction):
        await defer(interaction, ephemeral=True)
    request = ListRequest(
        kind="related", argument=str(entry_id), page=0, language=answer_language(interaction)
    )
    message = await answer_list(bot.library, request, place=bot.place(interaction))
    await reply(interaction, message, ephemeral=True)


async def find_earlier(
    library: Library, entry: Entry, *, guild_id: int, channel_id: int, today: date
) -> tuple[Earlier, ...]:
    """Return the papers nearest to an entry's that stood in earlier digests, or before it in its.

    Only what is close, and has a post in this server, best in this channel. Nothing while the index
    is still read.

    Raises:
        StorageError: the store cannot be read.
    """
    if not await library.is_ready(today, within=PATIENCE):
        return ()
    near = await library.relate(entry, today=today, until=entry.date, limit=_LOOKED_AT)
    ids = [each.entry_id for each in near if each.score >= CLOSE]
    entries = await library.store.list_entries(ids, until=entry.date)
    place = (entry.date, entry.position)
    earlier = [each for each in entries if (each.date, each.position) < place]
    here = Near(guild_id=guild_id, channel_id=channel_id)
    posts = await library.store.list_posts([each.id for each in earlier], near=here)
    chosen = [each for each in earlier if each.id in posts][:EARLIER]
    reasons = await explain_relations(library.store, entry, chosen, until=entry.date)
    return tuple(
        Earlier(entry=each, post=posts[each.id], reason=reasons[each.id]) for each in chosen
    )

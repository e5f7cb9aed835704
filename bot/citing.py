"""A paper's citation: /cite, and Cite under its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.errors import UserError
from bot.references import Source, make_references
from bot.render.references import render_citation
from bot.replies import answer_language, reply

if TYPE_CHECKING:
    from bot.client import DigestBot


async def answer_cite(
    interaction: discord.Interaction[Any], entry_id: int, *, ephemeral: bool = True
) -> None:
    """Answer with an entry's paper as BibTeX, for the reader alone unless said otherwise.

    Raises:
        UserError: there is no such entry any more.
    """
    # Here, not above: its tables take 5 MB, which a bot that nobody asks for citations need not.
    from bot.references.bibtex import write_bibtex

    bot: DigestBot = interaction.client
    entry = await bot.store.get_entry(entry_id)
    if entry is None:
        raise UserError("error.post_outdated")
    entries = await bot.store.get_paper_entries(entry.paper.id, until=bot.today()) or (entry,)
    source = Source(paper=entries[0].paper, first_date=entries[-1].date)
    references = make_references([source])
    message = render_citation(
        write_bibtex(references), name=references[0].key, language=answer_language(interaction)
    )
    await reply(interaction, message, ephemeral=ephemeral)

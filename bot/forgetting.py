"""/forget-me: everything that is stored about a user goes, after they confirmed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import discord

from bot.render.personal import FORGET_ID, render_forgotten
from bot.replies import answer_language, replace
from bot.tree import answering_errors
from bot.views import Standing

if TYPE_CHECKING:
    from bot.client import DigestBot


class ForgetButton(Standing, template=FORGET_ID):
    """Under the question whether they mean it, which only the user sees."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Remove everything, say what it was."""
        async with answering_errors(interaction):
            language = answer_language(interaction)
            removed = await forget_user(interaction.client, interaction.user.id)
            await replace(interaction, render_forgotten(removed, language=language))


PERSONAL_BUTTONS = (ForgetButton,)


async def forget_user(bot: DigestBot, user_id: int) -> Mapping[str, int]:
    """Remove everything stored about a user; return how much of what, as `forget.KEY` names it."""
    questions, ratings = await bot.store.forget_asker(user_id)
    return {
        "saved": await bot.store.forget_saved(user_id),
        "follows": await bot.store.forget_follows(user_id),
        "questions": questions,
        "ratings": ratings,
        "language": int(await bot.readers.choose(user_id, None)),
        "subscribed": await bot.store.forget_subscriber(user_id),
    }

"""Questions answered in a place: what they refer to, how many there may be, what is remembered."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import discord

from bot.answering.pointing import Context
from bot.answering.records import Citation
from bot.answering.wishes import find_language
from bot.errors import UserError
from bot.library import Found
from bot.marks import MARK, ROW_ID
from bot.messages import say
from bot.questions.outlets import Outlet
from bot.questions.phrasing import Phraser, PhrasingError
from bot.render.answers import Sentence, Sources, is_list, render_answer, render_phrased
from bot.render.message import Button, Message
from bot.schedule import local_day
from bot.views import ENTRY_ID
from storage.models import Admission, Entry, Exchange, Near, Post

if TYPE_CHECKING:
    from bot.client import DigestBot

# How long a question without a button or a reply still refers to the one before it.
MEMORY = timedelta(minutes=15)
# A person rarely asks more; a script would keep everybody else waiting.
WINDOW, PER_WINDOW = timedelta(minutes=1), 10
PER_DAY = 1000
# Seconds between two edits of an answer that is being phrased: Discord allows five in five.
EDIT_SECONDS = 1.5

Buttons = tuple[tuple[Button, ...], ...]

_log = logging.getLogger(__name__)

_EXCHANGE_ID = re.compile(rf"ask:[a-z]+:(?P<exchange>{ROW_ID})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and where it was asked.

    `place_id` is the channel, thread or channel of direct messages; `language` is the answer's
    (`ko` or `en`). `context` are the entries, and `exchange` is the answer, that the asker pointed
    at, by button or reply. The question is repeated above the answer where `is_shown` is false.
    """

    question: str
    guild_id: int | None
    place_id: int
    user_id: int
    language: str
    context: tuple[int, ...] = ()
    exchange: Exchange | None = None
    is_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What there is to show of an answer; `evidence` is what a model may phrase."""

    found: Found
    sources: Sources
    question: str
    buttons: Buttons
    evidence: tuple[Citation, ...] = ()

    def render(self) -> Message:
        return render_answer(
            self.found.answer, self.sources, question=self.question, buttons=self.buttons
        )

    def render_phrased(self, sentences: Sequence[Sentence], *, buttons: Buttons) -> Message:
        return render_phrased(
            sentences,
            self.evidence,
            self.sources,
            question=self.question,
            buttons=buttons,
        )


async def answer_question(bot: DigestBot, asked: Asked, outlet: Outlet) -> None:
    """Answer a question and remember the exchange.

    Raises:
        UserError: there is nothing to look for, or too much was asked.
        StorageError: the store cannot be read or written.
    """
    now = bot.clock()
    if not any(char.isalnum() for char in asked.question):
        raise UserError("error.query_empty")
    await _admit(bot, asked, now)
    last = await _find_last(bot, asked, now)
    language = find_language(asked.question)
    if last is not None and language:
        asked = replace(asked, question=last.question, language=language)
        context = Context(entries=last.context, listed=last.context)
    else:
        context = await _find_context(bot, asked, last)
    found = await bot.library.ask(
        asked.question, language=asked.language, today=bot.today(), context=context
    )
    outcome = "abstained" if found.answer.abstained else "answered"
    bot.metrics.answers.labels(outcome).inc()
    exchange_id = await bot.store.add_exchange(
        guild_id=asked.guild_id,
        channel_id=asked.place_id,
        user_id=asked.user_id,
        language=asked.language,
        question=asked.question,
        context=found.context,
        cited=tuple(dict.fromkeys(each.entry_id for each in found.answer.citations)),
        now=now,
    )
    sources = await find_sources(bot, found.entries, asked.guild_id, asked.language)
    shown = _Shown(
        found=found,
        sources=sources,
        question="" if asked.is_shown else asked.question,
        buttons=answer_buttons(found, exchange_id, asked.language),
    )
    message_id = None
    if bot.phraser is not None and is_to_be_phrased(bot, found):
        shown = replace(shown, evidence=await bot.library.find_evidence(found))
        message_id = await _show_phrased(bot.phraser, shown, outlet)
    if message_id is None:
        message_id = await outlet.show(shown.render())
    await bot.store.set_exchange_message(exchange_id, message_id)


def is_to_be_phrased(bot: DigestBot, found: Found) -> bool:
    """Return whether a model puts this answer into words: quotes, not a list or a whole text."""
    answer = found.answer
    if bot.phraser is None or answer.abstained or answer.facts or is_list(answer):
        return False
    abstracts = {entry.paper.abstract for entry in found.entries.values()}
    return abstracts.isdisjoint(citation.quote for citation in answer.citations)


async def _show_phrased(phraser: Phraser, shown: _Shown, outlet: Outlet) -> int | None:
    """Show the answer in the model's words as they come; None if they are of no use."""
    sentences: tuple[Sentence, ...] = ()
    loop = asyncio.get_running_loop()
    edited = -math.inf
    async with aclosing(_phrase(phraser, shown)) as phrasing:
        async for sentences in phrasing:
            if sentences and loop.time() - edited >= EDIT_SECONDS:
                await outlet.show(shown.render_phrased(sentences, buttons=()))
                edited = loop.time()
    if not sentences:
        return None
    return await outlet.show(shown.render_phrased(sentences, buttons=shown.buttons))


async def _phrase(phraser: Phraser, shown: _Shown) -> AsyncGenerator[tuple[Sentence, ...], None]:
    """Yield the model's sentences as they become more; none in the end if it failed."""
    answer = shown.found.answer
    phrasing = phraser.phrase(answer.question, shown.evidence, language=answer.language)
    try:
        async with aclosing(phrasing):
            async for sentences in phrasing:
                yield sentences
    except PhrasingError as error:
        _log.warning("The model at LLM_BASE_URL did not answer: %s", error)
        yield ()


async def answer_again(bot: DigestBot, exchange: Exchange, language: str) -> Found:
    """Return the answer to an exchange's question once more, in this language."""
    return await bot.library.ask(
        exchange.question,
        language=language,
        today=bot.today(),
        context=Context(entries=exchange.context, listed=exchange.context),
    )


async def render_again(bot: DigestBot, exchange: Exchange, found: Found, language: str) -> Message:
    """Return the answer to an exchange's question in this language, with its buttons.

    It is in a model's words where the first one was to be; that takes its time.
    """
    shown = _Shown(
        found=found,
        sources=await find_sources(bot, found.entries, exchange.guild_id, language),
        question=exchange.question,
        buttons=answer_buttons(found, exchange.id, language),
    )
    if bot.phraser is None or not is_to_be_phrased(bot, found):
        return shown.render()
    shown = replace(shown, evidence=await bot.library.find_evidence(found))
    async with aclosing(_phrase(bot.phraser, shown)) as phrasing:
        *_, sentences = ((), *[each async for each in phrasing])
    return shown.render_phrased(sentences, buttons=shown.buttons) if sentences else shown.render()


async def find_sources(
    bot: DigestBot, entries: Mapping[int, Entry], guild_id: int | None, language: str
) -> Sources:
    """Return the entries that an answer may name with where they stand in this server."""
    posts: Mapping[int, Post] = {}
    if guild_id is not None:
        posts = await bot.store.list_posts(list(entries), near=Near(guild_id=guild_id))
    return Sources(entries=entries, posts=posts, language=language)


async def find_message_context(
    bot: DigestBot, message_id: int, message: discord.Message | None
) -> tuple[int, ...]:
    """Return the entries that one of the bot's messages is about: a post's, an answer's.

    `message` is it, if it is known: its buttons name a looked-up paper.
    """
    entry_id = await bot.store.find_posted_entry(message_id)
    if entry_id is not None:
        return (entry_id,)
    exchange = await find_message_exchange(bot, message_id, message)
    if exchange is not None:
        return exchange.cited or exchange.context
    custom_ids = _custom_ids(bot, message)
    found = (MARK.fullmatch(each) or ENTRY_ID.fullmatch(each) for each in custom_ids)
    return tuple(number for match in found if match and (number := int(match["entry"])))


async def find_message_exchange(
    bot: DigestBot, message_id: int, message: discord.Message | None
) -> Exchange | None:
    """Return the exchange whose answer one of the bot's messages is, None if it is something else.

    `message` is it, if it is known.
    """
    for match in map(_EXCHANGE_ID.fullmatch, _custom_ids(bot, message)):
        if match:
            return await bot.store.get_exchange(int(match["exchange"]), now=bot.clock())
    return await bot.store.find_exchange(message_id, now=bot.clock())


def _custom_ids(bot: DigestBot, message: discord.Message | None) -> list[str]:
    if message is None or message.author != bot.user:
        return []
    return [
        child.custom_id or ""
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button)
    ]


def answer_buttons(found: Found, exchange_id: int, language: str) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under an answer."""
    kinds = ["follow"]
    if not found.answer.abstained:
        other = "en" if language == "ko" else "ko"
        kinds = ["more", other, "follow"]
    return (
        tuple(_button(kind, exchange_id, language) for kind in kinds),
        tuple(_button(kind, exchange_id, language) for kind in ("helped", "missed", "delete")),
    )


def _button(kind: str, exchange_id: int, language: str) -> Button:
    name = "translate" if kind in ("ko", "en") else kind
    return Button(label=say(language, f"ask.{name}"), custom_id=f"ask:{kind}:{exchange_id}")


async def _find_last(bot: DigestBot, asked: Asked, now: datetime) -> Exchange | None:
    """Return the answer that the asker pointed at, or else was given last in this place."""
    if asked.exchange or asked.context:
        return asked.exchange
    since = now - MEMORY
    return await bot.store.get_last_exchange(asked.place_id, asked.user_id, since=since)


async def _find_context(bot: DigestBot, asked: Asked, last: Exchange | None) -> Context:
    """Return what the asker pointed at, the paper whose thread this is, or else the last answer."""
    entries = asked.context
    listed: tuple[int, ...] = ()
    if last is not None:
        listed = last.cited if len(last.cited) > 1 else last.context
    if not entries and asked.exchange is None:
        posted = await bot.store.find_posted_entry(asked.place_id)
        entries = () if posted is None else (posted,)
    if entries or last is None:
        return Context(entries=entries, listed=listed, question=last.question if last else "")
    return Context(
        entries=last.cited or last.context,
        listed=listed,
        question=last.question,
        is_recent=asked.exchange is None,
    )


async def _admit(bot: DigestBot, asked: Asked, now: datetime) -> None:
    zone = ZoneInfo(bot.settings.digest_timezone)
    day = local_day(bot.settings.digest_timezone, now)
    admission: Admission = await bot.store.admit_question(
        scope=asked.guild_id or asked.place_id,
        user_id=asked.user_id,
        now=now,
        window=WINDOW,
        per_window=PER_WINDOW,
        day_began=datetime.combine(day, time(), zone),
        per_day=PER_DAY,
    )
    if admission.wait is not None:
        raise UserError("error.cooldown", seconds=max(1, math.ceil(admission.wait.total_seconds())))
    if admission.exhausted:
        raise UserError("error.asked_enough")

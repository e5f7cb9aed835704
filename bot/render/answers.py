"""Answers: quotes under the paper they are from, lists of papers, or that there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import discord

from bot.answering.records import Answer, Citation, Fact
from bot.messages import say
from bot.render.dates import format_date
from bot.render.fitting import Line, embed_capacities, fit_lines
from bot.render.limits import EMBED_DESCRIPTION, EMBED_TITLE, EMBED_TOTAL, cut, length
from bot.render.links import find_paper, post_url, thread_url
from bot.render.markdown import collapse, escape, escape_line, link, safe_url
from bot.render.message import Button, Message
from bot.render.parts import make_embed, share
from storage.models import Entry, Post

# A longer address of a paper gives way to a search for its title.
_URL = 200
_TITLE, _FACT = 300, 500
# A quote in a list; under a single paper they share the room that there is.
_LISTED_QUOTE = 180
_LIST_MARK = "• "
_MARGIN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence that a model made of quotes; `sources` are their places, from 0."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What an answer may name: entries by id, and where they stand in the asker's server."""

    entries: Mapping[int, Entry]
    posts: Mapping[int, Post]
    language: str


def render_answer(
    answer: Answer,
    sources: Sources,
    *,
    question: str = "",
    buttons: tuple[tuple[Button, ...], ...] = (),
) -> Message:
    """Return an answer as it was put together from the digests.

    `question` is repeated above it where readers could not see it otherwise.
    """
    if answer.abstained:
        body = _nothing(answer, sources)
    elif is_list(answer):
        return _render_list(answer, sources, question, buttons)
    else:
        body = _quotes(answer.citations, sources, answer.facts)
        offered = "\n".join([body, *_nearest(answer, sources, "ask.others")])
        body = offered if length(offered) <= EMBED_DESCRIPTION else body
    return _message(question, body, buttons)


def render_phrased(
    sentences: Sequence[Sentence],
    evidence: Sequence[Citation],
    sources: Sources,
    *,
    question: str = "",
    buttons: tuple[tuple[Button, ...], ...] = (),
) -> Message:
    """Return an answer in a model's words, each sentence with its quotes' numbers, and these."""
    used = sorted({place for sentence in sentences for place in sentence.sources})
    numbers = {place: number for number, place in enumerate(used, start=1)}
    words = " ".join(_sentence(each, numbers, evidence, sources) for each in sentences)
    heads = [
        f"**{numbers[place]}.** {_paper(evidence[place].entry_id, sources, _TITLE)}"
        for place in used
    ]
    room = EMBED_DESCRIPTION - _MARGIN
    words = cut(words, room // 2)
    room -= length(words) + sum(map(length, heads))
    texts = _fit([evidence[place].quote for place in used], room)
    blocks = [f"{head}\n{_quote(text)}" for head, text in zip(heads, texts, strict=True)]
    return _message(question, "\n\n".join((words, "\n".join(blocks))), buttons)


def render_evidence(evidence: Sequence[Citation], sources: Sources) -> Message:
    """Return more quotes, under their papers."""
    return _message("", _quotes(evidence, sources), ())


def _message(question: str, body: str, buttons: tuple[tuple[Button, ...], ...]) -> Message:
    title = cut(escape_line(question), EMBED_TITLE)
    return Message(
        embeds=(make_embed(title=title, description=cut(body, EMBED_DESCRIPTION)),),
        buttons=buttons,
    )


def is_list(answer: Answer) -> bool:
    """Return whether an answer lists papers."""
    _, _, rest = answer.text.partition("\n")
    return rest.startswith(_LIST_MARK)


def _heading(answer: Answer) -> str:
    return escape_line(answer.text.partition("\n")[0])


def _nothing(answer: Answer, sources: Sources) -> str:
    label = "ask.newest" if answer.are_newest else "ask.nearest"
    return "\n".join([_heading(answer), *_nearest(answer, sources, label)])


def _nearest(answer: Answer, sources: Sources, label: str) -> list[str]:
    """Return the lines that offer papers, under a label; none where there are none."""
    nearest = [item.entry_id for item in answer.nearest if item.entry_id in sources.entries]
    lines = [f"- {_paper(entry_id, sources, _TITLE)}" for entry_id in nearest]
    return [say(sources.language, label), *lines] if lines else []


def _quotes(citations: Sequence[Citation], sources: Sources, facts: Sequence[Fact] = ()) -> str:
    """Return quotes and facts under their papers; a title is not quoted: it stands above."""
    papers: dict[int, list[str]] = {}
    for citation in citations:
        quotes = papers.setdefault(citation.entry_id, [])
        if citation.quote != citation.title:
            quotes.append(citation.quote)
    heads = {entry_id: f"**{_paper(entry_id, sources, _TITLE)}**" for entry_id in papers}
    for fact in facts:
        if fact.entry_id in heads:
            heads[fact.entry_id] += f"\n{_fact(fact)}"
    room = EMBED_DESCRIPTION - _MARGIN - sum(map(length, heads.values()))
    texts = iter(_fit([text for quotes in papers.values() for text in quotes], room))
    blocks = [
        "\n".join([heads[entry_id], *(_quote(next(texts)) for _ in quotes)])
        for entry_id, quotes in papers.items()
    ]
    return "\n".join(blocks)


def _fact(fact: Fact) -> str:
    url = safe_url(fact.text)
    text = f"<{url}>" if url else escape(collapse(cut(fact.text, _FACT)))
    return f"{escape_line(fact.label)}: {text}"


def _fit(quotes: Sequence[str], room: int) -> list[str]:
    texts = [escape(collapse(quote)) for quote in quotes]
    rooms = share([length(text) for text in texts], room - len("> \n") * len(texts))
    return [cut(text, granted) for text, granted in zip(texts, rooms, strict=True)]


def _quote(text: str) -> str:
    return f"> {text}"


def _render_list(
    answer: Answer,
    sources: Sources,
    question: str,
    buttons: tuple[tuple[Button, ...], ...],
) -> Message:
    title = cut(escape_line(question), EMBED_TITLE)
    capacities = embed_capacities(EMBED_TOTAL - length(title) - _MARGIN)
    boxes, hidden = fit_lines(_list_lines(answer, sources), capacities)
    texts = ["\n".join(box) for box in boxes if box] or [""]
    if hidden:
        texts[-1] += f"\n-# {say(sources.language, 'digest.more', count=hidden)}"
    first, *others = texts
    embeds = (make_embed(title=title, description=first), *map(_continue, others))
    return Message(embeds=embeds, buttons=buttons)


def _continue(text: str) -> discord.Embed:
    return make_embed(description=text)


def _list_lines(answer: Answer, sources: Sources) -> Callable[[int], list[Line]]:
    quotes: dict[int, str] = {}
    for citation in answer.citations:
        quotes.setdefault(citation.entry_id, citation.quote)

    heading = cut(_heading(answer), _TITLE)

    def make(room: int) -> list[Line]:
        lines = [Line(text=heading, weight=length(heading))]
        for item in answer.ranked:
            if item.entry_id not in sources.entries:
                continue
            text = f"- {_paper(item.entry_id, sources, room)}"
            if quote := quotes.get(item.entry_id):
                shown = cut(escape(collapse(quote)), min(_LISTED_QUOTE, 2 * room))
                text += f"\n{_quote(shown)}"
            lines.append(Line(text=text, weight=length(text)))
        return lines

    return make


def _paper(entry_id: int, sources: Sources, room: int) -> str:
    """Return a paper's title, linked, with its date, and links to its post and thread here."""
    entry = sources.entries[entry_id]
    title = cut(collapse(entry.paper.title), room)
    parts = [link(title, find_paper(entry.paper, _URL)), format_date(entry.date, sources.language)]
    if post := sources.posts.get(entry_id):
        parts.append(link(say(sources.language, "label.post"), post_url(post)))
        if thread := thread_url(post):
            parts.append(link(say(sources.language, "label.thread"), thread))
    return " · ".join(parts)


def _sentence(
    sentence: Sentence,
    numbers: Mapping[int, int],
    evidence: Sequence[Citation],
    sources: Sources,
) -> str:
    marks = []
    for place in sentence.sources:
        entry = sources.entries[evidence[place].entry_id]
        post = sources.posts.get(entry.id)
        url = post_url(post) if post else find_paper(entry.paper, _URL)
        marks.append(link(f"[{numbers[place]}]", url))
    return f"{escape(collapse(sentence.text))} {' '.join(marks)}"

"""A week's recap in a channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.discovery.charts.records import Chart, Panel, Section, Tone
from bot.discovery.popularity import Popular
from bot.discovery.trends import Mover, Series
from bot.render.dates import format_short
from bot.render.limits import EMBED_DESCRIPTION, EMBED_TITLE, cut
from bot.render.links import find_paper, post_url, thread_url
from bot.render.markdown import collapse, escape_line, link
from bot.render.message import Message
from bot.render.parts import label, make_embed, tag_chip
from bot.render.popularity import render_counts
from bot.render.trends import describe_series, with_picture
from storage.models import Entry, Language, Post

_TITLE, _URL = 110, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapPaper:
    """A paper of the week, where it stands in the server, and what readers made of it there."""

    entry: Entry
    post: Post | None
    popular: Popular | None

    @property
    def score(self) -> int:
        """What papers are ordered by; 0 where nobody cared for it."""
        return self.popular.score if self.popular else 0

    @property
    def messages(self) -> int:
        """How many messages its threads had."""
        return self.popular.messages if self.popular else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TagWeeks:
    """Tags by week, each week by its Monday; the last one is the recap's.

    `rose` compares the week with the four before it; `rising` are the same tags by week.
    """

    weeks: tuple[date, ...]
    top: tuple[Series, ...]
    rose: tuple[Mover, ...]
    rising: tuple[Series, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap:
    """A week, named by its Monday: how much was sent, what was liked, talked of, and what rose."""

    week: date
    papers: int
    digests: int
    top: tuple[RecapPaper, ...]
    threads: tuple[RecapPaper, ...]
    tags: TagWeeks


def render_recap(recap: Recap, picture: bytes | None, *, language: Language) -> Message:
    """Return the recap; without the picture if it could not be drawn. It pings nobody."""
    sections = [
        [label(language, "recap.summary", papers=recap.papers, digests=recap.digests)],
        [_heading(language, "recap.top"), *_list_top(recap, language)],
    ]
    if recap.threads:
        threads = [
            f"- {_link(paper)}\n-# {label(language, 'top.messages', count=paper.messages)}"
            for paper in recap.threads
        ]
        sections.append([_heading(language, "recap.threads"), *threads])
    if recap.tags.rose:
        rose = [
            f"- {tag_chip(each.tag)} "
            + label(language, "recap.rose_line", now=each.now, before=each.before)
            for each in recap.tags.rose
        ]
        sections.append([_heading(language, "recap.rose"), *rose])
    embed = make_embed(
        title=cut(
            label(language, "recap.heading", date=format_short(recap.week, language)), EMBED_TITLE
        ),
        description=cut("\n\n".join(map("\n".join, sections)), EMBED_DESCRIPTION),
    )
    message = Message(embeds=(embed,))
    if picture is None:
        return message
    return with_picture(message, picture, _describe(recap, language))


def chart_recap(recap: Recap, *, language: Language) -> Chart:
    """Return the chart of the week's tags, and of those that rose, over the last weeks."""
    now = {each.tag: str(each.now) for each in recap.tags.rose}
    top = tuple(
        Panel(
            name=collapse(each.tag), note=str(each.counts[-1]), counts=each.counts, tone=Tone.CALM
        )
        for each in recap.tags.top
    )
    rising = tuple(
        Panel(name=collapse(each.tag), note=now[each.tag], counts=each.counts, tone=Tone.RISE)
        for each in recap.tags.rising
    )
    sections = (("recap.tags", top), ("recap.rose", rising))
    return Chart(
        title=label(language, "recap.chart"),
        first=recap.tags.weeks[0].isoformat(),
        last=recap.tags.weeks[-1].isoformat(),
        partial=False,
        sections=tuple(
            Section(heading=label(language, key), panels=panels)
            for key, panels in sections
            if panels
        ),
    )


def _list_top(recap: Recap, language: Language) -> list[str]:
    lines = []
    for number, paper in enumerate(recap.top, start=1):
        counts = render_counts(paper.popular, language) if paper.popular else ""
        lines.append(f"**{number}.** {_link(paper)}" + (f"\n-# {counts}" if counts else ""))
    return lines


def _link(paper: RecapPaper) -> str:
    """Return the title, linked to the paper's thread or post here, or else to the paper."""
    title = cut(collapse(paper.entry.paper.title), _TITLE)
    if paper.post is None:
        return link(title, find_paper(paper.entry.paper, _URL))
    return link(title, thread_url(paper.post) or post_url(paper.post))


def _heading(language: Language, key: str) -> str:
    return f"**{escape_line(label(language, key))}**"


def _describe(recap: Recap, language: Language) -> str:
    weeks = recap.tags.weeks
    said = label(language, "recap.alt", first=weeks[0].isoformat(), last=weeks[-1].isoformat())
    return f"{said} {describe_series(dict.fromkeys((*recap.tags.top, *recap.tags.rising)))}"

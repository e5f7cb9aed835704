"""Whatever a seed file, a question or a name holds: no ping, no markup but ours, no forged link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.records import Answer, Citation
from bot.discovery.popularity import Popular
from bot.discovery.trends import Mover, Series, Trends, list_months
from bot.errors import NotFoundError, UserError
from bot.following.matches import Reason as FollowReason
from bot.library import Snippet
from bot.messages import LANGUAGES
from bot.parsers import SeedError
from bot.render import (
    answers,
    cards,
    digest,
    following,
    lists,
    notices,
    recap,
    saved,
    seeds,
    tags,
    trends,
)
from bot.render.limits import FORUM_TAG_NAME, THREAD_NAME
from bot.render.message import Message
from bot.render.names import forum_tag_name, thread_name
from bot.render.paper import (
    render_abstract,
    render_details,
    render_entry,
    render_full,
    render_post,
)
from bot.render.plain import to_plain
from bot.render.related import Earlier, Reason, render_reason
from bot.retrieval import Ranked
from storage.models import (
    Entry,
    Follow,
    Follower,
    FollowKind,
    Hit,
    Language,
    Page,
    Post,
    SavedPaper,
    TagSpan,
)
from tests import hostile
from tests.bot.render.builders import make_entry
from tests.bot.render.discord_rules import check_payload, show, units

DAY = date(2025, 4, 25)
NOW = datetime(2025, 8, 1, tzinfo=UTC)
POST = Post(entry_id=1, guild_id=10**19, channel_id=10**19, message_id=10**19, thread_id=10**19)
# What a paper's own address may be; none of them is in the texts.
URLS = ("https://arxiv.org/abs/2503.01307", "https://paper.example/p(q)?x=[1]&y=@everyone#*_*")
HOSTS = {"arxiv.org", "paper.example", "discord.com"}
# Bold headings, subtext, lists, quotes and chips are ours; a text has nothing.
OURS = {"bold", "subtext", "list", "quote", "code"}
FOLLOWER = Follower(
    user_id=1,
    at=time(7, 5),
    timezone="Asia/Seoul",
    guild_id=10,
    language="ko",
    parked=None,
    follows=3,
    changes=0,
)

languages = st.sampled_from(LANGUAGES)


def entries(*, text: int, title: int = 400) -> st.SearchStrategy[Entry]:
    """Return entries made of three hostile lines, each up to `text` characters long."""

    def make(one: str, two: str, three: str, url: str | None, shape: int) -> Entry:
        return make_entry(
            1 + shape,
            title=one[:title].rstrip() or "a",
            authors=(two[:100], three[:100], one[:100])[shape:],
            abstract=two if shape else None,
            ko=(three, one)[shape:],
            en=(one, two)[: 2 - shape],
            tags=(three[:60], two[:60])[shape:],
            links=URLS if shape else (),
            url=url,
        )

    line = hostile.lines(longest=text)
    return st.builds(
        make, line, line, line, st.sampled_from((None, *URLS)), st.sampled_from((0, 1, 2))
    )


def check(messages: Iterable[Message], *, allowed: frozenset[str] = frozenset()) -> None:
    """Fail where Discord would refuse a message, or show more of a text than its characters."""
    for message in messages:
        payload = message.to_payload()
        check_payload(payload)
        for markup in markups(payload):
            shown = show(markup)
            assert set(shown.effects) <= OURS | allowed, markup
            for _, url in shown.masked:
                assert urlsplit(url).hostname in HOSTS, markup
        assert {urlsplit(each["url"]).hostname for each in payload["embeds"] if "url" in each} <= (
            HOSTS
        )


def markups(payload: dict[str, Any]) -> Iterator[str]:
    yield payload["content"]
    for embed in payload["embeds"]:
        yield embed.get("title", "")
        yield embed.get("description", "")
        for field in embed.get("fields", ()):
            yield field["name"]
            yield field["value"]


def posts_of(entry: Entry, language: Language) -> Iterator[Message]:
    yield render_post(entry, language=language, mark="post:1:20250425:1:paper:0")
    earlier = Earlier(entry=entry, post=POST, reason=reason_of(entry))
    yield from render_details(entry, language=language, mark=str, earlier=(earlier,) * 3)
    here = {entry.id: "https://discord.com/channels/1/2/3"}
    yield digest.render_header([entry, entry], date=DAY, language=language, mark="m", links=here)


def cards_of(entry: Entry, language: str) -> Iterator[Message]:
    yield render_entry(entry, language=language, mark="full:1", post=POST, dates=[DAY, DAY])
    for spoken in LANGUAGES:
        if entry.ko or entry.en:
            yield from cards.render_comment(entry, spoken=spoken, language=language)
    yield cards.render_more(entry, language=language)
    yield from render_full(entry, language=Language(language))
    yield from render_abstract(entry, language=Language(language))


def reason_of(entry: Entry) -> Reason:
    return Reason(
        cites=True,
        cited=True,
        link="2503.01307",
        authors=entry.paper.authors,
        tags=entry.tags,
    )


def lists_of(entry: Entry, text: str, language: str) -> Iterator[Message]:
    hit = Hit(entry=entry, score=1.0)
    page = Page(items=(hit,), offset=8, total=99, posts={entry.id: POST})
    parts = enumerate(re.split(r"(\s+)", text))
    snippet = Snippet(pieces=tuple((part, place % 3 == 0) for place, part in parts))
    yield lists.render_list(
        text,
        page,
        language=language,
        snippets={entry.id: snippet},
        previous="a",
        following="b",
    )
    why = {entry.id: render_reason(reason_of(entry), Language(language))}
    yield lists.render_list(text, page, language=language, reasons=why)
    span = TagSpan(name=text or "a", papers=1, first=DAY, last=DAY)
    spans = Page(items=(span,) * tags.PAGE_SIZE, offset=0, total=99)
    yield tags.render_tags(spans, language=language, previous=None, following="x")


def personal_of(entry: Entry, name: str, language: str) -> Iterator[Message]:
    kept = SavedPaper(entry=entry, entry_ids=(entry.id,), first_date=DAY, saved_at=NOW)
    page = Page(items=(kept,), offset=8, total=99)
    tag = name[:40]
    yield saved.render_saved_page(page, number=1, tag=tag, language=language)
    yield saved.render_saved(entry, is_news=True, count=1, language=language)
    yield saved.render_removed(entry, language=language)
    yield saved.render_choice([entry], language=language)
    why = tuple(FollowReason(kind=kind, name=name) for kind in FollowKind)
    found = following.Found(entry=entry, reasons=why * 2, post=POST)
    yield following.render_follow_mail([found], follower=FOLLOWER, language=language)
    follows = tuple(
        Follow(id=number, kind=kind, key=name, name=name, created_at=NOW)
        for number, kind in enumerate(FollowKind)
    )
    notes = [
        following.describe_follows(follows, "following.ended", language=language),
        *(
            following.describe_follow(kind, name, "following.added", language=language)
            for kind in FollowKind
        ),
    ]
    yield following.render_follows(
        Page(items=follows, offset=0, total=3), FOLLOWER, language=language, notes=notes
    )


def answers_of(entry: Entry, question: str, quotes: list[str], language: str) -> Iterator[Message]:
    cited = tuple(
        Citation(entry_id=entry.id, title=entry.paper.title, date=DAY, language="en", quote=quote)
        for quote in quotes
    )
    ranked = Ranked(
        entry_id=entry.id,
        paper_id=1,
        date=DAY,
        score=1.0,
        coverage=1.0,
        strengths=(),
        names=frozenset(),
        is_named=False,
    )
    known = answers.Sources(entries={entry.id: entry}, posts={entry.id: POST}, language=language)
    for text, found in (("x\n> y", cited), (f"{question}\n• x", cited), (question, ())):
        answer = Answer(
            question=question,
            language=language,
            abstained=not found,
            text=text,
            citations=found,
            ranked=(ranked,),
            nearest=(ranked,),
            confidence=1.0,
        )
        yield answers.render_answer(answer, known, question=question)
    sentences = [answers.Sentence(text=question or "a", sources=(0,))]
    yield answers.render_phrased(sentences, cited, known, question=question)
    yield answers.render_evidence(cited, known)


def notices_of(entry: Entry, text: str, language: str) -> Iterator[Message]:
    near = NotFoundError("error.title_not_found", name=text, nearest=(text, entry.paper.title))
    yield notices.render_error(near, language=language)
    yield notices.render_error(UserError("error.time_invalid", text=text), language=language)
    yield notices.render_error(UserError("error.role_not_yours", role=text), language=language)
    yield notices.render_notice("saved.none_tagged", language=language, tag=text)
    broken = SeedError("seed.impossible_date", file=text or "a", line=3, date=text)
    yield seeds.render_broken(broken, language=language)
    yield Message(content=seeds.describe_problems([broken] * 20, language, 2000))
    for render in (notices.render_posted, notices.render_already_posted):
        yield render(
            [entry] * 3,
            language=language,
            date=DAY,
            channel_id=1,
            links={entry.id: "https://discord.com/channels/1/2/3"},
        )


def trends_of(entry: Entry, tag: str, language: str) -> Iterator[Message]:
    series = Series(tag=tag, counts=(1, 2, 3))
    mover = Mover(tag=tag, before=1, now=5)
    shown = Trends(
        months=list_months(DAY, 3),
        newest=DAY,
        partial=True,
        weeks=3,
        papers=7,
        top=(series,) * 9,
        rising=(mover,) * 3,
        fading=(mover,) * 3,
        moving=(series,) * 6,
    )
    yield trends.render_trends(shown, b"png", language=language)
    popular = Popular(entry_id=entry.id, paper_id=1, saves=1, messages=2, reactions=3)
    paper = recap.RecapPaper(entry=entry, post=None, popular=popular)
    posted = recap.RecapPaper(entry=entry, post=POST, popular=None)
    weeks = recap.TagWeeks(weeks=(DAY,), top=(series,), rose=(mover,), rising=(series,))
    week = recap.Recap(
        week=DAY, papers=1, digests=1, top=(paper, posted), threads=(paper,), tags=weeks
    )
    yield recap.render_recap(week, b"png", language=Language(language))


def in_plain(messages: Iterable[Message]) -> Iterator[Message]:
    """Yield each message, and what it becomes where the bot may not embed."""
    for message in messages:
        yield message
        yield to_plain(message)


SMALL, LARGE = 120, 4000


@given(entries(text=SMALL, title=SMALL), st.sampled_from(Language))
def test_a_post_and_its_thread_show_texts_as_texts(entry: Entry, language: Language) -> None:
    check(in_plain(posts_of(entry, language)))


@given(entries(text=SMALL, title=SMALL), languages)
def test_a_look_up_and_its_buttons_show_texts_as_texts(entry: Entry, language: str) -> None:
    check(cards_of(entry, language))


@given(entries(text=SMALL, title=SMALL), hostile.texts(longest=SMALL), languages)
def test_a_list_shows_texts_as_texts(entry: Entry, text: str, language: str) -> None:
    check(lists_of(entry, text, language))


@given(entries(text=SMALL, title=SMALL), hostile.lines(longest=100), languages)
def test_what_a_reader_keeps_and_follows_shows_texts_as_texts(
    entry: Entry, name: str, language: str
) -> None:
    check(personal_of(entry, name, language))


quotes = st.lists(hostile.lines(longest=SMALL), min_size=1, max_size=3)


@given(entries(text=SMALL, title=SMALL), hostile.texts(longest=SMALL), quotes, languages)
def test_an_answer_shows_question_and_quotes_as_texts(
    entry: Entry, question: str, found: list[str], language: str
) -> None:
    check(answers_of(entry, question, found, language))


@given(entries(text=SMALL, title=SMALL), hostile.texts(longest=SMALL), languages)
def test_a_notice_shows_what_was_typed_as_text(entry: Entry, text: str, language: str) -> None:
    check(notices_of(entry, text, language), allowed=frozenset({"mention"}))


@given(entries(text=SMALL, title=SMALL), hostile.lines(longest=SMALL), languages)
def test_trends_and_recaps_show_names_as_texts(entry: Entry, tag: str, language: str) -> None:
    check(trends_of(entry, tag, language))


@given(
    entries(text=LARGE),
    hostile.texts(longest=2000),
    hostile.lines(longest=100),
    st.sampled_from(Language),
    languages,
)
def test_no_text_is_too_long_for_any_message(
    entry: Entry, text: str, name: str, language: Language, own: str
) -> None:
    for message in (
        *in_plain(posts_of(entry, language)),
        *cards_of(entry, own),
        *lists_of(entry, text, own),
        *personal_of(entry, name, own),
        *answers_of(entry, text, [entry.paper.title, text or "a"], own),
        *notices_of(entry, text, own),
        *trends_of(entry, name, own),
    ):
        check_payload(message.to_payload())


@given(hostile.texts())
def test_names_of_threads_and_forum_tags_can_be_seen(text: str) -> None:
    for name, longest in ((thread_name(text), THREAD_NAME), (forum_tag_name(text), FORUM_TAG_NAME)):
        assert 1 <= units(name) <= longest
        assert name.isprintable() or set(name) & set("\u200c\u200d")
        assert name.strip()

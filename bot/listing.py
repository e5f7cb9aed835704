"""Pages of papers: which one was asked for, how a button says so, and how it is answered."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from bot.dates import nearest_days
from bot.discovery.popularity import PERIODS, list_popular
from bot.discovery.relations import explain_relations, list_related
from bot.errors import NotFoundError, UserError
from bot.library import Library, Snippet
from bot.marks import parse_row_id
from bot.messages import say
from bot.naming import LEAST, PATIENCE, list_nearest
from bot.render.dates import format_date
from bot.render.limits import cut, length
from bot.render.lists import PAGE_SIZE, render_list
from bot.render.markdown import collapse
from bot.render.message import Button, Menu, Message
from bot.render.offers import name_buttons, paper_menus
from bot.render.popularity import render_counts
from bot.render.related import render_reason
from storage.base import Store
from storage.models import Entry, Hit, Language, Near, Page
from storage.text import tag_key, title_key

_HEADING = 110  # units of a title in a heading
CUSTOM_ID = 100  # docs: Component Reference, custom_id
PAGE_ID = re.compile(
    r"list:(?P<language>ko|en):(?P<kind>tag|author|search|digest|title|link|related|top)"
    r":(?P<page>[0-9]{1,6}):(?P<form>[as]):(?P<argument>.+)",
    re.DOTALL,
)


# What raises where a list cannot be of this; names and queries may be anything.
_CHECKS: dict[str, Callable[[str], object]] = {
    "digest": date.fromisoformat,
    "related": parse_row_id,
    "top": PERIODS.__getitem__,
}


T = TypeVar("T", Entry, Hit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """One page of a list.

    `argument` is the tag, author, query, date, title, address, entry id or period. `page` counts
    from 0; `language` is `ko` or `en`.
    """

    kind: str
    argument: str
    page: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when a question is asked.

    Links lead to this server, best to this channel; `today` hides the future.
    """

    guild_id: int | None
    channel_id: int | None
    now: datetime
    today: date

    @property
    def near(self) -> Near | None:
        """Where links should lead; None in a direct message."""
        if self.guild_id is None:
            return None
        return Near(guild_id=self.guild_id, channel_id=self.channel_id)


async def answer_list(
    library: Library, request: ListRequest, *, place: Place, action: str | None = None
) -> Message:
    """Return the page with its buttons and links to this server's posts.

    With an `action` (`cite` or `related`) a menu asks with which of its papers to do that.

    Raises:
        NotFoundError: there is no such thing; the nearest names are in it, and what leads to them.
        UserError: nothing but blanks is asked for.
    """
    if not request.argument.strip():
        raise UserError("error.query_empty")
    store = library.store
    found = await _fetch(library, request, place)
    page = found.page
    if not page.items:
        raise await _not_found(library, request, place, action or "paper")
    entries = [_entry(item) for item in page.items]
    previous, following = None, None
    if request.page:
        previous = await _page_id(store, request, request.page - 1, place.now)
    if page.offset + len(page.items) < page.total:
        following = await _page_id(store, request, request.page + 1, place.now)
    message = render_list(
        say(
            request.language,
            f"list.{request.kind}_heading",
            name=await _spell(store, request, entries),
            count=page.total,
        ),
        page,
        language=request.language,
        snippets=found.snippets,
        reasons=found.reasons,
        previous=previous,
        following=following,
    )
    message = replace(message, content=found.note)
    if action is None:
        return message
    return replace(message, menus=paper_menus(action, entries, language=request.language))


def _entry(item: Entry | Hit) -> Entry:
    return item.entry if isinstance(item, Hit) else item


def spell_tag(tag: str, entries: Iterable[Entry]) -> str | None:
    """Return the tag as the entries write it, None if none of them carries it."""
    key = tag_key(tag)
    names = (name for entry in entries for name in entry.tags)
    return next((name for name in names if tag_key(name) == key), None)


async def parse_page_id(store: Store, match: re.Match[str], *, now: datetime) -> ListRequest:
    """Return the request that a button's custom_id stands for.

    Raises:
        UserError: it was kept in the store and has expired, or none of ours has this custom_id.
    """
    argument = match["argument"]
    if match["form"] == "s":
        state = await store.get_view_state(argument, now=now)
        if state is None:
            raise UserError("error.expired")
        argument = str(state["argument"])
    if match["kind"] in _CHECKS:
        try:
            _CHECKS[match["kind"]](argument)
        except (ValueError, KeyError):
            raise UserError("error.expired") from None
    return ListRequest(
        kind=match["kind"],
        argument=argument,
        page=int(match["page"]),
        language=match["language"],
    )


async def _page_id(store: Store, request: ListRequest, page: int, now: datetime) -> str:
    head = f"list:{request.language}:{request.kind}:{page}"
    inline = f"{head}:a:{request.argument}"
    if length(inline) <= CUSTOM_ID:
        return inline
    key = await store.add_view_state({"argument": request.argument}, now=now)
    return f"{head}:s:{key}"


async def _get_entry(store: Store, request: ListRequest) -> Entry:
    entry = await store.get_entry(int(request.argument))
    if entry is None:
        raise UserError("error.post_outdated")
    return entry


async def _spell(store: Store, request: ListRequest, entries: Sequence[Entry]) -> str:
    """Return what was asked for as the digests write it, accents and all."""
    if request.kind == "top":
        return say(request.language, f"choice.period_{request.argument}")
    if request.kind == "related":
        return cut(collapse((await _get_entry(store, request)).paper.title), _HEADING)
    if request.kind == "link":
        return cut(request.argument, _HEADING)
    if request.kind == "digest":
        return format_date(date.fromisoformat(request.argument), request.language)
    spelled = None
    if request.kind == "tag":
        spelled = spell_tag(request.argument, entries)
    elif request.kind == "author":
        key = title_key(request.argument)
        names = (name for entry in entries for name in entry.paper.authors)
        spelled = next((name for name in names if title_key(name) == key), None)
    return spelled or request.argument


async def _by_name(
    list_by: Callable[..., Awaitable[Page[Entry]]], request: ListRequest, place: Place
) -> Page[Entry]:
    return await list_by(
        request.argument,
        until=place.today,
        offset=request.page * PAGE_SIZE,
        limit=PAGE_SIZE,
        near=place.near,
    )


async def _by_tag(store: Store, request: ListRequest, place: Place) -> Page[Entry]:
    return await _by_name(store.list_by_tag, request, place)


async def _by_author(store: Store, request: ListRequest, place: Place) -> Page[Entry]:
    return await _by_name(store.list_by_author, request, place)


async def _by_date(store: Store, request: ListRequest, place: Place) -> Page[Entry]:
    day = date.fromisoformat(request.argument)
    digest = await store.get_digest(day) if day <= place.today else None
    return await _add_posts(store, _slice(digest.entries if digest else (), request.page), place)


async def _by_title(store: Store, request: ListRequest, place: Place) -> Page[Entry]:
    found = await store.find_entries(request.argument, until=place.today, near=place.near)
    return _newest(found, request)


async def _by_link(store: Store, request: ListRequest, place: Place) -> Page[Entry]:
    found = await store.find_mentions(request.argument, until=place.today, near=place.near)
    return _newest(found, request)


def _newest(found: Page[tuple[Entry, ...]], request: ListRequest) -> Page[Entry]:
    """Return a page of the papers found, each as its newest entry."""
    page = _slice(tuple(newest for newest, *_ in found.items), request.page)
    return replace(page, posts=found.posts)


def _slice(entries: tuple[Entry, ...], page: int) -> Page[Entry]:
    offset = page * PAGE_SIZE
    return Page(items=entries[offset : offset + PAGE_SIZE], offset=offset, total=len(entries))


async def _add_posts(store: Store, page: Page[T], place: Place) -> Page[T]:
    if place.near is None:
        return page
    ids = [_entry(item).id for item in page.items]
    return replace(page, posts=await store.list_posts(ids, near=place.near))


_FETCH: dict[str, Callable[[Store, ListRequest, Place], Awaitable[Page[Entry]]]] = {
    "tag": _by_tag,
    "author": _by_author,
    "digest": _by_date,
    "title": _by_title,
    "link": _by_link,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A page and, by entry id, why each paper is on it: a sentence of it, or what is said of it.

    `note` is what stands above it.
    """

    page: Page[Entry] | Page[Hit]
    note: str = ""
    snippets: Mapping[int, Snippet] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)


async def _fetch(library: Library, request: ListRequest, place: Place) -> _Found:
    if request.kind == "search":
        return await _search(library, request, place)
    if request.kind == "related":
        return await _related(library, request, place)
    if request.kind == "top":
        return await _top(library.store, request, place)
    return _Found(page=await _FETCH[request.kind](library.store, request, place))


async def _related(library: Library, request: ListRequest, place: Place) -> _Found:
    today, offset = place.today, request.page * PAGE_SIZE
    entry = await _get_entry(library.store, request)
    page = await list_related(library, entry, today=today, offset=offset, limit=PAGE_SIZE)
    reasons = await explain_relations(library.store, entry, page.items, until=today)
    language = Language(request.language)
    return _Found(
        page=await _add_posts(library.store, page, place),
        reasons={each: render_reason(reason, language) for each, reason in reasons.items()},
    )


async def _top(store: Store, request: ListRequest, place: Place) -> _Found:
    if place.guild_id is None:
        raise UserError("error.guild_only")
    span = PERIODS[request.argument]
    ranked = await list_popular(store, place.guild_id, since=place.now - span if span else None)
    offset = request.page * PAGE_SIZE
    shown = {each.entry_id: each for each in ranked[offset : offset + PAGE_SIZE]}
    entries = await store.list_entries([*shown], until=place.today)
    language = Language(request.language)
    page = Page(items=entries, offset=offset, total=len(ranked))
    return _Found(
        page=await _add_posts(store, page, place),
        reasons={each: render_counts(popular, language) for each, popular in shown.items()},
    )


async def _search(library: Library, request: ListRequest, place: Place) -> _Found:
    """Return the page with a sentence for each paper.

    Just after the start, until the library is ready, the store's own search answers.
    """
    store, query, today = library.store, request.argument, place.today
    offset = request.page * PAGE_SIZE
    if not await library.is_ready(today, within=PATIENCE):
        page = await store.search(query, until=today, offset=offset, limit=PAGE_SIZE)
        return _Found(page=await _add_posts(store, page, place))
    page = await library.search(query, today=today, offset=offset, limit=PAGE_SIZE, least=LEAST)
    snippets = await library.explain(query, [hit.entry for hit in page.items], today=today)
    return _Found(
        page=await _add_posts(store, page, place),
        note="\n".join(say(request.language, f"answer.no_{each}") for each in sorted(page.unmet)),
        snippets=snippets,
    )


async def offer_pages(
    store: Store, request: ListRequest, pages: Mapping[str, str], *, now: datetime
) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that open lists of the request's kind, arguments by what they say."""
    ids = {
        name: await _page_id(store, replace(request, argument=argument), 0, now)
        for name, argument in pages.items()
    }
    return name_buttons(ids)


async def offer_days(
    store: Store, request: ListRequest, days: Iterable[date], *, now: datetime
) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that open digests."""
    pages = {format_date(day, request.language): day.isoformat() for day in days}
    return await offer_pages(store, request, pages, now=now)


async def _offer_papers(
    store: Store, titles: Iterable[str], request: ListRequest, *, action: str, until: date
) -> tuple[Menu, ...]:
    found = [await store.find_entries(title, until=until) for title in titles]
    entries = [each.items[0][0] for each in found if each.items]
    return paper_menus(action, entries, language=request.language)


async def _not_found(
    library: Library, request: ListRequest, place: Place, action: str
) -> NotFoundError:
    store, until = library.store, place.today
    if request.page and (await _fetch(library, replace(request, page=0), place)).page.items:
        return NotFoundError("error.page_gone")
    kind = "title" if request.kind == "link" else request.kind
    key = f"error.{kind}_not_found"
    if request.kind == "digest":
        day = date.fromisoformat(request.argument)
        days = nearest_days(day, await store.list_dates(until=until))
        buttons = await offer_days(store, request, days, now=place.now)
        return NotFoundError(key, name=day, nearest=days, buttons=buttons)
    if request.kind == "top":
        return NotFoundError(key)
    if request.kind == "related":
        return NotFoundError(key, name=(await _get_entry(store, request)).paper.title)
    nearest = await list_nearest(library, kind, request.argument, until=until)
    named = {"name": request.argument, "nearest": nearest}
    if kind in ("tag", "author"):
        pages = {name: name for name in nearest}
        return NotFoundError(
            key, **named, buttons=await offer_pages(store, request, pages, now=place.now)
        )
    menus = await _offer_papers(store, nearest, request, action=action, until=until)
    return NotFoundError(key, **named, menus=menus)

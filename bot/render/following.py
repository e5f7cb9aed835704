"""What readers read of what they follow: the daily message, the list, the answer to /follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.following.matches import Reason
from bot.messages import say
from bot.render.dates import format_date
from bot.render.fitting import Line, embed_capacities, fit_lines
from bot.render.limits import EMBED_TOTAL, cut, length
from bot.render.links import find_paper, post_url, thread_url
from bot.render.markdown import Markup, code, collapse, escape_line, link
from bot.render.message import Button, Menu, Message, Option
from bot.render.parts import make_embed
from storage.models import Entry, Follow, Follower, FollowKind, Page, Post

PAGE_SIZE = 15

_OPTION = 100  # docs: Component Reference, Select Option
_NAME = 100
_URL = 200
# Reasons that a paper is shown with; beyond them only how many more there are.
_REASONS = 4
_FOOTER, _REST = 200, 200
_FIRST, _LAST = "follows:first", "follows:last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A paper for a reader, why they are told of it, and its post where they may see one."""

    entry: Entry
    reasons: tuple[Reason, ...]
    post: Post | None


def render_follow_mail(found: Sequence[Found], *, follower: Follower, language: str) -> Message:
    """Return the daily message: a line a paper with its reasons and links; the rest is counted."""
    title = say(language, "following.heading", count=len(found))
    room = EMBED_TOTAL - length(title) - _FOOTER - _REST

    def make(size: int) -> list[Line]:
        return [_paper(each, size, language) for each in found]

    boxes, hidden = fit_lines(make, embed_capacities(room))
    texts = ["\n".join(box) for box in boxes if box]
    if hidden:
        texts[-1] += f"\n-# {say(language, 'following.more', count=hidden)}"
    embeds = [make_embed(title=title if not i else "", description=t) for i, t in enumerate(texts)]
    embeds[-1].set_footer(text=say(language, "following.footer", **_when(follower)))
    return Message(embeds=tuple(embeds))


def render_follows(
    page: Page[Follow], follower: Follower, *, language: str, notes: Sequence[str] = ()
) -> Message:
    """Return a page of what a reader follows, with a menu to end some; `notes` stand above it."""
    when = say(language, "following.when", **_when(follower))
    lines = [
        f"{number}. {_named(each.kind, each.name, language)}"
        for number, each in enumerate(page.items, start=page.offset + 1)
    ]
    number = page.offset // PAGE_SIZE
    pages = max(1, -(-page.total // PAGE_SIZE))
    embed = make_embed(
        title=say(language, "following.list", count=page.total),
        description="\n".join((*lines, f"-# {when}")),
        footer=f"{number + 1}/{pages}" if pages > 1 else "",
    )
    menu = Menu(
        custom_id=f"unfollow:{number}",
        placeholder=say(language, "following.end"),
        options=tuple(_option(each, language) for each in page.items),
        most=len(page.items),
    )
    return Message(
        content="\n".join(notes),
        embeds=(embed,),
        menus=(menu,),
        buttons=_neighbours(number, pages, language),
    )


def render_nothing_followed(*, language: str, notes: Sequence[str] = ()) -> Message:
    """Return what /following answers who follows nothing."""
    return Message(content="\n".join((*notes, say(language, "following.nothing"))))


def describe_follows(follows: Sequence[Follow], key: str, *, language: str) -> str:
    """Return the sentence `key` about some follows."""
    names = ", ".join(_named(each.kind, each.name, language) for each in follows)
    return say(language, key, names=names)


def describe_follow(kind: FollowKind, name: str, key: str, *, language: str) -> str:
    """Return the sentence `key` about one thing to follow."""
    return say(language, key, name=_named(kind, name, language))


def _paper(found: Found, room: int, language: str) -> Line:
    """Return a paper's lines: its title, linked to its post or else to the paper; why; when."""
    entry, post = found.entry, found.post
    url = post_url(post) if post else find_paper(entry.paper, _URL)
    about = [_why(found.reasons), format_date(entry.date, language)]
    if post and (thread := thread_url(post)):
        about.append(link(say(language, "label.thread"), thread))
    text = f"**{link(cut(collapse(entry.paper.title), room), url)}**\n-# {' · '.join(about)}"
    return Line(text=text, weight=length(text))


def _why(reasons: Sequence[Reason]) -> str:
    shown = [_short(reason.kind, reason.name) for reason in reasons[:_REASONS]]
    hidden = len(reasons) - len(shown)
    return " · ".join(shown) + (f" +{hidden}" if hidden else "")


def _short(kind: FollowKind, name: str) -> Markup:
    """Return a name so that its kind shows: `#rl`, “quantization”, Ada Lovelace."""
    name = cut(collapse(name), _NAME)
    if kind is FollowKind.TAG:
        return code(f"#{name}")
    return escape_line(name) if kind is FollowKind.AUTHOR else Markup(f"“{escape_line(name)}”")


def _named(kind: FollowKind, name: str, language: str) -> str:
    return f"{say(language, f'following.{kind}')} {_short(kind, name)}"


def _option(follow: Follow, language: str) -> Option:
    label = f"{say(language, f'following.{follow.kind}')} {collapse(follow.name)}"
    return Option(label=cut(label, _OPTION), value=str(follow.id))


def _when(follower: Follower) -> Mapping[str, str]:
    return {"at": follower.at.strftime("%H:%M"), "timezone": follower.timezone}


def _neighbours(number: int, pages: int, language: str) -> tuple[tuple[Button, ...], ...]:
    if pages == 1:
        return ()
    row = (
        Button(
            label=say(language, "button.previous"),
            custom_id=f"follows:{number - 1}" if number else _FIRST,
            disabled=number == 0,
        ),
        Button(
            label=say(language, "button.next"),
            custom_id=f"follows:{number + 1}" if number + 1 < pages else _LAST,
            disabled=number + 1 >= pages,
        ),
    )
    return (row,)

"""Short replies: what went wrong, what was not found, what /post did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as calendar_date
from typing import Any

from bot.errors import DomainError
from bot.messages import list_keys, say
from bot.render.dates import format_date
from bot.render.fitting import Line, fit_lines
from bot.render.limits import CONTENT, cut, length
from bot.render.markdown import Markup, channel_mention, code, collapse, escape_line, link
from bot.render.message import Message
from storage.base import StorageError
from storage.models import Entry

# A name or question that a sentence repeats; the rest of the sentence must stay readable.
_LONGEST_PARAM = 300
_NEAREST = 5
# The sentence below a list that had to leave papers out.
_REST = 60


def render_notice(key: str, *, language: str, **params: Any) -> Message:
    """Return a sentence as a reply. Text in `params` is escaped, unless it is `Markup`.

    `channel` may be a channel's id, `date` a date, `permissions` Discord's names of permissions.
    """
    shown = {name: _show(name, value, language) for name, value in params.items()}
    return Message(content=cut(say(language, key, **shown), CONTENT))


def render_error(error: DomainError | StorageError, *, language: str) -> Message:
    """Return the reply to an expected failure; `nearest` in its params becomes suggestions.

    `buttons` and `menus` in its params lead to them.
    """
    params = dict(error.params)
    nearest = params.pop("nearest", ())
    buttons, menus = params.pop("buttons", ()), params.pop("menus", ())
    message = render_notice(error.key, language=language, **params)
    names = [f"- {_show('name', name, language)}" for name in nearest[:_NEAREST]]
    if not names:
        return message
    lines = (message.content, say(language, "notice.nearest"), *names)
    return Message(content=cut("\n".join(lines), CONTENT), buttons=buttons, menus=menus)


def render_incident(incident: str, *, language: str) -> Message:
    """Return the reply to an unexpected failure: only the id under which it was logged."""
    return render_notice("error.incident", language=language, id=incident)


def render_parked(error: DomainError, *, channel_id: int, language: str) -> Message:
    """Return what a channel's subscriber is told when posting stops."""
    reason = render_error(error, language=language).content
    return render_notice(
        "notice.parked", language=language, channel=channel_id, reason=Markup(reason)
    )


def render_posted(
    entries: Sequence[Entry],
    *,
    language: str,
    date: calendar_date,
    channel_id: int,
    links: Mapping[int, str],
) -> Message:
    """Return what /post answers after posting; `links` holds the posts' addresses by entry id."""
    head = say(
        language,
        "notice.posted",
        date=format_date(date, language),
        channel=channel_mention(channel_id),
        count=len(entries),
    )
    return _with_titles(head, entries, links, language)


def render_already_posted(
    entries: Sequence[Entry],
    *,
    language: str,
    date: calendar_date,
    channel_id: int,
    links: Mapping[int, str],
) -> Message:
    """Return what /post answers where the channel has the digest: where it stands."""
    head = say(
        language,
        "notice.already_posted",
        date=format_date(date, language),
        channel=channel_mention(channel_id),
    )
    return _with_titles(head, entries, links, language)


def _with_titles(
    head: str, entries: Sequence[Entry], links: Mapping[int, str], language: str
) -> Message:
    def make(room: int) -> list[Line]:
        return [_title(entry, links.get(entry.id), room) for entry in entries]

    (titles,), hidden = fit_lines(make, (CONTENT - length(head) - _REST,))
    rest = (f"-# {say(language, 'digest.more', count=hidden)}",) if hidden else ()
    return Message(content="\n".join((head, *titles, *rest)))


def _title(entry: Entry, url: str | None, room: int) -> Line:
    title = cut(collapse(entry.paper.title), room)
    text = f"- {link(title, url) if url else escape_line(title)}"
    return Line(text=text, weight=length(text))


def _show(name: str, value: Any, language: str) -> Any:
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return escape_line(cut(collapse(value), _LONGEST_PARAM))
    if isinstance(value, calendar_date):
        return format_date(value, language)
    if name == "channel" and isinstance(value, int):
        return channel_mention(value)
    if name == "permissions":
        return ", ".join(_permission(permission, language) for permission in value)
    return value


def _permission(name: str, language: str) -> str:
    """Return a permission as Discord's settings call it in that language."""
    key = f"permission.{name}"
    return say(language, key) if key in list_keys(language) else code(name)

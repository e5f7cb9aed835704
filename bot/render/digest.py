"""A digest's header: its date, its tags, and its papers by title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date as calendar_date

from bot.render.dates import format_day
from bot.render.fitting import Line, embed_capacities, fit_lines
from bot.render.limits import CONTENT, EMBED_TOTAL, cut, length
from bot.render.links import MESSAGE_URL
from bot.render.markdown import code, collapse, escape_line, link, role_mention, safe_label
from bot.render.message import Button, Message
from bot.render.parts import button_label, label, make_embed
from storage.models import Entry, Language

_SUMMARY = 500
_TAG = 40
_GAP = " · "
# The link around a title: `[](…)`.
_LINK = MESSAGE_URL + len("[]()")
# The sentence below a list that had to leave papers out.
_REST = 120
# With more papers than this the list begins in the message's content, which the 6,000 characters
# of its embeds do not count, so that titles stay readable.
_MANY = 24


def render_header(
    entries: Sequence[Entry],
    *,
    date: calendar_date,
    language: Language,
    links: Mapping[int, str],
    mark: str,
    role_id: int | None = None,
) -> Message:
    """Return a digest's first message; `links` holds the posts' addresses by entry id.

    It looks the same before and after the posts are known, so that the edit only adds links.
    `mark` is its button's custom_id, `role_id` the role that it names.
    """
    title, summary = format_day(date, language), _summary(entries, language)
    few = len(entries) <= _MANY
    mention = f"{role_mention(role_id)}\n" if role_id else ""
    head = f"{summary}\n\n" if few else f"{mention}## {title}\n{summary}\n"

    def make(room: int) -> list[Line]:
        return [
            _line(number, entry, links.get(entry.id), room)
            for number, entry in enumerate(entries, start=1)
        ]

    boxes, hidden = fit_lines(make, _capacities(title, head) if few else _many_capacities(head))
    texts = ["\n".join(box) for box in boxes]
    texts[0] = head + texts[0]
    if hidden:
        texts[-1] += f"\n-# {label(language, 'digest.more', count=hidden)}"
    content = mention.rstrip() if few else texts.pop(0)
    embeds = (
        make_embed(title=title if few and not index else "", description=text)
        for index, text in enumerate(texts)
        if text
    )
    button = Button(label=button_label(language, "button.list"), custom_id=mark)
    return Message(content=content, embeds=tuple(embeds), buttons=((button,),))


def _capacities(title: str, head: str) -> tuple[int, ...]:
    first, *others = embed_capacities(EMBED_TOTAL - length(title) - _REST)
    return (first - length(head), *others)


def _many_capacities(head: str) -> tuple[int, ...]:
    return (CONTENT - length(head), *embed_capacities(EMBED_TOTAL - _REST))


def _summary(entries: Sequence[Entry], language: Language) -> str:
    """Return the number of papers and the tags with their counts, most frequent first."""
    papers = label(language, "digest.papers", count=len(entries))
    counts = Counter(tag for entry in entries for tag in entry.tags)
    chips = [f"{code(f'#{cut(collapse(tag), _TAG)}')} {n}" for tag, n in counts.most_common()]
    shown, used = [], length(papers)
    for index, chip in enumerate(chips):
        used += length(chip) + len(_GAP)
        if used > _SUMMARY:
            shown.append(f"+{len(chips) - index}")
            break
        shown.append(chip)
    return f"{papers}\n{_GAP.join(shown)}" if shown else papers


def _line(number: int, entry: Entry, url: str | None, room: int) -> Line:
    title = cut(collapse(entry.paper.title), room)
    plain = escape_line(title)
    shown = link(title, url) if url and len(url) <= MESSAGE_URL else plain
    weight = max(length(plain), length(safe_label(title))) + _LINK
    return Line(text=f"{number}. {shown}", weight=len(f"{number}. ") + weight)

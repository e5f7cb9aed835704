"""Pages of tags: what /tags answers."""

from __future__ import annotations

from bot.messages import say
from bot.render.limits import EMBED_DESCRIPTION, EMBED_TITLE, cut
from bot.render.lists import page_buttons
from bot.render.message import Message
from bot.render.parts import make_embed, tag_chip
from storage.models import Page, TagSpan

PAGE_SIZE = 20

_DASH = " \N{EN DASH} "


def render_tags(
    page: Page[TagSpan], *, language: str, previous: str | None, following: str | None
) -> Message:
    """Return a page of tags with their papers, first and last day.

    `previous` and `following` are the custom_ids of the neighbouring pages' buttons.
    """
    lines = (f"{tag_chip(span.name)} {_about(span, language)}" for span in page.items)
    embed = make_embed(
        title=cut(say(language, "tags.heading", count=page.total), EMBED_TITLE),
        description=cut("\n".join(lines), EMBED_DESCRIPTION),
        footer=say(
            language,
            "tags.position",
            page=page.offset // PAGE_SIZE + 1,
            pages=max(1, -(-page.total // PAGE_SIZE)),
            total=page.total,
        ),
    )
    return Message(embeds=(embed,), buttons=page_buttons(language, previous, following))


def _about(span: TagSpan, language: str) -> str:
    """Return how many papers there are, and when: ISO dates keep it on one line."""
    days = dict.fromkeys((span.first.isoformat(), span.last.isoformat()))
    return f"{say(language, 'digest.papers', count=span.papers)} · {_DASH.join(days)}"

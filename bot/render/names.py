"""Names of threads and forum tags: plain text within Discord's limits, never empty."""

from __future__ import annotations

from datetime import date, timedelta

from bot.messages import say
from bot.render.dates import format_date, spoken_languages
from bot.render.limits import FORUM_TAG_NAME, THREAD_NAME, cut
from bot.render.markdown import collapse
from storage.models import Language


def thread_name(title: str) -> str:
    """Return the name of a paper's thread or forum post."""
    name = cut(_visible(title), THREAD_NAME)
    return name if any(char.isprintable() and not char.isspace() for char in name) else "…"


def digest_thread_name(day: date, language: Language) -> str:
    """Return the name of the thread or forum post that holds a whole digest."""
    return " · ".join(
        say(spoken, "digest.thread", date=format_date(day, spoken))
        for spoken in spoken_languages(language)
    )


def recap_name(week: date, language: Language) -> str:
    """Return the name of the forum post with a week's recap; `week` is its Monday."""
    last = week + timedelta(days=6)
    return " · ".join(
        say(
            spoken,
            "digest.recap",
            first=format_date(week, spoken),
            last=format_date(last, spoken),
        )
        for spoken in spoken_languages(language)
    )


def forum_tag_name(tag: str) -> str:
    """Return a tag shortened to a forum tag's 20 characters, at a hyphen where that keeps most."""
    name = _visible(tag) or "…"
    short = cut(name, FORUM_TAG_NAME)
    if short == name:
        return name
    stem = short.removesuffix("…").rstrip()
    at_hyphen, _, _ = stem.rpartition("-")
    return f"{at_hyphen}…" if len(at_hyphen) * 2 >= FORUM_TAG_NAME else short


def _visible(text: str) -> str:
    """Return one line without control and other characters that cannot be seen in a name."""
    joiners = "\u200c\u200d"
    seen = (char if char.isprintable() or char in joiners else "" for char in collapse(text))
    return collapse("".join(seen))

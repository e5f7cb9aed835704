"""What readers made of a paper, in a few words."""

from __future__ import annotations

from bot.discovery.popularity import Popular
from bot.render.parts import label
from storage.models import Language


def render_counts(popular: Popular, language: Language) -> str:
    """Return the counts that are not zero: `3 saves · 12 messages`."""
    counts = (
        ("top.saves", popular.saves),
        ("top.messages", popular.messages),
        ("top.reactions", popular.reactions),
    )
    return " · ".join(label(language, key, count=count) for key, count in counts if count)

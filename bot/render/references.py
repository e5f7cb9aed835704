"""A citation in a message, and reading lists as files."""

from __future__ import annotations

from bot.messages import say
from bot.render.limits import CONTENT, length
from bot.render.message import Attachment, Message

_FENCE = "```"


def render_citation(bibtex: str, *, name: str, language: str) -> Message:
    """Return a BibTeX entry to copy; as the file `name`.bib where a message cannot hold it."""
    block = f"{_FENCE}bibtex\n{bibtex}{_FENCE}"
    if length(block) <= CONTENT and _FENCE not in bibtex:
        return Message(content=block)
    file = Attachment(name=f"{name}.bib", content=bibtex.encode())
    return Message(content=say(language, "cite.in_file"), attachments=(file,))

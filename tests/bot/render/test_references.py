"""A citation in a message."""

from __future__ import annotations

from bot.render.references import render_citation
from tests.bot.references.builders import bibtex
from tests.bot.render.discord_rules import check_payload, units


def test_a_citation_stands_in_a_block_to_copy() -> None:
    text = bibtex()
    message = render_citation(text, name="vaswani2025attention", language="en")
    assert message.content == f"```bibtex\n{text}```"
    assert message.attachments == ()


def test_one_that_just_fits_is_in_the_message_and_the_next_is_a_file() -> None:
    room = 2000 - len("```bibtex\n") - len("```")
    fits = render_citation("x" * room, name="k", language="ko")
    assert units(fits.content) == 2000
    check_payload(fits.to_payload())
    longer = render_citation("x" * (room + 1), name="k", language="ko")
    (file,) = longer.attachments
    assert (file.name, file.content) == ("k.bib", b"x" * (room + 1))
    assert "파일" in longer.content


def test_what_would_end_the_block_comes_as_a_file() -> None:
    text = bibtex("A ``` @everyone")
    message = render_citation(text, name="k", language="en")
    check_payload(message.to_payload())
    assert message.attachments[0].content == text.encode()

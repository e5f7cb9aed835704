"""The real digests: every paper within the limits, everything readable in post and thread."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.parsers import parse_digest
from bot.render.digest import render_header
from bot.render.paper import render_details, render_full, render_post
from storage.models import Entry, Language
from tests.bot.render.builders import DAY, make_entry
from tests.bot.render.discord_rules import check_payload, show, squeeze

SEEDS = sorted((Path(__file__).parents[3] / "seeds").glob("*.txt"))


def read(path: Path) -> list[Entry]:
    draft = parse_digest(path.read_bytes(), source=path.name)
    return [
        make_entry(
            number,
            title=one.title,
            authors=one.authors,
            abstract=one.abstract,
            url=one.url,
            ko=one.ko,
            en=one.en,
            tags=one.tags,
            links=one.links,
        )
        for number, one in enumerate(draft.entries, start=1)
    ]


def said_in_post(entry: Entry, language: Language) -> str:
    (embed,) = render_post(entry, language=language, mark="m").embeds
    fields = [field.value or "" for field in embed.fields]
    parts = [embed.title or "", embed.description or "", *fields]
    return squeeze("".join(show(part).text for part in parts))


def test_all_papers_are_here() -> None:
    assert sum(len(read(path)) for path in SEEDS) == 23


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_a_real_digest_fits_and_can_be_read(path: Path, language: Language) -> None:
    entries = read(path)
    header = render_header(entries, date=DAY, language=language, links={}, mark="m")
    check_payload(header.to_payload())
    for entry in entries:
        post = render_post(entry, language=language, mark="m")
        thread = render_details(entry, language=language, mark=str)
        for message in (post, *thread, *render_full(entry, language=language)):
            check_payload(message.to_payload())
        in_post = said_in_post(entry, language)
        in_thread = squeeze("".join(show(message.content).text for message in thread))
        shown = {Language.KO: entry.ko, Language.EN: entry.en}
        for comment in shown.get(language, (*entry.ko, *entry.en)):
            assert squeeze(comment) in in_post
        for text in (entry.paper.abstract or "", *entry.paper.authors):
            assert squeeze(text) in in_thread
        assert all(f"#{tag}" in in_post for tag in entry.tags)

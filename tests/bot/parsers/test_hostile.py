"""Whatever bytes a seed file holds: a digest of which nothing is lost, or a refusal in words."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from bot.messages import LANGUAGES
from bot.parsers import SeedError, parse_digest
from storage.models import DigestDraft
from tests import hostile

HEADS = (
    "",
    "2025년 4월 25일\n",
    "2025년 4월 25일\nA Title\n(Ada Lovelace, Alan Turing)\n",
    "https://arxiv.org/abs/2503.01307\n*A Title* (Ada Lovelace)\n",
)
SOURCES = ("a.txt", "250425.md")
ENCODINGS = ("utf-8", "utf-16", "utf-16-be", "utf-32", "cp949", "latin-1")

files = st.builds(lambda head, body: head + body, st.sampled_from(HEADS), hostile.texts(most=12))


def read(data: bytes, source: str) -> DigestDraft | None:
    """Return what a file says; None where it is refused, with a sentence for everybody."""
    refusal = None
    try:
        return parse_digest(data, source=source)
    except SeedError as error:
        refusal = error
    assert refusal.line >= 1
    assert all(refusal.reason(language) for language in LANGUAGES)
    return None


def letters(text: str) -> set[str]:
    return {char for char in unicodedata.normalize("NFC", text) if char.isalnum()}


def parts(draft: DigestDraft) -> list[str]:
    found: list[str] = []
    for entry in draft.entries:
        found += [entry.title, *entry.authors, entry.abstract or "", *entry.ko, *entry.en]
        found += [*entry.tags, entry.url or ""]
    return found


@given(files, st.sampled_from(SOURCES))
def test_a_text_is_read_without_loss_or_refused(text: str, source: str) -> None:
    draft = read(text.encode(), source)
    if draft is None:
        return
    assert draft.entries
    for entry in draft.entries:
        assert entry.title.strip()
        assert entry.authors
        assert entry.abstract or entry.ko or entry.en
        assert not any("\n" in line for line in (entry.title, *entry.authors, *entry.tags))
        assert all(len(link) <= 2048 for link in entry.links)
    if source == "a.txt":  # a note's marks are not kept
        first_line, _, rest = text.replace("\r", "\n").lstrip().partition("\n")
        assert letters(rest) <= letters("".join(parts(draft))) | letters(first_line)


@given(files, st.sampled_from(ENCODINGS), st.sampled_from(SOURCES))
@example("2025년 4월 25일\n\x00", "utf-8", "a.txt")
def test_a_text_in_any_encoding_is_read_or_refused(text: str, encoding: str, source: str) -> None:
    read(text.encode(encoding, errors="replace"), source)


@given(st.binary(max_size=200), st.sampled_from(HEADS), st.sampled_from(SOURCES))
def test_any_bytes_are_read_or_refused(data: bytes, head: str, source: str) -> None:
    read(head.encode() + data, source)
    read(data + head.encode(), source)

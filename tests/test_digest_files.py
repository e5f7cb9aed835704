"""docs/digest-files.md shows files that are read as it says."""

from __future__ import annotations

import re
from pathlib import Path

from bot.parsers import find_doubts, parse_digest
from storage.models import EntryDraft

PAGE = (Path(__file__).parents[1] / "docs" / "digest-files.md").read_text(encoding="utf-8")


def read_example(language: str, source: str) -> tuple[str, tuple[EntryDraft, ...]]:
    (example,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    draft = parse_digest(example.encode(), source=source)
    assert not list(find_doubts(example.encode(), draft))
    return draft.date.isoformat(), draft.entries


def test_the_digest_on_the_page_is_read_as_the_page_says() -> None:
    day, (first, second) = read_example("text", "x.txt")
    assert (day, first.title) == ("2025-04-25", "Where Attention Goes: A Made-Up Study")
    assert first.authors == ("Mina Park", "Jonas Weber", "Li Qing")
    assert (first.abstract or "").startswith("We measure")
    assert (len(first.ko), len(first.en)) == (2, 2)
    assert first.tags == ("attention", "long-context")
    assert (second.url, second.abstract) == ("https://example.org/forget", None)


def test_the_note_on_the_page_is_read_as_the_page_says() -> None:
    (name,) = re.findall(r"`(\d{6} \w+\.md)`", PAGE)
    day, (entry,) = read_example("markdown", name)
    assert (day, entry.title, entry.tags) == (
        "2025-04-25",
        "Tokenizers That Forget",
        ("tokenizer",),
    )
    assert (len(entry.ko), len(entry.en)) == (1, 1)


def test_readme_leads_to_the_page() -> None:
    readme = Path(__file__).parents[1] / "README.md"
    assert "(docs/digest-files.md)" in readme.read_text(encoding="utf-8")

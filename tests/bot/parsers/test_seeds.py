"""The real files: four golden pairs, and the archive where it is at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.ingest import check, draft_to_json
from storage.models import DigestDraft, EntryDraft

ROOT = Path(__file__).parents[3]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
ARCHIVE = ROOT.parent / "shared" / "archive-2024"


def read(path: Path) -> DigestDraft:
    (draft,) = check([path], root=ROOT)
    assert isinstance(draft, DigestDraft), draft
    return draft


def write(draft: DigestDraft) -> str:
    """Write a digest out again, as the author does."""
    lines = [f"{draft.date.year}년 {draft.date.month}월 {draft.date.day}일"]
    for entry in draft.entries:
        lines += [entry.title, f"({', '.join(entry.authors)})"]
        lines += [*filter(None, [entry.abstract]), *entry.ko, *entry.en]
        lines += filter(None, [" ".join(f"#{tag}" for tag in entry.tags)])
    return "\n".join(lines)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_gives_its_golden_records(path: Path) -> None:
    golden = Path(__file__).parent / "golden" / f"{path.stem}.json"
    assert draft_to_json(read(path)) == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_written_out_again_is_the_same_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(" ,", ",")  # one name is followed by a blank
    assert write(read(path)) == text


def test_the_seeds_hold_23_papers() -> None:
    assert sum(len(read(path).entries) for path in SEEDS) == 23


def test_the_archive_is_read_without_an_error_or_an_odd_paper() -> None:
    if not ARCHIVE.is_dir():
        if "CI" in os.environ:
            pytest.fail(f"{ARCHIVE} is missing")
        pytest.skip(f"{ARCHIVE} is not here")
    drafts = [read(path) for path in sorted(ARCHIVE.glob("*.txt"))]
    entries = [entry for draft in drafts for entry in draft.entries]
    assert (len(drafts), len(entries)) == (274, 830)
    assert [entry.title for entry in entries if is_odd(entry)] == []


def is_odd(entry: EntryDraft) -> bool:
    return (
        len(entry.title) > 200
        or any(len(name) > 50 for name in entry.authors)
        or not entry.tags
        or not (entry.ko or entry.en)
        or entry.url is not None
    )

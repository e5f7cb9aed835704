"""The development questions on the seeds: a change that loses some is seen here first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.answering import READ_ENTRIES, Answer, answer
from bot.parsers import parse_digest
from bot.retrieval import rank, understand
from bot.retrieval.memory import index_entries
from storage.models import Entry, Paper

ROOT = Path(__file__).parents[3]
TODAY = date(2025, 12, 31)
QUESTIONS = [
    json.loads(line)
    for line in (ROOT / "bench/questions/seeds.jsonl").read_text(encoding="utf-8").splitlines()
]


def read_seeds() -> Iterator[Entry]:
    number = 0
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        digest = parse_digest(path.read_bytes(), source=path.name)
        for position, draft in enumerate(digest.entries):
            number += 1
            yield Entry(
                id=number,
                paper=Paper(
                    id=number,
                    title=draft.title,
                    authors=draft.authors,
                    abstract=draft.abstract,
                    url=draft.url,
                ),
                date=digest.date,
                position=position,
                ko=draft.ko,
                en=draft.en,
                tags=draft.tags,
                links=draft.links,
                revision="",
            )


@pytest.fixture(scope="module")
def entries() -> Mapping[int, Entry]:
    return {entry.id: entry for entry in read_seeds()}


@pytest.fixture(scope="module")
def answers(entries: Mapping[int, Entry]) -> list[tuple[dict[str, Any], Answer]]:
    index = index_entries(entries.values())
    said = []
    for question in QUESTIONS:
        query = understand(question["question"], today=TODAY, index=index)
        ranking = rank(query, index, until=TODAY, limit=READ_ENTRIES)
        said.append((question, answer(query, ranking, entries, glossary=index.glossary)))
    return said


def test_the_paper_that_is_meant_comes_first(
    answers: list[tuple[dict[str, Any], Answer]], entries: Mapping[int, Entry]
) -> None:
    known = [(question, said) for question, said in answers if "papers" in question]
    missed = [
        question["question"]
        for question, said in known
        if not said.ranked or entries[said.ranked[0].entry_id].paper.title not in question["papers"]
    ]

    assert len(missed) <= 0.02 * len(known), missed


def test_the_first_screen_holds_the_evidence(
    answers: list[tuple[dict[str, Any], Answer]],
) -> None:
    asked = [(question, said.text[:700]) for question, said in answers if "evidence" in question]
    missed = [
        question["question"]
        for question, text in asked
        if not any(each.casefold() in text.casefold() for each in question["evidence"])
    ]

    assert len(missed) <= 0.1 * len(asked), missed


def test_what_is_not_there_is_not_answered_and_what_is_there_is(
    answers: list[tuple[dict[str, Any], Answer]],
) -> None:
    wrong = [
        question["question"]
        for question, said in answers
        if said.abstained != question["kind"].startswith("absent")
    ]

    assert len(wrong) <= 0.07 * len(answers), wrong


def test_quotes_are_exact(
    answers: list[tuple[dict[str, Any], Answer]], entries: Mapping[int, Entry]
) -> None:
    for _, said in answers:
        for quote in said.citations:
            entry = entries[quote.entry_id]
            stored = "\n".join([entry.paper.abstract or "", *entry.ko, *entry.en])
            assert quote.quote in stored

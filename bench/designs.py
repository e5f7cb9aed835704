"""Designs of retrieval that `bench.eval` compares: each maps a question to papers, best first."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bench import morphemes
from bot.ingest import ingest
from bot.retrieval import Index, Query, rank, understand
from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.glossary import Glossary
from bot.retrieval.indexing import count_tokens
from bot.retrieval.memory import index_entries
from bot.retrieval.query import Alternative, Term
from bot.retrieval.terms import FAINT, SOUNDS
from storage.models import Entry
from storage.sqlite import open_store
from storage.text import fold

LIMIT = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DEEP = 50
# Reciprocal rank fusion's constant (Cormack, Clarke, Buettcher, 2009).
_FUSION = 60
_FEEDBACK_PAPERS, _FEEDBACK_TERMS, _FEEDBACK_WEIGHT = 5, 10, 0.3

Design = Callable[[Sequence[str]], list[list[str]]]


async def load_entries(folder: Path, *, today: date) -> list[Entry]:
    """Return every entry of the digests in a folder."""
    with tempfile.TemporaryDirectory() as place:
        async with open_store(Path(place) / "eval.sqlite3") as store:
            await ingest([folder], store, root=folder, now=_EPOCH)
            digests = [await store.get_digest(day) for day in await store.list_dates(until=today)]
    return [entry for digest in digests if digest for entry in digest.entries]


def make_designs(entries: Sequence[Entry], folder: Path, *, today: date) -> dict[str, Design]:
    """Return the designs by name, from plain to what the bot does."""
    index = index_entries(entries)
    bare = index_entries(entries, glossary=Glossary())
    titles = {entry.id: entry.paper.title for entry in entries}

    def ranked(
        change: Callable[[Query], Query] = lambda query: query, *, over: Index = index
    ) -> Design:
        def answer(questions: Sequence[str]) -> list[list[str]]:
            queries = (understand(each, today=today, index=over) for each in questions)
            return [
                [
                    titles[item.entry_id]
                    for item in rank(change(query), over, until=today, limit=_DEEP).items
                ]
                for query in queries
            ]

        return answer

    grams = _Trigrams(entries)
    fields = ranked(lambda query: _unfiltered(_unsounded(query)), over=bare)
    full = ranked()
    designs: dict[str, Design] = {
        "FTS5 bm25 (storage.search)": lambda questions: _search(folder, questions, today),
        "character trigrams": lambda questions: [grams.find(each) for each in questions],
        "BM25F, pairs, stems": fields,
        "… + dates, people, tags": ranked(_unsounded, over=bare),
        "… + glossary": ranked(_unsounded),
        "… + sound-alikes (the bot)": full,
        "the bot + trigrams, fused": lambda questions: [
            _fuse(first, second)
            for first, second in zip(full(questions), map(grams.find, questions), strict=True)
        ],
        "the bot + feedback (RM3)": ranked(
            lambda query: _with_feedback(query, index, entries, today)
        ),
    }
    if morphemes.is_installed():
        analysed = morphemes.Morphemes(entries)
        designs["BM25, morphemes (Kiwi)"] = lambda questions: [
            analysed.find(each) for each in questions
        ]
    return designs


def _unsounded(query: Query) -> Query:
    terms = (
        replace(
            term,
            alternatives=tuple(a for a in term.alternatives if a.weight not in (SOUNDS, FAINT)),
        )
        for term in query.terms
    )
    return replace(query, terms=tuple(terms))


def _unfiltered(query: Query) -> Query:
    return replace(query, dates=(), dated=False, authors=(), tags=())


def _search(folder: Path, questions: Sequence[str], today: date) -> list[list[str]]:
    async def run() -> list[list[str]]:
        with tempfile.TemporaryDirectory() as place:
            async with open_store(Path(place) / "eval.sqlite3") as store:
                await ingest([folder], store, root=folder, now=_EPOCH)
                pages = [
                    await store.search(each, until=today, offset=0, limit=LIMIT)
                    for each in questions
                ]
        return [[hit.entry.paper.title for hit in page.items] for page in pages]

    return asyncio.run(run())


class _Trigrams:
    """Papers by the characters they share with a question, weighed by rarity."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._titles = [entry.paper.title for entry in entries]
        self._papers: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(entries):
            for gram in _grams(" ".join([entry.paper.title, *entry.ko, *entry.en])):
                self._papers[gram].append(number)

    def find(self, question: str) -> list[str]:
        scores: Counter[int] = Counter()
        for gram in _grams(question):
            for number in self._papers.get(gram, ()):
                scores[number] += 1 / len(self._papers[gram])  # type: ignore[assignment]
        return [self._titles[number] for number, _ in scores.most_common(_DEEP)]


def _grams(text: str) -> list[str]:
    folded = fold(text)
    return sorted({folded[at : at + 3] for at in range(len(folded) - 2)})


def _fuse(*rankings: Iterable[str]) -> list[str]:
    scores: dict[str, float] = defaultdict(float)
    for titles in rankings:
        for place, title in enumerate(titles):
            scores[title] += 1 / (_FUSION + place)
    return sorted(scores, key=lambda title: -scores[title])


def _with_feedback(query: Query, index: Index, entries: Sequence[Entry], today: date) -> Query:
    """Return a query with the words that its first results have more often than others."""
    by_id: Mapping[int, Entry] = {entry.id: entry for entry in entries}
    counts: Counter[str] = Counter()
    for item in rank(query, index, until=today, limit=_FEEDBACK_PAPERS).items:
        entry = by_id[item.entry_id]
        text = " ".join([entry.paper.title, entry.paper.abstract or "", *entry.ko])
        counts.update(count_tokens(split_units(prepare(text)), index.glossary).keys())
    weights = {token: count * index.rarity(token) for token, count in counts.items()}
    best = sorted(weights, key=lambda token: -weights[token])[:_FEEDBACK_TERMS]
    added = tuple(
        Term(
            text=token,
            alternatives=(Alternative((token,), 1.0),),
            weight=_FEEDBACK_WEIGHT,
            hint=True,
        )
        for token in best
    )
    return replace(query, terms=query.terms + added)

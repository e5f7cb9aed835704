"""Search and questions against a plain full-text query, and against tantivy on the same fields."""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from importlib import import_module
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median

from bench.corpus import Corpus
from bench.measuring import Row, percentile
from bench.stores import TODAY, open_library
from storage.sqlite import open_store
from storage.text import index_tokens

QUESTIONS, MISSPELT = 200, 50
LIMIT = 10
_AIMED = (20_000, 100_000)  # papers for which there are aims
PLAIN = """
    SELECT rowid FROM entry_index WHERE entry_index MATCH ?
    ORDER BY bm25(entry_index) LIMIT 10
"""
FIELDS = ("title", "abstract", "ko", "en")
LIST_FIELDS = "SELECT title, COALESCE(abstract, ''), ko, en FROM entries"

Ask = Callable[[str], Awaitable[object]]


async def measure(path: Path, papers: int, *, quick: bool = False) -> list[Row]:
    """Ask natural questions of a store in each way, question by question in turn."""
    questions = list(Corpus().questions(papers, QUESTIONS // (4 if quick else 1)))
    with closing(sqlite3.connect(path)) as connection:
        async with open_library(path) as (_, library):

            async def search(question: str) -> object:
                return await library.search(question, today=TODAY, offset=0, limit=LIMIT, least=0.8)

            async def ask(question: str) -> object:
                return await library.ask(question, language="en", today=TODAY)

            async def plain(question: str) -> object:
                return connection.execute(PLAIN, (any_word(question),)).fetchall()

            ways: dict[str, Ask] = {"search": search, "ask": ask, "plain": plain}
            if not quick and (peer := _open_tantivy(path)):
                ways["tantivy"] = peer
            times = await _time(ways, questions, rounds=3 if papers == _AIMED[0] else 1)
    return _rows(times, papers)


async def measure_misspelt(path: Path, papers: int) -> float:
    """Return the median of milliseconds that a misspelt title and a misspelt author take."""
    corpus, taken = Corpus(), []
    chance = random.Random(papers)
    async with open_store(path) as store:
        await store.index_parts()
        for number in chance.choices(range(papers), k=MISSPELT):
            title, author = list(islice(corpus.paper(number), 2))
            begun = time.perf_counter()
            await store.nearest_titles(_misspell(chance, title), until=TODAY, limit=5)
            name = _misspell(chance, author.strip("()").split(", ")[0])
            await store.nearest_authors(name, until=TODAY, limit=5)
            taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


def _misspell(chance: random.Random, text: str) -> str:
    """Return the text with two letters exchanged."""
    at = chance.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def any_word(question: str) -> str:
    """Return the plain query: any of the question's words, as the index has them."""
    words = dict.fromkeys(index_tokens(question).split())
    return " OR ".join(f'"{word}"' for word in words)


async def _time(
    ways: dict[str, Ask], questions: Sequence[str], *, rounds: int
) -> dict[str, list[float]]:
    """Return the milliseconds that each question takes each way: the median of its rounds."""
    times: dict[str, list[list[float]]] = {name: [[] for _ in questions] for name in ways}
    for question in questions[:5]:
        for ask in ways.values():
            await ask(question)
    for _ in range(rounds):
        for number, question in enumerate(questions):
            for name, ask in ways.items():
                begun = time.perf_counter()
                await ask(question)
                times[name][number].append((time.perf_counter() - begun) * 1000)
    return {name: list(map(median, taken)) for name, taken in times.items()}


def _rows(times: dict[str, list[float]], papers: int) -> list[Row]:
    rows = []
    for what, share, most in (("search", 0.5, 0.25), ("search", 0.99, 0.25), ("ask", 0.99, 1.0)):
        peer = ""
        if "tantivy" in times:
            took = percentile(times["tantivy"], share)
            ratio = percentile(times[what], share) / took
            peer = f"tantivy {version('tantivy')}: {took:.2f} ms, ours {ratio:.1f}x"
        rows.append(
            Row(
                what=f"{what}, natural questions, p{share * 100:.0f}, {papers:,} papers",
                ours=(percentile(times[what], share),),
                unit="ms",
                floor=(percentile(times["plain"], share),),
                floor_name="plain FTS5 OR query with bm25",
                most=most if papers in _AIMED else None,
                note=peer,
            )
        )
    return rows


def _open_tantivy(path: Path) -> Ask | None:
    """Return how tantivy answers, its index in memory; None where it is not installed.

    It is asked for any of the question's words, in the same texts, and gives the ten best. It
    stems English as FTS5 does; a Korean word it finds only as it is written, particle and all.
    """
    try:
        tantivy = import_module("tantivy")
    except ImportError:
        return None
    builder = tantivy.SchemaBuilder()
    for field in FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer()
    with closing(sqlite3.connect(path)) as connection:
        for row in connection.execute(LIST_FIELDS):
            writer.add_document(tantivy.Document(**dict(zip(FIELDS, row, strict=True))))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    async def answer(question: str) -> object:
        words = re.sub(r"[^\w\s]", " ", question).lower()
        query, _ = index.parse_query_lenient(words, list(FIELDS))
        return searcher.search(query, LIMIT)

    return answer

"""The papers as they are searched and asked: an index in memory, kept up to date with the store.

Everything that counts words runs in one thread of its own, so that neither building the index nor
a question holds up the event loop, and nothing is read from the index while it changes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

from bot.answering import READ_ENTRIES, Answer, Citation, answer
from bot.answering.composing import cite, compose_quotes
from bot.retrieval import Index, Intent, Query, Ranked, Ranking, rank, understand
from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.index import count_tokens
from bot.retrieval.passages import Passage, has_number, score_passages
from storage.base import Store
from storage.models import Entry, Hit, Page

P = ParamSpec("P")
T = TypeVar("T")

# Entries read into the index at a time: their texts are not kept.
_BATCH = 50
_MORE = 8
# What points back at the paper that was just talked about.
_REFERRING = re.compile(
    r"^\W*(?:그럼|그러면|그래서|그런데|근데|그리고|거기|여기|그거|그건|그게|이거|이건|이게|저자들?[은는이가]|얘|걔)"
    r"|(?:그|이|저|해당|위|방금)\s?(?:논문|연구|페이퍼|모델|방법|기법|데이터)"
    r"|^\W*(?:and|so|but|then|ok(?:ay)?|what about|how about)\b"
    r"|\b(?:it|its|they|their|them|this|that|these|those|the (?:paper|authors?|model|method))\b",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"요약|무슨 (?:내용|논문|연구)|어떤 (?:내용|논문|연구)|뭐(?:야|에요|예요|지|임)\W*$|설명해"
    r"|\bsummar|tl;?dr|\babout\W*$|\bexplain\b",
    re.IGNORECASE,
)
_FILTER = re.compile(r"(?<!\w)(?:tag|author|date|태그|저자|날짜):", re.IGNORECASE)
# From here on a text has a term; what is weaker only helps to order results.
_MET = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answer with the entries it names, by id.

    `context` are the entries that it was taken to be about; `evidence` are the answer's quotes
    and then the next best ones.
    """

    answer: Answer
    entries: Mapping[int, Entry]
    context: tuple[int, ...]
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A sentence in pieces, each with whether it is what was searched for."""

    pieces: tuple[tuple[str, bool], ...]


class Library:
    """Answers questions about a store's papers. Close it in the end."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="library")
        self._refreshing = asyncio.Lock()
        self._index: Index | None = None
        self._known: Mapping[int, str] = {}
        self._version: tuple[int, date] | None = None
        self._reading: asyncio.Task[None] | None = None

    async def refresh(self, today: date) -> None:
        """Read what changed in the store since the last time; all of it at first.

        Raises:
            StorageError: the store cannot be read.
        """
        async with self._refreshing:
            version = await self.store.get_digests_version(), today
            if version == self._version:
                return
            current = await self.store.list_revisions(until=today)
            changed = [each for each in current if current[each] != self._known.get(each)]
            for start in range(0, len(changed), _BATCH):
                batch = changed[start : start + _BATCH]
                await self._run(_add, await self.store.list_entries(batch, until=today))
            await self._run(_remove, self._known.keys() - current.keys())
            self._known, self._version = current, version

    async def is_ready(self, today: date, *, within: float) -> bool:
        """Return whether `refresh` is done within so many seconds; if not, it goes on by itself.

        Raises:
            StorageError: the store cannot be read.
        """
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self.refresh(today))
        done, _ = await asyncio.wait({self._reading}, timeout=within)
        for reading in done:
            reading.result()
        return bool(done)

    async def ask(
        self, question: str, *, language: str, today: date, context: Sequence[int] = ()
    ) -> Found:
        """Return the answer to a question, in `language` (`ko` or `en`) where the text has it.

        `context` are ids of entries that it is probably about, most likely first.

        Raises:
            StorageError: the store cannot be read.
        """
        await self.refresh(today)
        query, ranking = await self._run(_rank, question, language, today, len(context))
        about = _choose_context(query, ranking, context)
        wanted = [*about, *(item.entry_id for item in ranking.items[:READ_ENTRIES])]
        entries = {entry.id: entry for entry in await self.store.list_entries(wanted, until=today)}
        return await self._run(_answer, query, ranking, entries, about)

    async def search(
        self, query: str, *, today: date, offset: int, limit: int, least: float = 0.0
    ) -> Page[Hit]:
        """Return a page of the papers that match, best first.

        Left out is what has less of the query than this share (0 to 1) of what the best has.

        Raises:
            StorageError: the store cannot be read.
        """
        await self.refresh(today)
        ranking = await self._run(_search, query, today, least)
        if not (ranking.total or _FILTER.search(query)):
            # Words that say nothing in a question, such as `paper`, are looked for as they stand.
            return await self.store.search(query, until=today, offset=offset, limit=limit)
        items = ranking.items[offset : offset + limit]
        scores = {item.entry_id: item.score for item in items}
        entries = await self.store.list_entries([*scores], until=today)
        hits = tuple(Hit(entry=entry, score=scores[entry.id]) for entry in entries)
        return Page(items=hits, offset=offset, total=ranking.total)

    async def explain(
        self, query: str, entries: Sequence[Entry], *, today: date
    ) -> Mapping[int, Snippet]:
        """Return why entries match a query: the sentence that has most of it, by entry id."""
        await self.refresh(today)
        return await self._run(_find_snippets, query, entries, today)

    def close(self) -> None:
        """Take no more questions; what is being counted ends by itself."""
        if self._reading is not None:
            self._reading.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(
        self, work: Callable[Concatenate[Index, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(index, ...)` in the thread, and make the index there before the first."""

        def call() -> T:
            if self._index is None:
                self._index = Index()
            return work(self._index, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def refers_back(question: str) -> bool:
    """Return whether a question points back at what was talked about: `그럼 …`, `… it …`."""
    return _REFERRING.search(question) is not None


def _add(index: Index, entries: Sequence[Entry]) -> None:
    for entry in entries:
        index.add(entry)


def _remove(index: Index, entry_ids: Iterable[int]) -> None:
    for entry_id in entry_ids:
        index.remove(entry_id)
    index.settle()


def _rank(
    index: Index, question: str, language: str, today: date, context: int
) -> tuple[Query, Ranking]:
    query = replace(understand(question, today=today, index=index), language=language)
    # With a context all are looked through, as it may be far down.
    limit = len(index) if context else READ_ENTRIES
    return query, rank(query, index, until=today, limit=max(limit, READ_ENTRIES))


def _search(index: Index, text: str, today: date, least: float) -> Ranking:
    query = understand(text, today=today, index=index)
    ranking = rank(query, index, until=today, limit=len(index))
    if query.is_empty or (ranking.unmet and _FILTER.search(text)):
        return replace(ranking, items=(), total=0)
    enough = least * max((item.coverage for item in ranking.items), default=0.0)
    items = tuple(item for item in ranking.items if item.coverage >= enough)
    return replace(ranking, items=items, total=len(items))


def _choose_context(query: Query, ranking: Ranking, context: Sequence[int]) -> tuple[int, ...]:
    """Return what of the context a question can be about: nothing if it names something else."""
    if query.dated or query.authors or query.tags or query.wants_list:
        return ()
    named = {item.entry_id for item in ranking.items[:READ_ENTRIES] if item.is_named}
    if named and not named & set(context):
        return ()
    places = {item.entry_id: place for place, item in enumerate(ranking.items)}
    return tuple(sorted(context, key=lambda each: places.get(each, len(places))))


def _answer(
    index: Index,
    query: Query,
    ranking: Ranking,
    entries: Mapping[int, Entry],
    about: Sequence[int],
) -> Found:
    about = tuple(each for each in about if each in entries)
    chosen, used = ranking, tuple(about[:1])
    reply = answer(query, ranking, entries, glossary=index.glossary)
    if used:
        first = _put_first(ranking, entries[used[0]])
        close = _answer_about(index, query, first, entries)
        if not close.abstained or reply.abstained or refers_back(query.question):
            reply, chosen = close, first
        else:
            used = ()
    evidence = _gather(index, query, chosen, entries, reply)
    return Found(answer=reply, entries=entries, context=used, evidence=evidence)


def _put_first(ranking: Ranking, entry: Entry) -> Ranking:
    """Return the ranking with this entry's paper at its head, as if the question named it."""
    found = next((item for item in ranking.items if item.entry_id == entry.id), None)
    found = found or Ranked(
        entry_id=entry.id,
        paper_id=entry.paper.id,
        date=entry.date,
        score=0.0,
        coverage=0.0,
        strengths=(0.0,) * len(ranking.rarities),
        names=frozenset(),
        is_named=True,
    )
    others = (item for item in ranking.items if item.paper_id != entry.paper.id)
    items = (replace(found, is_named=True), *others)
    return replace(ranking, items=items[:READ_ENTRIES], unmet=frozenset())


def _answer_about(
    index: Index, query: Query, ranking: Ranking, entries: Mapping[int, Entry]
) -> Answer:
    """Return what the first paper says.

    That the question is about it is known: whatever has something of the question is quoted, and
    what the paper is about if nothing else is asked.
    """
    reply = answer(query, ranking, entries, glossary=index.glossary)
    best = ranking.items[0]
    entry = entries[best.entry_id]
    passages = score_passages(entry, query, ranking.rarities, index.glossary)
    if not (query.is_empty or _SUMMARY.search(query.question)):
        if not reply.abstained or not any(each >= _MET for each in best.strengths):
            return reply
        passages = [each for each in passages if _answers(each, query)]
    if not passages:
        return reply
    text, citations = compose_quotes(query, entry, passages)
    return replace(reply, abstained=not citations, text=text, citations=citations, nearest=())


def _answers(passage: Passage, query: Query) -> bool:
    if query.intent is Intent.NUMBER:
        return has_number(passage.text)
    return any(strength >= _MET for strength in passage.strengths)


def _gather(
    index: Index,
    query: Query,
    ranking: Ranking,
    entries: Mapping[int, Entry],
    reply: Answer,
) -> tuple[Citation, ...]:
    """Return the answer's quotes, then the next best of its papers and of the first ones."""
    cited = [citation.entry_id for citation in reply.citations]
    ranked = [item.entry_id for item in ranking.items[:3]]
    found: list[tuple[Passage, Entry]] = []
    for entry_id in dict.fromkeys([*cited, *ranked]):
        if entry := entries.get(entry_id):
            passages = score_passages(entry, query, ranking.rarities, index.glossary)
            found += [(passage, entry) for passage in passages]
    found.sort(key=lambda pair: (pair[1].id not in cited[:1], -pair[0].score))
    known = {citation.quote for citation in reply.citations}
    more = [cite(entry, passage) for passage, entry in found if passage.text not in known]
    return (*reply.citations, *more[:_MORE])


def _find_snippets(
    index: Index, text: str, entries: Sequence[Entry], today: date
) -> dict[int, Snippet]:
    query = understand(text, today=today, index=index)
    ranking = rank(query, index, until=today, limit=1)
    matched = frozenset(
        token
        for term in query.terms
        for alternative in term.alternatives
        if alternative.weight >= _MET and not term.hint
        for token in alternative.tokens
    )
    snippets = {}
    for entry in entries:
        passages = score_passages(entry, query, ranking.rarities, index.glossary)
        if passages:
            snippets[entry.id] = _highlight(index, passages[0].text, matched)
    return snippets


def _highlight(index: Index, text: str, matched: frozenset[str]) -> Snippet:
    pieces: list[tuple[str, bool]] = []
    for piece in re.split(r"(\s+)", text):
        tokens = count_tokens(split_units(prepare(piece)), index.glossary)
        is_match = not matched.isdisjoint(tokens)
        if pieces and (pieces[-1][1] == is_match or not piece.strip()):
            pieces[-1] = (pieces[-1][0] + piece, pieces[-1][1])
        else:
            pieces.append((piece, is_match))
    return Snippet(pieces=tuple(pieces))

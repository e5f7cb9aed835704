"""The papers as they are searched and asked, by an index that is kept up to date with them.

Everything that counts words runs in a thread, so that neither building the index nor a question
holds up the event loop.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.answering import READ_ENTRIES, Answer, Citation, answer, answer_both
from bot.answering.at_hand import (
    answer_about,
    choose_both,
    choose_compared,
    choose_context,
    choose_wish,
    leads_away,
    put_first,
    stays,
)
from bot.answering.composing import cite, compose_more
from bot.answering.granting import grant, grant_others
from bot.answering.pointing import NO_CONTEXT, Context, choose_listed, follows
from bot.answering.wishes import (
    LISTS,
    SUMMARIES,
    Wish,
    asks_for_more,
    choose_authors,
    find_wish,
    is_thanks,
)
from bot.retrieval import (
    Analyser,
    Catalogue,
    Index,
    Lexicon,
    Query,
    Ranked,
    Ranking,
    index_version,
    rank,
    read_terms,
    understand,
)
from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.days import DateRange
from bot.retrieval.glossary import Glossary, load_glossary
from bot.retrieval.indexing import count_tokens
from bot.retrieval.nearest import add_nearest
from bot.retrieval.passages import Passage, score_passages
from bot.retrieval.people import resolve_author
from bot.retrieval.relating import Relation, find_by_authors, relate
from storage.base import Postings, Store
from storage.links import is_address
from storage.models import Citations, DocumentDraft, Documents, Entry, Hit, Page
from storage.text import SearchText, split_search

P = ParamSpec("P")
T = TypeVar("T")

# Entries read from the store at a time; their texts are not kept. Of those that are to be indexed,
# a part is written at a time: more of them share more tokens, so that an archive is quick, and each
# takes 20 kB of memory, so that a few thousand papers leave a small process small.
_READ = 64
_PARTS, _LEAST_WRITTEN, _MOST_WRITTEN = 16, 128, 1024
_WORDS_EACH = 32  # remembered while they are read
_MORE = 8
_FILTER = re.compile(r"(?<!\w)(?:tag|author|date|태그|저자|날짜):", re.IGNORECASE)
_HANGUL = re.compile("[가-힣]")
# From here on a text has a term; what is weaker only helps to order results.
_MET = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answer with the entries it names, by id.

    `context` are the entries that it was taken to be about; `query` and `ranking` are what it was
    made of.
    """

    answer: Answer
    entries: Mapping[int, Entry]
    context: tuple[int, ...]
    query: Query
    ranking: Ranking


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A sentence in pieces, each with whether it is what was searched for."""

    pieces: tuple[tuple[str, bool], ...]


class Library:
    """Answers questions about a store's papers. Close it in the end."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._refreshing = asyncio.Lock()
        self._consulting = asyncio.Lock()
        self._catalogue = Catalogue(Documents.none())
        self._lexicon = Lexicon()
        self._version: tuple[int, date] | None = None
        self._reading: asyncio.Task[None] | None = None

    async def refresh(self, today: date) -> None:
        """Bring the index up to date with the store; at once where nothing has changed.

        Raises:
            StorageError: the store cannot be read, or not written.
        """
        async with self._refreshing:
            version = await self.store.get_digests_version(), today
            if version == self._version:
                return
            await self._update(today)
            self._version = version

    async def is_ready(self, today: date, *, within: float) -> bool:
        """Return whether `refresh` is done within so many seconds; if not, it goes on by itself.

        Raises:
            StorageError: the store cannot be read, or not written.
        """
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self.refresh(today))
        done, _ = await asyncio.wait({self._reading}, timeout=within)
        for reading in done:
            reading.result()
        return bool(done)

    async def ask(
        self, question: str, *, language: str, today: date, context: Context = NO_CONTEXT
    ) -> Found:
        """Return the answer to a question, in `language` (`ko` or `en`) where the text has it.

        Raises:
            StorageError: the store cannot be read.
        """
        await self.refresh(today)
        if len(context.listed) > 1 and asks_for_more(question):
            rest = await self._point_to_more(question, language, today, context)
            if rest is not None:
                return rest
        asked, pointed = choose_listed(question, context)
        query, ranking = await self._consult(_rank, asked, language, today, pointed)
        if is_thanks(question):
            found = await self._answer(query, ranking, NO_CONTEXT, today)
            return replace(found, context=context.entries)
        wish, entry_id = choose_wish(query, ranking, pointed) or (None, 0)
        entry = await self.store.get_entry(entry_id) if wish else None
        found = await self._answer(query, ranking, pointed, today)
        # Who names a paper gets the better summary: of what has most of their words.
        is_said = wish in SUMMARIES and entry_id not in pointed.entries
        if wish and entry and (found.answer.abstained or not is_said):
            found = await self._grant(wish, query, entry, today)
        elif query.is_empty and not found.context:
            # What was not understood leads away from nothing.
            found = replace(found, context=context.entries)
        # Of a list, another one may be asked for next.
        is_listed = pointed is not context and len(context.listed) > 1
        return replace(found, context=context.listed) if is_listed else found

    async def find_evidence(self, found: Found) -> tuple[Citation, ...]:
        """Return an answer's quotes, and then the next best ones."""
        return await asyncio.to_thread(_gather, load_glossary(), found)

    async def search(
        self, query: str, *, today: date, offset: int, limit: int, least: float = 0.0
    ) -> Page[Hit]:
        """Return a page of the papers that match, best first.

        Left out is what has less of the query than the share `least` (0 to 1) of what the best
        has; `"a phrase"` must be there word for word, `-without` must not.

        Raises:
            StorageError: the store cannot be read.
        """
        if is_address(query):
            return await self._find_address(query, today=today, offset=offset, limit=limit)
        await self.refresh(today)
        asked = split_search(query)
        having = [await self.store.find_phrase(each) for each in asked.phrases]
        barred = [await self.store.find_phrase(each) for each in asked.excluded]
        limits = {
            "within": frozenset.intersection(*having) if having else None,
            "without": frozenset(chain.from_iterable(barred)),
        }
        ranking = await self._consult(_search, asked, limits, today, offset + limit, least)
        if not (ranking.total or _FILTER.search(query)):
            # Words that say nothing in a question, such as `paper`, are looked for as they stand.
            return await self.store.search(query, until=today, offset=offset, limit=limit)
        items = ranking.items[offset : offset + limit]
        scores = {item.entry_id: item.score for item in items}
        entries = await self.store.list_entries([*scores], until=today)
        hits = tuple(Hit(entry=entry, score=scores[entry.id]) for entry in entries)
        return Page(items=hits, offset=offset, total=ranking.total)

    async def _find_address(
        self, address: str, *, today: date, offset: int, limit: int
    ) -> Page[Hit]:
        """Return the papers of an address or arXiv id, or else those that mention it."""
        found = await self.store.find_entries(address, until=today)
        if not found.total:
            found = await self.store.find_mentions(address, until=today)
        hits = [Hit(entry=newest, score=1.0) for newest, *_ in found.items]
        return Page(items=tuple(hits[offset : offset + limit]), offset=offset, total=len(hits))

    async def explain(
        self, query: str, entries: Sequence[Entry], *, today: date
    ) -> Mapping[int, Snippet]:
        """Return why entries match a query: the sentence that has most of it, by entry id."""
        await self.refresh(today)
        return await self._consult(_find_snippets, split_search(query).words, entries, today)

    async def find_authors_of_sound(self, name: str) -> tuple[str, ...]:
        """Return the authors, as `title_key` has their names, who are called so in Hangul.

        Raises:
            StorageError: the store cannot be read.
        """
        return await self._consult(_sounding_authors, name)

    async def relate(
        self, entry: Entry, *, today: date, until: date, limit: int
    ) -> tuple[Relation, ...]:
        """Return the papers nearest to an entry's, best first, of digests up to `until`.

        Raises:
            StorageError: the store cannot be read.
        """
        await self.refresh(today)
        citations = await self.store.get_citations(entry.id, until=until)
        return await self._consult(_relate, entry, citations, until, limit)

    def close(self) -> None:
        """Take no more questions."""
        if self._reading is not None:
            self._reading.cancel()

    async def _answer(self, query: Query, ranking: Ranking, context: Context, today: date) -> Found:
        """Return what the paper at hand says, or else the papers found."""
        both = choose_both(query, context)
        other = None if both else choose_compared(query, ranking, context)
        about = both or (context.entries[:1] if other else choose_context(query, ranking, context))
        if not about:
            ranking = replace(ranking, items=ranking.items[:READ_ENTRIES])
        offered = (*ranking.items[:READ_ENTRIES], *ranking.spare)
        wanted = [*about, *(item.entry_id for item in offered)]
        entries = {entry.id: entry for entry in await self.store.list_entries(wanted, until=today)}
        glossary = load_glossary()
        if both and entries.keys() >= set(both):
            other = put_first(ranking, entries[both[1]]).items[0]
        if other and {other.entry_id, *about} <= entries.keys():
            pair = entries[about[0]], other
            return await asyncio.to_thread(_compare, glossary, query, ranking, entries, pair)
        return await asyncio.to_thread(_answer, glossary, query, ranking, entries, about)

    async def _point_to_more(
        self, question: str, language: str, today: date, context: Context
    ) -> Found | None:
        """Return where the rest of the last list is, None if what was shown is not one."""
        query, ranking = await self._consult(_rank, context.question, language, today, NO_CONTEXT)
        is_filter = query.dated or query.authors or query.tags
        if not (query.wants_list or is_filter or find_wish(query) in LISTS):
            return None
        text = compose_more(query, ranking, shown=len(context.listed))
        reply = Answer(
            question=question,
            language=language,
            abstained=True,
            text=text,
            citations=(),
            ranked=(),
            nearest=(),
            confidence=1.0,
        )
        return Found(answer=reply, entries={}, context=context.listed, query=query, ranking=ranking)

    async def _grant(self, wish: Wish, query: Query, entry: Entry, today: date) -> Found:
        """Return what is wanted of an entry as a whole."""
        entries, glossary = {entry.id: entry}, load_glossary()
        if wish not in LISTS:
            granted = await asyncio.to_thread(grant, wish, query, entry, glossary=glossary)
        else:
            others = await self._list_others(wish, query, entry, today)
            ids = [each.entry_id for each in others[:READ_ENTRIES]]
            listed = await self.store.list_entries(ids, until=today)
            entries |= {each.id: each for each in listed}
            granted = await asyncio.to_thread(
                grant_others,
                wish,
                query,
                entry,
                others,
                {each.id: each for each in listed},
                glossary=glossary,
            )
        return Found(
            answer=granted.answer,
            entries=entries,
            context=(entry.id,),
            query=granted.query,
            ranking=granted.ranking,
        )

    async def _list_others(
        self, wish: Wish, query: Query, entry: Entry, today: date
    ) -> tuple[Relation, ...]:
        if wish is Wish.SIMILAR:
            return await self.relate(entry, today=today, until=today, limit=READ_ENTRIES)
        authors = choose_authors(query.question, entry.paper.authors)
        return await self._consult(find_by_authors, entry, authors, until=today, limit=READ_ENTRIES)

    async def _update(self, today: date) -> None:
        """Read into the index what it lacks: a batch at a time, each a transaction."""
        await self.store.begin_index(index_version(load_glossary()))
        await self.store.drop_removed()
        lacking = await self.store.list_unindexed(until=today)
        written = min(max(len(lacking) // _PARTS, _LEAST_WRITTEN), _MOST_WRITTEN)
        analyser = Analyser(remembered=written * _WORDS_EACH)
        drafts: list[DocumentDraft] = []
        for start in range(0, len(lacking), _READ):
            batch = lacking[start : start + _READ]
            entries = await self.store.list_entries(batch, until=today)
            drafts += await asyncio.to_thread(_analyse, analyser, entries)
            if len(drafts) >= written or start + _READ >= len(lacking):
                await self.store.add_documents(drafts)
                drafts.clear()
        self._catalogue = Catalogue(await self.store.get_documents())

    async def _consult(
        self, work: Callable[Concatenate[Index, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(index, ...)` in a thread of the store's; one at a time, for it counts words."""

        def call(postings: Postings) -> T:
            index = Index(self._catalogue, postings, lexicon=self._lexicon)
            return work(index, *args, **kwargs)

        async with self._consulting:
            return await self.store.consult(call)


def _analyse(analyser: Analyser, entries: Sequence[Entry]) -> list[DocumentDraft]:
    return [analyser.analyse(entry, content=f"{entry.date} {entry.revision}") for entry in entries]


def _rank(
    index: Index, question: str, language: str, today: date, context: Context
) -> tuple[Query, Ranking]:
    query = replace(understand(question, today=today, index=index), language=language)
    about = context.entries if not context.is_recent or follows(query) else ()
    ranking = rank(query, index, until=today, limit=READ_ENTRIES, about=about)
    return query, add_nearest(ranking, query, index, until=today)


def _search(
    index: Index,
    asked: SearchText,
    limits: Mapping[str, Any],
    today: date,
    wanted: int,
    least: float,
) -> Ranking:
    query = understand(asked.words, today=today, index=index)
    # A phrase is left out as it stands, a word in its other language as well.
    words = (each for each in asked.excluded if " " not in each)
    excluded = (term for word in words for term in read_terms(prepare(word), index))
    query = replace(query, excluded=(*query.excluded, *excluded), **limits)
    if query.is_empty and asked.excluded:  # all the others are wanted
        query = replace(query, dates=(DateRange(date.min, today),), dated=True)
    ranking = rank(query, index, until=today, limit=wanted, least=least)
    is_strict = query.within is not None or _FILTER.search(asked.words)
    if query.is_empty or (ranking.unmet and is_strict):
        return replace(ranking, items=(), total=0)
    if not any(term.is_telling for term in query.terms):
        return ranking
    items = tuple(item for item in ranking.items if item.coverage)
    return replace(ranking, items=items, total=ranking.total if items else 0)


def _sounding_authors(index: Index, name: str) -> tuple[str, ...]:
    tokens = resolve_author(name, index).tokens if _HANGUL.search(name) else ()
    return tuple(token[1:] for token in tokens if token.startswith("@"))


def _relate(
    index: Index, entry: Entry, citations: Citations, until: date, limit: int
) -> tuple[Relation, ...]:
    return relate(entry, index, citations, until=until, limit=limit)


def _compare(
    glossary: Glossary,
    query: Query,
    ranking: Ranking,
    entries: Mapping[int, Entry],
    pair: tuple[Entry, Ranked],
) -> Found:
    """Return what the paper at hand and another say, side by side."""
    entry, other = pair
    ranking = put_first(ranking, entry)
    both = ranking.items[0], other
    reply = answer_both(query, ranking, both, entries, glossary=glossary)
    return Found(answer=reply, entries=entries, context=(entry.id,), query=query, ranking=ranking)


def _answer(
    glossary: Glossary,
    query: Query,
    ranking: Ranking,
    entries: Mapping[int, Entry],
    about: Sequence[int],
) -> Found:
    about = tuple(each for each in about if each in entries)
    chosen, used = ranking, tuple(about[:1])
    reply = answer(query, ranking, entries, glossary=glossary)
    if used:
        first = put_first(ranking, entries[used[0]])
        close = answer_about(glossary, query, first, entries)
        if leads_away(query, ranking, used[0], reply):
            used = ()
        elif not close.abstained or stays(query, reply):
            reply, chosen = close, first
        else:
            used = ()
    if not used and reply.abstained and reply.ranked and reply.ranked[0].is_named:
        # What comes next is asked of the paper that was named, though this was not told of it.
        used = (reply.ranked[0].entry_id,)
    return Found(answer=reply, entries=entries, context=used, query=query, ranking=chosen)


def _gather(glossary: Glossary, found: Found) -> tuple[Citation, ...]:
    """Return the answer's quotes, then the next best of its papers and of the first ones.

    Of a comment in both languages, one says what the other does: more is taken from the asker's.
    """
    quotes, ranking = found.answer.citations, found.ranking
    cited = [citation.entry_id for citation in quotes]
    ranked = [item.entry_id for item in ranking.items[:3]]
    best: list[tuple[Passage, Entry]] = []
    for entry_id in dict.fromkeys([*cited, *ranked]):
        if entry := found.entries.get(entry_id):
            passages = score_passages(entry, found.query, ranking.rarities, glossary)
            spoken = entry.ko if found.query.language == "ko" else entry.en
            told = {"ko", "en"} - {found.query.language} if spoken else set()
            best += [(passage, entry) for passage in passages if passage.source not in told]
    best.sort(key=lambda pair: (pair[1].id not in cited[:1], -pair[0].score))
    known = "\n".join(citation.quote for citation in quotes)
    more = [cite(entry, passage) for passage, entry in best if passage.text not in known]
    return (*quotes, *more[:_MORE])


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

"""A question and what was talked about -> an answer, of the papers that the index finds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answering import READ_ENTRIES, Answer, Citation, answer, answer_both
from bot.answering.at_hand import (
    answer_about,
    choose_both,
    choose_compared,
    choose_context,
    choose_given,
    choose_wish,
    find_wished,
    leads_away,
    put_first,
    stays,
)
from bot.answering.composing import cite, compose_more
from bot.answering.granting import grant, grant_others
from bot.answering.pointing import (
    NO_CONTEXT,
    Context,
    asks_for_another,
    choose_listed,
    follows,
)
from bot.answering.wishes import (
    LISTS,
    SUMMARIES,
    Wish,
    asks_for_more,
    choose_authors,
    find_wish,
    is_thanks,
)
from bot.library.shelf import Shelf
from bot.retrieval import Index, Query, Ranked, Ranking, rank, understand
from bot.retrieval.glossary import Glossary, load_glossary
from bot.retrieval.nearest import add_nearest
from bot.retrieval.passages import Passage, score_passages
from bot.retrieval.relating import Relation, find_by_authors, relate
from storage.models import Citations, Entry

_MORE = 8


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


async def ask(
    shelf: Shelf, question: str, *, language: str, today: date, context: Context
) -> Found:
    """Return the answer, as `Library.ask` says."""
    await shelf.refresh(today)
    if len(context.listed) > 1 and asks_for_more(question):
        rest = await _point_to_more(shelf, question, language, today, context)
        if rest is not None:
            return rest
    asked, pointed = choose_listed(question, context)
    query, ranking = await shelf.consult(_rank, asked, language, today, pointed)
    if is_thanks(question):
        found = await _answer_from(shelf, query, ranking, NO_CONTEXT, today)
        return replace(found, context=context.entries)
    chosen = choose_wish(query, ranking, pointed) or await _choose_given(
        shelf, query, ranking, today
    )
    if chosen is None and pointed.entries and asks_for_another(query):
        query, ranking = await shelf.consult(_rank_others, query, today, pointed.entries)
        pointed = NO_CONTEXT
    wish, entry_id = chosen or (None, 0)
    entry = await shelf.store.get_entry(entry_id) if wish else None
    found = await _answer_from(shelf, query, ranking, pointed, today)
    # Who names a paper gets the better summary: of what has most of their words.
    is_said = wish in SUMMARIES and entry_id not in pointed.entries
    if wish and entry and (found.answer.abstained or not is_said):
        found = await _grant(shelf, wish, query, entry, today)
    elif not found.context and (query.is_empty or _is_nearest(found, context)):
        # What was not understood leads away from nothing.
        found = replace(found, context=context.entries)
    # Of a list, another one may be asked for next.
    is_listed = pointed is not context and len(context.listed) > 1
    return replace(found, context=context.listed) if is_listed else found


async def relate_entry(
    shelf: Shelf, entry: Entry, *, today: date, until: date, limit: int
) -> tuple[Relation, ...]:
    """Return the nearest papers, as `Library.relate` says."""
    await shelf.refresh(today)
    citations = await shelf.store.get_citations(entry.id, until=until)
    return await shelf.consult(_relate, entry, citations, until, limit)


async def find_evidence(found: Found) -> tuple[Citation, ...]:
    """Return an answer's quotes, and then the next best ones."""
    return await asyncio.to_thread(_gather, load_glossary(), found)


def _is_nearest(found: Found, context: Context) -> bool:
    """Whether nothing was found that is nearer to a question than what was talked about."""
    first = next(iter(found.ranking.items), None)
    return found.answer.abstained and first is not None and first.entry_id in context.entries


async def _choose_given(
    shelf: Shelf, query: Query, ranking: Ranking, today: date
) -> tuple[Wish, int] | None:
    """Return what is wanted of the paper that is named as only its texts tell."""
    if not find_wished(query):
        return None
    ids = [item.entry_id for item in ranking.items[:READ_ENTRIES]]
    entries = await shelf.store.list_entries(ids, until=today)
    return choose_given(query, ranking, {entry.id: entry for entry in entries})


async def _answer_from(
    shelf: Shelf, query: Query, ranking: Ranking, context: Context, today: date
) -> Found:
    """Return what the paper at hand says, or else the papers found."""
    both = choose_both(query, context)
    other = None if both else choose_compared(query, ranking, context)
    about = both or (context.entries[:1] if other else choose_context(query, ranking, context))
    if not about:
        ranking = replace(ranking, items=ranking.items[:READ_ENTRIES])
    offered = (*ranking.items[:READ_ENTRIES], *ranking.spare)
    wanted = [*about, *(item.entry_id for item in offered)]
    entries = {entry.id: entry for entry in await shelf.store.list_entries(wanted, until=today)}
    glossary = load_glossary()
    if both and entries.keys() >= set(both):
        other = put_first(ranking, entries[both[1]]).items[0]
    if other and {other.entry_id, *about} <= entries.keys():
        pair = entries[about[0]], other
        return await asyncio.to_thread(_compare, glossary, query, ranking, entries, pair)
    return await asyncio.to_thread(_answer, glossary, query, ranking, entries, about)


async def _point_to_more(
    shelf: Shelf, question: str, language: str, today: date, context: Context
) -> Found | None:
    """Return where the rest of the last list is, None if what was shown is not one."""
    query, ranking = await shelf.consult(_rank, context.question, language, today, NO_CONTEXT)
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


async def _grant(shelf: Shelf, wish: Wish, query: Query, entry: Entry, today: date) -> Found:
    """Return what is wanted of an entry as a whole."""
    entries, glossary = {entry.id: entry}, load_glossary()
    if wish not in LISTS:
        granted = await asyncio.to_thread(grant, wish, query, entry, glossary=glossary)
    else:
        others = await _list_others(shelf, wish, query, entry, today)
        ids = [each.entry_id for each in others[:READ_ENTRIES]]
        listed = await shelf.store.list_entries(ids, until=today)
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
    shelf: Shelf, wish: Wish, query: Query, entry: Entry, today: date
) -> tuple[Relation, ...]:
    if wish is Wish.SIMILAR:
        return await relate_entry(shelf, entry, today=today, until=today, limit=READ_ENTRIES)
    authors = choose_authors(query.question, entry.paper.authors)
    return await shelf.consult(find_by_authors, entry, authors, until=today, limit=READ_ENTRIES)


def _rank(
    index: Index, question: str, language: str, today: date, context: Context
) -> tuple[Query, Ranking]:
    query = replace(understand(question, today=today, index=index), language=language)
    about = context.entries if not context.is_recent or follows(query) else ()
    ranking = rank(query, index, until=today, limit=READ_ENTRIES, about=about)
    return query, add_nearest(ranking, query, index, until=today)


def _rank_others(
    index: Index, query: Query, today: date, entries: Sequence[int]
) -> tuple[Query, Ranking]:
    query = replace(query, without=frozenset(entries))
    ranking = rank(query, index, until=today, limit=READ_ENTRIES)
    return query, add_nearest(ranking, query, index, until=today)


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

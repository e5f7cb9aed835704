"""Answers to what is wanted of a paper as a whole: quotes, or other papers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answering.composing import USUAL_LENGTH, compose_list, compose_quotes, name_paper
from bot.answering.records import Answer, Citation
from bot.answering.wishes import Wish, choose_authors
from bot.messages import say
from bot.retrieval import Query, Ranked, Ranking
from bot.retrieval.glossary import Glossary
from bot.retrieval.passages import Passage, score_passages
from bot.retrieval.relating import Relation
from storage.models import Entry

_DETAILED = 2 * USUAL_LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An answer with what it was made of, as `Found` has it."""

    answer: Answer
    query: Query
    ranking: Ranking


def grant(wish: Wish, query: Query, entry: Entry, *, glossary: Glossary) -> Granted:
    """Return what is wanted of the paper itself: its abstract, a summary, its citation.

    A summary is what says most of it; an abstract that it lacks is said to be missing.
    """
    query, ranking = replace(query, terms=()), _rank([_itself(entry)])
    text, citations = _compose(wish, query, entry, glossary)
    return _give(query, ranking, text, citations)


def grant_others(
    wish: Wish,
    query: Query,
    entry: Entry,
    others: Sequence[Relation],
    entries: Mapping[int, Entry],
    *,
    glossary: Glossary,
) -> Granted:
    """Return the list of the papers near one, or by its authors.

    `entries` holds those of the first of them by id; each is quoted with the sentence that says
    most of it.
    """
    query, ranking = replace(query, terms=()), _rank(others)
    named = choose_authors(query.question, entry.paper.authors)
    values = {"title": entry.paper.title, "name": named[0]}
    key = "similar" if wish is Wish.SIMILAR else "by_author" if len(named) == 1 else "by_authors"
    if not others:
        return _give(query, ranking, say(query.language, f"answer.no_{key}", **values), ())
    best: dict[int, Passage] = {}
    for each in entries.values():
        if passages := score_passages(each, query, ranking.rarities, glossary):
            best[each.id] = passages[0]
    heading = say(query.language, f"answer.{key}", **values)
    text, citations = compose_list(query, ranking, entries, best, heading=heading)
    return _give(query, ranking, text, citations)


def _compose(
    wish: Wish, query: Query, entry: Entry, glossary: Glossary
) -> tuple[str, tuple[Citation, ...]]:
    title, abstract = entry.paper.title, entry.paper.abstract
    if wish is Wish.CITATION:
        return say(query.language, "answer.cite", title=title), ()
    if wish is Wish.ABSTRACT:
        if not abstract:
            return say(query.language, "answer.no_detail", title=title), ()
        return f"{name_paper(entry)}\n> {abstract}", (_cite_abstract(entry, abstract),)
    passages = score_passages(entry, query, (), glossary)
    if wish is Wish.DETAILS:
        return compose_quotes(query, entry, passages, room=_DETAILED, relevant=0.0)
    return compose_quotes(query, entry, passages)


def _itself(entry: Entry) -> Relation:
    return Relation(entry_id=entry.id, paper_id=entry.paper.id, date=entry.date, score=1.0)


def _rank(others: Sequence[Relation]) -> Ranking:
    items = tuple(
        Ranked(
            entry_id=each.entry_id,
            paper_id=each.paper_id,
            date=each.date,
            score=each.score,
            coverage=1.0,
            strengths=(),
            names=frozenset(),
            is_named=False,
        )
        for each in others
    )
    return Ranking(
        items=items,
        total=len(items),
        unmet=frozenset(),
        rarities=(),
        unknown=frozenset(),
        rarest=0.0,
    )


def _cite_abstract(entry: Entry, abstract: str) -> Citation:
    return Citation(
        entry_id=entry.id,
        title=entry.paper.title,
        date=entry.date,
        language="en",
        quote=abstract,
    )


def _give(query: Query, ranking: Ranking, text: str, citations: tuple[Citation, ...]) -> Granted:
    reply = Answer(
        question=query.question,
        language=query.language,
        abstained=not citations,
        text=text,
        citations=citations,
        ranked=ranking.items[:10],
        nearest=(),
        confidence=1.0,
    )
    return Granted(answer=reply, query=query, ranking=ranking)

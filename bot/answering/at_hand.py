"""A question about a paper at hand: in its thread, under its post, after an answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.answering import READ_ENTRIES, Answer, answer
from bot.answering.composing import compose_quotes
from bot.answering.errands import is_errand
from bot.answering.naming import has_name
from bot.answering.pointing import (
    Context,
    asks_only_about,
    compares,
    count_topics,
    follows,
    has_own_topic,
    is_fragment,
    leads_on,
    names_besides,
    refers_back,
)
from bot.answering.wishes import Wish, find_wish
from bot.retrieval import Intent, Query, Ranked, Ranking
from bot.retrieval.glossary import Glossary
from bot.retrieval.intents import ASKING
from bot.retrieval.passages import Passage, has_number, score_passages
from bot.retrieval.releases import asks_release, says_release
from storage.models import Entry

_SUMMARY = re.compile(
    r"요약|무슨 (?:내용|논문|연구)|어떤 (?:내용|논문|연구)|뭐(?:야|에요|예요|지|임)\W*$|설명해"
    r"|\bsummar|tl;?dr|\babout\W*$|\bexplain\b",
    re.IGNORECASE,
)
# What a term may be that asks for no more than that.
_WHOLE = re.compile(
    r"요약|내용|핵심|요점|설명|정리|결과|결론|뭐래|summar|tl;?dr|explain|about|gist|main|idea",
    re.IGNORECASE,
)
# A question with one of these may be about any paper.
_PAPER = re.compile(
    r"논문|연구|페이퍼|\b(?:papers?|stud(?:y|ies)|works?|articles?)\b", re.IGNORECASE
)
# From here on a text has a term; what is weaker only helps to order results.
_MET = 0.5
# Another paper is described by so many topics that the one at hand has not, where that has this
# share of what the other has of the question.
_DESCRIBED, _MUCH_LESS = 2, 0.5
# So sure an answer must be to be given in the place of another paper, whose texts have none.
_SURE = 0.8


def choose_context(query: Query, ranking: Ranking, context: Context) -> tuple[int, ...]:
    """Return what of the context a question can be about: nothing if it is about something else."""
    entries = context.entries
    if not entries or query.dated or query.authors or query.tags or query.wants_list:
        return ()
    if context.is_recent and not follows(query):
        return ()
    named = [item for item in ranking.items[:READ_ENTRIES] if item.is_named]
    is_other = named and not any(item.entry_id in entries for item in named)
    if is_other and not names_besides(query, named[0]):
        return ()
    places = {item.entry_id: place for place, item in enumerate(ranking.items)}
    about = tuple(sorted(entries, key=lambda each: places.get(each, len(places))))
    points = refers_back(query.question) or (context.is_recent and leads_on(query.question))
    return () if points and has_own_topic(query, ranking, about[0]) else about


def choose_wish(query: Query, ranking: Ranking, context: Context) -> tuple[Wish, int] | None:
    """Return what is wanted of which entry as a whole: of the one at hand, or that is named."""
    if context.entries and (wish := find_wish(query)):
        return wish, context.entries[0]
    best = ranking.items[0] if ranking.items else None
    if best is not None and best.is_named and (wish := find_wish(query, best.names)):
        return wish, best.entry_id
    return None


def choose_given(
    query: Query, ranking: Ranking, entries: Mapping[int, Entry]
) -> tuple[Wish, int] | None:
    """Return what is wanted of the paper whose name is all else that a question has: `RAR tl;dr`.

    It may be a plain word (`SETS`), or one that only the abstract gives it.
    """
    for place, word in find_wished(query):
        for item in ranking.items[:READ_ENTRIES]:
            if (entry := entries.get(item.entry_id)) and has_name(entry, word):
                wish = find_wish(query, frozenset({place}))
                return (wish, entry.id) if wish else None
    return None


def find_wished(query: Query) -> list[tuple[int, str]]:
    """Return the single words, with places, of which a question wants something as a whole."""
    needed = [term for term in query.terms if not term.hint]
    if find_wish(query, frozenset(range(len(needed)))) is None:
        return []
    return [
        (at, term.text)
        for at, term in enumerate(needed)
        if term.size == 1 and find_wish(query, frozenset({at}))
    ]


def choose_compared(query: Query, ranking: Ranking, context: Context) -> Ranked | None:
    """Return the paper that a question compares the one at hand with: `Jamba랑 뭐가 달라?`.

    None where it names that one itself, or two others.
    """
    if not context.entries or query.dated or query.authors or query.tags:
        return None
    if query.intent is Intent.OPINION or not compares(query):
        return None
    named = [item for item in ranking.items[:READ_ENTRIES] if item.is_named]
    if not named or any(item.entry_id in context.entries for item in named):
        return None
    other = named[0]
    if any(not item.names & other.names for item in named):
        return None
    if has_own_topic(query, ranking, context.entries[0]) and refers_back(query.question):
        return None
    return other if asks_only_about(query, other.names) else None


def choose_both(query: Query, context: Context) -> tuple[int, ...]:
    """Return the two papers of the last answer, where a question compares nothing else.

    `둘의 차이는?`, `which one is faster?`; nothing where it names a topic of its own.
    """
    is_pair = len(context.listed) == len(("one", "other"))
    if not is_pair or query.dated or query.authors or query.tags or query.wants_list:
        return ()
    return context.listed if compares(query) and asks_only_about(query, frozenset()) else ()


def put_first(ranking: Ranking, entry: Entry) -> Ranking:
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


def answer_about(
    glossary: Glossary, query: Query, ranking: Ranking, entries: Mapping[int, Entry]
) -> Answer:
    """Return what the first paper says.

    That the question is about it is known: whatever has something of the question is quoted, and
    what the paper is about if nothing else is asked.
    """
    reply = answer(query, ranking, entries, glossary=glossary)
    if reply.facts or is_errand(query.question):
        return reply
    best = ranking.items[0]
    entry = entries[best.entry_id]
    passages = score_passages(entry, query, ranking.rarities, glossary)
    if not _is_about_the_whole(query, entry):
        if not reply.abstained or not any(each >= _MET for each in best.strengths):
            return reply
        passages = [each for each in passages if _answers(each, query)]
    if not passages:
        return reply
    text, citations = compose_quotes(query, entry, passages)
    return replace(reply, abstained=not citations, text=text, citations=citations, nearest=())


def stays(query: Query, other: Answer) -> bool:
    """Whether a question stays with the paper that it was asked about, and that says nothing.

    A number or an opinion is asked of the paper at hand, whatever another one says of it; so is
    what points at it, or names nothing else.
    """
    if query.intent in (Intent.NUMBER, Intent.OPINION) or refers_back(query.question):
        return True
    if is_fragment(query):
        return True
    if query.intent is Intent.KNOWN_ITEM and ASKING.search(query.question.casefold().strip()):
        return other.abstained or not _PAPER.search(query.question)
    return other.abstained or (query.intent is Intent.FACT and other.confidence < _SURE)


def leads_away(query: Query, ranking: Ranking, entry_id: int, other: Answer) -> bool:
    """Whether a question describes another paper, which was found, and not the one at hand.

    `ranking` is without regard to that one.
    """
    if refers_back(query.question) or other.abstained or other.confidence < _SURE:
        return False
    # A number or an opinion is asked of what has a name, or else of the paper at hand.
    if query.intent in (Intent.NUMBER, Intent.OPINION) and not ranking.items[0].names:
        return False
    found = (item.coverage for item in ranking.items if item.entry_id == entry_id)
    share = next(found, 0.0) / ranking.items[0].coverage if ranking.items[0].coverage else 1.0
    return share <= _MUCH_LESS and count_topics(query, ranking, entry_id) >= _DESCRIBED


def _is_about_the_whole(query: Query, entry: Entry) -> bool:
    """Whether nothing in particular is asked of a paper: what it is about, or the comment."""
    asked = [term for term in query.terms if term.is_telling and not _WHOLE.search(term.text)]
    if query.intent is Intent.OPINION:
        return bool(entry.ko or entry.en) and len(asked) <= 1
    return query.is_empty or (not asked and _SUMMARY.search(query.question) is not None)


def _answers(passage: Passage, query: Query) -> bool:
    if asks_release(query.question.casefold()):
        return says_release(passage.text)
    if query.intent is Intent.NUMBER:
        return has_number(passage.text)
    return any(strength >= _MET for strength in passage.strengths)

"""Sentences of an entry, each an exact piece of its stored text, and how well they answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from bot.retrieval import intents
from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.glossary import Glossary
from bot.retrieval.postings import hash_token
from bot.retrieval.query import Intent, Query, Term
from bot.retrieval.reading import Reader, load_reader
from bot.retrieval.releases import asks_release, says_release
from storage.models import Entry

# A sentence ends at . ! ? with what closes it, before a space and what can begin another; an
# address in parentheses belongs to the sentence before it. None ends at a remark `(?)`, nor where
# Korean goes on behind a question: `… 가능할까? 하는 질문`. Looked for once in a row of such marks,
# so that no text takes more than linear time.
_END = re.compile(
    r"(?<![.!?…(])[.!?…]++[\"'\u201d\u2019)\]]*+(?:\s*\(https?://[^\s()]*\)[.,]?)?"
    r"(?!\s+(?:이?라[는고]|하[는면]|같은|에|에 대[한해])\s)"
    r"(?=\s+(?:[\"'\u201c\u2018(\[$*]?[A-Z0-9가-힣]))"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|etc|vs|cf|Fig|Eq|Sec|Tab|approx|resp|No|Dr|Prof|St)"
    r"|\b[A-Z]|\(\d|\b\d)\.$"
)
_LONGEST_ABBREVIATION = len("approx")

# `three trillion`; smaller numbers that are spelt out count things of the sentence's own.
_NUMERAL = re.compile(r"\d|(?:hundred|thousand|million|billion|trillion)s?$")
_ADDRESS = re.compile(r"https?://\S+")
_VERDICT = re.compile(
    r"\b(?:I|I'm|I'd|seems?|interesting\w*|curious|wonder|impressive|think|maybe|perhaps|suspect|hope"
    r"|expect|surpris\w+|important|unfortunately|personally|reminds|worth|better)\b"
    r"|싶|궁금|흥미|재미|생각|듯|같습니|같네|같긴|않을까|놀랍|인상|중요|아닐까|겠죠|겠네|겠습니|좋|나을|느낌|기대|의문|모르겠"
)
# How an abstract says what was done and found, between what others did and why it matters.
_FINDING = re.compile(
    r"\b(?:we|our|this (?:paper|work))\b[^.]{0,60}\b(?:propos|introduc|present|find|found|show"
    r"|demonstrat|develop|releas|conclud|recommend|attribut|train|achiev|outperform)",
    re.IGNORECASE,
)
_SHORTEST = 12

# How a sentence's score is made; fitted on the development set (docs/retrieval.md).
_OWN_LANGUAGE, _NUMBER_BONUS, _VERDICT_BONUS = 0.2, 0.5, 0.4
_COMMENT_BONUS, _FINDING_BONUS = 0.15, 0.05
_NAME_SHARE = 0.25
_UNIT_BONUS = 0.25
# The strength from which on a title or a tag has a term.
HEADED = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence: `source` is `title`, `abstract`, `ko` or `en`, `place` its rank in the entry.

    `strengths` says how well it has each of the query's terms; `score` compares passages of one
    query.
    """

    text: str
    source: str
    language: str
    place: int
    strengths: tuple[float, ...]
    score: float


class _Sentence(NamedTuple):
    source: str
    text: str
    tokens: Set[int]


class _Needed(NamedTuple):
    """A term's hashed tokens, and its alternatives: the weight and the tokens of each."""

    tokens: Set[int]
    alternatives: Sequence[tuple[float, tuple[int, ...]]]


def split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a paragraph, each exactly as it stands there."""
    start = 0
    for end in _END.finditer(text):
        stop = end.start()
        before = max(start, stop - _LONGEST_ABBREVIATION)
        if end.group() == "." and _ABBREVIATION.search(text, before, stop + 1):
            continue
        if len(text[start : end.end()].strip()) >= _SHORTEST:
            yield text[start : end.end()].strip()
            start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


def score_passages(
    entry: Entry,
    query: Query,
    rarities: Sequence[float],
    glossary: Glossary,
    *,
    names: Set[int] = frozenset(),
) -> list[Passage]:
    """Return the entry's sentences, best first.

    `names` are the places of the terms that only name the paper, or say what it is about: what is
    asked about it matters more.
    """
    needed = [_hash(term) for term in query.terms if not term.hint]
    rarities = [
        rarity * _NAME_SHARE if place in names else rarity for place, rarity in enumerate(rarities)
    ]
    found = [
        _score(sentence, place, query, needed, rarities)
        for place, sentence in enumerate(_read(entry, load_reader(glossary)))
    ]
    if asks_release(query.question.casefold()):
        found = [replace(each, score=each.score + says_release(each.text)) for each in found]
    return sorted(found, key=lambda passage: (-passage.score, passage.place))


def best_share(
    entry: Entry, query: Query, rarities: Sequence[float], *, glossary: Glossary
) -> float:
    """Return the greatest share of the question's terms, by rarity, in one of the sentences."""
    needed = [_hash(term) for term in query.terms if not term.hint]
    whole = sum(rarities) or 1.0
    reader = load_reader(glossary)
    title = _tokens(entry.paper.title, reader)
    return max(
        sum(_strength(term, tokens) * rarity for term, rarity in zip(needed, rarities, strict=True))
        / whole
        for tokens in (title, *(sentence.tokens for sentence in _read(entry, reader)))
    )


def score_heading(entry: Entry, query: Query, glossary: Glossary) -> tuple[float, ...]:
    """Return how well the entry's title and tags have each of the query's terms."""
    heading = " . ".join([entry.paper.title, *(tag.replace("_", "-") for tag in entry.tags)])
    tokens = _tokens(heading, load_reader(glossary))
    return tuple(_strength(_hash(term), tokens) for term in query.terms if not term.hint)


def _hash(term: Term) -> _Needed:
    """Return what is looked for in each sentence."""
    alternatives = [
        (each.weight, tuple(map(hash_token, each.tokens))) for each in term.alternatives
    ]
    return _Needed({token for _, tokens in alternatives for token in tokens}, alternatives)


# An answer looks at its first papers two or three times; a question about a paper at hand comes
# after another about the same one.
@lru_cache(maxsize=16)
def _read(entry: Entry, reader: Reader) -> tuple[_Sentence, ...]:
    return tuple(
        _Sentence(source, text, frozenset(_tokens(text, reader)))
        for source, text in _sentences(entry)
    )


def _tokens(text: str, reader: Reader) -> Set[int]:
    return set(reader.read(prepare(_ADDRESS.sub(" ", text))).tokens)


def _sentences(entry: Entry) -> Iterator[tuple[str, str]]:
    for source, paragraphs in (
        ("ko", entry.ko),
        ("en", entry.en),
        ("abstract", (entry.paper.abstract or "",)),
    ):
        for paragraph in paragraphs:
            for text in split_sentences(paragraph):
                yield source, text


def _score(
    sentence: _Sentence,
    place: int,
    query: Query,
    needed: Sequence[_Needed],
    rarities: Sequence[float],
) -> Passage:
    source, text, tokens = sentence
    strengths = tuple(_strength(term, tokens) for term in needed)
    language = "ko" if source == "ko" else "en"
    whole = sum(rarities) or 1.0
    score = sum(s * r for s, r in zip(strengths, rarities, strict=True)) / whole
    score += _bonus(text, source, language, query)
    return Passage(
        text=text,
        source=source,
        language=language,
        place=place,
        strengths=strengths,
        score=score,
    )


def _strength(term: _Needed, tokens: Set[int]) -> float:
    if term.tokens.isdisjoint(tokens):
        return 0.0
    best = 0.0
    for weight, wanted in term.alternatives:
        if weight > best:
            here = sum(token in tokens for token in wanted)
            best = max(best, weight * (here / len(wanted)) ** 2)
    return best


def _bonus(text: str, source: str, language: str, query: Query) -> float:
    bonus = _OWN_LANGUAGE if language == query.language else 0.0
    if source == "abstract" and _FINDING.search(text):
        bonus += _FINDING_BONUS
    if query.intent is Intent.NUMBER:
        return bonus * 0.5 + _number_bonus(text, query)
    if source in ("ko", "en"):
        bonus += _COMMENT_BONUS
        if query.intent is Intent.OPINION:
            bonus += _VERDICT_BONUS + (_VERDICT_BONUS if _VERDICT.search(text) else 0.0)
    return bonus


def _number_bonus(text: str, query: Query) -> float:
    if not has_number(text):
        return 0.0
    return _NUMBER_BONUS + (_UNIT_BONUS if fits_unit(text, query) else 0.0)


def fits_unit(text: str, query: Query) -> bool | None:
    """Whether a sentence has a number of the sort that is asked for; None where any would do."""
    question = query.question.casefold()
    units = [unit for asked, unit in intents.UNITS if asked.search(question)]
    return any(unit.search(text) for unit in units) if units else None


def asks_for_unit(text: str) -> bool:
    """Whether a word of a question asks for a sort of number: `accuracy`, `시간`."""
    return any(asked.search(text) for asked, _ in intents.UNITS)


def has_number(text: str) -> bool:
    """Whether a sentence says a number: more than digits in names such as GPT-4 or in addresses."""
    return any(_NUMERAL.match(unit.text) for unit in split_units(prepare(_ADDRESS.sub(" ", text))))

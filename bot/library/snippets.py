"""Why each paper is on a search's page: the sentence or the authors that have what was searched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from bot.library.shelf import Shelf
from bot.retrieval import Index, rank, understand
from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.indexing import count_tokens
from bot.retrieval.passages import score_passages
from bot.retrieval.query import Query
from storage.models import Entry
from storage.text import MAX_QUERY_TERMS, fold, index_tokens, split_search

# From here on a text has a term; what is weaker only helps to order results.
_MET = 0.5
_HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A text in pieces, each with whether it is what was searched for."""

    pieces: tuple[tuple[str, bool], ...]


async def explain(
    shelf: Shelf, query: str, entries: Sequence[Entry], *, today: date
) -> Mapping[int, Snippet]:
    """Return why entries match, as `Library.explain` says."""
    await shelf.refresh(today)
    return await shelf.consult(_find_snippets, split_search(query).words, entries, today)


def _find_snippets(
    index: Index, text: str, entries: Sequence[Entry], today: date
) -> dict[int, Snippet]:
    query = understand(text, today=today, index=index)
    rarities = rank(query, index, until=today, limit=1).rarities
    is_match = _matcher(query, index)
    snippets = {}
    for entry in entries:
        passages = score_passages(entry, query, rarities, index.glossary)
        if not passages:
            continue
        best = passages[0]
        literal = None
        if not any(best.strengths):  # it is there for its authors, or for a part of a word
            literal = _find_literally(query, entry, [passage.text for passage in passages])
        snippets[entry.id] = literal or _mark(best.text, is_match)
    return snippets


def _matcher(query: Query, index: Index) -> Callable[[str], bool]:
    """Return what tells whether a word is one of the query's terms."""
    matched = frozenset(
        token
        for term in query.terms
        for alternative in term.alternatives
        if alternative.weight >= _MET and not term.hint
        for token in alternative.tokens
    )

    def is_match(piece: str) -> bool:
        tokens = count_tokens(split_units(prepare(piece)), index.glossary)
        return not matched.isdisjoint(tokens)

    return is_match


def _find_literally(query: Query, entry: Entry, sentences: Iterable[str]) -> Snippet | None:
    """Return the authors that have most of the query's words, or a sentence that has one."""
    names = (name for author in query.authors for name in author.tokens)
    typed = dict.fromkeys(" ".join([query.question, *names]).split())
    words = [_Literal.read(word) for word in typed][:MAX_QUERY_TERMS]

    def count(text: str) -> int:
        held = _Literal.read(text)
        return sum(word.is_in(held) for word in words)

    def is_match(piece: str) -> bool:
        return count(piece) > 0

    found = [(name, count(name)) for name in entry.paper.authors]
    if most := max((number for _, number in found), default=0):
        return _mark(", ".join(name for name, number in found if number == most), is_match)
    sentence = next((each for each in sentences if any(map(is_match, each.split()))), None)
    return _mark(sentence, is_match) if sentence else None


class _Literal(NamedTuple):
    """A text as it is compared: folded, and the tokens that the store's own search has of it."""

    folded: str
    tokens: frozenset[str]

    @classmethod
    def read(cls, text: str) -> Self:
        return cls(fold(text), frozenset(index_tokens(text).split()))

    def is_in(self, text: Self) -> bool:
        """Return whether the text has this word: `x` is in `10x`, and `샘플` in `샘플로`."""
        if _HANGUL.search(self.folded):
            return self.folded in text.folded
        return bool(self.tokens) and self.tokens <= text.tokens


def _mark(text: str, is_match: Callable[[str], bool]) -> Snippet:
    pieces: list[tuple[str, bool]] = []
    for piece in re.split(r"(\s+)", text):
        is_one = is_match(piece)
        if pieces and (pieces[-1][1] == is_one or not piece.strip()):
            pieces[-1] = (pieces[-1][0] + piece, pieces[-1][1])
        else:
            pieces.append((piece, is_one))
    return Snippet(pieces=tuple(pieces))

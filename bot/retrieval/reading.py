"""Text -> hashed tokens: what a word is found by is worked out once, for it comes again. Pure.

The same tokens as `count_tokens` counts, for whoever reads many texts: papers into the index, and
the sentences that answers are made of. Words follow Zipf's law, so a few thousand of them are most
of any text. What a word is found by depends on nothing else, but for the glossary's names that
reach into the next word, which are looked for in each text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import NamedTuple

from bot.retrieval.analysis import joined_tokens, split_piece, split_pieces, unit_tokens
from bot.retrieval.glossary import LONGEST_RUN, Glossary, Match
from bot.retrieval.postings import hash_token

# Enough for the sentences of a question's papers, in 2 MB of memory.
_USUAL = 4_096
# Nothing longer comes again.
_LONGEST = 64

# What is known of a word: its hashed tokens, the stems of its units, and whether names that begin
# in it may end in a later one. A plain tuple, which the garbage collector need not look at.
_Word = tuple[tuple[int, ...], tuple[str, ...], bool]


class Text(NamedTuple):
    """The stems of a text, in order, and the hashed tokens that it is found by, with repeats."""

    stems: list[str]
    tokens: list[int]


class Reader:
    """Reads texts; remembers up to `most` words, and with `notes_met` which it had to look up."""

    def __init__(self, glossary: Glossary, *, most: int = _USUAL, notes_met: bool = False) -> None:
        self._glossary = glossary
        self._words = _Words(glossary, most, notes_met=notes_met)

    def read(self, prepared: str) -> Text:
        """Return the stems and tokens of a text that `prepare` gave."""
        pieces = split_pieces(prepared)
        words = list(map(self._words.__getitem__, pieces))
        stems = list(chain.from_iterable([word[1] for word in words]))
        tokens = list(chain.from_iterable([word[0] for word in words]))
        tokens += self._find_long_names(pieces, words, stems)
        return Text(stems, tokens)

    def take_met(self) -> set[str]:
        """Return the words that were looked up since this was last asked."""
        met, self._words.met = self._words.met, set()
        return met

    def _find_long_names(
        self, pieces: Sequence[str], words: Sequence[_Word], stems: Sequence[str]
    ) -> Iterator[int]:
        """Yield the tokens of the names that begin in a word and end in a later one."""
        ends = list(accumulate([len(word[1]) for word in words]))
        for at in [at for at, word in enumerate(words) if word[2]]:
            following = pieces[at : at + LONGEST_RUN]
            size = len(words[at][1])
            for match in self._glossary.find_across(stems, ends[at] - size, ends[at], following):
                yield from _hash_concepts(match)


@lru_cache(maxsize=1)
def load_reader(glossary: Glossary) -> Reader:
    """Return the reader that all questions share."""
    return Reader(glossary)


class _Words(dict[str, _Word]):
    """Words by how they are written; when it is full, what did not come again is forgotten."""

    def __init__(self, glossary: Glossary, most: int, *, notes_met: bool) -> None:
        self.met: set[str] = set()
        self._notes_met = notes_met
        self._glossary = glossary
        self._most = most
        self._older: dict[str, _Word] = {}

    def __missing__(self, text: str) -> _Word:
        word = self._older.get(text) or self._look_up(text)
        if len(text) <= _LONGEST:
            if len(self) >= self._most // 2:
                self._older = dict(self)
                self.clear()
            self[text] = word
        return word

    def _look_up(self, text: str) -> _Word:
        units = split_piece(text)
        tokens = [hash_token(token) for unit in units for token in unit_tokens(unit)]
        if len(units) > 1:
            tokens += map(hash_token, joined_tokens(units))
        matches, goes_on = self._glossary.find_within(units)
        for match in matches:
            tokens += _hash_concepts(match)
        if self._notes_met:
            self.met.update([unit.text for unit in units])
        return tuple(tokens), tuple([unit.stem for unit in units]), goes_on


def _hash_concepts(match: Match) -> Iterator[int]:
    return (hash_token(f"§{concept}") for concept in match.concepts)

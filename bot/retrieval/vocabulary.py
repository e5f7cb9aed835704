"""The distinct words of an index in few bytes, to find what a misspelt word means. Pure."""

from __future__ import annotations

from functools import cached_property

from bot.retrieval.sounds import spell_sound, undouble
from storage import fuzzy
from storage.base import Postings

_SEPARATOR = b"\n"
# In hundredths of the letters: below, two words are not the same one misspelt.
# Two swapped letters may be more of a short word.
_TYPO_CUTOFF, _SWAP_CUTOFF = 83, 79
_SHORTEST_TYPO, _LONG_WORD = 5, 6
# Only a word this long may have two mistakes.
_TWO_MISTAKES = 12
_TYPOS = 8
# How alike two words of one skeleton must be spelt; a skeleton of two sounds says little.
_SOUND_CUTOFF, _SHORT_SOUND_CUTOFF = 0.45, 0.66
_SHORT_SKELETON = 2


class Vocabulary:
    """Words (or authors) in the order of their first appearance, read when they are needed.

    What was read is kept: a list of 100,000 strings would take ten times the memory.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._words = bytearray()
        self._last = 0

    def over(self, postings: Postings) -> OpenVocabulary:
        """Return the words of one state of the index."""
        return OpenVocabulary(self, postings)

    def read(self, postings: Postings) -> list[str]:
        """Return all words, reading those that are new."""
        rows = postings.list_words(self._kind, after=self._last)
        if rows:
            self._words += b"".join(word.encode() + _SEPARATOR for _, word in rows)
            self._last = rows[-1][0]
        return self._words.decode().split("\n")[:-1]

    def read_alike(self, postings: Postings, sound: str) -> tuple[str, ...]:
        """Return the words of a sound."""
        return tuple(postings.list_words_of_sound(self._kind, sound))


def _count_mistakes(word: str, other: str) -> int:
    """Return how many mistakes make one word of the other; doubled letters are one together."""
    mistakes = fuzzy.OSA.distance(word, other)
    return 1 if mistakes and undouble(word) == undouble(other) else mistakes


class OpenVocabulary:
    """The words of one state of the index."""

    def __init__(self, vocabulary: Vocabulary, postings: Postings) -> None:
        self._vocabulary = vocabulary
        self._postings = postings

    def list_words(self) -> list[str]:
        """Return the words."""
        return self._words

    @cached_property
    def _words(self) -> list[str]:
        """The words, for the time of a question: its typos are looked up one after the other."""
        return self._vocabulary.read(self._postings)

    def correct(self, word: str, *, limit: int) -> tuple[str, ...]:
        """Return the words most like a misspelt one, best first; none for a short word."""
        if len(word) < _SHORTEST_TYPO:
            return ()
        near = fuzzy.process.extract(
            word,
            self.list_words(),
            scorer=fuzzy.fuzz.ratio,
            limit=_TYPOS,
            score_cutoff=_SWAP_CUTOFF,
        )
        found = [
            (_count_mistakes(word, other), sorted(other) != sorted(word), -ratio, other)
            for other, ratio, _ in near
            if other[0] == word[0] or len(word) > _LONG_WORD
        ]
        most = 1 + len(word) // _TWO_MISTAKES
        return tuple(
            other
            for mistakes, differ, ratio, other in sorted(found)
            if mistakes <= most and (-ratio >= _TYPO_CUTOFF or not differ)
        )[:limit]

    def sounding_like(self, skeleton: str, romanised: str, *, limit: int) -> dict[str, float]:
        """Return the words with a skeleton that are spelt most like `romanised`, best first.

        Each with how much, from 0 to 1.
        """
        alike = self._vocabulary.read_alike(self._postings, skeleton)
        mine = spell_sound(romanised)
        # All at once: one by one they take ten times as long.
        spelt = spell_sound("\n".join(alike)).split("\n")
        ratios = {
            word: fuzzy.Indel.normalized_similarity(mine, other)
            for word, other in zip(alike, spelt, strict=False)
        }
        cutoff = _SHORT_SOUND_CUTOFF if len(skeleton) <= _SHORT_SKELETON else _SOUND_CUTOFF
        best = sorted(alike, key=lambda word: -ratios[word])
        return {word: ratios[word] for word in best[:limit] if ratios[word] >= cutoff}

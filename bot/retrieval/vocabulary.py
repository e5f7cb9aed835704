"""The distinct words of an index in few bytes, to find what a misspelt word means. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import cached_property

from bot.retrieval.sounds import english_skeleton, spell_sound, undouble
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


def group_by_length(word: str, _sound: str) -> int:
    """Group words by the number of their letters: a misspelt one has about as many."""
    return len(word)


def group_by_sound(name: str, sound: str) -> int:
    """Group authors: 0 are those whose last name says too little to go by, 1 are the others.

    A Chinese X is one sound, and not the two that English gives it.
    """
    return 0 if not sound or name.rpartition(" ")[2].startswith("x") else 1


class Vocabulary:
    """Words (or authors), read when they are needed.

    What was read is kept, in groups: a list of 100,000 strings would take ten times the memory, and
    to make one of all takes as long as all else that a question needs.
    """

    def __init__(self, kind: str, group: Callable[[str, str], int]) -> None:
        self._kind = kind
        self._group = group
        self._groups: defaultdict[int, bytearray] = defaultdict(bytearray)
        self._last = 0

    def over(self, postings: Postings) -> OpenVocabulary:
        """Return the words of one state of the index."""
        return OpenVocabulary(self, postings)

    def read_new(self, postings: Postings) -> tuple[int, ...]:
        """Read the words that are new; return all groups."""
        for number, word, sound in postings.list_words(self._kind, after=self._last):
            self._groups[self._group(word, sound)] += word.encode() + _SEPARATOR
            self._last = number
        return tuple(sorted(self._groups))

    def read(self, group: int) -> list[str]:
        """Return a group's words, in the order of their first appearance."""
        return self._groups[group].decode().split("\n")[:-1]

    def read_alike(self, postings: Postings, sound: str) -> tuple[str, ...]:
        """Return the words of a sound."""
        return tuple(postings.list_words_of_sound(self._kind, sound))


def _most_mistakes(word: str) -> int:
    return 1 + len(word) // _TWO_MISTAKES


def _count_mistakes(word: str, other: str) -> int:
    """Return how many mistakes make one word of the other; doubled letters are one together."""
    mistakes = fuzzy.OSA.distance(word, other)
    return 1 if mistakes and undouble(word) == undouble(other) else mistakes


class OpenVocabulary:
    """The words of one state of the index."""

    def __init__(self, vocabulary: Vocabulary, postings: Postings) -> None:
        self._vocabulary = vocabulary
        self._postings = postings
        # For the time of a question: its typos are looked up one after the other.
        self._read: dict[int, list[str]] = {}

    def list_words(self, groups: Collection[int] | None = None) -> list[str]:
        """Return the words of some groups, or all."""
        found: list[str] = []
        for group in self._groups:
            if groups is None or group in groups:
                if group not in self._read:
                    self._read[group] = self._vocabulary.read(group)
                found += self._read[group]
        return found

    @cached_property
    def _groups(self) -> tuple[int, ...]:
        return self._vocabulary.read_new(self._postings)

    def list_alike(self, sound: str) -> Sequence[str]:
        """Return the words of a sound; the group 0 for an empty one."""
        return self._vocabulary.read_alike(self._postings, sound) if sound else self.list_words({0})

    def correct(self, word: str, *, limit: int) -> tuple[str, ...]:
        """Return the words most like a misspelt one, best first; none for a short word."""
        if len(word) < _SHORTEST_TYPO:
            return ()
        near = fuzzy.process.extract(
            word,
            self._list_near(word),
            scorer=fuzzy.fuzz.ratio,
            limit=_TYPOS,
            score_cutoff=_SWAP_CUTOFF,
        )
        found = [
            (_count_mistakes(word, other), sorted(other) != sorted(word), -ratio, other)
            for other, ratio, _ in near
            if other[0] == word[0] or len(word) > _LONG_WORD
        ]
        most = _most_mistakes(word)
        return tuple(
            other
            for mistakes, differ, ratio, other in sorted(found)
            if mistakes <= most and (-ratio >= _TYPO_CUTOFF or not differ)
        )[:limit]

    def _list_near(self, word: str) -> list[str]:
        """Return the words that a misspelt one may be: by its letters' number, or by its sound.

        A mistake is a letter more or less; doubled letters are one, however many.
        """
        mistakes, sound = _most_mistakes(word), english_skeleton(word)
        lengths = range(len(word) - mistakes, len(word) + mistakes + 1)
        alike = self._vocabulary.read_alike(self._postings, sound) if sound else ()
        return [*self.list_words(lengths), *(each for each in alike if len(each) not in lengths)]

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

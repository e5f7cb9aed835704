"""The distinct words of an index in few bytes, to find what a misspelt word means. Pure."""

from __future__ import annotations

from zlib import crc32

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from bot.retrieval.sounds import english_skeleton, spell_sound

# A filter of 2^19 bits: with 20,000 words, four in a hundred new ones are taken for known, and
# are then not offered as corrections. A set of them would take ten times the memory.
_FILTER_BITS = 1 << 19
_SEPARATOR = b"\n"
# In hundredths of the letters: below, two words are not the same one misspelt.
_TYPO_CUTOFF = 83
_SHORTEST_TYPO, _LONG_WORD = 5, 6
# How alike two words of one skeleton must be spelt; a skeleton of two sounds says little.
_SOUND_CUTOFF, _SHORT_SOUND_CUTOFF = 0.45, 0.66
_SHORT_SKELETON = 2


class Vocabulary:
    """Words in the order of their first appearance."""

    def __init__(self) -> None:
        self._seen = bytearray(_FILTER_BITS // 8)
        self._words = bytearray()
        self._skeletons = bytearray()
        self._sounded = 0

    def add(self, word: str) -> None:
        """Add a word unless it is there."""
        bit = crc32(word.encode()) % _FILTER_BITS
        if not self._seen[bit >> 3] >> (bit & 7) & 1:
            self._seen[bit >> 3] |= 1 << (bit & 7)
            self._words += word.encode() + _SEPARATOR

    def list_words(self) -> list[str]:
        """Return the words."""
        return self._words.decode().splitlines()

    def correct(self, word: str, *, limit: int) -> tuple[str, ...]:
        """Return the words most like a misspelt one, best first; none for a short word."""
        if len(word) < _SHORTEST_TYPO:
            return ()
        near = process.extract(
            word, self.list_words(), scorer=fuzz.ratio, limit=limit, score_cutoff=_TYPO_CUTOFF
        )
        return tuple(found for found, _, _ in near if found[0] == word[0] or len(word) > _LONG_WORD)

    def sounding_like(self, skeleton: str, romanised: str, *, limit: int) -> tuple[str, ...]:
        """Return the words with a skeleton, those spelt most like `romanised` first."""
        words = self.list_words()
        for word in words[self._sounded :]:
            self._skeletons += english_skeleton(word.split()[-1]).encode() + _SEPARATOR
        self._sounded = len(words)
        alike = [
            word
            for word, other in zip(words, self._skeletons.decode().split("\n"), strict=False)
            if other == skeleton
        ]
        spelt = spell_sound(romanised)
        ratios = {word: Indel.normalized_similarity(spelt, spell_sound(word)) for word in alike}
        cutoff = _SHORT_SOUND_CUTOFF if len(skeleton) <= _SHORT_SKELETON else _SOUND_CUTOFF
        best = sorted(alike, key=lambda word: -ratios[word])
        return tuple(word for word in best[:limit] if ratios[word] >= cutoff)

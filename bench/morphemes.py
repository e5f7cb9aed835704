"""BM25 over the morphemes of a Korean analyser: a design to compare, where one is installed.

`pip install kiwipiepy` brings it; no part of the bot needs it.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from bot.retrieval.stemming import stem
from storage.models import Entry
from storage.text import fold

# Nouns, roots, verbs, adjectives; numbers and what is written in Latin letters.
_CONTENT = ("NN", "XR", "VV", "VA", "SL", "SN")
_K1, _B = 1.2, 0.75
_TITLE_WEIGHT = 3
_DEEP = 30


def is_installed() -> bool:
    """Whether the analyser can be imported."""
    return importlib.util.find_spec("kiwipiepy") is not None


class Morphemes:
    """Papers by the morphemes they share with a question."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._kiwi: Any = importlib.import_module("kiwipiepy").Kiwi()
        self._titles = [entry.paper.title for entry in entries]
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._lengths: list[int] = []
        for number, entry in enumerate(entries):
            counts = self._count(" ".join([entry.paper.title] * _TITLE_WEIGHT))
            texts = [entry.paper.abstract or "", *entry.ko, *entry.en, *entry.tags]
            counts.update(self._count("\n".join(texts)))
            self._lengths.append(counts.total())
            for token, count in counts.items():
                self._postings[token].append((number, count))

    def find(self, question: str) -> list[str]:
        """Return the titles of the best papers."""
        usual = sum(self._lengths) / len(self._lengths)
        scores: Counter[int] = Counter()
        for token in self._count(question):
            found = self._postings.get(token, [])
            rarity = math.log(1 + (len(self._lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for number, count in found:
                length = 1 - _B + _B * self._lengths[number] / usual
                scores[number] += rarity * count / (count + _K1 * length)  # type: ignore[assignment]
        return [self._titles[number] for number, _ in scores.most_common(_DEEP)]

    def _count(self, text: str) -> Counter[str]:
        found = (each for each in self._kiwi.tokenize(fold(text)) if each.tag.startswith(_CONTENT))
        return Counter(stem(each.form) for each in found)

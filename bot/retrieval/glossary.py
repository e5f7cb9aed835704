"""The glossary: concepts that Korean and English name differently, found in any text. Pure.

A concept is one line of `glossary.tsv`; all its names count as the same word, or, in a line that
begins with `~`, as words near to each other. In Korean text a name may be written with or without
spaces and stand in a longer compound; in English it may be inflected or hyphened. A Korean verb is
written `건너뛰-다`, and found in all its forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib import resources
from typing import NamedTuple

from bot.retrieval.analysis import Unit, is_ending, is_hangul, prepare, split_units
from bot.retrieval.inflections import inflect, is_verb_ending

# Korean names this long may be followed by anything: `스케일링법칙연구`.
_SAFE_COMPOUND = 3
_SHORTEST_IN_COMPOUND = 2
# A Korean name may be written in this many words.
LONGEST_RUN = 4
# Of a name's first syllables, this many say how long it may be.
_HEAD = 2
_VERB, _LOOSE = "-다", "~"
# Few tell these apart: `성공율`.
_RATES = str.maketrans("률율", "율률")
_LONGEST_VERB = 5
# Of what follows a name in its word; more syllables are no ending, in a text without any blank.
_LONGEST_REST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A line of the glossary: its English name, and related concepts' ids.

    The names of a `loose` one are near to each other, not the same.
    """

    name: str
    related: tuple[int, ...] = ()
    loose: bool = False


class Match(NamedTuple):
    """A concept's name in a text: units `start` to `end` (exclusive).

    It is `nested` where a longer name in the same word ends with it, and `partial` where what
    follows it in its word is neither an ending nor a name.
    """

    concepts: tuple[int, ...]
    start: int
    end: int
    nested: bool = False
    partial: bool = False


class Glossary:
    """All concepts, by what they are called."""

    def __init__(self) -> None:
        self.concepts: list[Concept] = []
        self._english: dict[str, tuple[int, ...]] = {}
        self._hangul: dict[str, tuple[int, ...]] = {}
        self._verbs: dict[str, tuple[int, ...]] = {}
        # What longer names begin with, to pass over everything else quickly: words, and for the
        # first one or two syllables the length of the longest name.
        self._beginnings: set[str] = set()
        self._longest_hangul: dict[str, int] = {}
        self._longest = 1

    def add(self, concept: Concept, names: Iterable[str]) -> None:
        """Add a concept with all its names."""
        self.concepts.append(concept)
        alone = (len(self.concepts) - 1,)  # one tuple for all names that are no others'
        for name in names:
            self._add_name(name, alone)

    def _add_name(self, name: str, concept: tuple[int]) -> None:
        if name.endswith(_VERB):
            for form in inflect(name.replace("-", "")):
                _put(self._verbs, form, concept)
            return
        units = split_units(prepare(name))
        if not units:
            return
        if all(unit.is_hangul for unit in units):
            key = "".join(unit.text for unit in units)
            for head in (key[0], key[:_HEAD]):
                self._longest_hangul[head] = max(self._longest_hangul.get(head, 1), len(key))
            self._longest = max(self._longest, len(key))
            _put(self._hangul, key, concept)
            return
        stems = [unit.stem for unit in units]
        self._beginnings.update(" ".join(stems[:size]) for size in range(1, len(stems)))
        _put(self._english, " ".join(stems), concept)

    def knows(self, stem: str) -> bool:
        """Whether an English name begins with the word of that stem."""
        return stem in self._english or stem in self._beginnings

    def fingerprint(self) -> str:
        """Return a short text that changes when any name does."""
        names = repr((self._english, self._hangul, self._verbs)).encode()
        return blake2b(names, digest_size=8).hexdigest()

    def find(self, units: Sequence[Unit]) -> list[Match]:
        """Return every name in the units, those within longer ones too."""
        stems = [unit.stem for unit in units]
        texts = [unit.text for unit in units]
        found: list[Match] = []
        for start, unit in enumerate(units):
            if self.knows(unit.stem):
                found += self._find_spelled(stems, start)
            if unit.is_hangul:
                found += self._find_korean(texts[start : start + LONGEST_RUN], start)
        return found

    def find_within(self, units: Sequence[Unit]) -> tuple[list[Match], bool]:
        """Return the names in the units of one word, and whether a later word may add to them.

        Together with what `find_across` then gives, these are the names that begin in the word.
        """
        if len(units) == 1:
            text, stem = units[0].text, units[0].stem
            found = self._find_spelled([stem], 0)
            if not is_hangul(text):
                return found, stem in self._beginnings
            if self._may_reach(text):
                return found, True
            return found + self._find_korean([text], 0), stem in self._beginnings
        return self.find(units), any(unit.stem in self._beginnings for unit in units)

    def find_across(
        self, stems: Sequence[str], start: int, end: int, words: Sequence[str]
    ) -> list[Match]:
        """Return the names that begin in a word, of these stems, and end in a later one.

        `words` are that one and the next ones as they are written. If it is a Korean one, the names
        in it are found as well.
        """
        found: list[Match] = []
        for place in range(start, end):
            if stems[place] in self._beginnings:
                found += self._find_spelled(stems, place, least=end + 1)
        if is_hangul(words[0]) and self._may_reach(words[0]):
            found += self._find_korean(words, start)
        return found

    def _may_reach(self, word: str) -> bool:
        """Whether a Korean name that begins in a word may end in the next one."""
        at, length = 0, 1
        while length and at < len(word):
            if self._longest_hangul.get(word[at : at + _HEAD], 1) > len(word) - at:
                return True
            length = self._longest_at(word, at, (len(word),))
            at += length
        return False

    def find_longest(self, units: Sequence[Unit]) -> list[Match]:
        """Return the names that do not overlap, longer ones first."""
        taken: set[int] = set()
        chosen: list[Match] = []
        found = [match for match in self.find(units) if not match.nested]
        for match in sorted(found, key=lambda each: (each.start - each.end, each.start)):
            places = range(match.start, match.end)
            same = any((each.start, each.end) == (match.start, match.end) for each in chosen)
            if same or taken.isdisjoint(places):
                chosen.append(match)
                taken.update(places)
        return sorted(chosen, key=lambda each: each.start)

    def _find_spelled(self, stems: Sequence[str], start: int, *, least: int = 0) -> list[Match]:
        """Return the names of spelled words that begin in a unit and end at `least` or later."""
        key, end, found = stems[start], start + 1, []
        while True:
            if end >= least and (concepts := self._english.get(key)):
                found.append(Match(concepts=concepts, start=start, end=end))
            if end == len(stems) or key not in self._beginnings:
                return found
            key = f"{key} {stems[end]}"
            end += 1

    def _find_korean(self, words: Sequence[str], start: int) -> list[Match]:
        """Return the names that begin in a word, or else the verb that it is a form of."""
        return self._find_hangul(words, start) or self._find_verb(words[0], start)

    def _find_hangul(self, words: Sequence[str], start: int) -> list[Match]:
        """Return names that begin in the first word, which may reach into the next ones."""
        run, ends = "", []
        for word in words:
            if not is_hangul(word) or len(run) > self._longest:
                break
            run += word
            ends.append(len(run))
        first = ends[0]
        found: list[Match] = []
        at = 0
        while at < first:
            length = self._longest_at(run, at, ends)
            if length:
                last = next(i for i, end in enumerate(ends) if at + length <= end)
                key = run[at : at + length]
                found.append(
                    Match(
                        concepts=self._hangul[key],
                        start=start,
                        end=start + last + 1,
                        partial=not last and self._leaves_rest(_rest(run, at + length, first)),
                    )
                )
                shorter = self._hangul.get(run[at : ends[0]]) if last else None
                if shorter:
                    found.append(Match(concepts=shorter, start=start, end=start + 1))
                if not last:
                    found += self._nested(run, at, length, start)
            at += length or first
        return found

    def _find_verb(self, word: str, start: int) -> list[Match]:
        """Return the verb that a word is a form of."""
        for length in range(min(_LONGEST_VERB, len(word)), 0, -1):
            concepts = self._verbs.get(word[:length])
            if concepts and is_verb_ending(word[length:]):
                return [Match(concepts=concepts, start=start, end=start + 1)]
        return []

    def _nested(self, run: str, at: int, length: int, start: int) -> list[Match]:
        """Return the names that a longer name ends with: `모델` in `보상모델`."""
        tails = (run[at + cut : at + length] for cut in range(2, length - 1))
        return [
            Match(concepts=self._hangul[tail], start=start, end=start + 1, nested=True)
            for tail in tails
            if tail in self._hangul
        ]

    def _longest_at(self, run: str, at: int, ends: Sequence[int]) -> int:
        longest = self._longest_hangul.get(run[at : at + _HEAD], 1)
        for length in range(min(longest, len(run) - at), 0, -1):
            if run[at : at + length] not in self._hangul:
                continue
            end = next(end for end in ends if at + length <= end)
            rest = _rest(run, at + length, end)
            if length < _SHORTEST_IN_COMPOUND and (at or not is_ending(rest)):
                continue
            if length >= _SAFE_COMPOUND or is_ending(rest) or self._begins_name(rest):
                return length
        return 0

    def _leaves_rest(self, rest: str) -> bool:
        return not (is_ending(rest) or is_verb_ending(rest) or self._begins_name(rest))

    def _begins_name(self, rest: str) -> bool:
        longest = min(len(rest), self._longest_hangul.get(rest[:_HEAD], 0))
        return any(rest[:length] in self._hangul for length in range(2, longest + 1))


def _rest(run: str, start: int, end: int) -> str:
    return run[start : min(end, start + _LONGEST_REST)]


def _put(table: dict[str, tuple[int, ...]], key: str, concept: tuple[int]) -> None:
    known = table.setdefault(key, concept)
    if concept[0] not in known:
        table[key] = known + concept


def parse_glossary(lines: Sequence[str]) -> Glossary:
    """Return the glossary that the lines of a `.tsv` file spell out.

    Raises:
        ValueError: a line lacks a name, or relates to a concept that no line names.
    """
    rows = [place for place, line in enumerate(lines) if line.strip() and line[0] != "#"]
    ids = {lines[row].partition("\t")[0].strip(): number for number, row in enumerate(rows)}
    glossary = Glossary()
    for row in rows:
        name, names, related = (each.strip() for each in [*lines[row].split("\t"), "", ""][:3])
        unknown = [each for each in _split(related) if each not in ids]
        if not name or unknown:
            raise ValueError(f"glossary line {row + 1}: {unknown or 'no name'}")
        others = tuple(ids[each] for each in _split(related))
        concept = Concept(
            name=name.removeprefix(_LOOSE), related=others, loose=name.startswith(_LOOSE)
        )
        spelt = _split(names)
        rates = [each[:-1] + each[-1].translate(_RATES) for each in spelt if each[-1] in "률율"]
        glossary.add(concept, (concept.name, *spelt, *rates))
    return glossary


@cache
def load_glossary() -> Glossary:
    """Return the glossary that comes with the bot."""
    text = resources.files(__package__).joinpath("glossary.tsv").read_text(encoding="utf-8")
    return parse_glossary(text.splitlines())


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]

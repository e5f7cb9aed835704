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

from bot.retrieval.analysis import Unit, is_ending, prepare, split_units
from bot.retrieval.inflections import inflect, is_verb_ending

# Korean names this long may be followed by anything: `스케일링법칙연구`.
_SAFE_COMPOUND = 3
_SHORTEST_IN_COMPOUND = 2
_VERB, _LOOSE = "-다", "~"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
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
        # The first words of names, to pass over all others quickly.
        self._first_words: set[str] = set()
        self._longest_english = self._longest_hangul = 1

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
            table, key = self._hangul, "".join(unit.text for unit in units)
            self._longest_hangul = max(self._longest_hangul, len(key))
        else:
            table, key = self._english, " ".join(unit.stem for unit in units)
            self._longest_english = max(self._longest_english, len(units))
            self._first_words.add(units[0].stem)
        _put(table, key, concept)

    def knows(self, stem: str) -> bool:
        """Whether an English name begins with the word of that stem."""
        return stem in self._first_words

    def fingerprint(self) -> str:
        """Return a short text that changes when any name does."""
        names = repr((self._english, self._hangul, self._verbs)).encode()
        return blake2b(names, digest_size=8).hexdigest()

    def find(self, units: Sequence[Unit]) -> list[Match]:
        """Return every name in the units, those within longer ones too."""
        found: list[Match] = []
        for start, unit in enumerate(units):
            if unit.stem in self._first_words:
                found += self._find_spelled(units, start)
            if unit.is_hangul:
                names = self._find_hangul(units, start)
                found += names or self._find_verb(unit, start)
        return found

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

    def _find_spelled(self, units: Sequence[Unit], start: int) -> list[Match]:
        key, found = "", []
        for end in range(start + 1, min(start + self._longest_english, len(units)) + 1):
            key = f"{key} {units[end - 1].stem}" if key else units[end - 1].stem
            if concepts := self._english.get(key):
                found.append(Match(concepts=concepts, start=start, end=end))
        return found

    def _find_hangul(self, units: Sequence[Unit], start: int) -> list[Match]:
        """Return names that begin in a word, which may reach into the next ones."""
        run, ends = "", []
        for unit in units[start : start + 4]:
            if not unit.is_hangul or len(run) > self._longest_hangul:
                break
            run += unit.text
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

    def _find_verb(self, unit: Unit, start: int) -> list[Match]:
        """Return the verb that a word is a form of."""
        for length in range(min(_LONGEST_VERB, len(unit.text)), 0, -1):
            concepts = self._verbs.get(unit.text[:length])
            if concepts and is_verb_ending(unit.text[length:]):
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
        for length in range(min(self._longest_hangul, len(run) - at), 0, -1):
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
        longest = min(len(rest), self._longest_hangul)
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
        glossary.add(concept, (concept.name, *_split(names)))
    return glossary


@cache
def load_glossary() -> Glossary:
    """Return the glossary that comes with the bot."""
    text = resources.files(__package__).joinpath("glossary.tsv").read_text(encoding="utf-8")
    return parse_glossary(text.splitlines())


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]

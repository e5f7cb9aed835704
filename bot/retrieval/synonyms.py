"""The names that mean the same as one that nothing goes by: `rl` for `강화학습`. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.glossary import load_glossary


def list_synonyms(name: str, known: Iterable[str]) -> list[str]:
    """Return those of the known names that are a name of a concept that `name` speaks of."""
    glossary = load_glossary()
    meant = {
        concept
        for match in glossary.find_longest(split_units(prepare(name)))
        for concept in match.concepts
        if not glossary.concepts[concept].loose
    }
    if not meant:
        return []
    return [each for each in known if not meant.isdisjoint(_concepts_of(each))]


def _concepts_of(name: str) -> Iterable[int]:
    """Return the concepts that a name is as a whole."""
    units = split_units(prepare(name))
    return (
        concept
        for match in load_glossary().find_longest(units)
        if match.end - match.start == len(units)
        for concept in match.concepts
    )

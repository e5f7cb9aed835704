"""The glossary: one concept, many names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.glossary import Glossary, load_glossary, parse_glossary

LINES = (
    "# a comment",
    "reinforcement learning\t강화학습, RL",
    "reward model\t보상 모델\treward",
    "reward\t보상",
    "model\t모델",
    "pre-training\t프리트레이닝",
    "~skip\t건너뛰-다, omit",
)


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return parse_glossary(LINES)


def names(text: str, glossary: Glossary, *, longest: bool = False) -> list[str]:
    units = split_units(prepare(text))
    matches = glossary.find_longest(units) if longest else glossary.find(units)
    return [glossary.concepts[concept].name for match in matches for concept in match.concepts]


@pytest.mark.parametrize(
    "text",
    [
        "강화학습",
        "강화 학습을",
        "강화학습으로",
        "RL에서",
        "rl",
        "Reinforcement Learning",
        "강화학습모델",
    ],
)
def test_a_concept_is_found_by_each_name_however_it_is_written(
    text: str, glossary: Glossary
) -> None:
    assert "reinforcement learning" in names(text, glossary)


@pytest.mark.parametrize("text", ["pretraining", "pre-training", "Pre-Trained"])
def test_english_names_are_found_inflected(text: str, glossary: Glossary) -> None:
    found = names(text, glossary)

    assert found == (["pre-training"] if "-" in text else [])


@pytest.mark.parametrize("text", ["강화", "거래", "world", "학습"])
def test_part_of_a_name_is_not_the_name(text: str, glossary: Glossary) -> None:
    assert names(text, glossary) == []


@pytest.mark.parametrize("text", ["건너뛰고", "건너뛴", "건너뛰었는지", "skipping", "omitted"])
def test_a_verb_is_found_in_its_forms(text: str, glossary: Glossary) -> None:
    assert names(text, glossary) == ["skip"]


def test_the_names_of_a_loose_line_are_only_near(glossary: Glossary) -> None:
    loose = {concept.name for concept in glossary.concepts if concept.loose}

    assert loose == {"skip"}


def test_a_name_in_an_unknown_word_is_part_of_it(glossary: Glossary) -> None:
    def is_partial(text: str) -> bool:
        return any(match.partial for match in glossary.find(split_units(prepare(text))))

    assert is_partial("강화학습벤치")
    assert not is_partial("강화학습으로")
    assert not is_partial("강화학습모델")


def test_the_same_lines_have_the_same_fingerprint() -> None:
    first, again = parse_glossary(LINES), parse_glossary(LINES)

    assert first.fingerprint() == again.fingerprint()
    assert first.fingerprint() != parse_glossary([*LINES, "~x\t얼리-다"]).fingerprint()


def test_a_longer_name_holds_shorter_ones(glossary: Glossary) -> None:
    assert sorted(names("보상 모델", glossary)) == ["model", "reward", "reward model"]
    assert names("보상모델을", glossary, longest=True) == ["reward model"]


@pytest.mark.parametrize("text", ["성공률", "성공율", "성공율이"])
def test_a_rate_is_found_however_it_is_spelt(text: str) -> None:
    assert names(text, parse_glossary(["success rate\t성공률"])) == ["success rate"]


@pytest.mark.parametrize("text", ["거절률", "거절율이", "거절을"])
def test_the_rate_of_something_is_a_form_of_its_word(text: str) -> None:
    assert names(text, parse_glossary(["refusal\t거절"])) == ["refusal"]


def test_related_concepts_are_those_of_other_lines(glossary: Glossary) -> None:
    concept = next(each for each in glossary.concepts if each.name == "reward model")

    assert [glossary.concepts[other].name for other in concept.related] == ["reward"]


@pytest.mark.parametrize("line", ["\t이름", "a\tb\tunheard of"])
def test_a_broken_line_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="glossary line 2"):
        parse_glossary(["fine\t좋음", line])


def test_the_glossary_that_comes_with_the_bot_has_each_name_once() -> None:
    concepts = load_glossary().concepts

    assert len(concepts) > 700
    assert len({(concept.name, concept.loose) for concept in concepts}) == len(concepts)


@given(st.text(alphabet="강화학습 보상모델을rl-reward model", max_size=40))
def test_any_text_can_be_searched_for_names(text: str) -> None:
    glossary = parse_glossary(LINES)
    units = split_units(prepare(text))

    assert all(0 <= match.start < match.end <= len(units) for match in glossary.find(units))

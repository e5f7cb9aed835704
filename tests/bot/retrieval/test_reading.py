"""What is read word by word is what a whole text is found by."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.retrieval.analysis import prepare, split_units
from bot.retrieval.glossary import load_glossary
from bot.retrieval.indexing import count_tokens
from bot.retrieval.postings import hash_token
from bot.retrieval.reading import Reader
from tests import hostile

GLOSSARY = load_glossary()
READER = Reader(GLOSSARY)
# Of the glossary: names of one word and of several, in both languages, spelt together and apart.
WORDS = (
    *("reinforcement", "learning", "pre-training", "mixture-of-experts", "reward", "models", "rl"),
    *(
        "강화",
        "강화학습",
        "학습을",
        "보상모델",
        "모델",
        "건너뛰고",
        "스케일링법칙연구",
        "이",
        "GPT-4o",
    ),
)


def tokens_of(text: str) -> Counter[int]:
    counts = count_tokens(split_units(prepare(text)), GLOSSARY)
    return Counter({hash_token(token): count for token, count in counts.items()})


@pytest.mark.parametrize(
    "text",
    [
        "reinforcement learning from human feedback",
        "강화 학습 모델을 강화학습으로",
        "state-of-the-art pre-training of vision-language models",
        "RL에서 reward model을 10,000번",
        "",
    ],
)
def test_a_text_is_found_by_its_words_and_by_names_of_several(text: str) -> None:
    assert Counter(READER.read(prepare(text)).tokens) == tokens_of(text)


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.sampled_from([" ", "-", "", ", "]))
def test_words_are_read_alike_whatever_is_next_to_them(words: list[str], between: str) -> None:
    text = between.join(words)

    assert Counter(READER.read(prepare(text)).tokens) == tokens_of(text)


@given(hostile.texts())
@example("가" * 300)
def test_any_text_is_read_as_it_is_split(text: str) -> None:
    read = READER.read(prepare(text))

    assert Counter(read.tokens) == tokens_of(text)
    assert read.stems == [unit.stem for unit in split_units(prepare(text))]


def test_a_reader_that_forgets_reads_the_same() -> None:
    text = " ".join([*WORDS, *WORDS[::-1], *WORDS])

    assert Reader(GLOSSARY, most=4).read(prepare(text)) == READER.read(prepare(text))


def test_words_that_are_met_are_told_once() -> None:
    reader = Reader(GLOSSARY, notes_met=True)
    reader.read("pre-training of whales")
    assert reader.take_met() == {"pre", "training", "of", "whales"}

    reader.read("training of whales and krill")
    assert reader.take_met() == {"and", "krill", "training"}


def test_a_reader_that_is_not_asked_for_them_keeps_no_words() -> None:
    reader = Reader(GLOSSARY)
    reader.read("pre-training of whales")
    assert reader.take_met() == set()

"""What a paper is about, and what it only mentions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from bot.answering.passing import weigh_aside
from bot.retrieval import rank, understand
from bot.retrieval.memory import index_entries
from bot.retrieval.passages import score_heading, score_passages
from storage.models import Entry
from tests.bot.answering.conftest import TODAY
from tests.bot.answering.entries import make_entry

ENTRIES = (
    make_entry(
        1,
        "Learning to Plan in Python",
        "We compute RLOO with a scraper that saves time and runs on old laptops with gradient"
        " checkpointing.",
        date(2024, 10, 7),
        tags=("moe",),
    ),
    make_entry(2, "Light Models", "They are small.", date(2024, 10, 8)),
)


def weigh_best(question: str, entries: Sequence[Entry] = ENTRIES) -> float:
    index = index_entries(entries)
    query = understand(question, today=TODAY, index=index)
    ranking = rank(query, index, until=TODAY, limit=10)
    best = ranking.items[0]
    entry = next(each for each in entries if each.id == best.entry_id)
    passages = score_passages(entry, query, ranking.rarities, index.glossary, names=best.names)
    heading = score_heading(entry, query, index.glossary)
    return weigh_aside(query, ranking, best, passages, heading)


@pytest.mark.parametrize("question", ["What time is it?", "Which laptops are best?"])
def test_what_only_a_sentence_has_is_said_in_passing(question: str) -> None:
    assert weigh_best(question) == 1


@pytest.mark.parametrize("question", ["What is Python?", "파이썬이 뭐야?", "Which MoE saves time?"])
def test_what_the_title_or_a_tag_has_is_not(question: str) -> None:
    assert weigh_best(question) == 0


def test_a_name_that_the_text_spells_out_is_not_either() -> None:
    assert weigh_best("what is rloo?") == 0


def test_a_name_may_be_spelt_as_it_sounds_in_korean() -> None:
    named = [make_entry(3, "Off-policy Tuning", "We call it ReMix; CUDA runs it.", TODAY)]

    assert weigh_best("리믹스가 뭐야?", named) == 0
    assert weigh_best("기타가 뭐야?", named) == 1


def test_a_topic_of_several_words_is_enough_for_a_list() -> None:
    assert weigh_best("anything about gradient checkpointing?") == 0
    assert weigh_best("what is gradient checkpointing?") == 1


def test_a_topic_that_many_papers_have_is_enough_where_nothing_else_is_asked() -> None:
    mentioning = [
        make_entry(
            number, "Light Models", "They use gradient checkpointing on MMLU.", date(2024, 10, 8)
        )
        for number in range(3, 9)
    ]
    question = "what is gradient checkpointing?"
    assert weigh_best(question, [*ENTRIES, *mentioning]) == 0
    assert weigh_best("what is MMLU?", mentioning) == 0
    assert weigh_best("which laptops have gradient checkpointing in paris?", mentioning) == 1


def test_the_longer_a_description_the_less_a_title_has_of_it() -> None:
    assert 0 < weigh_best("a scraper that saves time and runs on old laptops of some friends") < 1


def test_whose_opinion_is_wanted_is_told_the_comment() -> None:
    assert weigh_best("What do you think of laptops?") == 0

"""What speaks for and against an answer."""

from __future__ import annotations

import pytest

from bot.answering.evidence import Evidence, weigh
from bot.retrieval import rank, understand
from bot.retrieval.memory import index_entries
from bot.retrieval.passages import score_heading, score_passages
from tests.bot.answering.conftest import ENTRIES, TODAY

INDEX = index_entries(ENTRIES)
BY_ID = {entry.id: entry for entry in ENTRIES}


def weigh_best(question: str) -> Evidence:
    query = understand(question, today=TODAY, index=INDEX)
    ranking = rank(query, INDEX, until=TODAY, limit=10)
    best = ranking.items[0]
    passages = score_passages(
        BY_ID[best.entry_id], query, ranking.rarities, INDEX.glossary, names=best.names
    )
    heading = score_heading(BY_ID[best.entry_id], query, INDEX.glossary)
    return weigh(query, ranking, best, passages, heading)


@pytest.mark.parametrize("question", ["What does KAN improve?", "How does MoEUT differ?"])
def test_a_word_that_a_paper_may_put_otherwise_counts_less_where_it_is_missing(
    question: str,
) -> None:
    assert 0 < weigh_best(question).undetailed < 1


@pytest.mark.parametrize("question", ["What license has KAN?", "How many layers does KAN improve?"])
def test_a_word_of_its_own_and_a_number_count_in_full(question: str) -> None:
    assert weigh_best(question).undetailed == 1


def test_what_a_sentence_says_is_not_missing() -> None:
    assert weigh_best("What does KAN beat?").undetailed == 0


@pytest.mark.parametrize(
    ("question", "scant"),
    [
        ("What is the boiling point of distilled water?", True),
        ("distilled to 27 billion parameters", False),  # it is looked for, not asked
        ("How many billion parameters has the distilled model?", False),
        ("What license has KAN?", False),  # it is named
        ("What are books?", False),  # that is all that is asked
    ],
)
def test_a_question_that_has_but_one_word_in_common_with_a_paper_has_scant_evidence(
    question: str, scant: bool
) -> None:
    assert weigh_best(question).scant == scant


def test_a_paper_that_alone_has_the_smaller_part_of_a_question_does_not_lead() -> None:
    assert weigh_best("the boiling point of distilled water").lead == 0
    assert weigh_best("distilled to 27 billion parameters").lead > 0


def test_an_opinion_of_what_no_paper_has_is_not_told_by_any_comment() -> None:
    assert weigh_best("What do you think of KAN?").opinion == 1
    assert weigh_best("What do you think of tariffs on hardware?").opinion < 1


def test_what_a_question_puts_its_own_way_says_nothing_where_no_paper_has_it() -> None:
    plain, wordy = (
        weigh_best("papers on weight decay"),
        weigh_best("papers dealing with weight decay"),
    )

    assert wordy.coverage == plain.coverage == 1
    assert wordy.unknown == 0

"""Which sentences of a paper are quoted first."""

from __future__ import annotations

from datetime import date

from bot.answering import READ_ENTRIES, answer
from bot.answering.composing import USUAL_LENGTH
from bot.retrieval import rank, understand
from bot.retrieval.memory import index_entries
from bot.retrieval.passages import score_passages
from storage.models import Entry
from tests.bot.answering.conftest import TODAY
from tests.bot.answering.entries import make_entry

LONG = "with many words that nobody asks for " * 8


def make_paper(abstract: str) -> Entry:
    return make_entry(
        1, "Packing Documents for Pretraining of Language Models", abstract, date(2024, 4, 16)
    )


def test_what_is_asked_counts_more_than_what_the_title_says_anyway() -> None:
    said = f"Pretraining packs documents {LONG}."
    entry = make_paper(f"{said} {said} Hallucination is reduced {LONG}.")
    assert 2 * len(said) <= USUAL_LENGTH < 3 * len(said)
    index = index_entries([entry])
    question = "how does packing documents for language models pretraining change hallucination?"
    query = understand(question, today=TODAY, index=index)
    ranking = rank(query, index, until=TODAY, limit=READ_ENTRIES)

    found = answer(query, ranking, {entry.id: entry}, glossary=index.glossary)

    assert "Hallucination is reduced" in found.text


def test_of_sentences_that_have_as_much_what_was_done_comes_first() -> None:
    entry = make_paper("Others split whole pages by hand. We propose to keep pages whole.")
    index = index_entries([entry])
    query = understand("whole pages", today=TODAY, index=index)
    ranking = rank(query, index, until=TODAY, limit=READ_ENTRIES)

    first, *_ = score_passages(entry, query, ranking.rarities, index.glossary)

    assert first.text.startswith("We propose")

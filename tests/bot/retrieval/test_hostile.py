"""Whatever a question or a paper says: it is understood, ranked, quoted exactly, in linear time."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from bot.answering import READ_ENTRIES, answer
from bot.following.matches import follow_key, meets, read_facts
from bot.retrieval import rank, understand
from bot.retrieval.glossary import load_glossary
from bot.retrieval.indexing import Analyser, describe
from bot.retrieval.memory import index_entries
from bot.retrieval.nearest import add_nearest
from bot.retrieval.passages import score_passages, split_sentences
from storage.models import Entry, Follow, FollowKind
from tests import hostile
from tests.bot.render.builders import make_entry
from tests.storage.builders import NOW

TODAY = date(2025, 8, 1)


def make_entries() -> dict[int, Entry]:
    """Return papers whose texts are foes."""
    foes = [foe.replace("\0", "") or "a" for foe in hostile.FOES]
    return {
        number: make_entry(
            number, title=foe, authors=(foe,), tags=(foe,), abstract=foe, ko=(foe,), en=(foe,)
        )
        for number, foe in enumerate((*foes, "OctoThinker", "추론 모델의 강화학습"), start=1)
    }


ENTRIES = make_entries()
INDEX = index_entries(ENTRIES.values())
FACTS = [read_facts(entry) for entry in list(ENTRIES.values())[::20]]


@given(question=hostile.typed())
@example("author:nobody")
def test_any_question_is_answered_with_exact_quotes(question: str) -> None:
    query = understand(question, today=TODAY, index=INDEX)
    ranking = rank(query, INDEX, until=TODAY, limit=READ_ENTRIES)
    assert len(ranking.items) <= READ_ENTRIES
    ranking = add_nearest(ranking, query, INDEX, until=TODAY)
    found = answer(query, ranking, ENTRIES, glossary=INDEX.glossary)
    for citation in found.citations:
        entry = ENTRIES[citation.entry_id]
        texts = (entry.paper.title, entry.paper.abstract or "", *entry.ko, *entry.en)
        assert any(citation.quote in text for text in texts)


@given(text=hostile.texts())
def test_any_paper_can_be_indexed_and_quoted(text: str) -> None:
    entry = make_entry(1, title=text, authors=(text,), tags=(text,), ko=(text,), abstract=text)
    document = Analyser().analyse(entry, content="")
    assert all(0 <= posting < 2**64 for posting in document.postings)
    for word in (*document.words, *document.authors):
        word.encode()
    assert all(token and weight >= 0 for token, weight in describe(entry, load_glossary()))
    for sentence in split_sentences(text):
        assert sentence in text


@given(text=hostile.texts(longest=400), question=hostile.texts(longest=200))
def test_the_passages_of_any_paper_are_pieces_of_it(text: str, question: str) -> None:
    entry = make_entry(1, abstract=text, ko=(text,))
    query = understand(question, today=TODAY, index=INDEX)
    rarities = [1.0 for term in query.terms if not term.hint]
    for passage in score_passages(entry, query, rarities, INDEX.glossary):
        assert any(passage.text in each for each in (entry.paper.title, text, *entry.en))


@given(name=hostile.typed(longest=100), kind=st.sampled_from(FollowKind))
def test_any_name_can_be_followed(name: str, kind: FollowKind) -> None:
    key = follow_key(kind, name)
    key.encode()
    follow = Follow(id=1, kind=kind, key=key, name=name, created_at=NOW)
    for each in FACTS:
        meets(follow, each)

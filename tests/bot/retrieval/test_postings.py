"""Postings in a few bytes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retrieval.postings import SEGMENT_SIZE, Postings


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 3)), max_size=30),
    st.integers(1, 5),
)
def test_documents_are_found_by_each_of_their_tokens(
    documents: list[dict[str, int]], every: int
) -> None:
    postings = Postings()
    for number, tokens in enumerate(documents):
        assert postings.add((token, 1.0, flags) for token, flags in tokens.items()) == number
        if number % every == 0:
            postings.settle()

    for token in "abcdefg":
        wanted = [(at, each[token]) for at, each in enumerate(documents) if token in each]
        assert [(at, flags) for at, _, flags in postings.find(token)] == wanted
        assert postings.count(token) == len(wanted)


def test_weights_are_kept_to_an_eighth() -> None:
    postings = Postings()
    for weight in (0.1, 1.0, 3.7, 20.0):
        postings.add([("token", weight, 0)])

    kept = [weight for _, weight, _ in postings.find("token")]

    assert all(abs(k / w - 1) < 1 / 8 for k, w in zip(kept, (0.1, 1.0, 3.7, 20.0), strict=True))


def test_documents_of_all_segments_are_found_in_order() -> None:
    postings = Postings()
    for number in range(SEGMENT_SIZE * 2 + 5):
        postings.add([("all", 1.0, 0), (f"only{number}", 1.0, 0)])

    assert [at for at, _, _ in postings.find("all")] == list(range(SEGMENT_SIZE * 2 + 5))
    assert [at for at, _, _ in postings.find(f"only{SEGMENT_SIZE}")] == [SEGMENT_SIZE]


def test_a_posting_takes_few_bytes() -> None:
    postings = Postings()
    for number in range(SEGMENT_SIZE):
        postings.add([(f"t{token}", 1.0, 0) for token in range(number, number + 200)])
    postings.settle()

    assert postings.count_bytes() < 4 * 200 * SEGMENT_SIZE

"""Which entry of an edited file is which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.models import EntryDraft
from storage.sqlite import matching
from storage.sqlite.matching import match_edited, match_surely, revision_of, version_of
from tests.storage.builders import entry

A, B, C = (entry(f"Paper {name}", authors=(name, "Shared Author")) for name in ("A", "B", "C"))


def match_drafts(old: Sequence[EntryDraft], new: Sequence[EntryDraft]) -> dict[int, int]:
    return match_edited([version_of(draft) for draft in old], [version_of(draft) for draft in new])


def test_unchanged_drafts_match_themselves_in_any_order() -> None:
    assert match_drafts([A, B, C], [C, A, B]) == {0: 2, 1: 0, 2: 1}


def test_a_rewritten_comment_is_an_edit() -> None:
    edited = replace(A, ko=("전혀 다른 설명",), en=("All new.",), abstract=None, tags=())
    assert match_drafts([B, A], [edited]) == {0: 1}


def test_a_corrected_title_is_an_edit() -> None:
    assert match_drafts([A, B], [replace(B, title="Papers, B: corrected")]) == {0: 1}


def test_a_corrected_title_and_an_added_author_are_an_edit() -> None:
    edited = replace(B, title="Something Else Entirely", authors=(*B.authors, "New Author"))
    assert match_drafts([A, B], [edited]) == {0: 1}


def test_a_corrected_title_without_abstract_is_known_by_its_authors() -> None:
    old = entry("Smal Batch Size Training", abstract=None, ko=("하나",), en=())
    new = entry("Small Batch Size Training", abstract=None, ko=("아주 다른 긴 문장입니다.",), en=())
    assert match_drafts([A, old], [new]) == {0: 1}


def test_different_papers_by_the_same_first_author_are_not_confused() -> None:
    old = entry("Mid-Training", authors=("Ge Zhang", "Zejun Ma"))
    new = entry("Linear Attention", authors=("Ge Zhang", "Yu Li"))
    assert match_drafts([old], [new]) == {}


def test_different_papers_by_the_same_authors_are_not_confused() -> None:
    old = entry("GPT-4 Technical Report", authors=("OpenAI",))
    new = entry("Weak-to-Strong Generalization", authors=("OpenAI",))
    assert match_drafts([old], [new]) == {}


def test_two_comments_on_one_paper_match_the_more_similar_text() -> None:
    short = entry("Twice", abstract=None, ko=("학습이 잘 된다고 합니다.",), en=())
    other = entry("Twice", abstract=None, ko=("An entirely different remark",), en=())
    edited = replace(other, ko=("An entirely different remark, longer",))
    assert match_drafts([short, other], [edited, short]) == {0: 1, 1: 0}


def test_the_most_similar_pair_goes_first() -> None:
    near = replace(A, title="X", authors=("X",))
    nearer = replace(A, title="Y", authors=("Y",), abstract=f"{A.abstract} sampler")
    old = replace(A, title="Z", authors=("Z",), abstract=f"{A.abstract} sampler!")
    assert match_drafts([old], [near, nearer]) == {1: 0}


def test_what_may_be_another_paper_needs_the_same_title_or_text() -> None:
    one = entry("Scaling Laws, Part I", authors=("Jo Lee",), abstract="How loss scales with size.")
    two = entry("Scaling Laws, Part II", authors=("Jo Lee",), abstract="How loss scales with data.")
    assert match_drafts([one], [two]) == {0: 0}
    moved = [replace(one, en=("A better comment.",)), replace(A, title="Papers A"), two]
    assert match_surely(
        [version_of(draft) for draft in (A, one)], [version_of(draft) for draft in moved]
    ) == {0: 1, 1: 0}


def test_thousands_of_papers_of_one_title_are_paired_in_order_and_not_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "fuzzy", None)
    old = [entry("Untitled", abstract=f"Text {number}.") for number in range(2000)]
    new = [replace(each, abstract=f"{each.abstract} Edited.") for each in old]
    assert match_drafts(old, new) == {number: number for number in range(2000)}


@given(
    st.lists(st.sampled_from([A, B, C]), max_size=4),
    st.lists(st.sampled_from([A, B, C]), max_size=4),
)
def test_no_entry_is_matched_twice(old: list[EntryDraft], new: list[EntryDraft]) -> None:
    pairs = match_drafts(old, new)
    assert len(set(pairs.values())) == len(pairs)
    assert all(old[j] == new[i] for i, j in pairs.items())


def test_the_revision_follows_the_text_and_nothing_else() -> None:
    assert revision_of(replace(A, line=99, links=("https://x.org",))) == revision_of(A)
    for change in (
        {"title": "x"},
        {"authors": ("x",)},
        {"abstract": None},
        {"ko": ()},
        {"en": ()},
        {"tags": ()},
        {"url": "https://x.org"},
        {"ko": A.en, "en": A.ko},
    ):
        assert revision_of(replace(A, **change)) != revision_of(A)

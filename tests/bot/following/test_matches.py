"""What of a digest is new to a reader, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.following.matches import (
    Match,
    find_matches,
    follow_key,
    meets,
    parse_match,
    read_facts,
)
from storage.models import Entry, Follow, FollowKind, Interests, Paper

TODAY = date(2026, 11, 20)
ONE_DAY = timedelta(days=1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def entry(entry_id: int = 1, *, paper_id: int | None = None, **changes: Any) -> Entry:
    paper = {
        "id": paper_id or entry_id,
        "title": "A Title",
        "authors": ("José García", "Ada Lovelace"),
        "abstract": None,
        "url": None,
    }
    values: dict[str, Any] = {
        "id": entry_id,
        "date": TODAY,
        "position": 0,
        "ko": (),
        "en": (),
        "tags": ("Inference-Time-Scaling",),
        "links": (),
        "revision": "r",
    }
    paper |= {key: changes.pop(key) for key in tuple(changes) if key in paper}
    return Entry(**(values | {"paper": Paper(**paper)} | changes))  # type: ignore[arg-type]


def follow(kind: FollowKind, name: str, *, since: datetime = LONG_AGO) -> Follow:
    return Follow(id=1, kind=kind, key=follow_key(kind, name), name=name, created_at=since)


def interests(*follows: Follow, papers: set[int] | None = None) -> Interests:
    told = frozenset(papers or ())
    return Interests(follows=follows, told_papers=told, told_entries=frozenset())


def found(those: Interests, *entries: Entry) -> tuple[Match, ...]:
    return find_matches(those, map(read_facts, entries), today=TODAY, timezone="Asia/Seoul")


RL = follow(FollowKind.TAG, "inference-time-scaling")


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (FollowKind.AUTHOR, "jose garcia", True),
        (FollowKind.AUTHOR, "Garcia", False),
        (FollowKind.TAG, "#Inference time scaling", True),
        (FollowKind.TAG, "inference", False),
        (FollowKind.KEYWORD, "inference time", True),
    ],
)
def test_names_are_compared_as_a_whole_and_without_case_and_accents(
    kind: FollowKind, name: str, expected: bool
) -> None:
    assert meets(follow(kind, name), read_facts(entry())) is expected


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("추론", "모델이 추론을 못한다."),
        ("추론", "추론모델에서는"),
        ("강화학습", "강화 학습으로 풀었다."),
        ("강화 학습", "심층강화학습은 어렵다."),
        ("LLM 평가", "LLM을 평가하는 방법"),
        ("language model", "Large Language Models are fun."),
        ("models", "One model."),
        ("pre-training", "Pretraining is costly."),
        ("pretraining", "Pre-training is costly."),
        ("fine-tuning LLMs", "On finetuning an LLM; finetuning LLMs."),
        ("GPT-4", "We ask GPT4."),
        ("mixture of experts", "A Mixture-of-Experts layer."),
        ("Schrödinger", "A schrodinger bridge."),
        ("희소 어텐션", "Natively trainable sparse attention."),
        ("mixture of experts", "MoE 모델을 다뤘다."),
        ("moe", "Sparse mixtures of experts."),
        ("확산 모델", "A diffusion model for text."),
    ],
)
def test_a_keyword_meets_its_other_forms(keyword: str, text: str) -> None:
    assert meets(follow(FollowKind.KEYWORD, keyword), read_facts(entry(en=(text,))))


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("양자", "모델을 양자화했다."),
        ("rl", "The world is large."),
        ("reinforcement learning", "Learning by reinforcement."),
        ("language model", "Language. The model."),
        ("GPT-4", "We ask GPT-4o."),
        ("a.*b", "a xx b"),
    ],
)
def test_a_keyword_does_not_meet_what_only_looks_like_it(keyword: str, text: str) -> None:
    texts = read_facts(entry(en=(text,)))
    assert not meets(follow(FollowKind.KEYWORD, keyword), texts)


def test_a_phrase_does_not_reach_from_one_paragraph_into_the_next() -> None:
    split = read_facts(entry(en=("It ends with language.", "Models begin it.")))
    assert not meets(follow(FollowKind.KEYWORD, "language models"), split)


@given(st.text(max_size=100), st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_any_text_is_a_safe_keyword(keyword: str, text: str) -> None:
    made = follow(FollowKind.KEYWORD, keyword)
    assert meets(made, read_facts(entry(en=(text,)))) in (True, False)
    if made.key:
        assert meets(made, read_facts(entry(en=(f"{text}\n", keyword))))


@pytest.mark.parametrize("nothing", ["?!", "   ", "#"])
def test_what_holds_no_word_has_no_key(nothing: str) -> None:
    assert not follow_key(FollowKind.KEYWORD, nothing)


def test_keywords_that_find_the_same_are_the_same() -> None:
    keys = {follow_key(FollowKind.KEYWORD, name) for name in ("Language Models", "language model")}
    assert len(keys) == 1


def test_seven_days_up_to_today_are_told() -> None:
    entries = [entry(age + 2, date=TODAY - age * ONE_DAY) for age in range(-1, 8)]
    assert [each.entry_id for each in found(interests(RL), *entries)] == [2, 3, 4, 5, 6, 7, 8]


def test_digests_from_before_the_follow_are_not_told() -> None:
    """The day counts in the reader's zone: this is the 20th in Seoul."""
    since = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)
    new = follow(FollowKind.TAG, "inference-time-scaling", since=since)
    entries = (entry(1, date=TODAY - ONE_DAY), entry(2))
    assert [each.entry_id for each in found(interests(new), *entries)] == [2]


def test_a_paper_in_two_digests_comes_once_with_all_reasons() -> None:
    author = follow(FollowKind.AUTHOR, "Ada Lovelace")
    old = entry(1, paper_id=9, date=TODAY - ONE_DAY)
    new = entry(2, paper_id=9, tags=())
    (match,) = found(interests(RL, author), old, new)
    assert match.entry_id == 2
    assert [reason.name for reason in match.reasons] == ["inference-time-scaling", "Ada Lovelace"]


def test_what_was_told_is_not_told_again() -> None:
    assert not found(interests(RL, papers={1}), entry(1))
    told = Interests(follows=(RL,), told_papers=frozenset(), told_entries=frozenset({1}))
    assert not found(told, entry(1, paper_id=77))  # its title was corrected since


def test_a_match_survives_the_store() -> None:
    (match,) = found(interests(RL), entry())
    assert parse_match(match.to_json()) == match

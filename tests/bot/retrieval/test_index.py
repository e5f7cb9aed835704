"""Entries in, papers out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retrieval import Index, rank, understand
from bot.retrieval.memory import index_entries
from bot.retrieval.postings import hash_token
from bot.retrieval.query import Alternative, Term
from bot.retrieval.scoring import Reach
from bot.retrieval.terms import FAINT, SOUNDS
from storage.models import Entry, Paper

TODAY = date(2025, 8, 1)


def entry(
    number: int,
    title: str,
    *,
    day: date = date(2025, 7, 10),
    abstract: str | None = None,
    ko: str = "",
    en: str = "",
    authors: tuple[str, ...] = ("Ada Lovelace",),
    tags: tuple[str, ...] = (),
    paper: int | None = None,
) -> Entry:
    return Entry(
        id=number,
        paper=Paper(id=paper or number, title=title, authors=authors, abstract=abstract, url=None),
        date=day,
        position=0,
        ko=(ko,) if ko else (),
        en=(en,) if en else (),
        tags=tags,
        links=(),
        revision="",
    )


ENTRIES = (
    entry(1, "Token-Shuffle: Images", ko="이미지 토큰을 줄이는 방법.", tags=("vq",)),
    entry(
        2,
        "OctoThinker: Mid-Training",
        abstract="Reinforcement learning of reasoning on Llama.",
        ko="미드트레이닝으로 추론 강화학습을 개선.",
        authors=("Zengzhi Wang", "Pengfei Liu"),
        tags=("rl", "reasoning"),
        day=date(2025, 4, 25),
    ),
    entry(
        3,
        "Sparse Frontier",
        abstract="Scaling laws for sparse attention in transformers.",
        authors=("Luke Zettlemoyer", "Emmanuel Candès"),
        tags=("sparsity", "scaling-law"),
        day=date(2025, 2, 3),
    ),
    entry(
        4,
        "A Plain Paper",
        abstract="Diffusion models of 13B, quantized to four bits on 1.5 trillion tokens.",
        day=TODAY,
    ),
    entry(5, "A Note on Games", authors=("Anthropic",), day=date(2025, 6, 3)),
)


@pytest.fixture(scope="module")
def index() -> Index:
    return index_entries(ENTRIES)


def found(question: str, index: Index, *, until: date = TODAY) -> Iterator[int]:
    ranking = rank(understand(question, today=TODAY, index=index), index, until=until, limit=10)
    return (item.entry_id for item in ranking.items)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("sparse attention scaling laws", 3),
        ("희소 어텐션의 스케일링 법칙", 3),
        ("스파스어텐션 스케일링법칙을 다룬 논문", 3),
        ("트랜스포머에 대한 논문", 3),
        ("midtraining", 2),
        ("mid training for reasoning", 2),
        ("RL에서 추론", 2),
        ("확산 모델 양자화", 4),
        ("quantization of diffusion", 4),
        ("tokenshuffle", 1),
        ("tokken shufle", 1),
        ("토큰 셔플", 1),
        ("옥토씽커", 2),
        ("알엘 추론", 2),
        ("@everyone <@1> sparse attention scaling laws", 3),
        ("어텐션 희소화", 3),
        ("어텐션을 희소화하는논문있어?", 3),
        ("옥토씽커2 논문", 2),
        ("130억짜리 논문", 4),
        ("1.5조 토큰", 4),
    ],
)
def test_a_paper_is_found_by_any_of_its_names(index: Index, question: str, expected: int) -> None:
    assert next(found(question, index)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("papers by Luke Zettlemoyer", {3}),
        ("papers by luke zettlemoyer in February 2025", {3}),
        ("루크 제틀모이어가 쓴 논문", {3}),
        ("루크 제틀모이어 논문", {3}),
        ("혹시 루크 제틀모이어 교수님의 최근 논문 있어?", {3}),
        ("Emmanuel Candes", {3}),
        ("what did Pengfei Liu write?", {2}),
        ("papers by Luke Zettlemoier", {3}),
        ("author:Zettlemoyer", {3}),
        ("Zettlemoyer 논문", {3}),
        ("candes papers", {3}),
        ("any Zettlemoyer papers?", {3}),
        ("Luke S. Zettlemoyer 논문 있어?", {3}),
        ("papers from Anthropic", {5}),
        ("2025년 7월 10일에 나온 논문", {1}),
        ("date:2025-02..2025-04", {2, 3}),
        ("papers tagged reasoning", {2}),
        ("#vq", {1}),
        ("vq 태그 논문", {1}),
        ("tag:rl date:2025-04", {2}),
    ],
)
def test_dates_people_and_tags_narrow_the_search(
    index: Index, question: str, expected: set[int]
) -> None:
    assert set(found(question, index)) == expected


@pytest.mark.parametrize(
    "question",
    [
        *("어텐션 논문", "고래 이동 논문", "한라봉 논문", "긴 문맥 논문", "이번 주 논문"),
        *("Llama 논문", "OctoThinker papers", "Sparse Attention 논문", "papers by Sparse Frontier"),
    ],
)
def test_what_does_not_sound_like_an_author_is_no_author(index: Index, question: str) -> None:
    assert understand(question, today=TODAY, index=index).authors == ()


@pytest.mark.parametrize(
    ("question", "unmet"),
    [
        ("papers by Grace Hopper", "author"),
        ("김철수가 쓴 논문", "author"),
        ("Luke Skywalker 논문 있어?", "author"),
        ("papers from 2019", "date"),
        ("2025년 2월 30일 논문", "date"),
        ("tag:nothing", "tag"),
    ],
)
def test_what_nothing_meets_is_named(index: Index, question: str, unmet: str) -> None:
    query = understand(question, today=TODAY, index=index)

    assert rank(query, index, until=TODAY, limit=10).unmet == {unmet}


def test_a_digest_of_the_future_does_not_exist(index: Index) -> None:
    assert 4 not in set(found("diffusion models", index, until=date(2025, 7, 31)))


def test_a_paper_in_two_digests_is_one_result() -> None:
    twice = (entry(1, "Rope", paper=7), entry(2, "Rope", paper=7, day=date(2025, 7, 20)))

    assert list(found("rope", index_entries(twice))) == [2]


@pytest.mark.parametrize(
    "question",
    ["", "   ", "???", "😀😀", '"NEAR(" AND OR -', "<@123> <#4>", "a" * 5000, "#", "tag:"],
)
def test_a_question_without_a_word_finds_nothing(index: Index, question: str) -> None:
    assert list(found(question, index)) == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_a_question(text: str) -> None:
    index = index_entries(ENTRIES[:2])

    assert len(list(found(text, index))) <= 2


def test_a_common_word_is_read_where_rarer_ones_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = [
        entry(n, f"Model {n}", abstract="A model " * (1 + n % 5) + ("whale" if n == 77 else ""))
        for n in range(1, 200)
    ]
    index = index_entries(papers)
    whole = list(found("model whale", index))
    monkeypatch.setattr("bot.retrieval.index.MOST", 20)
    monkeypatch.setattr("bot.retrieval.scoring.MOST", 20)
    monkeypatch.setattr("bot.retrieval.index._HEAVIEST", 10)

    assert next(found("model whale", index)) == whole[0] == 77
    heaviest = rank(understand("model", today=TODAY, index=index), index, until=TODAY, limit=100)
    assert 0 < len(heaviest.items) <= 30


@pytest.mark.parametrize(("weight", "led_to"), [(1.0, {30, 60}), (0.55, {60})])
def test_a_name_that_says_little_leads_only_where_it_is_whole(
    weight: float, led_to: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {30: "brute", 60: "brute force"}
    index = index_entries(
        entry(n, f"Paper {n}", abstract=f"{'model ' * (1 + n % 5)}{words.get(n, '')}")
        for n in range(1, 200)
    )
    monkeypatch.setattr("bot.retrieval.scoring.MOST", 20)
    monkeypatch.setattr("bot.retrieval.index._HEAVIEST", 10)
    names = Term(text="exhaustive", alternatives=(Alternative(("brute", "forc"), weight),))
    model = Term(text="model", alternatives=(Alternative(("model",), 1.0),))
    reach = Reach(index, (names, model), among=None)

    documents = {index.catalogue.entry_id(each) for each, _ in reach.find("model")}
    assert documents & set(words) == led_to
    assert len(documents) < 20


def test_a_common_word_counts_for_every_paper_that_a_filter_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    papers = [
        entry(n, f"Paper {n}", abstract="model", tags=("rl",) if n % 30 == 0 else ())
        for n in range(1, 200)
    ]
    index = index_entries(papers)
    monkeypatch.setattr("bot.retrieval.index.MOST", 20)
    monkeypatch.setattr("bot.retrieval.scoring.MOST", 20)
    query = understand("tag:rl model", today=TODAY, index=index)
    ranking = rank(query, index, until=TODAY, limit=10)

    assert {item.entry_id for item in ranking.items} == {30, 60, 90, 120, 150, 180}
    assert all(item.coverage == 1 for item in ranking.items)


def test_an_entry_that_a_question_may_be_about_is_ranked_however_far_down() -> None:
    index = index_entries(entry(n, f"Model {n}", abstract="model " * n) for n in range(1, 60))
    query = understand("model", today=TODAY, index=index)
    ranking = rank(query, index, until=TODAY, limit=3, about=(1,))

    assert [item.entry_id for item in ranking.items][3:] == [1]


def test_an_author_of_one_name_is_known_though_that_is_a_word_too() -> None:
    index = index_entries(
        [entry(1, "Sailing", abstract="Anthropic reasoning.", authors=("Anthropic",))]
    )

    assert index.authors.list_words() == ["anthropic"]


def test_a_word_of_a_names_hash_is_nobody() -> None:
    assert hash_token("levatirn") == hash_token("@ivan mem")
    index = index_entries([entry(1, "Tides", abstract="The levatirn.")])
    assert not index.has_author("ivan mem")
    index = index_entries([entry(1, "Tides", authors=("Ivan Mem",))])
    assert index.has_author("ivan mem")


def test_a_common_word_is_found_alike_however_many_papers_are_asked_about() -> None:
    index = index_entries(
        entry(n, f"Model {n}", abstract="whale " * (n % 3)) for n in range(1, 200)
    )
    whales = dict(index.find("whale"))

    for documents in (range(5, 9), range(199), [3, 64, 198]):
        among = dict(index.find_among("whale", documents))
        assert among == {each: whales[each] for each in documents if each in whales}


@pytest.mark.parametrize("question", ["텔레스코프 논문", "텔레스코프는 어떻게 찾아?"])
def test_a_name_in_the_plural_is_found_by_its_sound_without_the_s(question: str) -> None:
    seen = entry(6, "Seeing Far With Telescopes")

    assert next(found(question, index_entries((*ENTRIES, seen)))) == 6


@pytest.mark.parametrize(
    "question",
    [
        "벡터 양자화 없이 하는 이미지 생성",
        "벡터 양자화 없는 이미지 생성",
        "벡터 양자화를 쓰지 않는 이미지 생성",
        "벡터 양자화를 안 쓰는 이미지 생성",
        "image generation without a vector quantization",
    ],
)
def test_what_a_paper_does_without_comes_before_what_others_do_with_it(question: str) -> None:
    with_it = entry(6, "Image Generation by Vector Quantization and Vector Quantization")
    without = entry(7, "Image Generation without Vector Quantization", day=date(2025, 1, 1))
    free = entry(8, "Vector-Quantization-Free Image Generation", day=date(2025, 1, 1))

    first, second, *_ = found(question, index_entries((*ENTRIES, with_it, without, free)))
    assert {first, second} == {7, 8}


@pytest.mark.parametrize(
    ("word", "english", "weight"),
    [("마그빗", "magvit", SOUNDS), ("광합성", "confusion", FAINT)],
)
def test_an_english_word_that_only_faintly_sounds_like_a_korean_one_counts_less(
    word: str, english: str, weight: float
) -> None:
    index = index_entries([entry(1, "A Paper", abstract=f"On {english}.")])
    (term,) = understand(word, today=TODAY, index=index).terms
    assert f"^{english}" in {each.tokens[0] for each in term.alternatives if each.weight == weight}

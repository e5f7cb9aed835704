"""Lists: how many papers there are, the newest of a topic, and as many as are wanted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.answering import Answer, answer
from bot.messages import say
from bot.retrieval import rank, understand
from bot.retrieval.memory import index_entries
from tests.bot.answering.conftest import ENTRIES, TODAY
from tests.bot.answering.entries import make_entry

Ask = Callable[[str], Answer]


def named(found: Answer) -> list[int]:
    return [item.entry_id for item in found.ranked]


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("이번 달에 나온 논문", "논문 2편이에요."),
        ("이번 달에 올라온 논문들 보여줘", "논문 2편이에요."),
        ("2024년 하반기에 나온 MoE 논문", "논문 1편이에요."),
        ("MoE papers in the first half of 2024", "1 paper:"),
        ("How many papers about MoE are there?", "2 papers:"),
        ("MoE 논문 몇 편이야?", "논문 2편이에요."),
        ("how many MoE papers in 2024?", "2 papers:"),
        ("how many papers did Niklas Muennighoff write about precision?", "1 paper:"),
        ("How many papers are in the digests?", "13 papers, the first 10"),
        ("논문 총 몇 편이야?", "논문 13편 가운데 10편"),
        ("전체 논문 수는?", "논문 13편 가운데 10편"),
        ("How many papers are there in total?", "13 papers, the first 10"),
        ("number of papers with tag scaling-law", "2 papers:"),
        ("number of MoE papers", "2 papers:"),
        ("Did Niklas Muennighoff publish anything here?", "2 papers:"),
        ("What has Niklas Muennighoff published?", "2 papers:"),
        ("papers co-authored by Furu Wei", "1 paper:"),
        ("the best papers by Niklas Muennighoff", "2 papers:"),
        ("첫 번째 저자가 Niklas Muennighoff인 논문", "논문 2편이에요."),
    ],
)
def test_what_is_counted_are_the_papers_that_are_asked_for(
    ask: Ask, question: str, start: str
) -> None:
    assert ask(question).text.startswith(start)


def test_a_number_that_one_paper_tells_is_no_count_of_papers(ask: Ask) -> None:
    assert ask("how many papers does s1 cite?").abstained


@pytest.mark.parametrize(
    "question",
    [
        "newest MoE paper",
        "latest papers on MoE",
        "most recent paper on mixture of experts",
        "최근 나온 MoE 논문",
        "MoE 관련 최신 논문은?",
        "요즘 MoE 논문 뭐 있어",
        "MoE 최신 동향은?",
        "최근에 MoE 관련해서 나온 논문 있어?",
        "가장 최근의 MoE 논문",
        "MoE 최신",
        "MoE 최신 논문 top 3",
    ],
)
def test_the_newest_of_a_topic_are_those_about_it_the_newest_first(ask: Ask, question: str) -> None:
    assert named(ask(question)) == [12, 11]


def test_a_paper_that_is_described_is_not_the_newest(ask: Ask) -> None:
    found = ask("the new attention paper that takes the difference of two softmax maps")

    assert named(found)[0] == 1
    assert not found.text.startswith("1 paper")


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("최근 논문 3개만", [2, 7, 9]),
        ("3 most recent papers", [2, 7, 9]),
        ("이번 달 논문 1편만 보여줘", [2]),
        ("MoE 논문 1편만 추천해줘", [12]),
        ("last 2 papers about MoE", [12, 11]),
    ],
)
def test_no_more_papers_are_listed_than_are_wanted(
    ask: Ask, question: str, papers: list[int]
) -> None:
    found = ask(question)
    lines = [line for line in found.text.splitlines() if line.startswith("• ")]

    assert [citation.entry_id for citation in found.citations] == papers
    assert len(lines) == len(papers)


@pytest.mark.parametrize("question", ["recommend me a paper on MoE", "MoE 논문 추천해줘"])
def test_who_asks_for_a_recommendation_asks_for_the_topic(ask: Ask, question: str) -> None:
    assert not ask(question).abstained


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("asdf", "Newest: Native"),
        ("농담 해줘", "최신 논문: Native"),
        ("papers from 2019", "Newest: Native"),
        ("KAN papers from 2019", "Nearest: KAN"),
        ("how many cups of tea does KAN drink?", "Nearest: KAN"),
        ("papers by Tianzhu Ye from 2019", "Nearest: Differential"),
    ],
)
def test_the_newest_papers_are_not_called_near(ask: Ask, question: str, label: str) -> None:
    found = ask(question)

    assert found.text.split("\n")[1].startswith(label)
    assert found.are_newest == label.startswith(("Newest", "최신"))


@pytest.mark.parametrize(
    "question",
    ["Niklas Muennighoff가 가장 최근에 쓴 논문은?", "latest paper by Niklas Muennighoff"],
)
def test_the_papers_of_an_author_come_by_their_dates(ask: Ask, question: str) -> None:
    assert named(ask(question)) == [7, 3]


@pytest.mark.parametrize(
    "question",
    [
        "papers on scaling laws not by Niklas Muennighoff",
        "scaling law papers other than those by Niklas Muennighoff",
        "Niklas Muennighoff 말고 다른 사람이 쓴 스케일링 법칙 논문들",
        "Niklas Muennighoff가 쓴 논문 빼고 스케일링 법칙 논문 목록",
    ],
)
def test_whose_papers_are_not_wanted_are_left_out(ask: Ask, question: str) -> None:
    assert named(ask(question))[0] == 4
    assert not {3, 7}.intersection(named(ask(question)))


def test_what_papers_are_not_about_is_left_out(ask: Ask) -> None:
    found = named(ask("transformer papers that aren't about softmax"))

    assert 11 in found
    assert 1 not in found


@pytest.mark.parametrize(
    "question", ["anything from Niklas Hochreiter?", "papers from Tanishq Okonkwo"]
)
def test_papers_from_somebody_with_a_persons_name_are_nobody_elses(ask: Ask, question: str) -> None:
    assert ask(question).text.startswith(say("en", "answer.no_author"))


def test_the_ones_that_are_left_out_may_be_called_so(ask: Ask) -> None:
    assert named(ask("papers by Niklas Muennighoff except the ones on scaling laws")) == [7]


def test_a_thing_that_writes_is_no_author(ask: Ask) -> None:
    assert say("ko", "answer.no_author") not in ask("데이터가 쓴 글은 어떻게 찾아?").text


def test_a_list_that_something_is_done_to_is_none_of_papers(ask: Ask) -> None:
    assert "편이에요" not in ask("파이썬에서 리스트 정렬하는 법").text


TOPICAL = (
    *ENTRIES,
    *(
        make_entry(number, title, "Quantization of weights.", TODAY)
        for number, title in enumerate(
            ("Few Bits", "Fewer Bits", "Quantizing Early", "Quantizing Late", "Bits and Pieces"),
            start=14,
        )
    ),
    make_entry(19, "Quanto: Quantization by Hand", "Of KAN and MoE, by hand.", TODAY),
)
BY_ID = {entry.id: entry for entry in TOPICAL}
INDEX = index_entries(TOPICAL)


def ask_topical(question: str) -> Answer:
    query = understand(question, today=TODAY, index=INDEX)
    ranking = rank(query, INDEX, until=TODAY, limit=10)
    return answer(query, ranking, BY_ID, glossary=INDEX.glossary)


@pytest.mark.parametrize(
    "question",
    [
        "양자화 논문",
        "양자화 관련 논문",
        "양자화에 대한 연구 있어?",
        "양자화 논문 추천해줘",
        "혹시 양자화 논문 좀 찾아줘",
        "can you recommend a paper on quantization?",
    ],
)
def test_papers_of_a_topic_are_listed_where_nothing_else_is_said_of_them(question: str) -> None:
    assert {14, 15, 16, 17, 18, 19} <= {each.entry_id for each in ask_topical(question).citations}


@pytest.mark.parametrize(
    ("question", "entry_id"),
    [("KAN 논문 알려줘", 5), ("Quanto 논문", 19), ("손으로 하는 양자화를 제안한 논문이 뭐야?", 19)],
)
def test_the_paper_that_is_named_or_described_is_no_topic(question: str, entry_id: int) -> None:
    cited = [each.entry_id for each in ask_topical(question).citations]

    assert set(cited) == {entry_id}


def test_as_many_papers_are_counted_as_are_listed() -> None:
    """Those that have as much of the question come before those that score more with less."""
    found = ask_topical("papers on precise precision of inference and training")
    count = int(found.text.split()[0])

    assert count == len({each.entry_id for each in found.citations})

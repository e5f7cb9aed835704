"""Which paper a question names, and what is told of it besides its texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.answering import READ_ENTRIES, Answer, answer
from bot.answering.naming import find_name, gives_name, is_spelt
from bot.messages import say
from bot.retrieval import rank, understand
from bot.retrieval.memory import index_entries
from tests.bot.answering.conftest import TODAY
from tests.bot.answering.entries import make_entry

Ask = Callable[[str], Answer]


@pytest.mark.parametrize(
    ("question", "authors"),
    [
        ("Native Sparse Attention 저자 누구야", "Jingyang Yuan"),
        ("Native Sparse Attention 저자는?", "Jingyang Yuan"),
        ("Differential Transformer 저자 알려줘", "Tianzhu Ye, Furu Wei"),
        ("Differential Transformer 저자가 누구야?", "Tianzhu Ye, Furu Wei"),
        ("Scaling Laws for Precision 저자 누구야", "Tanishq Kumar, Niklas Muennighoff"),
        ("authors of Scaling Laws for Precision", "Tanishq Kumar, Niklas Muennighoff"),
        ("KAN 저자가 누구인가요?", "Ziming Liu, Max Tegmark"),
        ("KAN 저자들은 누구인가요", "Ziming Liu, Max Tegmark"),
        ("KAN 저자분들 누구예요?", "Ziming Liu, Max Tegmark"),
        ("KAN 제1저자 누구야?", "Ziming Liu, Max Tegmark"),
        ("KAN은 누가 작성했나요?", "Ziming Liu, Max Tegmark"),
        ("KAN을 쓴 사람이 누구죠?", "Ziming Liu, Max Tegmark"),
        ("KAN 논문의 저자를 알려주세요", "Ziming Liu, Max Tegmark"),
        ("who is the first author of KAN?", "Ziming Liu, Max Tegmark"),
    ],
)
def test_authors_of_a_paper_that_is_named_are_told_however_they_are_asked_for(
    ask: Ask, question: str, authors: str
) -> None:
    found = ask(question)

    assert [fact.text for fact in found.facts] == [authors]
    assert not found.abstained


@pytest.mark.parametrize(
    "question",
    [
        *("what's the date of the KAN paper?", "KAN release date?", "when was KAN published?"),
        *("KAN 논문 몇월 며칠거야?", "KAN은 며칠에 올라왔어?", "KAN 언제쯤 나왔어", "KAN 며칠자야"),
        *("KAN 공개일이 언제야?", "KAN 날짜는?", "KAN은 언제 나왔어?", "KAN 발표일 알려줘"),
    ],
)
def test_the_date_of_a_paper_is_that_of_its_digest(ask: Ask, question: str) -> None:
    found = ask(question)

    assert [fact.text for fact in found.facts] == ["2024-04-30"]
    assert found.text.count("\n") == 1


@pytest.mark.parametrize(
    "question", ["저자가 누구인가요?", "누가 작성했나요?", "쓴 사람이 누구죠?", "제1저자 누구야?"]
)
def test_who_asks_for_authors_of_nothing_is_asked_of_what(ask: Ask, question: str) -> None:
    assert ask(question).text == say("ko", "answer.unclear")


def test_what_a_paper_used_is_not_what_a_person_wrote(ask: Ask) -> None:
    found = ask("Differential Transformer가 쓴 데이터는?")

    assert found.ranked[0].entry_id == 1


@pytest.mark.parametrize(
    "question", ["Niklas Muennighoff가 쓴 논문", "Niklas Muennighoff 저자 논문 있어?"]
)
def test_who_wrote_papers_is_still_a_person(ask: Ask, question: str) -> None:
    assert {item.entry_id for item in ask(question).ranked} == {3, 7}


@pytest.mark.parametrize(
    ("question", "title", "name"),
    [
        ("who wrote Scaling laws for precision?", "Scaling Laws for Precision", 4),
        ("gemma 2의 라이선스는?", "Gemma 2: Improving Open Language Models", 2),
        ("SEED-X license", "SEED-X: Multimodal Models", 2),
        ("Chinchilla scaling laws", "Chinchilla Scaling: A replication attempt", 0),
        ("the technical report of 2024", "Technical Report: Two Towers", 0),
        ("how do towers scale?", "Towers", 0),
    ],
)
def test_a_name_is_a_title_or_its_head_of_several_words(
    question: str, title: str, name: int
) -> None:
    assert len(find_name(question, title)) == name


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote Attention is All You Need?",
        "When was Llama 3 released?",
        "when was the llama 3 paper published?",
        "Who wrote Mamba?",
        "Mamba는 언제 나왔어?",
        "Mamba 논문 저자 누구야?",
        "Llama 3 논문은 언제 나왔어?",
        "who are the authors of Deep Residual Learning for Image Recognition?",
        "what are the tags of Mamba?",
    ],
)
def test_facts_of_what_the_digests_lack_are_not_those_of_another_paper(
    ask: Ask, question: str
) -> None:
    found = ask(question)

    assert found.abstained
    assert found.facts == ()


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("who wrote the DeepSeek sparse attention paper?", 2),
        ("1K 샘플로 학습한 논문 저자 누구야", 7),
        ("who wrote about the weight decay of attention layers?", 10),
        ("when was the paper on learnable activation functions posted?", 5),
        ("Towards Precise Scaling Laws 언제 나왔어?", 4),
    ],
)
def test_facts_of_a_paper_that_is_described_are_told(ask: Ask, question: str, paper: int) -> None:
    found = ask(question)

    assert found.citations[0].entry_id == paper
    assert found.facts


def test_a_link_is_only_that_of_the_paper_that_is_meant(ask: Ask) -> None:
    assert ask("link to the KAN paper").facts
    assert ask("link to the Mamba paper").facts == ()


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("가장 많이 나온 태그는?", "ko"),
        ("태그 뭐 있어?", "ko"),
        ("which tag is most common?", "en"),
        ("what tags are there?", "en"),
    ],
)
def test_who_asks_for_tags_of_no_paper_is_told_where_they_are(
    ask: Ask, question: str, language: str
) -> None:
    found = ask(question)

    assert found.text == say(language, "answer.see_tags")
    assert found.nearest == ()


@pytest.mark.parametrize(
    "question", ["papers by Sparse Attention", "what is shown by KAN Networks"]
)
def test_what_is_made_of_papers_names_is_no_person(ask: Ask, question: str) -> None:
    assert ask(question).text != say("en", "answer.no_author")


@pytest.mark.parametrize(
    "question", ["papers by Hinton", "Hinton 논문", "Hinton's papers", "who is Hinton?"]
)
def test_who_is_only_cited_wrote_no_paper(ask: Ask, question: str) -> None:
    assert ask(question).abstained


@pytest.mark.parametrize(
    "question",
    [
        "What does Andrej Karpathy say about KAN?",
        "What is LeCun's take on KAN?",
        "Karpathy가 KAN에 대해 뭐라고 했어?",
        "카파시가 KAN에 대해 뭐라고 했어?",
        "Yann LeCun은 KAN을 어떻게 평가했어?",
    ],
)
def test_the_curators_opinion_is_nobody_elses(ask: Ask, question: str) -> None:
    assert ask(question).abstained


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("What does the curator say about KAN?", 5),
        ("What does KAN say about MLPs?", 5),
        ("what did DeepSeek say about sparse attention and hardware?", 2),
        ("KAN에 대해 뭐라고 했어?", 5),
        ("작성자가 KAN에 대해 뭐라고 했어?", 5),
        ("KAN은 MLP에 대해 뭐라고 했어?", 5),
    ],
)
def test_who_is_in_the_texts_may_be_asked_after(ask: Ask, question: str, paper: int) -> None:
    found = ask(question)

    assert not found.abstained
    assert found.citations[0].entry_id == paper


@pytest.mark.parametrize(
    "question",
    [
        "who wrote the DeepSeek NSA?",
        "NSA 저자 누구야?",
        "who wrote NSA?",
        "NSA는 언제 나왔어?",
        "what are the tags of nsa?",
    ],
)
def test_a_paper_has_its_initials_for_a_name(ask: Ask, question: str) -> None:
    found = ask(question)

    assert [quote.entry_id for quote in found.citations] == [2]
    assert found.facts


@pytest.mark.parametrize(
    ("abstract", "word", "is_given"),
    [
        ("In this work we present SambaY, a decoder.", "sambay", True),
        ("We introduce Group Relative Policy Optimization (GRPO), a variant.", "grpo", True),
        ("We then apply it to create the Gate Memory Unit (GMU).", "gmu", True),
        ("This paper presents Randomized Visual modeling (RVM), a generator.", "rvm", True),
        ("We propose soft labels and improve Direct Preference Optimization (DPO).", "dpo", False),
        ("We propose Mamba-2 and Mamba+.", "mamba", False),
        ("Others propose LoRA.", "lora", False),
    ],
)
def test_an_abstract_gives_its_subject_a_name(abstract: str, word: str, is_given: bool) -> None:
    entry = make_entry(1, "Notes on Layers", abstract, date(2025, 1, 2))

    assert gives_name(entry, word) is is_given


def test_what_is_like_a_papers_name_does_not_name_it() -> None:
    title = "Constitutional Classifiers: Defending against Universal Jailbreaks"
    entry = make_entry(1, title, "Constitutional AI guards a model.", date(2025, 2, 3))
    index = index_entries([entry])
    query = understand("who wrote Constitutional AI?", today=entry.date, index=index)
    best = rank(query, index, until=entry.date, limit=1).items[0]

    assert best.is_named
    assert not is_spelt(query, best, entry)


@pytest.mark.parametrize("title", ["Precise Scaling Laws", "Data Mixing"])
def test_words_of_a_title_after_by_are_nobody(ask: Ask, title: str) -> None:
    assert ask(f"what is gained by {title}?").text != say("en", "answer.no_author")


@pytest.mark.parametrize(
    "question",
    ["How does s1 control thinking?", "What is OLMoE?", "How many parameters has Gemma 2?"],
)
def test_who_asks_in_english_is_quoted_english(ask: Ask, question: str) -> None:
    assert {each.language for each in ask(question).citations} == {"en"}


def test_what_only_the_korean_comment_says_is_quoted_to_anybody(ask: Ask) -> None:
    assert "Llama 3 8B" in ask("Does Gemma 2 9B beat Llama 3 8B?").text
    assert {each.language for each in ask("What did the curator think of s1?").citations} == {"ko"}


@pytest.mark.parametrize(
    "question", ["Packer github", "is the code of Packer released?", "Packer 코드 공개됨?"]
)
def test_where_the_code_is_is_told_by_the_sentence_that_says_so(question: str) -> None:
    told = make_entry(
        1,
        "Packer: Sorting Documents",
        "We propose Packer, which sorts code by length. Our code is available at https://github.com/p.",
        date(2025, 2, 1),
    )
    silent = make_entry(
        2, "Sorter: Packing Code", "We propose Sorter, which packs code.", date(2025, 2, 2)
    )
    index = index_entries([told, silent])

    def ask_both(asked: str) -> Answer:
        query = understand(asked, today=TODAY, index=index)
        ranking = rank(query, index, until=TODAY, limit=READ_ENTRIES)
        return answer(query, ranking, {1: told, 2: silent}, glossary=index.glossary)

    quotes = [each.quote for each in ask_both(question).citations]
    assert quotes == ["Our code is available at https://github.com/p."]
    assert ask_both(question.replace("Packer", "Sorter")).abstained

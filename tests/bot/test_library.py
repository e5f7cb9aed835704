"""What a question is about that comes after an answer, on the four real digests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.answering.pointing import NO_CONTEXT, Context, choose_listed
from bot.answering.wishes import asks_for_more, find_language
from bot.ingest import ingest
from bot.library import Found, Library
from bot.messages import pick_language, say
from storage.sqlite import open_store
from tests import hostile
from tests.e2e.house import SEEDS

pytestmark = pytest.mark.asyncio(loop_scope="module")

TODAY = date(2025, 12, 31)
S1 = "s1: Simple test-time scaling"
ADAGC = "AdaGC: Improving Training Stability for Large Language Model Pretraining"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    path = tmp_path_factory.mktemp("library") / "digests.sqlite3"
    async with open_store(path) as store:
        await ingest([SEEDS], store, root=SEEDS, now=datetime(2025, 12, 31, tzinfo=UTC))
        yield Library(store)


async def ask(library: Library, question: str, context: Context = NO_CONTEXT) -> Found:
    language = pick_language(question, "en")
    return await library.ask(question, language=language, today=TODAY, context=context)


async def after(library: Library, title: str, question: str) -> Found:
    """Ask a question right after an answer about a paper, without pointing at it."""
    return await ask(library, question, Context(entries=await find(library, title), is_recent=True))


async def under(library: Library, title: str, question: str) -> Found:
    """Ask a question in a paper's thread."""
    return await ask(library, question, Context(entries=await find(library, title)))


async def find(library: Library, title: str) -> tuple[int, ...]:
    page = await library.search(title, today=TODAY, offset=0, limit=1)
    assert page.items[0].entry.paper.title == title
    return (page.items[0].entry.id,)


def cited(found: Found) -> list[str]:
    return list(dict.fromkeys(each.title for each in found.answer.citations))


@pytest.mark.parametrize(
    "question",
    [
        "What is sparse attention and how does it scale?",
        "How does token merging work in image generation and why is it cheaper?",
        "Are there papers about sparse attention? I think they are useful",
        "making sparse attention faster by choosing its blocks",
        "Is it possible to natively train sparse attention?",
        "그런데 스파스 어텐션은 뭐야?",
        "And what is sparse attention?",
        "what's that paper about sparse attention in the hardware?",
    ],
)
async def test_a_question_with_a_topic_of_its_own_is_not_about_the_last_paper(
    library: Library, question: str
) -> None:
    fresh = await ask(library, question)
    found = await after(library, S1, question)

    assert not fresh.answer.abstained
    assert S1 not in cited(found)
    assert found.context == ()
    assert found.answer == fresh.answer


@pytest.mark.parametrize(
    "question",
    [
        "how much data did they use?",
        "which optimizer does it use?",
        "is its attention sparse?",
        "what does this paper say about gradient clipping?",
        "is the code available?",
        "코드 있어?",
        "what are the results?",
        "벤치마크 점수는?",
        "그럼 학습 비용은?",
        "누가 썼어?",
        "who is the first author?",
        "o1보다 나아?",
        "which tokenizer does it use?",
        "what is the learning rate?",
        "what did the curator think?",
    ],
)
async def test_a_question_without_one_is_about_the_last_paper(
    library: Library, question: str
) -> None:
    found = await after(library, S1, question)

    assert found.context == await find(library, S1)
    assert set(cited(found)) <= {S1}


@pytest.mark.parametrize(
    "question",
    [
        "tokenizer",
        "What is a tokenizer?",
        "토크나이저가 뭐야?",
        "what is memory?",
        "옵티마이저 논문",
    ],
)
async def test_what_may_be_a_topic_is_one_where_it_is_only_named_or_defined(
    library: Library, question: str
) -> None:
    assert (await after(library, S1, question)).context == ()


@pytest.mark.parametrize("question", ["hello", "who are you?", "what can you do?", "가나다"])
async def test_who_asks_nothing_of_a_paper_gets_none(library: Library, question: str) -> None:
    assert cited(await after(library, S1, question)) == []


@pytest.mark.parametrize("question", ["hello", "너 누구야?"])
async def test_what_is_not_understood_leads_away_from_no_paper(
    library: Library, question: str
) -> None:
    found = await after(library, S1, question)

    assert found.answer.text == say(found.answer.language, "answer.unclear")
    assert found.context == await find(library, S1)


@pytest.mark.parametrize(
    "question",
    ["how much?", "why?", "by how much?", "and how?", "얼마나?", "왜?", "어떻게요?", "근데 왜?"],
)
async def test_how_much_and_why_are_asked_of_the_last_paper(
    library: Library, question: str
) -> None:
    found = await after(library, S1, question)

    assert cited(found) == [S1]
    assert found.context == await find(library, S1)


@pytest.mark.parametrize("question", ["첫 번째 거", "the first one", "마지막 논문은 누가 썼어?"])
async def test_the_first_of_a_list_of_one_is_that_one(library: Library, question: str) -> None:
    found = await after(library, S1, question)

    assert cited(found) == [S1]
    assert found.context == await find(library, S1)


async def test_what_is_not_told_of_a_named_paper_leads_to_it(library: Library) -> None:
    found = await ask(library, "What license does s1 have?")

    assert found.answer.abstained
    assert found.context == await find(library, S1)


@pytest.mark.parametrize("question", ["how much?", "왜?"])
async def test_how_much_of_nothing_is_not_understood(library: Library, question: str) -> None:
    found = await ask(library, question)

    assert found.answer.text == say(found.answer.language, "answer.unclear")


@pytest.mark.parametrize(
    "question",
    [
        "둘의 차이는?",
        "뭐가 더 나아?",
        "what's the difference?",
        "which one is faster?",
        "compare them",
    ],
)
async def test_the_two_papers_of_an_answer_are_compared_where_no_other_is_named(
    library: Library, question: str
) -> None:
    pair = (*await find(library, S1), *await find(library, ADAGC))
    found = await ask(library, question, Context(entries=pair, listed=pair, is_recent=True))

    assert cited(found) == [S1, ADAGC]


@pytest.mark.parametrize(
    "question", ["is it better than DPO?", "Native Sparse Attention은 뭐가 달라?"]
)
async def test_a_comparison_with_something_else_is_not_of_the_two(
    library: Library, question: str
) -> None:
    pair = (*await find(library, S1), *await find(library, ADAGC))
    found = await ask(library, question, Context(entries=pair, listed=pair, is_recent=True))

    assert cited(found) != [S1, ADAGC]


async def test_hardly_any_plain_question_is_taken_for_a_follow_up(library: Library) -> None:
    """Of what people ask of a paper that they name or describe."""
    path = Path(__file__).parents[2] / "bench/questions/seeds.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    context = Context(entries=await find(library, ADAGC), is_recent=True)
    taken = [
        question
        for question in questions
        if (await ask(library, question, context)).answer != (await ask(library, question)).answer
    ]
    assert len(questions) > 100
    assert taken == []


@pytest.mark.parametrize(
    "question",
    ["추론 길이를 조절하는 방법은?", "추론 길이 조절", "How do I control the length of reasoning?"],
)
async def test_the_length_of_reasoning_is_controlled_as_s1_does(
    library: Library, question: str
) -> None:
    """So asks the picture in README.md."""
    found = await ask(library, question)

    assert cited(found)[:1] == [S1]
    assert "CoT" in found.answer.text


@pytest.mark.parametrize("question", ["그건 누가 썼어?", "이건 누가 썼어?", "이걸 누가 썼지?"])
async def test_a_word_that_points_is_no_topic(library: Library, question: str) -> None:
    found = await after(library, S1, question)

    assert [fact.label for fact in found.answer.facts] == ["저자"]
    assert "\n> " not in found.answer.text


@pytest.mark.parametrize("question", ["한계는 뭐야?", "라이선스는?", "what is its license?"])
async def test_in_a_thread_what_may_be_asked_of_any_paper_is_asked_of_that_one(
    library: Library, question: str
) -> None:
    assert set(cited(await under(library, ADAGC, question))) <= {ADAGC}


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("merging neighbouring visual tokens along the channel dimension", "Token-Shuffle"),
        ("DeepSeek NSA에 대한 저자의 감상은?", "Native Sparse Attention"),
        ("URL을 문서 앞에 붙여서 프리트레이닝하는 논문", "When Does Metadata Conditioning"),
    ],
)
async def test_in_a_thread_a_paper_that_is_described_well_is_found(
    library: Library, question: str, title: str
) -> None:
    found = await under(library, ADAGC, question)

    assert found.context == ()
    assert cited(found)[0].startswith(title)


@pytest.mark.parametrize(
    "question",
    [
        "is there another one about test-time scaling?",
        "more papers on test-time scaling",
        "그거 말고 테스트타임 스케일링 논문은?",
        "테스트타임 스케일링 다룬 다른 논문 있어?",
    ],
)
async def test_another_paper_of_a_topic_is_not_the_one_at_hand(
    library: Library, question: str
) -> None:
    for asked in (after, under):
        assert [each.partition(":")[0] for each in cited(await asked(library, S1, question))] == [
            "SETS"
        ]


@pytest.mark.parametrize("question", ["does it compare with other methods?", "more details"])
async def test_another_thing_of_a_paper_is_asked_of_it(library: Library, question: str) -> None:
    assert cited(await after(library, S1, question)) == [S1]


async def test_who_is_told_nothing_is_still_talking_of_the_paper_that_is_nearest(
    library: Library,
) -> None:
    title = "Native Sparse Attention: Hardware-Aligned and Natively Trainable Sparse Attention"
    found = await after(library, title, "속도는 얼마나 빨라져?")

    assert found.answer.abstained
    assert found.context == await find(library, title)


async def test_a_list_is_the_same_after_an_answer(library: Library) -> None:
    question = "papers on reinforcement learning"

    assert (await after(library, ADAGC, question)).answer == (await ask(library, question)).answer


@pytest.mark.parametrize("question", ["show me the abstract", "초록 보여줘", "그 논문 초록 좀"])
async def test_the_abstract_is_quoted_as_it_is_stored(library: Library, question: str) -> None:
    for asked in (after, under):
        found = await asked(library, S1, question)
        (entry,) = found.entries.values()
        assert [each.quote for each in found.answer.citations] == [entry.paper.abstract]


async def test_what_an_abstract_says_of_something_is_a_question(library: Library) -> None:
    found = await after(library, S1, "what does its abstract say of budget forcing?")

    assert cited(found) == [S1]
    (entry,) = (each for each in found.entries.values() if each.paper.title == S1)
    assert entry.paper.abstract not in [each.quote for each in found.answer.citations]
    assert "budget forcing" in found.answer.text


@pytest.mark.parametrize("question", ["abstract of AdaGC", "AdaGC 초록 보여줘"])
async def test_a_paper_may_be_named_with_what_is_wanted_of_it(
    library: Library, question: str
) -> None:
    found = await after(library, S1, question)

    assert cited(found) == [ADAGC]
    assert found.context == await find(library, ADAGC)


@pytest.mark.parametrize(
    "question",
    [
        "tl;dr",
        "한 줄로 요약해줘",
        "summarize it in one sentence",
        "핵심이 뭐야?",
        "정리해줘",
        "key contribution?",
        "쉽게 설명해줘",
    ],
)
async def test_a_summary_is_of_the_paper_at_hand(library: Library, question: str) -> None:
    assert cited(await after(library, S1, question)) == [S1]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("tldr of SETS", "SETS"),
        ("SETS 요약", "SETS"),
        ("summarize EPPO in one sentence", "The Energy Loss"),
        ("FR3E 한 줄 요약", "First Return"),
        ("abstract of GMU", "Decoder-Hybrid"),
    ],
)
async def test_a_summary_is_of_the_paper_whose_name_is_a_plain_word_or_in_its_abstract(
    library: Library, question: str, title: str
) -> None:
    found = await ask(library, question)

    assert [each.startswith(title) for each in cited(found)] == [True]


async def test_a_summary_of_what_is_no_papers_name_is_a_question(library: Library) -> None:
    assert (await ask(library, "tldr of RAR")).answer.abstained


async def test_more_details_say_more_than_a_summary(library: Library) -> None:
    for few, many in (("tl;dr", "more details"), ("요약해줘", "더 자세히")):
        summary = (await after(library, ADAGC, few)).answer
        details = (await after(library, ADAGC, many)).answer
        assert details.text.startswith(summary.text[:100])
        assert len(details.text) > len(summary.text)


@pytest.mark.parametrize("question", ["similar papers?", "비슷한 논문 더 있어?", "관련 논문은?"])
async def test_similar_papers_are_the_related_ones(library: Library, question: str) -> None:
    found = await after(library, S1, question)
    entry = await library.store.get_entry(*found.context)
    assert entry is not None
    near = await library.relate(entry, today=TODAY, until=TODAY, limit=10)

    assert [each.entry_id for each in found.answer.ranked] == [each.entry_id for each in near]
    assert S1 not in cited(found)
    assert cited(found)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("그 저자의 다른 논문은?", f"“{S1}” 저자들의 다른 논문은 없어요."),
        (
            "what else did the authors write?",
            f"The digests have no other paper by the authors of “{S1}”.",
        ),
        (
            "other papers by the first author",
            "The digests have no other paper by Niklas Muennighoff.",
        ),
    ],
)
async def test_that_authors_have_no_other_paper_is_said(
    library: Library, question: str, said: str
) -> None:
    assert (await after(library, S1, question)).answer.text == said


@pytest.mark.parametrize(
    ("question", "said"),
    [("bibtex 줘", "/인용"), ("give me bibtex", "/cite"), ("how do I cite it?", "/cite")],
)
async def test_who_wants_to_cite_is_told_how(library: Library, question: str, said: str) -> None:
    found = await after(library, S1, question)

    assert said in found.answer.text
    assert S1 in found.answer.text


@pytest.mark.parametrize("question", ["thanks!", "고맙습니다 ㅎㅎ", "nice", "좋네요"])
async def test_thanks_for_an_answer_are_no_question(library: Library, question: str) -> None:
    found = await under(library, S1, question)

    assert found.answer.text == say(found.answer.language, "answer.welcome")
    assert found.context == await find(library, S1)


@pytest.mark.parametrize(
    "question",
    [
        "compare it with AdaGC",
        "AdaGC랑 비교해줘",
        "AdaGC랑 뭐가 달라?",
        "how does it differ from AdaGC?",
    ],
)
async def test_a_comparison_quotes_the_paper_at_hand_first(library: Library, question: str) -> None:
    for asked in (after, under):
        found = await asked(library, S1, question)
        assert cited(found) == [S1, ADAGC]
        assert found.context == await find(library, S1)


async def test_two_papers_that_are_named_are_compared_with_each_other(library: Library) -> None:
    found = await after(library, S1, "AdaGC vs Native Sparse Attention")

    assert S1 not in cited(found)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("두 번째 논문은 누가 썼어?", 1),
        ("첫 번째 논문 초록 보여줘", 0),
        ("summarize the second one", 1),
        ("and the third one?", 2),
        ("more about the first", 0),
        ("who wrote the second?", 1),
        ("who wrote the 2nd paper?", 1),
        ("마지막 논문은 언제 나왔어?", -1),
        ("3번 논문 요약해줘", 2),
    ],
)
async def test_a_paper_of_the_list_is_named_by_its_place(
    library: Library, question: str, place: int
) -> None:
    listed = (await ask(library, "papers on reinforcement learning")).answer.citations
    ids = tuple(dict.fromkeys(each.entry_id for each in listed))
    found = await ask(library, question, Context(entries=ids, listed=ids, is_recent=True))

    assert {each.entry_id for each in found.answer.citations} == {ids[place]}
    assert found.context == ids


async def test_a_place_that_the_list_lacks_is_none(library: Library) -> None:
    ids = (*await find(library, S1), *await find(library, ADAGC))
    context = Context(entries=ids, listed=ids, is_recent=True)

    assert choose_listed("the ninth one?", context) == ("the ninth one?", context)
    assert choose_listed("who is the second author?", context)[1] == context


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("영어로", "en"),
        ("in Korean please", "ko"),
        ("translate that to English", "en"),
        ("그거 한국어로 다시 말해줘", "ko"),
        ("Korean LLM papers", None),
        ("영어 데이터는?", None),
    ],
)
async def test_the_last_answer_is_asked_for_in_a_language(
    question: str, language: str | None
) -> None:
    assert find_language(question) == language


@pytest.mark.parametrize(
    "question", ["more", "show me more", "any others?", "더 보여줘", "나머지는?"]
)
async def test_who_wants_the_rest_of_a_list_is_told_where_it_is(
    library: Library, question: str
) -> None:
    asked = "papers since 2025-02 about language models"
    first = (await ask(library, asked)).answer
    ids = tuple(dict.fromkeys(each.entry_id for each in first.citations))
    context = Context(entries=ids, listed=ids, question=asked, is_recent=True)
    found = await ask(library, question, context)

    command = {"en": "/search", "ko": "/검색"}[found.answer.language]
    assert "All of them: /search" in first.text
    assert found.answer.text.endswith(command)
    assert found.context == ids


async def test_a_list_of_a_tag_names_the_command_that_pages_through_it(library: Library) -> None:
    ids = await find(library, S1)
    context = Context(entries=ids, listed=ids * 2, question="#rl papers", is_recent=True)
    found = await ask(library, "more", context)

    assert found.answer.text.endswith("papers: /tag rl")


async def test_more_after_a_comparison_is_more_of_the_paper(library: Library) -> None:
    ids = (*await find(library, S1), *await find(library, ADAGC))
    asked = "how does it differ from AdaGC?"
    context = Context(entries=ids, listed=ids, question=asked, is_recent=True)

    assert cited(await ask(library, "more", context)) == [S1]


async def test_more_of_a_paper_is_no_rest_of_a_list() -> None:
    assert not asks_for_more("more details")
    assert not asks_for_more("더 자세히")


async def test_whatever_is_said_after_an_answer_is_answered_soon(library: Library) -> None:
    ids = (*await find(library, S1), *await find(library, ADAGC))
    context = Context(entries=ids, listed=ids, question="#rl papers", is_recent=True)
    repeated = (f"{unit}" * 400 for unit in ("한국어말", "더 ", "it and ", "other author ", "tl;"))
    for foe in (*hostile.FOES, *repeated):
        async with asyncio.timeout(2):
            assert (await ask(library, foe, context)).answer.text
            assert find_language(f"{foe} x") is None


@pytest.mark.parametrize(
    ("question", "is_told"),
    [("is the code of s1 public?", True), ("is the code of NSA out?", False)],
)
async def test_that_code_is_public_is_told_by_nothing_else(
    library: Library, question: str, is_told: bool
) -> None:
    found = await ask(library, question)
    assert bool(found.answer.citations) == is_told

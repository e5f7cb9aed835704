"""What a question is about that comes after an answer, on the four real digests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
import pytest_asyncio

from bot.answering.pointing import NO_CONTEXT, Context
from bot.asking import Found, Library
from bot.ingest import ingest
from bot.messages import pick_language
from storage.sqlite import open_store
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
        "what did the curator think?",
    ],
)
async def test_a_question_without_one_is_about_the_last_paper(
    library: Library, question: str
) -> None:
    found = await after(library, S1, question)

    assert found.context == await find(library, S1)
    assert set(cited(found)) <= {S1}


@pytest.mark.parametrize("question", ["hello", "who are you?", "what can you do?"])
async def test_who_asks_nothing_of_a_paper_gets_none(library: Library, question: str) -> None:
    assert (await after(library, S1, question)).context == ()


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


async def test_a_list_is_the_same_after_an_answer(library: Library) -> None:
    question = "papers on reinforcement learning"

    assert (await after(library, ADAGC, question)).answer == (await ask(library, question)).answer

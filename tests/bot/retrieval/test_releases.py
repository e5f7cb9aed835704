"""Where code, models and data are."""

from __future__ import annotations

import pytest

from bot.retrieval.releases import asks_release, says_release


@pytest.mark.parametrize(
    "question",
    [
        "minillm github",
        "minillm code?",
        "is the code for minillm released?",
        "does swan release code",
        "is maskllm open source?",
        "where can i download the weights of it",
        "fundus repo link",
        "minillm 코드 공개됨?",
        "b-star 코드 있음?",
        "가중치 공개했나",
        "깃헙 주소 알려줘",
        "rar 코드 어디서 받음",
        "map-neo 오픈소스야?",
    ],
)
def test_who_asks_for_code_is_understood(question: str) -> None:
    assert asks_release(question)


@pytest.mark.parametrize(
    "question",
    [
        "lean-github accuracy",
        "resolving github issues with agents",
        "language models trained on code",
        "what does code data do for reasoning?",
        "구글이 공개한 모델",
        "공개된 수학 데이터셋",
        "코드 있는 그대로 학습",
        "코드북 크기",
    ],
)
def test_who_asks_about_code_asks_for_none(question: str) -> None:
    assert not asks_release(question)


@pytest.mark.parametrize(
    "text",
    [
        "Our model, code, and data are available at https://github.com/x/y.",
        "Code and models will be made available.",
        "We release training code and autoencoders.",
        "All code and data are publicly available.",
        "Code at: \\url{https://github.com/x}",
        "데이터셋과 파이프라인을 공개했네요.",
    ],
)
def test_what_is_public_is_seen(text: str) -> None:
    assert says_release(text)


@pytest.mark.parametrize(
    "text",
    [
        "We train code models on public data.",
        "Models are evaluated on code.",
        "코드를 학습시켰네요.",
    ],
)
def test_what_says_no_such_thing_is_not(text: str) -> None:
    assert not says_release(text)

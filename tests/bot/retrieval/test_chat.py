"""Korean as it is typed in a chat."""

from __future__ import annotations

from datetime import date

import pytest

from bot.retrieval import understand
from bot.retrieval.chat import spell_out
from bot.retrieval.memory import index_entries
from tests.bot.answering.entries import make_entry

INDEX = index_entries([make_entry(1, "Quantization", "We quantize.", date(2025, 2, 18))])


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("효과있나염ㅋㅋ", "효과 있나요"),
        ("알려주세용", "알려주세요"),
        ("제거하는거임?", "제거하는 거임?"),
        ("만든거야", "만든 거야"),
        ("왜씀", "왜 씀"),
        ("몇배 빠름", "몇 배 빠름"),
        ("이미지 여러장", "이미지 여러 장"),
        ("양자화 아시는분 계신가요?", "양자화 ?"),
        ("양자화 3줄요약좀", "양자화 요약 좀"),
        ("다룬적있어?", "다룬 있어?"),
        ("뭐가나음", "뭐가 나음"),
        ("두문제 이어붙여서", "두 문제 이어붙여서"),
        ("큰모델 안쓰고", "큰 모델 안 쓰고"),
        ("어디서 본거지", "어디서 본 거지"),
        ("사진 한장으로", "사진 한 장으로"),
        ("알려주셈", "알려주세요"),
        ("구글꺼임?", "구글 꺼임?"),
    ],
)
def test_what_is_typed_in_a_chat_is_read_as_texts_spell_it(typed: str, spelt: str) -> None:
    assert spell_out(typed).split() == spelt.split()


@pytest.mark.parametrize(
    "text",
    [
        "근거",
        "제거",
        "증거를 과거에서",
        "대여",
        "사용",
        "김나영",
        "참여",
        "끊임없이",
        "수적인 적",
        "RL",
    ],
)
def test_words_that_only_look_so_are_left_whole(text: str) -> None:
    assert spell_out(text) == text


@pytest.mark.parametrize(
    "question",
    [
        "양자화 쓰는거 있나염",
        "양자화 뭐임ㅋㅋㅋ",
        "양자화 왜 하는거임",
        "양자화 언제나옴",
        "양자화 그 유명한거ㅠㅠ",
        "양자화 써보신분?",
        "양자화 몇점 나옴",
        "양자화 얼마나 걸림",
        "양자화 다룬적있나",
    ],
)
def test_how_it_is_asked_is_no_part_of_what_it_is_about(question: str) -> None:
    terms = understand(question, today=date(2025, 2, 20), index=INDEX).terms

    assert [term.text for term in terms if not term.hint] == ["양자화"]

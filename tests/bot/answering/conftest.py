"""A dozen papers to ask about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.answering import READ_ENTRIES, Answer, answer
from bot.retrieval import rank, understand
from bot.retrieval.memory import index_entries
from bot.retrieval.nearest import add_nearest
from tests.bot.answering.entries import make_entry

TODAY = date(2025, 2, 20)
Ask = Callable[[str], Answer]


ENTRIES = (
    make_entry(
        1,
        "Differential Transformer",
        "We take the difference of two softmax attention maps, trained on text of many books.",
        date(2024, 10, 7),
        authors=("Tianzhu Ye", "Furu Wei"),
        tags=("transformer",),
    ),
    make_entry(
        2,
        "Native Sparse Attention: Hardware-Aligned and Natively Trainable Sparse Attention",
        "DeepSeek trains sparse attention that is aligned with the hardware.",
        date(2025, 2, 18),
        authors=("Jingyang Yuan",),
        tags=("efficiency",),
        ko=("DeepSeek은 Sparse Attention을 준비하고 있었군요.",),
    ),
    make_entry(
        3,
        "Scaling Laws for Precision",
        "Low precision training and inference affect quality and cost of language models.",
        date(2024, 11, 7),
        authors=("Tanishq Kumar", "Niklas Muennighoff"),
        tags=("scaling-law",),
    ),
    make_entry(
        4,
        "Towards Precise Scaling Laws for Video Diffusion Transformers",
        "Precise scaling laws for video diffusion transformers, and precision of their fit.",
        date(2024, 11, 25),
        authors=("Yuanyang Yin",),
        tags=("scaling-law", "video"),
    ),
    make_entry(
        5,
        "KAN: Kolmogorov-Arnold Networks",
        "KANs have learnable activation functions on edges. They beat MLPs in accuracy.",
        date(2024, 4, 30),
        authors=("Ziming Liu", "Max Tegmark"),
        tags=("architecture",),
        en=("I wonder how far KAN scales.",),
    ),
    make_entry(
        6,
        "An Empirical Study of Mamba-based Language Models",
        "We compare 8B Mamba and Mamba-2 models with transformers, on 3.5 trillion tokens.",
        date(2024, 6, 12),
        authors=("Roger Waleffe",),
        tags=("state-space-model",),
    ),
    make_entry(
        7,
        "s1: Simple test-time scaling",
        "We curate a dataset s1K of 1,000 questions and control thinking by budget forcing.",
        date(2025, 2, 3),
        authors=("Niklas Muennighoff",),
        tags=("reasoning",),
        ko=("1K 샘플로 학습시킨 다음 CoT의 길이를 변경하는 디코딩 방법.",),
    ),
    make_entry(
        8,
        "Gemma 2: Improving Open Language Models at a Practical Size",
        "Gemma 2 has 2 to 27 billion parameters and is distilled, as in Hinton et al., 2015.",
        date(2024, 6, 28),
        authors=("Gemma Team",),
        tags=("llm",),
        ko=("Gemma 2 9B는 Llama 3 8B를 상회합니다.",),
    ),
    make_entry(
        9,
        "PaliGemma 2: A Family of Versatile VLMs for Transfer",
        "PaliGemma 2 upgrades the VLM with the Gemma 2 family; its license is open.",
        date(2024, 12, 4),
        authors=("Andreas Steiner",),
        tags=("vision-language",),
    ),
    make_entry(
        10,
        "Weight decay induces low-rank attention layers",
        "Weight decay on attention is all that one need add to make its layers low rank.",
        date(2024, 10, 31),
        authors=("Seijin Kobayashi",),
        tags=("attention",),
    ),
    make_entry(
        11,
        "MoEUT: Mixture-of-Experts Universal Transformers",
        "A mixture of experts makes universal transformers competitive.",
        date(2024, 5, 27),
        tags=("moe", "transformer"),
    ),
    make_entry(
        12,
        "OLMoE: Open Mixture-of-Experts Language Models",
        "A mixture of experts (MoE) language model that is fully open, MoE layers included.",
        date(2024, 9, 4),
        tags=("moe",),
        ko=("공개 MoE 모델.",),
    ),
    make_entry(
        13,
        "Aioli: A Unified Optimization Framework for Language Model Data Mixing",
        "Methods of data mixing are unified; our method learns the mixture of data online.",
        date(2024, 11, 8),
        ko=("데이터 비율을 조절하는 방법에 대한 연구.",),
    ),
)


@pytest.fixture(scope="package")
def ask() -> Ask:
    """Return what answers a question on the day TODAY."""
    index = index_entries(ENTRIES)
    entries = {entry.id: entry for entry in ENTRIES}

    def _ask(question: str) -> Answer:
        query = understand(question, today=TODAY, index=index)
        ranking = rank(query, index, until=TODAY, limit=READ_ENTRIES)
        ranking = add_nearest(ranking, query, index, until=TODAY)
        return answer(query, ranking, entries, glossary=index.glossary)

    return _ask

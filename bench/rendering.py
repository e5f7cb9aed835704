"""Rendering a paper's post: papers a second, and whether a longer text costs only its length."""

from __future__ import annotations

import json
import time
from datetime import date

from bench.measuring import Row
from bot.render.paper import render_post
from storage.models import Entry, Language, Paper

PAPERS = 200
_MARK = "post:1:20260101:1:paper:0"


def measure() -> list[Row]:
    """Render papers of usual length, and of ten times that."""
    usual, long = (_render(_paper(times)) for times in (1, 10))
    return [
        Row(
            what="render one paper's message",
            ours=usual,
            unit="ms",
            note=f"{1000 / min(usual):,.0f} papers a second (aim: 1,000)",
        ),
        Row(
            what="the same, ten times the text",
            ours=long,
            unit="ms",
            floor=[10 * each for each in usual],
            floor_name="ten times the row above",
            most=1.2,
            note="linear in its text",
        ),
    ]


def _render(entry: Entry) -> list[float]:
    samples = []
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(PAPERS):
            json.dumps(render_post(entry, language=Language.BOTH, mark=_MARK).to_payload())
        samples.append((time.perf_counter() - begun) / PAPERS * 1000)
    return samples


def _paper(times: int) -> Entry:
    sentence = "We show that *this* method_is better than [what] came before by 12.5% (p < 0.05). "
    return Entry(
        id=1,
        paper=Paper(
            id=1,
            title="A Title of Usual Length: About Something New",
            authors=tuple(f"Ada Lovelace{number}" for number in range(8 * times)),
            abstract=sentence * 14 * times,
            url=None,
        ),
        date=date(2026, 1, 1),
        position=0,
        ko=("이 방법이 이전보다 12.5% 낫다는 것을 보였습니다. " * 6 * times,),
        en=(sentence * 4 * times,),
        tags=("rl", "reasoning", "distillation"),
        links=("https://arxiv.org/abs/2501.00001",),
        revision="0",
    )

"""The look-ups that `--once` shows, in both languages, as if somebody typed them."""

from __future__ import annotations

from sandbox.prompt import Prompt
from sandbox.screen import Screen
from sandbox.terminal import Piece, Style

TAB = "\t"
"""Ends a step that asks what the bot offers while one types."""

NEXT = "next"
"""Presses the last button of the answer before: a list's next page."""

STEPS = (
    "en",
    "/paper s1",
    "1",
    f"/paper title:atten{TAB}",
    "/tag rl",
    "/author emmanuel candes",
    "/search reasoning models",
    NEXT,
    "/digest 2025-04-25",
    "/tag reasonning",
    "ko",
    "/논문 s1",
    f"/태그 이름:r{TAB}",
    "/태그 rl",
    "/저자 emmanuel candes",
    "/검색 추론",
    "/날짜별",
    "/논문 스케일링",
)


async def take_tour(prompt: Prompt, screen: Screen) -> None:
    """Go through the steps and show each with its answer."""
    for step in STEPS:
        text = step
        if step == NEXT:
            if not screen.buttons:
                continue
            text = str(len(screen.buttons))
        echoed = text.rstrip(TAB) + ("⇥" if step.endswith(TAB) else "")
        name = Piece(f"{screen.reader.name}> ", Style.DIM)
        screen.show([(), (name, Piece(echoed, Style.BOLD))])
        if step.endswith(TAB):
            await prompt.show_choices(step.rstrip(TAB))
        else:
            await prompt.act(text)

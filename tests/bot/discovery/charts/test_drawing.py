"""Charts as pictures."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.discovery import charts
from bot.discovery.charts import Chart, ChartError, ChartMaker, Panel, Section, Tone
from bot.discovery.charts.drawing import draw_png

MOST_BYTES = 150_000
GROUND = (0x20, 0x24, 0x2B)


def make_chart(*names: str, counts: tuple[int, ...] = (1, 5, 2), partial: bool = False) -> Chart:
    panels = tuple(
        Panel(name=name, note="1 → 5", counts=counts, tone=tone)
        for name, tone in zip(names, list(Tone) * 9, strict=False)
    )
    return Chart(
        title="월별 논문 수",
        first="2024-05",
        last="2025-04",
        partial=partial,
        sections=(Section(heading="Rising", panels=panels),),
    )


def open_png(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    return image.convert("RGB")


def test_a_full_chart_is_small_opaque_and_of_three_pixels_a_point() -> None:
    data = draw_png(make_chart(*(f"tag-{n}" for n in range(12)), counts=(3, 9, 1, 4) * 9))
    assert len(data) < MOST_BYTES
    assert Image.open(io.BytesIO(data)).info.get("transparency") is None
    assert open_png(data).width == 3 * 400


def test_more_panels_make_it_higher_by_whole_rows() -> None:
    heights = [open_png(draw_png(make_chart(*"abcdefg"[:n]))).height for n in (1, 3, 4, 7)]
    assert heights[0] == heights[1] < heights[2] < heights[3]
    assert heights[3] - heights[2] == heights[2] - heights[1]


def test_text_and_bars_stand_out_from_the_ground() -> None:
    """WCAG asks for a contrast of 4.5 for text and 3 for what else must be told apart."""
    ground = _luminance(GROUND)
    colours = open_png(draw_png(make_chart("a", "b", "c"))).getcolors(maxcolors=256)
    assert colours is not None
    frequent = [colour for count, colour in sorted(colours, reverse=True)[:4]]
    assert frequent[0] == GROUND
    bars = frequent[1:]
    assert all((_luminance(each) + 0.05) / (ground + 0.05) > 4.5 for each in bars)


def _luminance(colour: object) -> float:
    assert isinstance(colour, tuple)
    shares = [each / 255 for each in colour]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares
    ]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


def test_a_last_period_that_is_not_over_is_paler() -> None:
    whole, partial = (draw_png(make_chart("a", partial=each)) for each in (False, True))
    assert whole != partial


def test_hangul_is_drawn_and_what_the_font_lacks_is_a_dot_not_a_box() -> None:
    hangul, other = draw_png(make_chart("추론")), draw_png(make_chart("강화"))
    assert hangul != other
    assert draw_png(make_chart("\U0001f916x")) == draw_png(make_chart("·x"))
    assert draw_png(make_chart("漢x")) == draw_png(make_chart("·x"))


def test_nothing_to_count_is_drawn_as_well() -> None:
    assert open_png(draw_png(make_chart("a", counts=(0, 0))))
    assert open_png(draw_png(make_chart("a", counts=())))
    assert open_png(draw_png(make_chart()))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=5), st.lists(st.integers(0, 10**6), max_size=36))
def test_any_names_and_counts_can_be_drawn(names: list[str], counts: list[int]) -> None:
    assert len(draw_png(make_chart(*names, counts=tuple(counts), partial=True))) < MOST_BYTES


async def test_another_process_draws_the_same_and_only_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    maker, chart = ChartMaker(), make_chart("추론", "rl")
    first, second = await asyncio.gather(maker.draw(chart), maker.draw(chart))
    assert first == draw_png(chart)
    assert second is first


async def test_the_bot_does_not_load_what_draws() -> None:
    code = "import sys, bot.client; print('PIL' in sys.modules)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[4]
    )
    out, _ = await process.communicate()
    assert out.split() == [b"False"]


async def test_pictures_are_forgotten_in_the_end() -> None:
    maker = ChartMaker()
    maker._pictures = {make_chart(f"{n}"): b"old" for n in range(8)}
    assert await maker.draw(make_chart("0")) == b"old"
    await maker.draw(make_chart("new"))
    assert make_chart("0") in maker._pictures
    assert make_chart("1") not in maker._pictures


@pytest.mark.parametrize("program", ["/no/such/program", "false"])
async def test_a_drawing_that_fails_says_so(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with pytest.raises(ChartError):
        await ChartMaker().draw(make_chart("a"))


async def test_a_drawing_that_hangs_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sleeper = tmp_path / "sleeper"
    sleeper.write_text("#!/bin/sh\nexec sleep 60\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(sleeper))
    monkeypatch.setattr(charts, "_SECONDS", 0.05)
    with pytest.raises(ChartError, match="not drawn"):
        await ChartMaker().draw(make_chart("a"))

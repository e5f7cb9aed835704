"""Trends in words, and the chart that is drawn of them."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discovery.charts.records import Tone
from bot.discovery.trends import Mover, Series, Trends, list_months
from bot.render.tags import PAGE_SIZE, render_tags
from bot.render.trends import ALT_TEXT, chart_trends, render_trends
from storage.models import Page, TagSpan
from tests.bot.render.builders import long_texts
from tests.bot.render.discord_rules import check_payload, show, units

NEWEST = date(2025, 4, 25)
MONTHS = list_months(NEWEST, 3)


def make_trends(
    *,
    top: tuple[Series, ...] = (Series(tag="rl", counts=(1, 2, 3)),),
    rising: tuple[Mover, ...] = (),
    fading: tuple[Mover, ...] = (),
) -> Trends:
    return Trends(
        months=MONTHS,
        newest=NEWEST,
        partial=True,
        weeks=3,
        papers=7,
        top=top,
        rising=rising,
        fading=fading,
        moving=tuple(Series(tag=each.tag, counts=(0, 1, 2)) for each in (*rising, *fading)),
    )


UP, DOWN = Mover(tag="moe", before=1, now=5), Mover(tag="rlhf", before=6, now=0)


def test_the_words_say_what_has_most_what_rose_and_what_fell() -> None:
    message = render_trends(make_trends(rising=(UP,), fading=(DOWN,)), None, language="en")
    text = show(message.embeds[0].description or "").text
    assert "`#rl` 6" in text
    assert "Rising\n- `#moe` 1 → 5" in text
    assert "Fading\n- `#rlhf` 6 → 0" in text
    assert message.embeds[0].title == "Trends: 3 months up to 25 April 2025"
    assert message.embeds[0].footer.text == (
        "7 papers · Arrows: from the 3 weeks before to the last 3"
    )
    assert message.attachments == ()


def test_nothing_moving_is_said() -> None:
    message = render_trends(make_trends(), None, language="ko")
    assert "뚜렷하게 늘거나 줄어든 태그가 없어요." in (message.embeds[0].description or "")
    assert message.embeds[0].footer.text == "논문 7편"


def test_the_picture_keeps_to_three_rows_of_three() -> None:
    many = tuple(Series(tag=f"t{n}", counts=(1, 1, 1)) for n in range(12))
    for movers, room in (
        ({}, 9),
        ({"rising": (UP,)}, 6),
        ({"rising": (UP,), "fading": (DOWN,)}, 3),
    ):
        chart = chart_trends(make_trends(top=many, **movers), language="en")
        assert len(chart.sections[0].panels) == room


def test_a_tag_of_one_day_has_one_date() -> None:
    span = TagSpan(name="rl", papers=2, first=NEWEST, last=NEWEST)
    page = Page(items=(span,), offset=0, total=1)
    message = render_tags(page, language="ko", previous=None, following=None)
    assert message.embeds[0].description == "`#rl` 논문 2편 · 2025-04-25"


def test_the_picture_is_shown_with_all_its_numbers_in_words() -> None:
    message = render_trends(make_trends(rising=(UP,)), b"png", language="en")
    (file,) = message.attachments
    assert message.embeds[0].image.url == f"attachment://{file.name}"
    assert file.content == b"png"
    assert "2025-02 to 2025-04" in file.description
    assert "rl: 1, 2, 3. moe: 0, 1, 2." in file.description


def test_the_chart_has_a_section_for_each_direction_that_something_took() -> None:
    chart = chart_trends(make_trends(rising=(UP,), fading=(DOWN,)), language="en")
    assert [[panel.name for panel in each.panels] for each in chart.sections] == [
        ["rl"],
        ["moe"],
        ["rlhf"],
    ]
    assert [each.panels[0].note for each in chart.sections] == ["6", "1 → 5", "6 → 0"]
    tones = [each.panels[0].tone for each in chart.sections]
    assert tones == [Tone.CALM, Tone.RISE, Tone.FALL]
    assert (chart.first, chart.last, chart.partial) == ("2025-02", "2025-04", True)
    assert len(chart_trends(make_trends(), language="ko").sections) == 1


names = long_texts(300)
movers = st.lists(
    st.builds(Mover, tag=names, before=st.integers(0, 9999), now=st.integers(0, 9999)), max_size=3
).map(tuple)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.builds(Series, tag=names, counts=st.just((9999,) * 36)), max_size=25).map(tuple),
    movers,
    movers,
    st.sampled_from(("ko", "en")),
)
def test_no_tags_break_a_limit(
    top: tuple[Series, ...],
    rising: tuple[Mover, ...],
    fading: tuple[Mover, ...],
    language: str,
) -> None:
    trends = make_trends(top=top, rising=rising, fading=fading)
    message = render_trends(trends, b"png", language=language)
    check_payload(message.to_payload())
    assert units(message.attachments[0].description) <= ALT_TEXT


def spans(*tags: str) -> tuple[TagSpan, ...]:
    return tuple(
        TagSpan(name=tag, papers=number, first=date(2024, 1, 5), last=NEWEST)
        for number, tag in enumerate(tags, start=1)
    )


def test_a_page_of_tags_has_counts_and_days() -> None:
    page = Page(items=spans("rl", "moe"), offset=20, total=45)
    message = render_tags(page, language="en", previous="tags:1", following=None)
    assert show(message.embeds[0].description or "").text.splitlines() == [
        "`#rl` 1 paper · 2024-01-05 \N{EN DASH} 2025-04-25",
        "`#moe` 2 papers · 2024-01-05 \N{EN DASH} 2025-04-25",
    ]
    assert message.embeds[0].footer.text == "Page 2 of 3 · 45 tags · with first and last day"
    assert [button.disabled for button in message.buttons[0]] == [False, True]


@settings(max_examples=30, deadline=None)
@given(st.lists(names, min_size=1, max_size=PAGE_SIZE))
def test_no_page_of_tags_breaks_a_limit(tags: list[str]) -> None:
    page = Page(items=spans(*tags), offset=0, total=len(tags))
    message = render_tags(page, language="ko", previous=None, following="tags:ko:papers:1")
    check_payload(message.to_payload())
    assert len((message.embeds[0].description or "").splitlines()) == len(tags)

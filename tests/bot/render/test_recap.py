"""A week's recap."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discovery.popularity import Popular
from bot.discovery.trends import Mover, Series
from bot.render.recap import Recap, RecapPaper, TagWeeks, chart_recap, render_recap
from storage.models import Language, Post
from tests.bot.render.builders import entries, long_texts, make_entry
from tests.bot.render.discord_rules import check_payload, show

MONDAY = date(2025, 4, 21)
WEEKS = tuple(MONDAY - timedelta(weeks=back) for back in range(11, -1, -1))
POST = Post(entry_id=1, guild_id=1, channel_id=2, message_id=3, thread_id=4)
LIKED = Popular(entry_id=1, paper_id=1, saves=1, messages=12, reactions=0)
QUIET = RecapPaper(entry=make_entry(2, title="Quiet"), post=None, popular=None)
LOUD = RecapPaper(entry=make_entry(1, title="Loud *Paper*"), post=POST, popular=LIKED)
NO_TAGS = TagWeeks(weeks=WEEKS, top=(), rose=(), rising=())
ROSE = TagWeeks(
    weeks=WEEKS,
    top=(Series(tag="rl", counts=(1,) * 12),),
    rose=(Mover(tag="moe", before=1, now=3),),
    rising=(Series(tag="moe", counts=(0,) * 11 + (3,)),),
)


def make_recap(
    *top: RecapPaper, threads: tuple[RecapPaper, ...] = (), tags: TagWeeks = NO_TAGS
) -> Recap:
    return Recap(week=MONDAY, papers=9, digests=3, top=top, threads=threads, tags=tags)


def text_of(recap: Recap, language: Language = Language.EN) -> str:
    message = render_recap(recap, None, language=language)
    check_payload(message.to_payload())
    return show(message.embeds[0].description or "").text


def test_a_recap_says_how_much_there_was_and_what_was_liked() -> None:
    recap = make_recap(LOUD, QUIET)
    message = render_recap(recap, None, language=Language.EN)
    assert message.embeds[0].title == "Week of 21 April 2025"
    shown = show(message.embeds[0].description or "")
    assert "9 papers in 3 digests" in shown.text
    assert "1 save · 12 messages" in shown.text
    assert "https://discord.com/channels/1/4" in shown.urls
    assert shown.text.index("Loud") < shown.text.index("Quiet")


def test_busy_threads_and_tags_that_rose_are_named_where_there_are_any() -> None:
    text = text_of(make_recap(LOUD, threads=(LOUD,), tags=ROSE))
    assert "Busiest threads" in text
    assert "`#moe` 3 this week, 1 in the 4 weeks before" in text
    plain = text_of(make_recap(LOUD))
    assert "Busiest" not in plain
    assert "rose" not in plain


def test_a_channel_of_both_languages_gets_both() -> None:
    text = text_of(make_recap(LOUD, tags=ROSE), Language.BOTH)
    assert "인기 논문 · Top papers" in text
    assert "9편" in text
    assert "9 papers" in text


def test_the_picture_shows_the_weeks_tags_and_those_that_rose() -> None:
    chart = chart_recap(make_recap(tags=ROSE), language=Language.KO)
    assert [each.panels[0].name for each in chart.sections] == ["rl", "moe"]
    assert chart.sections[1].panels[0].note == "3"
    assert (chart.first, chart.last) == ("2025-02-03", "2025-04-21")
    message = render_recap(make_recap(LOUD, tags=ROSE), b"png", language=Language.KO)
    assert message.attachments[0].content == b"png"
    assert "moe: 0, 0" in message.attachments[0].description


names = long_texts(300)
papers = st.builds(
    RecapPaper,
    entry=entries(abstract=None, ko=(), en=(), links=()),
    post=st.none()
    | st.just(
        Post(entry_id=1, guild_id=2**63, channel_id=2**63, message_id=2**63, thread_id=2**63)
    ),
    popular=st.none() | st.just(dataclasses.replace(LIKED, saves=10**6, reactions=10**6)),
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(papers, max_size=5).map(tuple),
    st.lists(papers, max_size=3).map(tuple),
    st.lists(st.builds(Mover, tag=names, before=st.just(1), now=st.just(9)), max_size=3).map(tuple),
    st.sampled_from(Language),
)
def test_no_recap_breaks_a_limit(
    top: tuple[RecapPaper, ...],
    threads: tuple[RecapPaper, ...],
    rose: tuple[Mover, ...],
    language: Language,
) -> None:
    series = tuple(Series(tag=each.tag, counts=(9999,) * 12) for each in rose)
    tags = TagWeeks(weeks=WEEKS, top=series, rose=rose, rising=series)
    recap = make_recap(*top, threads=threads, tags=tags)
    message = render_recap(recap, b"png", language=language)
    check_payload(message.to_payload())
    assert len(message.attachments[0].description) <= 1024
    # Nothing was cut off: the last section is there.
    if rose:
        assert (message.embeds[0].description or "").count("\n- ") >= len(rose)

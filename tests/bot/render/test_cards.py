"""The row of buttons under a paper, and what they show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.cards import card_buttons, render_comment, render_more
from bot.render.message import Button
from bot.render.paper import render_abstract, render_post
from storage.models import Entry, Language
from tests.bot.render.builders import EN, KO, entries, make_entry
from tests.bot.render.discord_rules import check_payload, show, squeeze


def row(entry: Entry, language: Language) -> tuple[Button, ...]:
    (found,) = card_buttons(entry, language, "post:1")
    return found


def text_of(entry: Entry, spoken: str) -> str:
    messages = render_comment(entry, spoken=spoken, language="en")
    parts = [message.embeds[0].description or "" for message in messages]
    return squeeze("".join(show(part).text for part in parts))


@pytest.mark.parametrize(
    ("language", "labels", "second"),
    [
        (Language.KO, ("초록", "English", "저장", "토론", "더보기"), "card:en:7"),
        (Language.EN, ("Abstract", "한국어", "Save", "Discuss", "More"), "card:ko:7"),
        (
            Language.BOTH,
            (
                *("초록·Abstract", "한국어·English"),
                *("저장·Save", "토론·Discuss", "더보기·More"),
            ),
            "card:both:7",
        ),
    ],
)
def test_a_card_is_labelled_in_the_channels_language(
    language: Language, labels: tuple[str, ...], second: str
) -> None:
    buttons = row(make_entry(7), language)
    assert tuple(button.label for button in buttons) == labels
    assert tuple(button.custom_id for button in buttons) == (
        *("post:1", second),
        *("card:save:7", "card:discuss:7", "card:more:7"),
    )


def test_a_paper_without_comments_has_no_button_for_them() -> None:
    buttons = row(make_entry(ko=(), en=()), Language.KO)
    assert [button.label for button in buttons] == ["초록", "저장", "토론", "더보기"]


def test_a_paper_without_an_abstract_opens_its_full_text() -> None:
    bare = make_entry(abstract=None)
    assert row(bare, Language.EN)[0].label == "Full text"
    (page,) = render_abstract(bare, language=Language.EN)
    assert "curious" in str(page.embeds[0].description)


def test_a_comment_turns_into_the_other_language() -> None:
    (message,) = render_comment(make_entry(7), spoken="ko", language="en")
    ((turn,),) = message.buttons
    assert (turn.label, turn.custom_id) == ("English", "card:toen:7")
    assert message.content == ""
    assert squeeze("시도") in text_of(make_entry(), "ko")
    assert "curious" in text_of(make_entry(), "en")


@pytest.mark.parametrize(
    ("ko", "en", "wanted", "notice"),
    [
        ((), EN, "ko", "no Korean comment"),
        (KO, (), "en", "no English comment"),
    ],
)
def test_a_comment_that_was_never_written_gives_way_to_the_other(
    ko: tuple[str, ...], en: tuple[str, ...], wanted: str, notice: str
) -> None:
    (message,) = render_comment(make_entry(ko=ko, en=en), spoken=wanted, language="en")
    assert notice in message.content
    assert message.buttons == ()
    assert squeeze((ko or en)[0]) in text_of(make_entry(ko=ko, en=en), wanted)


@settings(max_examples=40, deadline=None)
@given(entries(), st.sampled_from(("ko", "en")), st.sampled_from(Language))
def test_no_card_breaks_a_limit_or_loses_a_word(
    entry: Entry, spoken: str, language: Language
) -> None:
    check_payload(render_more(entry, language=spoken).to_payload())
    for message in render_abstract(entry, language=language):
        check_payload(message.to_payload())
    if not (entry.ko or entry.en):
        return
    for message in render_comment(entry, spoken=spoken, language="ko"):
        check_payload(message.to_payload())
    comments = {"ko": entry.ko or entry.en, "en": entry.en or entry.ko}
    wanted = squeeze("\n\n".join(comments[spoken])).replace("%40", "@")
    assert wanted in text_of(entry, spoken).replace("%40", "@")


@settings(max_examples=40, deadline=None)
@given(entries(), st.sampled_from(Language))
def test_what_a_post_cuts_stands_under_its_first_button(entry: Entry, language: Language) -> None:
    (embed,) = render_post(entry, language=language, mark="m").embeds
    in_post = read(embed.title, embed.description, *(field.value for field in embed.fields))
    pages = render_abstract(entry, language=language)
    in_pages = read(*(page.embeds[0].description for page in pages))
    asked = {Language.KO: [entry.ko], Language.EN: [entry.en]}.get(language, [entry.ko, entry.en])
    for comment in [one for one in asked if one] or [entry.ko, entry.en]:
        wanted = squeeze("\n\n".join(comment)).replace("%40", "@")
        assert wanted in in_post or wanted in in_pages
    for text in (entry.paper.abstract or "", *entry.paper.authors):
        assert squeeze(text).replace("%40", "@") in in_pages


def read(*parts: str | None) -> str:
    """Return what can be read in the parts, one after the other."""
    return squeeze("".join(show(part).text for part in parts if part)).replace("%40", "@")

"""Posts, threads, look-ups and full texts of one paper."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.markdown import collapse
from bot.render.message import Message
from bot.render.paper import (
    other_language,
    render_details,
    render_entry,
    render_full,
    render_post,
)
from bot.render.plain import to_plain
from storage.models import Entry, Language, Post
from tests.bot.render.builders import DAY, EN, KO, check_golden, entries, make_entry
from tests.bot.render.discord_rules import check_payload, show, squeeze

POST = Post(entry_id=1, guild_id=2, channel_id=3, message_id=4, thread_id=5)


def details(entry: Entry, language: Language) -> tuple[Message, ...]:
    return render_details(entry, language=language, mark=lambda part: f"post:1:details{part}")


def embed_of(message: Message) -> discord.Embed:
    (embed,) = message.embeds
    return embed


def texts_of(message: Message) -> list[str]:
    texts = [message.content]
    for embed in message.embeds:
        texts += [embed.title or "", embed.description or ""]
        texts += [field.value or "" for field in embed.fields]
    return texts


def readable(messages: tuple[Message, ...]) -> str:
    """Return what the messages say; what would take too many of them is in a file."""
    shown = [show(text).text for one in messages for text in texts_of(one)]
    files = [each.content.decode() for one in messages for each in one.attachments]
    return squeeze("".join([*shown, "\x00", *files]))


@pytest.mark.parametrize("language", list(Language))
def test_a_post_looks_as_it_did(language: Language) -> None:
    check_golden(f"post-{language}", render_post(make_entry(), language=language, mark="post:1"))


def test_a_threads_beginning_looks_as_it_did() -> None:
    long = make_entry(
        title="Long " * 60, authors=("Ada Lovelace",) * 60, ko=("문장입니다. " * 500,)
    )
    check_golden("details-ko", *details(long, Language.KO))


def test_a_lookup_looks_as_it_did() -> None:
    message = render_entry(
        make_entry(), language="ko", mark="paper:1", post=POST, dates=(DAY, date(2025, 2, 3))
    )
    check_golden("entry-ko", message)


@settings(max_examples=60, deadline=None)
@given(entries(), st.sampled_from(Language))
def test_no_message_breaks_a_limit_for_any_paper(entry: Entry, language: Language) -> None:
    post = render_post(entry, language=language, mark="m" * 100)
    dates = [date(2024, 1, day) for day in range(1, 29)]
    spoken = "ko" if language is Language.KO else "en"
    lookup = render_entry(entry, language=spoken, mark="m", post=POST, dates=dates)
    messages = [post, lookup, to_plain(post), to_plain(lookup)]
    messages += [*details(entry, language), *render_full(entry, language=language)]
    for message in messages:
        check_payload(message.to_payload())


@settings(max_examples=60, deadline=None)
@given(entries(), st.sampled_from(Language))
def test_what_the_post_cuts_can_be_read_in_full(entry: Entry, language: Language) -> None:
    post = render_post(entry, language=language, mark="m")
    in_post = squeeze("".join(show(text).text for text in texts_of(post)))
    for more in (details(entry, language), render_full(entry, language=language)):
        read = (in_post + "\x00" + readable(more)).replace("%40", "@")
        asked = {Language.KO: [entry.ko], Language.EN: [entry.en]}.get(
            language, [entry.ko, entry.en]
        )
        comments = [one for one in asked if one] or [entry.ko, entry.en]
        wanted = [entry.paper.title, entry.paper.abstract or "", *entry.paper.authors]
        wanted += ["\n\n".join(comment) for comment in comments]
        wanted += [f"#{tag}" for tag in entry.tags]
        for text in wanted:
            assert squeeze(text).replace("%40", "@") in read


@settings(max_examples=40, deadline=None)
@given(entries(), st.sampled_from(Language))
def test_digest_text_has_no_effect_on_a_posts_look(entry: Entry, language: Language) -> None:
    embed = embed_of(render_post(entry, language=language, mark="m"))
    assert show(embed.title or "").effects == []
    assert set(show(embed.description or "").effects) == {"subtext"}
    for field in embed.fields:
        assert set(show(field.value or "").effects) <= {"code"}


def test_a_channel_sees_its_language_first() -> None:
    korean = embed_of(render_post(make_entry(), language=Language.KO, mark="m"))
    english = embed_of(render_post(make_entry(), language=Language.EN, mark="m"))
    both = embed_of(render_post(make_entry(), language=Language.BOTH, mark="m"))
    assert "시도" in str(korean.description)
    assert "curious" not in str(korean.description)
    assert "시도" not in str(english.description)
    assert str(both.description).index("시도") < str(both.description).index("curious")


@pytest.mark.parametrize(("ko", "en"), [(KO, ()), ((), EN)])
@pytest.mark.parametrize("language", list(Language))
def test_the_only_comment_is_shown_in_every_language(
    ko: tuple[str, ...], en: tuple[str, ...], language: Language
) -> None:
    entry = make_entry(ko=ko, en=en)
    embed = embed_of(render_post(entry, language=language, mark="m"))
    assert squeeze((ko or en)[0]) in squeeze(show(str(embed.description)).text)
    assert other_language(language, entry) is Language.BOTH


def test_both_comments_share_the_room_and_a_short_one_leaves_its_rest() -> None:
    long = make_entry(ko=("가나다. " * 1000,), en=("word. " * 1000,))
    shown = str(embed_of(render_post(long, language=Language.BOTH, mark="m")).description)
    assert abs(shown.count("가나다") * 5 - shown.count("word") * 6) < 50
    short = make_entry(ko=("가나다. " * 1000,), en=("Short.",))
    more = str(embed_of(render_post(short, language=Language.BOTH, mark="m")).description)
    assert more.count("가나다") > shown.count("가나다") * 1.8


def test_a_title_links_to_the_paper_or_to_a_search_for_it() -> None:
    known = render_post(make_entry(url="https://a.example/p"), language=Language.KO, mark="m")
    assert embed_of(known).url == "https://a.example/p"
    unknown = render_post(make_entry(title="AB: C?"), language=Language.KO, mark="m")
    assert embed_of(unknown).url == "https://arxiv.org/search/?query=AB+C&searchtype=title"


def test_the_first_button_carries_the_mark() -> None:
    post = render_post(make_entry(), language=Language.BOTH, mark="post:1")
    assert post.buttons[0][0].custom_id == "post:1"
    parts = details(make_entry(abstract="Word. " * 3000), Language.KO)
    assert [one.buttons[0][0].custom_id for one in parts] == [
        f"post:1:details{part}" for part in range(len(parts))
    ]


@pytest.mark.parametrize(
    ("language", "label"),
    [(Language.KO, "English"), (Language.EN, "한국어"), (Language.BOTH, "전체 글·Full text")],
)
def test_a_details_button_names_what_it_opens(language: Language, label: str) -> None:
    assert details(make_entry(), language)[0].buttons[0][0].label == label


def test_a_thread_does_not_repeat_what_the_post_shows() -> None:
    (message,) = details(make_entry(abstract=None), Language.KO)
    assert "OctoThinker" not in message.content
    assert "시도" not in message.content
    assert "Candès" in message.content


def test_many_authors_are_counted() -> None:
    many = make_entry(authors=tuple(f"Author Number{n}" for n in range(200)))
    korean = embed_of(render_post(many, language=Language.KO, mark="m")).description or ""
    english = embed_of(render_post(many, language=Language.EN, mark="m")).description or ""
    shown = korean.splitlines()[0].count("Author")
    assert f"외 {200 - shown}명" in korean
    assert f"… +{200 - shown}" in english


def test_a_lookup_links_to_the_post_and_its_thread() -> None:
    message = render_entry(make_entry(), language="en", mark="m", post=POST)
    places = embed_of(message).fields[-1].value
    assert places == (
        "[Post](https://discord.com/channels/2/3/4) · [Thread](https://discord.com/channels/2/5)"
    )


def test_the_full_text_numbers_its_pages() -> None:
    pages = render_full(make_entry(abstract="Word. " * 3000), language=Language.EN)
    footers = [str(embed_of(page).footer.text) for page in pages]
    assert footers == [f"{n}/{len(pages)}" for n in range(1, len(pages) + 1)]
    assert all(a != b for a, b in pairwise(footers))


def test_plain_text_keeps_title_comment_and_buttons() -> None:
    post = render_post(make_entry(), language=Language.KO, mark="m")
    plain = to_plain(post)
    assert not plain.embeds
    assert plain.buttons == post.buttons
    assert "OctoThinker" in plain.content
    assert "시도" in plain.content
    assert to_plain(plain) == plain
    assert collapse(plain.content)


def test_a_paper_of_a_books_length_fits_a_thread_and_comes_whole_as_a_file() -> None:
    entry = make_entry(abstract="Whale " * 400_000)

    assert len(details(entry, Language.EN)) < 80
    pages = render_full(entry, language=Language.EN)
    assert len(pages) <= 20
    assert [len(page.attachments) for page in pages] == [0] * (len(pages) - 1) + [1]
    assert pages[-1].attachments[0].content.decode().count("Whale") == 400_000

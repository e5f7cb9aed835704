"""Messages as the page's elements: Discord's markdown, embeds, buttons, times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.models import Json
from sandbox.page.dates import Dates
from sandbox.page.elements import Element, e
from sandbox.page.embeds import embed_element, row_elements
from sandbox.page.files import Pictures, size_text
from sandbox.page.text import Text, link
from tests.sandbox.pages import text_of, walk

NOW = datetime(2026, 11, 20, 0, 5, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
TEXT = Text(
    name_of=lambda mark, found: f"{mark}{found}",
    dates=Dates(zone=SEOUL, now=NOW, is_korean=False),
)
TAGS = set(re.findall(r"\w+", "div span strong em u s code pre i a button h1 h2 h3"))
MARKS = st.sampled_from(
    ["**", "*", "_", "__", "~~", "||", "`", "```", "\\", "\n", "# ", "-# ", "> ", "- ", "1. ", " "]
)
THINGS = st.sampled_from(
    ["<@1>", "<#2>", "<t:0:R>", "[a](https://x.org)", "https://y.org/", "<b>", "&amp;", "추론"]
)


def shown(text: str) -> list[Any]:
    return TEXT.blocks(text).to_json()


# --- elements --------------------------------------------------------------------------------


def test_children_are_flattened_and_nothing_is_left_out_silently() -> None:
    made = e(
        "div.a", "x", None, [e("b", "y"), ["z", ""]], data_key="1", disabled=True, hidden=False
    )
    assert made.to_json() == [
        "div.a",
        {"data-key": "1", "disabled": ""},
        "x",
        ["b", {}, "y"],
        "z",
    ]
    assert made.text() == "xyz"


# --- markdown --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", ["div.line.level-0", {}, "plain"]),
        ("**b** *i*", ["div.line.level-0", {}, ["strong", {}, "b"], " ", ["em", {}, "i"]]),
        ("## Title", ["h2", {}, "Title"]),
        ("-# small", ["div.small.level-0", {}, "small"]),
        ("> said", ["div.quote.level-0", {}, "said"]),
        ("  - item", ["div.item.level-1", {}, "item"]),
        ("12. twelfth", ["div.number.level-0", {}, ["i", {}, "12."], "twelfth"]),
        ("a `b`", ["div.line.level-0", {}, "a ", ["code", {}, "b"]]),
        (r"\*not\*", ["div.line.level-0", {}, "*", "not", "*"]),
        ("<b>&lt;</b>", ["div.line.level-0", {}, "<b>&lt;</b>"]),
        ("[x](javascript:alert(1))", ["div.line.level-0", {}, "[x](javascript:alert(1))"]),
    ],
)
def test_a_line_becomes_an_element(text: str, expected: list[Any]) -> None:
    assert shown(text)[2] == expected


def test_code_in_a_fence_is_one_block() -> None:
    assert shown("```\n# a\n**b**\n```\nafter")[2:] == [
        ["pre", {}, "# a\n**b**"],
        ["div.line.level-0", {}, "after"],
    ]


def test_what_stands_on_one_line_begins_no_list() -> None:
    assert TEXT.line("# 1. a") == ["# 1. a"]
    assert TEXT.line("1. **b**") == ["1. ", Element("strong", {}, ("b",))]


def test_a_link_into_this_discord_opens_on_the_page() -> None:
    inside = link("https://discord.com/channels/1/22/333", ["x"])
    assert inside.attributes == {"href": "#22", "data-go": "22", "data-message": "333"}
    outside = link("https://discord.com.example.org/channels/1/22", ["x"])
    assert outside.attributes["rel"] == "noopener noreferrer"


def test_the_text_of_a_link_may_hold_brackets_and_what_is_no_address() -> None:
    (spans,) = [TEXT.line("[1. [Re] Is [Not] All (https:\u2060//evil.example)](https://a.org/x)")]
    (only,) = spans
    assert isinstance(only, Element)
    assert only.attributes["href"] == "https://a.org/x"
    assert only.text() == "1. [Re] Is [Not] All (https:\u2060//evil.example)"


@settings(max_examples=150)
@given(st.lists(st.one_of(MARKS, THINGS, st.text(max_size=6)), max_size=12).map("".join))
def test_any_text_is_only_known_elements_with_harmless_attributes(text: str) -> None:
    for element in walk(shown(text)):
        name, attributes = element[0], element[1]
        assert name.partition(".")[0] in TAGS
        assert attributes.keys() <= {
            "href", "target", "rel", "title", "type", "data-go", "data-message", "data-act",
        }  # fmt: skip
        assert attributes.get("href", "#").startswith(("https://", "http://", "#"))


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30))
def test_escaped_text_is_read_as_it_was_written(text: str) -> None:
    escaped = "".join(f"\\{char}" if not char.isalnum() else char for char in text)
    assert text_of(shown(f"a{escaped}")) == f"a{text}"


# --- embeds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "where"),
    [("a\nb", "div.line.level-0"), ("```\na\n```", "div.text"), ("```", "div.text")],
)
def test_a_tail_stands_behind_the_last_word(text: str, where: str) -> None:
    made = TEXT.blocks(text, tail=e("span.edited", "(edited)")).to_json()
    assert text_of(made).endswith("(edited)")
    [place] = [one for one in walk(made) if any(child[0] == "span.edited" for child in one[2:])]
    assert place[0] == where


def embed(**values: Any) -> Json:
    attachments: list[Json] = values.pop("attachments", [])
    made = embed_element(values, TEXT, Pictures(attachments=attachments))
    return made.to_json()  # type: ignore[return-value]


def test_an_embed_has_its_parts_in_discords_order() -> None:
    made = embed(
        title="**T**",
        url="https://x.org",
        description="d",
        color=0x5B7FA6,
        author={"name": "A", "url": "https://a.org"},
        footer={"text": "F"},
        timestamp="2026-11-20T00:00:00+00:00",
        fields=[{"name": "n", "value": "v"}],
    )
    names = [child[0] for child in made[2:]]  # type: ignore[index]
    assert names == [
        "div.embed-author",
        "div.embed-title",
        "div.text",
        "div.embed-fields",
        "div.embed-foot",
    ]
    assert made[1] == {"data-color": "#5b7fa6"}  # type: ignore[index]
    assert text_of(made) == "ATdnvF • 9:00 AM"


def test_inline_fields_that_follow_each_other_share_rows_of_three() -> None:
    inline = [True, True, True, True, False, True]
    fields = [{"name": str(n), "value": "v", "inline": on} for n, on in enumerate(inline)]
    [_, _, row] = embed(fields=fields)
    assert [field[0] for field in row[2:]] == [
        "div.third", "div.third", "div.third", "div.whole", "div.whole", "div.whole",
    ]  # fmt: skip


def test_images_from_elsewhere_are_not_fetched() -> None:
    made = embed(title="t", image={"url": "https://x.org/a.png"})
    assert "https" not in str(made)


@pytest.mark.parametrize(
    ("part", "place", "size"),
    [
        ("image", "a.embed-image", ("400", "200")),
        ("thumbnail", "a.embed-thumbnail", ("80", "40")),
    ],
)
def test_pictures_that_came_along_are_shown_in_their_boxes(
    part: str, place: str, size: tuple[str, str]
) -> None:
    url = "http://127.0.0.1:1/attachments/1/7/a.png"
    attachment = {"id": "7", "filename": "a.png", "url": url, "width": 800, "height": 400}
    for address in ("attachment://a.png", url):
        made = embed(title="t", attachments=[attachment], **{part: {"url": address}})
        [found] = [one for one in walk(made) if one[0] == place]
        assert found[2][1]["src"] == found[1]["href"] == "/files/7/a.png"
        assert (found[2][1]["width"], found[2][1]["height"]) == size
    gone = embed(title="t", **{part: {"url": "attachment://a.png"}})
    assert "img" not in str(gone)


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.50 KB"), (10**9, "953.67 MB")],
)
def test_a_files_size_is_short(size: int, shown: str) -> None:
    assert size_text(size) == shown


def test_buttons_and_menus_say_what_they_do() -> None:
    button = {"type": 2, "style": 3, "label": "Go", "custom_id": "g", "disabled": True}
    linked = {"type": 2, "style": 5, "label": "Web", "url": "https://x.org"}
    menu = {
        "type": 3,
        "custom_id": "m",
        "min_values": 1,
        "max_values": 1,
        "options": [{"label": "One", "value": "1", "description": "first", "default": True}],
    }
    channels = {"type": 8, "custom_id": "c", "min_values": 0, "max_values": 2}
    rows = [{"components": [button, linked]}, {"components": [menu]}, {"components": [channels]}]
    [buttons, chosen, several] = [
        row.to_json() for row in row_elements(rows, {8: [("papers", "5")]}, "Choose")
    ]
    assert buttons[2][0] == "button.button.style-3"
    assert buttons[2][1]["data-custom"] == "g"
    assert "disabled" in buttons[2][1]
    assert buttons[3][1]["href"] == "https://x.org"
    assert [text_of(option) for option in chosen[2][2:]] == ["Choose", "One · first"]
    assert "multiple" in several[2][1]
    labelled = ["optgroup", {"label": "Choose"}, ["option", {"value": "5"}, "papers"]]
    assert several[2][2] == labelled


# --- times -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "english", "korean"),
    [
        (timedelta(0), "9:05 AM", "오전 9:05"),
        (timedelta(hours=-4), "1:05 PM", "오후 1:05"),
        (timedelta(hours=9, minutes=5), "12:00 AM", "오전 12:00"),
        (timedelta(hours=10), "Yesterday at 11:05 PM", "어제 오후 11:05"),
        (timedelta(days=2), "11/18/26, 9:05 AM", "26. 11. 18. 오전 9:05"),
    ],
)
def test_a_message_is_stamped_as_discord_does(ago: timedelta, english: str, korean: str) -> None:
    for is_korean, expected in ((False, english), (True, korean)):
        dates = Dates(zone=SEOUL, now=NOW, is_korean=is_korean)
        assert dates.stamp(NOW - ago) == expected


@pytest.mark.parametrize(
    ("form", "english", "korean"),
    [
        ("", "November 20, 2026 at 9:05 AM", "2026년 11월 20일 오전 9:05"),
        ("t", "9:05 AM", "오전 9:05"),
        ("T", "9:05:00 AM", "오전 9:05:00"),
        ("d", "11/20/26", "26. 11. 20."),
        ("D", "November 20, 2026", "2026년 11월 20일"),
        ("F", "Friday, November 20, 2026 at 9:05 AM", "2026년 11월 20일 금요일 오전 9:05"),
        ("R", "in 0 seconds", "0초 후"),
    ],
)
def test_marked_times_have_discords_forms(form: str, english: str, korean: str) -> None:
    for is_korean, expected in ((False, english), (True, korean)):
        dates = Dates(zone=SEOUL, now=NOW, is_korean=is_korean)
        assert dates.marked(int(NOW.timestamp()), form) == expected


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (60, "in 1 minute", "1분 후"),
        (-7200, "2 hours ago", "2시간 전"),
        (3 * 86400, "in 3 days", "3일 후"),
    ],
)
def test_distances_are_told(seconds: int, english: str, korean: str) -> None:
    for is_korean, expected in ((False, english), (True, korean)):
        dates = Dates(zone=SEOUL, now=NOW, is_korean=is_korean)
        assert dates.marked(int(NOW.timestamp()) + seconds, "R") == expected


def test_a_time_that_no_calendar_has_stays_a_number() -> None:
    assert TEXT.dates.marked(10**15, "F") == str(10**15)

"""Names of threads and forum tags."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.render.names import digest_thread_name, forum_tag_name, thread_name
from storage.models import Language
from tests.bot.render.builders import DAY, long_texts
from tests.bot.render.discord_rules import units


@settings(deadline=None)
@given(long_texts(400))
def test_every_title_names_a_thread(title: str) -> None:
    name = thread_name(title)
    assert name.strip()
    assert units(name) <= 100
    assert "\n" not in name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A  title\nof two lines", "A title of two lines"),
        ("$x_i^*$ **as written**", "$x_i^*$ **as written**"),
        ("\u200b", "…"),
        ("", "…"),
        ("word " * 30, "word " * 19 + "word…"),
    ],
)
def test_a_thread_is_named_after_its_paper(title: str, name: str) -> None:
    assert thread_name(title) == name


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("rl", "rl"),
        ("inference-time-scaling", "inference-time…"),
        ("mixture-of-experts-x", "mixture-of-experts-x"),
        ("a" * 30, "a" * 19 + "…"),
        ("추론", "추론"),
    ],
)
def test_a_forum_tag_is_shortened_the_same_way_each_time(tag: str, name: str) -> None:
    assert forum_tag_name(tag) == name


@settings(deadline=None)
@given(long_texts(60))
def test_every_tag_fits_a_forum(tag: str) -> None:
    name = forum_tag_name(tag)
    assert name.strip()
    assert units(name) <= 20
    assert forum_tag_name(name) == name


def test_a_digests_thread_has_its_date() -> None:
    assert digest_thread_name(DAY, Language.KO) == "2025년 4월 25일 논문"
    assert digest_thread_name(DAY, Language.EN) == "Paper digest, 25 April 2025"
    assert units(digest_thread_name(DAY, Language.BOTH)) <= 100

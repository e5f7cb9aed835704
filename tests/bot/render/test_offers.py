"""What to press below the nearest names."""

from __future__ import annotations

import pytest

from bot.render.limits import length
from bot.render.offers import name_buttons, paper_menus, pick_id
from tests.bot.render.builders import make_entry

LONG = "A title that goes on and on 🤖 " * 20


@pytest.mark.parametrize("name", ["rl", LONG, " ", "\n"])
def test_a_button_says_a_name_within_the_limit(name: str) -> None:
    ((button,),) = name_buttons({name: "list:en:tag:0:a:rl"})

    assert 1 <= length(button.label.strip()) <= 80
    assert button.custom_id == "list:en:tag:0:a:rl"


@pytest.mark.parametrize("title", ["s1", LONG, "\n"])
def test_a_menu_offers_papers_within_the_limit(title: str) -> None:
    (menu,) = paper_menus(
        "cite", [make_entry(number, title=title) for number in range(1, 31)], language="en"
    )

    assert menu.custom_id == pick_id("cite")
    assert len(menu.options) == 25
    assert all(1 <= length(option.label.strip()) <= 100 for option in menu.options)


def test_without_names_there_is_nothing_to_press() -> None:
    assert name_buttons({}) == ()
    assert paper_menus("paper", [], language="ko") == ()


def test_a_paper_is_offered_once() -> None:
    (menu,) = paper_menus("paper", [make_entry(1), make_entry(1), make_entry(2)], language="ko")

    assert [option.value for option in menu.options] == ["1", "2"]

"""Buttons, menus and modals at their limits and one over."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.checks.components import check_components, check_modal
from sandbox.errors import DiscordError, Form


def button(**given: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "go", "custom_id": "go"} | given


def link(**given: Any) -> dict[str, Any]:
    return {"type": 2, "style": 5, "label": "see", "url": "https://example.com"} | given


def menu(**given: Any) -> dict[str, Any]:
    options = [{"label": "a", "value": "a"}]
    return {"type": 3, "custom_id": "menu", "options": options} | given


def row(*items: Any) -> dict[str, Any]:
    return {"type": 1, "components": list(items)}


def check(*rows: Any) -> list[dict[str, Any]]:
    form = Form()
    checked = check_components(form, list(rows))
    form.check()
    return checked


def test_rows_and_buttons_at_their_limits_pass_and_are_numbered() -> None:
    rows = [row(*[button(custom_id=f"{y}{x}") for x in range(5)]) for y in range(5)]
    checked = check(*rows)
    assert checked[0]["id"] == 1
    assert checked[4]["components"][4]["id"] == 30
    assert check(row(button(custom_id="c" * 100, label="l" * 80)))
    assert check(row(menu(options=[{"label": str(n), "value": str(n)} for n in range(25)])))


@pytest.mark.parametrize(
    "rows",
    [
        [row(button(custom_id=str(n))) for n in range(6)],
        [row(*[button(custom_id=str(n)) for n in range(6)])],
        [row()],
        [button()],
        [row(button(), button())],
        [row(button(), row())],
        [row(button(custom_id=""))],
        [row(button(custom_id="c" * 101))],
        [row(button(custom_id=None))],
        [row(button(label="l" * 81))],
        [row(button(label=""))],
        [row(button(style=9))],
        [row(button(url="https://example.com"))],
        [row(link(custom_id="x"))],
        [row(link(url=None))],
        [row(link(url="javascript:alert(1)"))],
        [row(link(url="https://example.com/" + "x" * 500))],
        [row(menu(), button())],
        [row(menu(options=[]))],
        [row(menu(options=[{"label": str(n), "value": str(n)} for n in range(26)]))],
        [row(menu(options=[{"label": "a", "value": "a"}] * 2))],
        [row(menu(options=[{"label": "a" * 101, "value": "a"}]))],
        [row(menu(placeholder="p" * 151))],
        [row(menu(max_values=2))],
    ],
)
def test_one_over_or_out_of_place_is_refused(rows: list[Any]) -> None:
    with pytest.raises(DiscordError) as caught:
        check(*rows)
    assert caught.value.code == 50035


def field(**given: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": "f", "style": 1, "label": "Field"} | given


def modal(**given: Any) -> dict[str, Any]:
    return {"custom_id": "m", "title": "Title", "components": [row(field())]} | given


def check_one(data: Any) -> dict[str, Any]:
    form = Form()
    checked = check_modal(form, data)
    form.check()
    return checked


def test_a_modal_takes_rows_and_labels() -> None:
    label = {"type": 18, "label": "Field", "component": field(custom_id="g", label=None)}
    checked = check_one(modal(title="t" * 45, components=[row(field()), label]))
    assert checked["components"][1]["component"]["required"]


@pytest.mark.parametrize(
    "data",
    [
        modal(title="t" * 46),
        modal(title=""),
        modal(custom_id="c" * 101),
        modal(components=[]),
        modal(components=[row(field(custom_id=str(n))) for n in range(6)]),
        modal(components=[row(field(), field(custom_id="g"))]),
        modal(components=[row(button())]),
        modal(components=[row(field(label="l" * 46))]),
        modal(components=[row(field(style=3))]),
        modal(components=[row(field()), row(field())]),
    ],
)
def test_a_modal_out_of_bounds_is_refused(data: Any) -> None:
    with pytest.raises(DiscordError):
        check_one(data)

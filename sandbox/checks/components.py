"""Message components and modals (docs: Component Reference), version 1: rows, buttons, selects."""

from __future__ import annotations

from typing import Any

from sandbox import limits
from sandbox.checks import values
from sandbox.checks.values import Path
from sandbox.errors import Form
from sandbox.models import Json

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 2, 3, 4, 10, 18
SELECTS = (STRING_SELECT, 5, 6, 7, 8)
_LINK_STYLE = 5
_STYLES = (1, 2, 3, 4, _LINK_STYLE)


def check_components(form: Form, value: Any, path: Path = ("components",)) -> list[Json]:
    """Return a message's components as Discord stores them, each with its number."""
    rows = values.listing(form, value, path, high=limits.ACTION_ROWS)
    checked = [_check_row(form, row, (*path, index)) for index, row in enumerate(rows)]
    _check_unique_ids(form, checked, path)
    _number(checked)
    return checked


def check_modal(form: Form, value: Any) -> Json:
    """Return a modal as it is shown: its texts and its inputs in rows or labels."""
    path = ("data",)
    data = values.mapping(form, value, path)
    items = values.listing(
        form,
        data.get("components"),
        (*path, "components"),
        low=1,
        high=limits.MODAL_COMPONENTS,
    )
    checked = [
        _check_modal_item(form, item, (*path, "components", index))
        for index, item in enumerate(items)
    ]
    _check_unique_ids(form, checked, (*path, "components"))
    _number(checked)
    return {
        "custom_id": _custom_id(form, data, path),
        "title": values.text(
            form,
            data.get("title"),
            (*path, "title"),
            low=1,
            high=limits.MODAL_TITLE,
            required=True,
        ),
        "components": checked,
    }


def walk(components: list[Json]) -> list[Json]:
    """Return every component, the outer before the inner."""
    found = []
    for component in components:
        labelled = [component["component"]] if "component" in component else []
        found += [component, *walk([*component.get("components", ()), *labelled])]
    return found


def _check_row(form: Form, value: Any, path: Path) -> Json:
    row = values.mapping(form, value, path)
    if row.get("type") != ROW:
        form.bad_choice((ROW,), *path, "type")
        return {}
    inner = (*path, "components")
    items = values.listing(form, row.get("components"), inner, low=1, high=limits.BUTTONS_IN_ROW)
    if len(items) > 1 and any(_type(item) in SELECTS for item in items):
        form.add(
            inner, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds its width"
        )
    return {
        "type": ROW,
        "components": [
            _check_item(form, item, (*inner, index)) for index, item in enumerate(items)
        ],
    }


def _type(item: Any) -> Any:
    return item.get("type") if isinstance(item, dict) else None


def _check_item(form: Form, value: Any, path: Path) -> Json:
    item = values.mapping(form, value, path)
    if item.get("type") == BUTTON:
        return _check_button(form, item, path)
    if item.get("type") in SELECTS:
        return _check_select(form, item, path)
    form.bad_choice((BUTTON, *SELECTS), *path, "type")
    return {}


def _check_button(form: Form, item: Json, path: Path) -> Json:
    style = item.get("style")
    if style not in _STYLES:
        form.bad_choice(_STYLES, *path, "style")
    label = values.text(form, item.get("label"), (*path, "label"), high=limits.BUTTON_LABEL)
    checked: Json = {"type": BUTTON, "style": style}
    if label:
        checked["label"] = label
    if item.get("emoji"):
        checked["emoji"] = values.mapping(form, item["emoji"], (*path, "emoji"))
    elif not label:
        form.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or emoji is required")
    if values.flag(form, item.get("disabled"), (*path, "disabled")):
        checked["disabled"] = True
    return checked | _button_target(form, item, path, is_link=style == _LINK_STYLE)


def _button_target(form: Form, item: Json, path: Path, *, is_link: bool) -> Json:
    if not is_link:
        if item.get("url"):
            form.add(
                (*path, "url"), "BUTTON_COMPONENT_URL_NOT_ALLOWED", "Only link buttons have a URL"
            )
        return {"custom_id": _custom_id(form, item, path)}
    if item.get("custom_id"):
        form.add(
            (*path, "custom_id"),
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
            "A custom id and url cannot both be specified",
        )
    address = values.url(
        form,
        item.get("url"),
        (*path, "url"),
        high=limits.BUTTON_URL,
        schemes=("http", "https", "discord"),
    )
    return {"url": address}


def _check_select(form: Form, item: Json, path: Path) -> Json:
    checked: Json = {"type": item["type"], "custom_id": _custom_id(form, item, path)}
    placeholder = values.text(
        form, item.get("placeholder"), (*path, "placeholder"), high=limits.SELECT_PLACEHOLDER
    )
    if placeholder:
        checked["placeholder"] = placeholder
    for key, low in (("min_values", 0), ("max_values", 1)):
        given = item.get(key)
        checked[key] = values.whole(
            form, 1 if given is None else given, (*path, key), low=low, high=limits.SELECT_OPTIONS
        )
    if values.flag(form, item.get("disabled"), (*path, "disabled")):
        checked["disabled"] = True
    if item["type"] == STRING_SELECT:
        checked["options"] = _check_options(form, item, path, at_least=checked["max_values"])
    return checked


def _check_options(form: Form, item: Json, path: Path, *, at_least: int) -> list[Json]:
    inner = (*path, "options")
    options = values.listing(
        form, item.get("options"), inner, low=max(at_least, 1), high=limits.SELECT_OPTIONS
    )
    checked = [_check_option(form, o, (*inner, index)) for index, o in enumerate(options)]
    chosen = [option.get("value") for option in checked]
    for index, value in enumerate(chosen):
        if value in chosen[:index]:
            form.add(
                (*inner, index, "value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
    return checked


def _check_option(form: Form, value: Any, path: Path) -> Json:
    option = values.mapping(form, value, path)
    checked: Json = {}
    for key, required in (("label", True), ("value", True), ("description", False)):
        shown = values.text(
            form, option.get(key), (*path, key), high=limits.OPTION_TEXT, required=required
        )
        if shown or required:
            checked[key] = shown
    checked["default"] = values.flag(form, option.get("default"), (*path, "default"))
    return checked


def _check_modal_item(form: Form, value: Any, path: Path) -> Json:
    item = values.mapping(form, value, path)
    kind = item.get("type")
    if kind == TEXT_DISPLAY:
        return {"type": kind, "content": str(item.get("content", ""))}
    if kind == ROW:
        inputs = values.listing(form, item.get("components"), (*path, "components"), low=1, high=1)
        inner = [
            _check_input(form, given, (*path, "components", index), labelled=False)
            for index, given in enumerate(inputs)
        ]
        return {"type": kind, "components": inner}
    if kind == LABEL:
        label = values.text(
            form, item.get("label"), (*path, "label"), high=limits.INPUT_LABEL, required=True
        )
        component = _check_input(form, item.get("component"), (*path, "component"), labelled=True)
        return {"type": kind, "label": label, "component": component}
    form.bad_choice((ROW, TEXT_DISPLAY, LABEL), *path, "type")
    return {}


def _check_input(form: Form, value: Any, path: Path, *, labelled: bool) -> Json:
    item = values.mapping(form, value, path)
    if labelled and item.get("type") in SELECTS:
        return _check_select(form, item, path)
    if item.get("type") != TEXT_INPUT:
        form.bad_choice((TEXT_INPUT,), *path, "type")
        return {}
    checked: Json = {"type": TEXT_INPUT, "custom_id": _custom_id(form, item, path)}
    if item.get("style") not in (1, 2):
        form.bad_choice((1, 2), *path, "style")
    checked["style"] = item.get("style")
    if not labelled:
        checked["label"] = values.text(
            form, item.get("label"), (*path, "label"), high=limits.INPUT_LABEL, required=True
        )
    for key, high in (("placeholder", limits.INPUT_PLACEHOLDER), ("value", limits.INPUT_VALUE)):
        shown = values.text(form, item.get(key), (*path, key), high=high)
        if shown:
            checked[key] = shown
    for key, low in (("min_length", 0), ("max_length", 1)):
        if item.get(key) is not None:
            checked[key] = values.whole(
                form, item[key], (*path, key), low=low, high=limits.INPUT_VALUE
            )
    required = item.get("required")
    checked["required"] = True if required is None else bool(required)
    return checked


def _custom_id(form: Form, item: Json, path: Path) -> str:
    # Not trimmed: it comes back as it was given.
    given = item.get("custom_id")
    values.text(form, given, (*path, "custom_id"), low=1, high=limits.CUSTOM_ID, required=True)
    return given if isinstance(given, str) else ""


def _check_unique_ids(form: Form, components: list[Json], path: Path) -> None:
    seen = set()
    for component in walk(components):
        custom_id = component.get("custom_id")
        if custom_id and custom_id in seen:
            form.add(
                path,
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        seen.add(custom_id)


def _number(components: list[Json]) -> None:
    for number, component in enumerate(walk(components), start=1):
        component["id"] = number

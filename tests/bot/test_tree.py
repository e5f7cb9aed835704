"""What of an interaction its user wrote."""

from __future__ import annotations

from bot.tree import _typed


def test_text_options_are_typed_and_channels_and_numbers_are_not() -> None:
    options = [
        {"name": "query", "type": 3, "value": "my question"},
        {"name": "channel", "type": 7, "value": "123456789"},
        {"name": "count", "type": 4, "value": 5},
        {"name": "sub", "type": 1, "options": [{"name": "tag", "type": 3, "value": "rl"}]},
    ]
    assert [*_typed({"name": "search", "type": 1, "options": options})] == ["my question", "rl"]


def test_a_forms_fields_are_typed_wherever_discord_nests_them() -> None:
    field = {"type": 4, "custom_id": "question", "value": "my question"}
    rows = [{"type": 1, "components": [field]}, {"type": 18, "component": field | {"value": "b"}}]
    assert [*_typed({"custom_id": "ask:form", "components": rows})] == ["my question", "b"]


def test_so_is_the_message_that_a_command_was_used_on() -> None:
    message = {"content": "somebody's words", "embeds": [{"fields": [{"name": "a", "value": "b"}]}]}
    data = {"type": 3, "target_id": "1", "resolved": {"messages": {"1": message}}}
    assert [*_typed(data)] == ["somebody's words"]

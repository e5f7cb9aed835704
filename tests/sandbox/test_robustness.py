"""Whatever a body holds, the sandbox takes it or refuses it as Discord would; it never breaks."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.checks.commands import check_command
from sandbox.checks.components import check_components, check_modal
from sandbox.checks.embeds import check_embeds
from sandbox.checks.messages import check_message
from sandbox.errors import DiscordError, Form
from sandbox.limits import length
from sandbox.options import Options
from sandbox.rest.routing import ROUTES, Call, Router
from sandbox.server import Sandbox
from tests.sandbox.harness import furnish

KEYS = (
    *("content", "embeds", "components", "attachments", "flags", "nonce", "allowed_mentions"),
    *("parse", "users", "roles", "replied_user", "message_reference", "message_id"),
    *("title", "description", "url", "color", "fields", "footer", "author", "image", "timestamp"),
    *("name", "value", "text", "inline", "icon_url", "type", "style", "label", "custom_id"),
    *("disabled", "emoji", "options", "min_values", "max_values", "default", "component"),
    *("name_localizations", "description_localizations", "ko", "choices", "autocomplete"),
    *("required", "contexts", "integration_types", "default_member_permissions", "id"),
    *("auto_archive_duration", "applied_tags", "message", "archived", "locked", "topic"),
    *("available_tags", "rate_limit_per_user", "recipient_id", "channel_id", "emoji_id"),
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["1", "https://example.com", "x" * 101, "2025-04-25", "ㅎ"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=20,
)
BODIES = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8)


@pytest.mark.parametrize(
    "check", [check_message, check_embeds, check_components, check_modal, check_command]
)
@given(body=BODIES | JSON)
@settings(max_examples=60, deadline=None)
def test_checks_only_note_faults(check: Any, body: Any) -> None:
    check(Form(), body)


@given(
    body=BODIES | JSON,
    target=st.sampled_from(
        [
            ("POST", "/channels/{text}/messages"),
            ("PATCH", "/channels/{text}/messages/{message}"),
            ("POST", "/channels/{text}/messages/{message}/threads"),
            ("POST", "/channels/{text}/threads"),
            ("POST", "/channels/{forum}/threads"),
            ("PATCH", "/channels/{forum}"),
            ("PATCH", "/channels/{message}"),
            ("PUT", "/applications/{bot}/commands"),
            ("POST", "/applications/{bot}/commands"),
            ("POST", "/users/@me/channels"),
        ]
    ),
)
@settings(max_examples=150, deadline=None)
def test_handlers_answer_or_refuse(body: Any, target: tuple[str, str]) -> None:
    sandbox = Sandbox(options=Options(limits_on=False))
    house = furnish(sandbox)
    sandbox.world.set_role_permissions(
        house.guild,
        house.guild.id,
        sandbox.world.guild_permissions(house.guild, house.guild.owner_id),
    )
    message = sandbox.person(house.alice).send(house.text, "hi")
    message.author_id = sandbox.world.bot_id
    method, path = target
    found = Router(ROUTES).find(
        method,
        path.format(
            text=house.text.id,
            forum=house.forum.id,
            message=message.id,
            bot=sandbox.world.bot_id,
        ),
    )
    assert found is not None
    route, params = found
    call = Call(backend=sandbox._backend, params=params, query={}, body=body)
    with contextlib.suppress(DiscordError):
        route.handler(call)


@given(st.text())
def test_a_length_is_in_utf16_units(text: str) -> None:
    assert length(text) == sum(2 if ord(char) > 0xFFFF else 1 for char in text)

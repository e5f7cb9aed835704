"""Embeds at their limits and one over."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.checks.embeds import check_embeds, embed_length
from sandbox.errors import DiscordError, Form

FIELD = {"name": "n", "value": "v"}


def check(*embeds: Any) -> list[dict[str, Any]]:
    form = Form()
    checked = check_embeds(form, list(embeds))
    form.check()
    return checked


def fault(*embeds: Any) -> Any:
    with pytest.raises(DiscordError) as caught:
        check(*embeds)
    return caught.value.errors


@pytest.mark.parametrize(
    ("make", "limit"),
    [
        (lambda text: {"title": text}, 256),
        (lambda text: {"description": text}, 4096),
        (lambda text: {"footer": {"text": text}}, 2048),
        (lambda text: {"author": {"name": text}}, 256),
        (lambda text: {"fields": [{"name": text, "value": "v"}]}, 256),
        (lambda text: {"fields": [{"name": "n", "value": text}]}, 1024),
    ],
)
def test_each_text_has_its_limit_in_utf16_units(make: Any, limit: int) -> None:
    assert check(make("x" * limit))
    assert "MAX_LENGTH" in str(fault(make("x" * (limit + 1))))
    assert "MAX_LENGTH" in str(fault(make("😀" * (limit // 2 + 1))))


def test_there_are_at_most_ten_embeds_with_25_fields_each() -> None:
    assert check(*[{"title": "t"}] * 10)
    assert "BAD_LENGTH" in str(fault(*[{"title": "t"}] * 11))
    assert check({"fields": [FIELD] * 25})
    assert "BAD_LENGTH" in str(fault({"fields": [FIELD] * 26}))


def test_all_embeds_together_hold_6000_units() -> None:
    full = {"description": "x" * 3000}
    assert check(full, full)
    assert "MAX_EMBED_SIZE_EXCEEDED" in str(fault(full, full, {"title": "t"}))


def test_every_text_counts_towards_the_total_and_addresses_do_not() -> None:
    embed = {
        "title": "1",
        "description": "22",
        "url": "https://example.com",
        "footer": {"text": "333"},
        "author": {"name": "4444", "url": "https://example.com"},
        "fields": [{"name": "55555", "value": "😀"}],
    }
    assert embed_length(embed) == 1 + 2 + 3 + 4 + 5 + 2


@pytest.mark.parametrize(
    "embed",
    [
        {},
        {"title": " "},
        {"fields": [{"name": "", "value": "v"}]},
        {"fields": [{"name": "n"}]},
        {"footer": {}},
        {"title": "t", "url": "ftp://example.com"},
        {"title": "t", "url": "example.com"},
        {"title": "t", "image": {"url": "data:x"}},
        {"title": "t", "color": 1 << 24},
        {"title": "t", "timestamp": "yesterday"},
        {"title": 5},
        "no embed",
    ],
)
def test_what_is_missing_or_malformed_is_refused(embed: Any) -> None:
    assert fault(embed)


def test_texts_are_trimmed_and_what_is_empty_is_left_out() -> None:
    [embed] = check({"title": " t ", "description": "", "fields": []})
    assert embed == {"type": "rich", "title": "t"}

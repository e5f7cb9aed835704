"""How strict and how fast the sandbox is; the defaults are Discord's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sandbox import limits


@dataclass(slots=True, kw_only=True)
class Options:
    """What a test may change, before the start or while it runs.

    Attributes:
        limits_on: Whether rate limits bind; their headers are sent either way.
        global_per_second: The bot's global budget, interaction answers apart.
        nonce_window: How long an enforced nonce is remembered, on the sandbox's clock. Discord
            says "the past few minutes"; zero switches it off.
        interaction_seconds: Real seconds for the first answer to an interaction.
        old_edits: Edits of messages older than an hour, a channel, in `old_edit_seconds` real
            seconds. Discord publishes no number.
        answer_seconds: Real seconds that every answer to a request takes on its way.
        heartbeat_seconds: What HELLO asks for.
        resume_seconds: Real seconds that a lost session can be resumed.
        replay: Events that a session keeps for that.
    """

    limits_on: bool = True
    global_per_second: int = 50
    nonce_window: timedelta = timedelta(minutes=5)
    interaction_seconds: float = limits.INTERACTION_SECONDS
    old_edits: int = 5
    old_edit_seconds: float = 5.0
    answer_seconds: float = 0.0
    heartbeat_seconds: float = 41.25
    resume_seconds: float = 180.0
    replay: int = 10_000

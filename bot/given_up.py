"""Posts that were given up: which ones, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.outcomes import BLOCKED, CLOSED, GONE
from storage.models import Step, StepState

# What a step does to another one's message, or starts under it, is no post.
_NO_POST = frozenset({"links", "crosspost", "thread"})


def list_unsent(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps whose message was given up before it was ever seen."""
    return tuple(
        step
        for step in steps
        if step.state is StepState.SKIPPED and not step.message_id and step.name not in _NO_POST
    )


def count_refused(steps: Iterable[Step]) -> Mapping[str, int]:
    """Return how many posts Discord refused, by the key of the sentence that says why.

    What opens a paper's thread is not missed where somebody deleted that thread.
    """
    return Counter(
        _reason(step.refused)
        for step in list_unsent(steps)
        if step.refused is not None
        and not (step.refused in GONE and step.name.startswith("details"))
    )


def _reason(code: int) -> str:
    if code in CLOSED:
        return "notice.refused_locked"
    if code in GONE:
        return "notice.refused_gone"
    return "notice.refused_blocked" if code in BLOCKED else "notice.refused_content"

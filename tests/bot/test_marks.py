"""Marks: the custom_id that says which step made a post."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.marks import MAIL_MARK, MARK, mail_mark, mark_date, mark_for
from storage.models import Delivery, Language, Threads

CUSTOM_ID = 100  # docs: Component Reference, custom_id
LARGEST = 10**18 - 1  # of `ROW_ID`


def make_delivery(
    *, subscription_id: int = 3, day: date = date(2025, 4, 25), run: int = 0
) -> Delivery:
    return Delivery(
        id=1,
        subscription_id=subscription_id,
        digest_date=day,
        run=run,
        day=date(2025, 4, 26),
        anchor=5,
        threads=Threads.PAPER,
        language=Language.BOTH,
        tags=(),
        created_at=datetime(2025, 4, 26, tzinfo=UTC),
        finished_at=None,
        reopened=False,
        changes=0,
    )


def test_a_mark_names_subscription_digest_entry_step_and_run() -> None:
    assert mark_for(make_delivery(run=2), 17, "paper") == "post:3:20250425:17:paper:2"


@given(
    st.integers(1, LARGEST),
    st.dates(),
    st.integers(0, LARGEST),
    st.from_regex(r"[a-z]{1,10}[0-9]{0,2}", fullmatch=True),
    st.integers(0, 10_000),
)
def test_a_mark_can_be_read_back_and_fits_a_button(
    subscription_id: int, day: date, entry_id: int, step: str, run: int
) -> None:
    mark = mark_for(
        make_delivery(subscription_id=subscription_id, day=day, run=run), entry_id, step
    )
    match = MARK.fullmatch(mark)
    assert match
    assert len(mark) <= CUSTOM_ID
    assert mark_date(match) == day
    assert int(match["subscription"]) == subscription_id
    assert int(match["entry"]) == entry_id
    assert match["step"] + match["part"] == step
    assert int(match["run"]) == run


def test_two_runs_have_different_marks() -> None:
    assert mark_for(make_delivery(run=0), 1, "paper") != mark_for(make_delivery(run=1), 1, "paper")


def test_a_forged_date_is_no_date() -> None:
    match = MARK.fullmatch("post:3:20251399:17:paper:0")
    assert match
    assert mark_date(match) is None


@pytest.mark.parametrize(
    "custom_id", ["", "list:ko:tag:0:a:rl", "post:3:2025:17:paper:0", "post:3:20250425:17:Paper:0"]
)
def test_other_buttons_carry_no_mark(custom_id: str) -> None:
    assert MARK.fullmatch(custom_id) is None


@given(st.sampled_from(["follow", "recap"]), st.integers(1, LARGEST), st.dates())
def test_a_single_messages_mark_can_be_read_back_and_is_no_steps(
    kind: str, subject_id: int, day: date
) -> None:
    mark = mail_mark(kind, subject_id, day)
    match = MAIL_MARK.fullmatch(mark)
    assert match
    assert len(mark) <= CUSTOM_ID
    assert (match["kind"], int(match["subject"])) == (kind, subject_id)
    assert mark_date(match) == day
    assert not MARK.fullmatch(mark)

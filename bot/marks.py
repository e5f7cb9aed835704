"""Marks: the custom_id of a button under every post, naming the step that made it.

`post:SUBSCRIPTION:YYYYMMDD:ENTRY:STEP:RUN` under what a delivery posts, and under single messages
`mail:KIND:SUBJECT:YYYYMMDD`. A sender that does not know whether it has sent something looks for
its mark; the button's handler reads from it what it stands under.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from storage.models import Delivery

# A row's id in a custom_id. The largest number that SQLite takes, 2**63 - 1, has 19 digits.
ROW_ID = "[0-9]{1,18}"
_ROW_ID = re.compile(ROW_ID)
MARK = re.compile(
    rf"post:(?P<subscription>{ROW_ID}):(?P<date>[0-9]{{8}}):(?P<entry>{ROW_ID})"
    rf":(?P<step>[a-z]+)(?P<part>[0-9]*):(?P<run>{ROW_ID})"
)
MAIL_MARK = re.compile(r"mail:(?P<kind>[a-z]+):(?P<subject>[0-9]+):(?P<date>[0-9]{8})")


def parse_row_id(text: str) -> int:
    """Return the row's id that stands in a custom_id or a menu's value.

    Raises:
        ValueError: it is none.
    """
    if not _ROW_ID.fullmatch(text):
        raise ValueError(text)
    return int(text)


def mail_mark(kind: str, subject_id: int, day: date) -> str:
    """Return the mark of a single message: one a kind, subject and day."""
    return f"mail:{kind}:{subject_id}:{_digits(day)}"


def mark_for(delivery: Delivery, entry_id: int, step: str) -> str:
    """Return the mark of a step; `entry_id` 0 means the digest itself."""
    day = _digits(delivery.digest_date)
    return f"post:{delivery.subscription_id}:{day}:{entry_id}:{step}:{delivery.run}"


def mark_date(match: re.Match[str]) -> date | None:
    """Return the digest date of a matched mark, None where it is no date."""
    try:
        return datetime.strptime(match["date"], "%Y%m%d").date()  # noqa: DTZ007 - a date
    except ValueError:
        return None


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")  # strftime does not pad the year

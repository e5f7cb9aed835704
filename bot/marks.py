"""Marks: the custom_id of a button under every post, naming the step that made it.

`post:SUBSCRIPTION:YYYYMMDD:ENTRY:STEP:RUN`. A sender that does not know whether it has sent a step
looks for its mark; the button's handler reads from it which entry it stands under.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from storage.models import Delivery

MARK = re.compile(
    r"post:(?P<subscription>\d+):(?P<date>\d{8}):(?P<entry>\d+)"
    r":(?P<step>[a-z]+)(?P<part>\d*):(?P<run>\d+)"
)


def mark_for(delivery: Delivery, entry_id: int, step: str) -> str:
    """Return the mark of a step; `entry_id` 0 means the digest itself."""
    day = delivery.digest_date.isoformat().replace("-", "")  # strftime does not pad the year
    return f"post:{delivery.subscription_id}:{day}:{entry_id}:{step}:{delivery.run}"


def mark_date(match: re.Match[str]) -> date | None:
    """Return the digest date of a matched mark, None where it is no date."""
    try:
        return datetime.strptime(match["date"], "%Y%m%d").date()  # noqa: DTZ007 - a date
    except ValueError:
        return None

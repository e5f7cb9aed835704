"""Custom_ids that no message of ours has: answered in a sentence, and nobody's business told."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards import CARD_BUTTONS
from bot.client import DigestBot
from bot.discovery.tag_pages import TAGS_BUTTONS
from bot.ending import ENDING_MENUS
from bot.following.views import FOLLOWING_ITEMS
from bot.forgetting import PERSONAL_BUTTONS
from bot.metrics import Metrics
from bot.picking import PICK_MENUS
from bot.questions.views import ANSWER_BUTTONS, FORM_ID
from bot.saving.views import SAVED_BUTTONS
from bot.seeds import SeedFolder
from bot.settings import Settings
from bot.views import BUTTONS, Standing, StandingMenu
from cogs.asking import Asking
from storage.models import FollowKind
from storage.sqlite import open_store
from tests import hostile
from tests.storage.builders import NOW, digest, entry

ITEMS: tuple[type[Standing | StandingMenu], ...] = (
    *BUTTONS,
    *CARD_BUTTONS,
    *SAVED_BUTTONS,
    *FOLLOWING_ITEMS,
    *PERSONAL_BUTTONS,
    *ANSWER_BUTTONS,
    *TAGS_BUTTONS,
    *PICK_MENUS,
    *ENDING_MENUS,
)
# What our messages have, where N is a number and X is anything.
FORMS = (
    *("list:en:tag:N:a:X", "list:ko:author:N:a:X", "list:en:search:N:a:X", "list:ko:title:N:a:X"),
    *("list:en:digest:N:a:X", "list:en:digest:0:a:2025-04-25", "list:ko:related:0:a:N"),
    *("list:ko:related:N:a:X", "list:en:top:N:a:X", "list:en:top:0:a:week", "list:en:tag:N:s:X"),
    *("post:N:20250425:N:paper:N", "post:N:99999999:0:header:0", "post:1:20250425:N:detailsN:0"),
    *("full:N", "card:ko:N", "card:both:N", "card:toen:N", "card:save:N", "card:discuss:N"),
    *("card:more:N", "card:related:N", "card:cite:N", "saved:page:N:X", "saved:drop:N:X"),
    *("saved:pick:", "saved:remove:N", "saved:undo:N", "follows:N", "unfollow:N", "forget:all"),
    *("mail:follows:N:20250425", "mail:recap:N:20250425", "mail:x:N:N", "ask:more:N", "ask:ko:N"),
    *("ask:helped:N", "ask:missed:N", "ask:delete:N", "ask:follow:N", "tags:en:papers:N"),
    *("tags:ko:name:N", "pick:paper", "pick:cite", "pick:related", "subscriptions:end", "X", "XN"),
)
READER, STRANGER = 1, 2
QUESTION = "Secret question about kernels"

numbers = st.sampled_from(
    (
        "0",
        "1",
        "2",
        "7",
        "-1",
        "00",
        "9" * 6,
        "9" * 18,
        "9" * 19,
        str(2**63),
        "9" * 40,
        "٣",
        "²",
        "",
    )
)


@st.composite
def custom_ids(draw: st.DrawFn) -> str:
    form = draw(st.sampled_from(FORMS))
    text = draw(hostile.texts(most=3, longest=60)) if "X" in form else ""
    return re.sub("[NX]", lambda found: draw(numbers) if found[0] == "N" else text, form)[:100]


class Answers:
    """What the presser was answered: `response` and `followup` of an interaction in one."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.modals = 0
        self._done = False

    def is_done(self) -> bool:
        """Return whether there was a first answer."""
        return self._done

    async def defer(self, **_: object) -> None:
        """Promise an answer."""
        self._done = True

    async def send_message(self, content: str = "", **more: Any) -> None:
        """Take a message."""
        self._done = True
        texts = [embed.description or embed.title or "" for embed in more.get("embeds", ())]
        self.said.append(" ".join((content, *texts)))

    send = edit_message = send_message

    async def send_modal(self, _modal: discord.ui.Modal) -> None:
        """Take a form."""
        self._done = True
        self.modals += 1


def press(bot: DigestBot, user_id: int, data: dict[str, Any] | None = None) -> Any:
    """Return an interaction as discord.py hands it to an item, in a channel of its own."""
    answers = Answers()

    async def delete() -> None:
        answers.said.append("deleted")

    return SimpleNamespace(
        client=bot,
        user=SimpleNamespace(id=user_id),
        guild_id=10,
        channel_id=20,
        channel=None,
        message=None,
        locale="en-US",
        type=discord.InteractionType.component,
        command=None,
        data=data or {},
        extras={},
        permissions=discord.Permissions.none(),
        response=answers,
        followup=answers,
        edit_original_response=answers.send,
        delete_original_response=delete,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DigestBot]:
    """Return a bot with papers, and a reader who keeps, follows and asks in another channel."""
    path = tmp_path_factory.mktemp("ids") / "digests.sqlite3"
    async with open_store(path) as store:
        await store.add_digests([(digest(entry("One"), entry("Two")), "f")], now=NOW)
        await store.save_paper(READER, 1, guild_id=10, now=NOW)
        await store.set_follower(
            READER,
            at=None,
            timezone=None,
            default_at=NOW.time(),
            default_timezone="UTC",
            guild_id=10,
            language="en",
        )
        await store.add_follow(
            READER, FollowKind.KEYWORD, key="kernel", name="kernels", most=50, now=NOW
        )
        await store.add_exchange(
            guild_id=10,
            channel_id=21,
            user_id=READER,
            language="en",
            question=QUESTION,
            context=(),
            cited=(1,),
            now=NOW,
        )
        made = DigestBot(
            store=store,
            settings=Settings(_env_file=None),  # type: ignore[call-arg] # pydantic-settings' own
            clock=lambda: NOW,
            owner="test",
            seeds=cast(SeedFolder, None),
            metrics=Metrics(),
        )
        await made.library.refresh(date(2025, 8, 1))
        yield made
        made.library.close()


def test_every_item_is_reached() -> None:
    ids = [form.replace("N", "1").replace("X", "x") for form in FORMS]
    for item in ITEMS:
        assert any(item.__discord_ui_compiled_template__.fullmatch(each) for each in ids), item


@pytest.mark.asyncio(loop_scope="module")
@given(custom_id=custom_ids(), chosen=st.lists(numbers | hostile.texts(most=1), max_size=2))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_a_forged_press_is_answered_in_a_sentence(
    bot: DigestBot, caplog: pytest.LogCaptureFixture, custom_id: str, chosen: list[str]
) -> None:
    caplog.clear()
    for item in ITEMS:
        match = item.__discord_ui_compiled_template__.fullmatch(custom_id)
        if match is None:
            continue
        pressed = press(bot, STRANGER)
        made = await item.from_custom_id(pressed, cast(Any, None), match)
        if isinstance(made, StandingMenu):
            made.item._values = list(chosen)
        await made.callback(pressed)
        assert pressed.response.said or pressed.response.modals
        assert not any(QUESTION in said or "kernels" in said for said in pressed.response.said)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert await bot.store.count_saved(READER, until=date(2025, 8, 1)) == 1
    follower = await bot.store.get_follower(READER)
    assert follower is not None
    assert follower.follows == 1
    assert await bot.store.get_exchange(1, now=NOW) is not None


@pytest.mark.asyncio(loop_scope="module")
@given(kind=st.sampled_from(("exchange", "entry", "none", "x")), number=numbers)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_a_forged_form_is_answered_or_ignored(
    bot: DigestBot, caplog: pytest.LogCaptureFixture, kind: str, number: str
) -> None:
    caplog.clear()
    custom_id = f"ask:form:{kind}:{number}"
    field = {"type": 4, "custom_id": "question", "value": "!"}
    data = {"custom_id": custom_id, "components": [{"type": 1, "components": [field]}]}
    sent = press(bot, STRANGER, data)
    sent.type = discord.InteractionType.modal_submit
    await Asking(bot).on_interaction(sent)
    assert bool(sent.response.said) is bool(re.fullmatch(FORM_ID, custom_id))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

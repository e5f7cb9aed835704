"""A digest file that is put into SEEDS_DIR while the bot runs is posted, and an edit edits."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.house import House
from tests.e2e.posts import DAY, paper, settled, write_papers

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.seeds.QUIET", 0.2)
    monkeypatch.setattr("bot.seeds.PATIENCE", 0.5)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write_papers(tmp_path / "seeds", paper("One"))


async def test_a_new_file_is_posted_and_an_edited_one_edits_its_posts(
    house: House, seeds: Path
) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        await settled(house)
        write_papers(seeds, paper("One, corrected"))
        await house.sandbox.wait_for(lambda: "One, corrected" in house.titles(house.text))
        write_papers(seeds, paper("Two"), day=DAY + timedelta(days=1), name="b.txt")
        house.clock.advance(timedelta(days=1))
        await house.sandbox.wait_for(lambda: "Two" in house.titles(house.text), timeout=20)
    assert "One" not in house.titles(house.text)


async def test_status_names_a_broken_file_until_it_is_mended(house: House, seeds: Path) -> None:
    async with house.bot(seeds_dir=seeds):
        await house.delivered()
        (seeds / "b_c.txt").write_text("2026년 10월 2일\n\n*Title*\n", encoding="utf-8")
        house.manager.user.locale = "en-US"
        broken = await status_with(house, "b_c.txt")
        assert "`b_c.txt:3` no authors in parentheses follow this title" in broken
        write_papers(seeds, paper("Two"), day=DAY + timedelta(days=1), name="b_c.txt")
        await status_with(house, "1 October 2026", without="b_c.txt")


async def status_with(house: House, text: str, *, without: str | None = None) -> str:
    """Ask for the status until it says something, and something else no more."""
    async with asyncio.timeout(15):
        while True:
            answered = await house.manager.run(house.text, "status")
            said = str(answered.message.content)
            if text in said and (without is None or without not in said):
                return said
            await asyncio.sleep(0.1)

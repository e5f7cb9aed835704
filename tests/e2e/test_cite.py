"""/cite, and Cite under a paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.bot.references.builders import read_names, read_title
from tests.e2e.house import House, nearest_of, text_of, title_of, titles_of, write_digest

S1 = "s1: Simple test-time scaling"


async def test_cite_gives_bibtex_to_copy(house: House) -> None:
    async with house.bot(digest_channel_id=None):
        answered = await house.member.run(house.text, "cite", {"title": "s1"})
        assert not answered.ephemeral
        text = answered.message.content
        assert text.startswith("```bibtex\n@misc{muennighoff2025s1,\n")
        assert text.endswith("}\n```")
        bibtex = text.removeprefix("```bibtex\n").removesuffix("```")
        assert read_title(bibtex) == S1
        assert read_names(bibtex)[0] == "Niklas Muennighoff"


async def test_the_cite_button_answers_its_presser_alone(house: House) -> None:
    async with house.bot():
        await house.delivered()
        post = next(each for each in house.messages(house.text) if title_of(each) == S1)
        menu = await house.manager.click(post, label="더보기·More")
        cited = await house.manager.click(menu.message, label="인용")
        assert cited.ephemeral
        assert "@misc{muennighoff2025s1," in cited.message.content


async def test_a_long_citation_comes_as_a_file(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "crowd"
    path = write_digest(folder, date(2025, 5, 1), ["Paper of a crowd"])
    authors = [f"Given{number} Family{number}" for number in range(120)]
    text = path.read_text(encoding="utf-8").replace("Ada Lovelace", ", ".join(authors))
    path.write_text(text, encoding="utf-8")
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        answered = await house.member.run(house.text, "cite", {"title": "Paper of a crowd"})
        (file,) = answered.message.attachments
        assert file["filename"] == "family02025paper.bib"
        assert read_names(house.sandbox.world.files.read(file).decode()) == authors
        assert "as a file" in text_of(answered.message)


async def test_a_note_is_cited_by_its_arxiv_id(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "250501 note.md").write_text(
        "https://arxiv.org/abs/2501.19393\n\n*Budget Forcing* (Ada Lovelace)\n\n"
        "> An abstract.\n\n설명입니다.\n\n#rl\n",
        encoding="utf-8",
    )
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        answered = await house.member.run(house.text, "cite", {"title": "arXiv:2501.19393"})
        text = answered.message.content
        assert "eprint = {2501.19393}" in text
        assert "archivePrefix = {arXiv}" in text
        assert "month = jan" in text


async def test_a_paper_in_two_digests_is_cited_by_the_first(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "twice"
    write_digest(folder, date(2024, 12, 30), ["Sparse Frontier"])
    write_digest(folder, date(2025, 5, 1), ["Sparse Frontier"], comment="Once more.")
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        answered = await house.member.run(house.text, "cite", {"title": "Sparse Frontier"})
        assert "@misc{lovelace2024sparse," in answered.message.content
        assert "month = dec" in answered.message.content


async def test_titles_complete_themselves_and_several_are_listed(
    house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "few"
    titles = ["Paper one", "Paper two"]
    write_digest(folder, date(2025, 5, 1), titles)
    async with house.bot(seeds_dir=folder, digest_channel_id=None):
        offered = await house.member.complete(house.text, "cite", "title", "pap")
        assert [choice["value"] for choice in offered.choices or []] == titles
        answered = await house.member.run(house.text, "cite", {"title": "paper"})
        assert titles_of(answered.message) == titles
        unknown = await house.member.run(house.text, "cite", {"title": "Papper one"})
        assert unknown.ephemeral
        assert nearest_of(unknown.message)[0] == "Paper one"

"""Names in their parts."""

from __future__ import annotations

import pytest

from bot.references.names import parse_authors


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("Ada Lovelace", "Lovelace, Ada"),
        ("Laurens van der Maaten", "van der Maaten, Laurens"),
        ("Fernando De la Torre", "De la Torre, Fernando"),
        ("Teven Le Scao", "Le Scao, Teven"),
        ("Cyprien de Masson d’Autume", "de Masson d’Autume, Cyprien"),  # noqa: RUF001 - his
        ("Benjamin Van Durme", "Van Durme, Benjamin"),
        ("Abdullah bin Rashid", "bin Rashid, Abdullah"),
        ("Quoc V. Le", "Le, Quoc V."),
        ("Le Song", "Song, Le"),
        ("Bin Cui", "Cui, Bin"),
        ("Xiao Bin Wang", "Wang, Xiao Bin"),
        ("Ronald McClelland Jr.", "McClelland, Ronald, Jr."),
        ("Éric de la Clergerie", "de la Clergerie, Éric"),
        ("J.R.R. Tolkien", "Tolkien, J.R.R."),
        ("  Ada \u00a0 Lovelace ", "Lovelace, Ada"),
    ],
)
def test_a_persons_family_name_comes_first(written: str, listed: str) -> None:
    (name,) = parse_authors([written]).names
    assert name.sorted == listed
    assert name.spelled == " ".join(written.split())


@pytest.mark.parametrize(
    "written",
    [
        "OpenAI",
        "DeepSeek-AI",
        "Gemma Team",
        "Team OLMo",
        "The Movie Gen team @ Meta",
        "Mistral AI",
        "Google DeepMind",
        "김민준",
        "김 민준",
        "王小明",
        "de Vries",
        "Rai (Michael Pokorny)",
    ],
)
def test_a_group_and_a_name_without_parts_stay_whole(written: str) -> None:
    (name,) = parse_authors([written]).names
    assert name.is_whole
    assert name.sorted == name.spelled == written


@pytest.mark.parametrize(
    ("written", "listed", "has_more"),
    [
        (["Jamba Team: Barak Lenz", "Bo Li"], ["Jamba Team", "Lenz, Barak", "Li, Bo"], 0),
        (["Albert Gu", "and Tri Dao"], ["Gu, Albert", "Dao, Tri"], 0),
        (["Albert Gu and Tri Dao"], ["Gu, Albert", "Dao, Tri"], 0),
        (["Yann LeCun et al."], ["LeCun, Yann"], 1),
        (["Yann LeCun", "et al"], ["LeCun, Yann"], 1),
        (["김민준 외 3명"], ["김민준"], 1),
        (["Zihan Qiu (additional authors not shown)"], ["Qiu, Zihan"], 1),
        (["Ada Lovelace", "and 12 others"], ["Lovelace, Ada"], 1),
        (["Anders Andersen"], ["Andersen, Anders"], 0),
        ([], [], 0),
        (["  "], [], 0),
    ],
)  # fmt: skip
def test_a_line_of_authors_may_hold_more_than_names(
    written: list[str], listed: list[str], has_more: int
) -> None:
    authors = parse_authors(written)
    assert [name.sorted for name in authors.names] == listed
    assert authors.has_more == bool(has_more)

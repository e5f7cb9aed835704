"""Questions in Korean and English -> papers, best first. Pure: entries and today come in."""

from __future__ import annotations

from bot.retrieval.index import Catalogue, Index, Lexicon
from bot.retrieval.indexing import Analyser, index_version
from bot.retrieval.query import Author, Intent, Query, Term
from bot.retrieval.ranking import Ranked, Ranking, rank
from bot.retrieval.understanding import read_terms, understand

__all__ = [
    "Analyser",
    "Author",
    "Catalogue",
    "Index",
    "Intent",
    "Lexicon",
    "Query",
    "Ranked",
    "Ranking",
    "Term",
    "index_version",
    "rank",
    "read_terms",
    "understand",
]

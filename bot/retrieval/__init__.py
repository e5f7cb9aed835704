"""Questions in Korean and English -> papers, best first. Pure: entries and today come in."""

from __future__ import annotations

from bot.retrieval.index import Index
from bot.retrieval.query import Author, Intent, Query, Term
from bot.retrieval.ranking import Ranked, Ranking, rank
from bot.retrieval.understanding import understand

__all__ = ["Author", "Index", "Intent", "Query", "Ranked", "Ranking", "Term", "rank", "understand"]

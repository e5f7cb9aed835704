"""rapidfuzz, imported when something is misspelt, edited or restored.

It takes 3 MB of memory, which a bot that only posts and looks up does without.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapidfuzz import fuzz as fuzz
    from rapidfuzz import process as process
    from rapidfuzz.distance import OSA as OSA
    from rapidfuzz.distance import Indel as Indel
    from rapidfuzz.distance import Levenshtein as Levenshtein
else:

    def __getattr__(name: str) -> Any:
        """Import what is asked for, once."""
        if name in ("fuzz", "process"):
            found = import_module(f"rapidfuzz.{name}")
        elif name in ("OSA", "Indel", "Levenshtein"):
            found = getattr(import_module("rapidfuzz.distance"), name)
        else:
            raise AttributeError(name)
        globals()[name] = found
        return found

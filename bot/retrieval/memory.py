"""An index of entries in memory, for measuring and for tests: the same as the stored one. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from bot.retrieval.glossary import Glossary, load_glossary
from bot.retrieval.index import Catalogue, Index
from bot.retrieval.indexing import Analyser
from storage.models import DocumentDraft, Documents, Entry, PostingBlock


class MemoryPostings:
    """Postings by token."""

    def __init__(self, drafts: Sequence[DocumentDraft]) -> None:
        self._rows: dict[int, list[tuple[int, int]]] = {}
        for document, draft in enumerate(drafts):
            for posting in draft.postings:
                self._rows.setdefault(posting >> 8, []).append((document, posting & 255))
        self._words = {
            "word": {word: sound for draft in drafts for word, sound in draft.words.items()},
            "author": {name: sound for draft in drafts for name, sound in draft.authors.items()},
        }

    def count(self, token: int) -> int:
        """See `storage.base.Postings`."""
        return len(self._rows.get(token, ()))

    def find(self, token: int) -> Sequence[PostingBlock]:
        """See `storage.base.Postings`."""
        rows = self._rows.get(token)
        if not rows:
            return ()
        offsets = array("I", [document for document, _ in rows])
        return (PostingBlock(base=0, offsets=offsets, weights=bytes(each for _, each in rows)),)

    def list_words(self, kind: str, *, after: int) -> Sequence[tuple[int, str, str]]:
        """See `storage.base.Postings`."""
        numbered = enumerate(self._words[kind].items(), start=1)
        return [(number, word, sound) for number, (word, sound) in numbered][after:]

    def list_words_of_sound(self, kind: str, sound: str) -> Sequence[str]:
        """See `storage.base.Postings`."""
        return [word for word, other in self._words[kind].items() if sound and other == sound]


def index_entries(entries: Iterable[Entry], *, glossary: Glossary | None = None) -> Index:
    """Return the index of some entries."""
    glossary = glossary or load_glossary()
    analyser = Analyser(glossary)
    drafts = [analyser.analyse(entry, content="") for entry in entries]
    documents = Documents(
        entry_ids=array("q", [draft.entry_id for draft in drafts]),
        paper_ids=array("q", [draft.paper_id for draft in drafts]),
        days=array("i", [draft.day for draft in drafts]),
        name_sizes=array("B", [draft.name_size for draft in drafts]),
    )
    return Index(Catalogue(documents), MemoryPostings(drafts), glossary=glossary)

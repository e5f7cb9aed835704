"""Which entry of an edited file is which: old versions and new ones, paired one to one. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from storage import fuzzy
from storage.models import EntryDraft
from storage.text import fold, title_key

# Of 1,363 pairs of different papers from one digest, none has texts more alike than 46 or titles
# more alike than 64 (fuzz.ratio, 0 to 100); nor have different papers by the same authors.
_SAME_TEXT = 60
_SAME_TITLE = 75

# hashlib lets go of Python's lock for 2,048 bytes or more, and takes it back at once. A thread that
# waits for it is woken each time, in vain, and begins to wait anew: it never gets to ask for it.
_HASHED = 2_047

# A file of which more is new and gone at once was not edited but replaced.
_MAX_PAIRS = 10_000
# More than an abstract and comments usually hold; comparing costs the product of the lengths.
_MAX_TEXT = 4_000


def revision_of(draft: EntryDraft) -> str:
    """Return a hash of what the source says; where it says so, and found links, do not count."""
    said = (draft.title, draft.authors, draft.abstract, draft.ko, draft.en, draft.tags, draft.url)
    data = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    hashed = hashlib.blake2b(digest_size=16)
    for start in range(0, len(data), _HASHED):
        hashed.update(data[start : start + _HASHED])
    return hashed.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one version of an entry is recognised by: keys of title and authors, folded texts."""

    revision: str
    title: str
    authors: frozenset[str]
    body: str

    @property
    def text(self) -> str:
        """All that it says, as far as it is compared."""
        return f"{self.title}\n{self.body}"[:_MAX_TEXT]


def version_of(draft: EntryDraft) -> Version:
    """Return what a draft is recognised by."""
    body = "\n".join([draft.abstract or "", *draft.ko, *draft.en])
    return Version(
        revision=revision_of(draft),
        title=title_key(draft.title),
        authors=frozenset(title_key(author) for author in draft.authors),
        body=fold(body[:_MAX_TEXT]),
    )


def match_edited(old: Sequence[Version], new: Sequence[Version]) -> dict[int, int]:
    """Return new index -> old index for those of `new` that are one of `old`, edited.

    Word for word first; then the same title, then the same authors or similar text, the most
    similar pairs first.
    """
    pairs: dict[int, int] = {}
    if old:
        _pair_by(lambda version: version.revision, old, new, pairs)
        _pair_by(lambda version: version.title, old, new, pairs)
        left = [(i, j) for i in _left(new, pairs) for j in _left(old, pairs.values())]
        if len(left) <= _MAX_PAIRS:
            _pair_best(((_likeness(old[j], new[i]), i, j) for i, j in left), pairs)
    return pairs


def match_surely(old: Sequence[Version], new: Sequence[Version]) -> dict[int, int]:
    """Return the same for what may as well be another paper: likeness is not enough.

    A file that is written anew every day may hold the second part of yesterday's paper. Taken for
    an edit of the first, it would count as posted.
    """
    pairs: dict[int, int] = {}
    _pair_by(lambda version: version.revision, old, new, pairs)
    _pair_by(lambda version: version.title, old, new, pairs)
    _pair_by(lambda version: (version.authors, version.body), old, new, pairs)
    return pairs


def _pair_by(
    key: Callable[[Version], Hashable],
    old: Sequence[Version],
    new: Sequence[Version],
    pairs: dict[int, int],
) -> None:
    """Pair what has the same key; where several do, the most similar texts first.

    Where they are too many to compare, in order: a file may hold thousands of one title.
    """
    candidates: dict[Hashable, list[int]] = {}
    for j in _left(old, pairs.values()):
        candidates.setdefault(key(old[j]), []).append(j)
    alike: dict[Hashable, list[int]] = {}
    for i in _left(new, pairs):
        alike.setdefault(key(new[i]), []).append(i)
    found: list[tuple[float, int, int]] = []
    for same, indices in alike.items():
        known = candidates.get(same, [])
        if len(indices) * len(known) > _MAX_PAIRS:
            found += [(1, i, j) for i, j in zip(indices, known, strict=False)]
        else:
            found += [
                (1 + fuzzy.fuzz.ratio(old[j].text, new[i].text), i, j)
                for i in indices
                for j in known
            ]
    _pair_best(found, pairs)


def _pair_best(scored: Iterable[tuple[float, int, int]], pairs: dict[int, int]) -> None:
    """Add (score, new, old) pairs with a score above 0, best first, earlier ones at a tie."""
    taken = set(pairs.values())
    for score, i, j in sorted(scored, key=lambda found: -found[0]):
        if score and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)


def _likeness(old: Version, new: Version) -> float:
    """Return how alike two versions are, 0 if they are different papers.

    The same authors count for more than the closest text.
    """
    if old.authors == new.authors:
        title = fuzzy.fuzz.ratio(old.title, new.title, score_cutoff=_SAME_TITLE)
        text = fuzzy.fuzz.ratio(old.text, new.text, score_cutoff=_SAME_TEXT)
        return 100 + max(title, text) if title or text else 0
    return fuzzy.fuzz.ratio(old.text, new.text, score_cutoff=_SAME_TEXT)


def _left(versions: Sequence[Version], taken: Iterable[int]) -> list[int]:
    """Return the indices that are not taken."""
    gone = set(taken)
    return [index for index in range(len(versions)) if index not in gone]

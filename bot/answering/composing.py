"""What an answer says: quotes of a paper, a list of papers, or that there is none. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from bot.answering.errands import is_errand
from bot.answering.records import Citation, Fact
from bot.answering.wishes import Wish, find_wish, is_thanks
from bot.messages import say
from bot.render.links import find_paper
from bot.retrieval import intents
from bot.retrieval.analysis import is_hangul
from bot.retrieval.nearest import NEAREST
from bot.retrieval.passages import Passage, has_number
from bot.retrieval.query import Intent, Query
from bot.retrieval.ranking import Ranked, Ranking
from bot.retrieval.releases import asks_release, says_release
from storage.models import Entry

# The answer is read at a glance; quotes are added while they fit into so many characters.
USUAL_LENGTH = 690
_MOST_QUOTES = 6
# What has less of the question than this share of what the best sentence has only fills the room.
_RELEVANT = 0.35
_MOST_NAMES = 350
MOST_LISTED = 10


def compose_quotes(
    query: Query,
    entry: Entry,
    passages: Sequence[Passage],
    *,
    facts: Sequence[Fact] | None = None,
    room: int = USUAL_LENGTH,
    relevant: float = _RELEVANT,
) -> tuple[str, tuple[Citation, ...]]:
    """Return the text, of about `room` characters, and the quotes of an answer from one paper.

    `facts` stand above them: those that are asked for, if none are given. What has less of the
    question than the share `relevant` of what the best sentence has is left out.
    """
    heading = _head(entry, find_facts(query, entry) if facts is None else facts)
    chosen: list[Passage] = []
    room -= len(heading)
    ordered = _order(query, passages)
    least = relevant * max((each.score for each in ordered), default=0.0)
    for passage in ordered:
        if chosen and passage.score < least and query.intent is not Intent.OPINION:
            continue
        cost = len(passage.text) + len(_quote(""))
        if len(chosen) == _MOST_QUOTES or (chosen and cost > room):
            continue
        chosen.append(passage)
        room -= cost
    citations = tuple(cite(entry, passage) for passage in _join(chosen, entry))
    return "\n".join([heading, *(_quote(each.quote) for each in citations)]), citations


def compose_facts(query: Query, entry: Entry) -> tuple[str, tuple[Citation, ...]]:
    """Return an answer that says no more than what `find_facts` found; it quotes the title."""
    passage = Citation(
        entry_id=entry.id,
        title=entry.paper.title,
        date=entry.date,
        language="en",
        quote=entry.paper.title,
    )
    return _head(entry, find_facts(query, entry)), (passage,)


def find_facts(query: Query, entry: Entry) -> tuple[Fact, ...]:
    """Return what is asked of a paper besides its texts."""
    return tuple(_find_facts(query, entry))


def _find_facts(query: Query, entry: Entry) -> Iterator[Fact]:
    asked = query.question.casefold()
    paper, language = entry.paper, query.language

    def known(name: str, text: str) -> Fact:
        return Fact(entry_id=entry.id, label=say(language, f"label.{name}"), text=text)

    if intents.TITLE.search(asked):
        yield known("title", paper.title)
    if intents.AUTHORS.search(asked) or (query.authors and intents.WHETHER_AUTHOR.search(asked)):
        yield known("authors", _names(paper.authors))
    if intents.WHEN.search(asked):
        yield known("date", entry.date.isoformat())
    if intents.TAGS.search(asked) and entry.tags:
        yield known("tags", " ".join(f"#{tag}" for tag in entry.tags))
    if intents.LINK.search(asked) and not asks_release(asked):
        yield known("links", find_paper(paper))


def find_titles(query: Query, entry: Entry) -> tuple[Fact, ...]:
    """Return the title, if it is asked for: who describes a paper may ask what it is called."""
    label = say(query.language, "label.title")
    return tuple(fact for fact in find_facts(query, entry) if fact.label == label)


def asks_for_facts(query: Query) -> bool:
    """Whether a question asks who wrote a paper, when it came, or how it is tagged."""
    asked = query.question.casefold()
    return any(each.search(asked) for each in (intents.AUTHORS, intents.WHEN, intents.TAGS))


def is_about_facts(text: str) -> bool:
    """Whether a word asks for a fact: `link`, `date`, the `first` author."""
    patterns = (
        intents.LINK,
        intents.TITLE,
        intents.TAGS,
        intents.DATE,
        intents.WHICH_AUTHOR,
    )
    return any(pattern.search(text) for pattern in patterns)


def _head(entry: Entry, facts: Sequence[Fact]) -> str:
    return "\n".join([name_paper(entry), *(f"{fact.label}: {fact.text}" for fact in facts)])


def _names(authors: Sequence[str]) -> str:
    names = ", ".join(authors)
    return names if len(names) <= _MOST_NAMES else f"{names[:_MOST_NAMES]}…"


def compose_list(
    query: Query,
    ranking: Ranking,
    entries: Mapping[int, Entry],
    best: Mapping[int, Passage],
    *,
    heading: str = "",
) -> tuple[str, tuple[Citation, ...]]:
    """Return the text and the quotes of an answer that lists papers; `best` sentence of each.

    Above it stands how many there are, or the `heading`.
    """
    shown = [item for item in ranking.items[:MOST_LISTED] if item.entry_id in entries]
    names = [name_paper(entries[item.entry_id]) for item in shown]
    total = max(ranking.total, len(shown))
    key = "answer.found" if len(shown) == total else "answer.found_most"
    values = {"count": total, "shown": len(shown), "command": name_command(query)}
    lines = [heading or say(query.language, key, **values)]
    room = USUAL_LENGTH - len(lines[0]) - sum(len(name) + len("\n• ") for name in names)
    citations: list[Citation] = []
    for item, name in zip(shown, names, strict=True):
        lines.append(f"• {name}")
        passage = best.get(item.entry_id)
        if passage is None:
            continue
        citations.append(cite(entries[item.entry_id], passage))
        cost = len(passage.text) + len(_quote(""))
        if cost <= room:
            lines.append(_quote(passage.text))
            room -= cost
    return "\n".join(lines), tuple(citations)


def compose_pointer(query: Query) -> str | None:
    """Return where to look for what no paper tells; None if there is no such place."""
    if not intents.TAGS.search(query.question.casefold()):
        return None
    return say(query.language, "answer.see_tags")


def compose_more(query: Query, ranking: Ranking, *, shown: int) -> str:
    """Return the sentence that says where the rest of a list is, of which so many were shown."""
    wish = find_wish(query)
    if wish is Wish.SIMILAR:
        return say(query.language, "answer.more_similar")
    if wish is Wish.BY_AUTHORS or ranking.total <= shown:
        return say(query.language, "answer.no_more")
    return say(query.language, "answer.more", count=ranking.total, command=name_command(query))


def name_command(query: Query) -> str:
    """Return the command that pages through all that a question lists."""
    language = query.language
    if any(term.is_telling for term in query.terms) or query.dated or query.excluded:
        return say(language, "answer.all_search")
    if len(query.tags) == 1 and not query.authors:
        return say(language, "answer.all_tag", name=query.tags[0])
    # A name that is spelt by its sound is for the search to find.
    if len(query.authors) == 1 and not query.tags and not is_hangul(query.authors[0].text):
        return say(language, "answer.all_author", name=query.authors[0].text)
    return say(language, "answer.all_search")


def compose_nothing(
    query: Query, ranking: Ranking, nearest: Sequence[Ranked], entries: Mapping[int, Entry]
) -> str:
    """Return the sentence that there is no answer, and the nearest papers."""
    lines = [_reason(query, ranking, entries)]
    if nearest:
        names = "; ".join(name_paper(entries[item.entry_id]) for item in nearest)
        label = "answer.newest" if are_newest(ranking) else "answer.nearest"
        lines.append(say(query.language, label, papers=names))
    return "\n".join(lines)


def compose_others(
    query: Query, others: Sequence[Ranked], entries: Mapping[int, Entry]
) -> list[str]:
    """Return the line that names the papers that may be meant instead, or none."""
    names = "; ".join(name_paper(entries[item.entry_id]) for item in others)
    return [say(query.language, "answer.others", papers=names)] if names else []


def choose_nearest(ranking: Ranking, entries: Mapping[int, Entry]) -> tuple[Ranked, ...]:
    """Return the papers that an answer without evidence offers."""
    offered = (*ranking.items, *ranking.spare)
    return tuple(item for item in offered if item.entry_id in entries)[:NEAREST]


def are_newest(ranking: Ranking) -> bool:
    """Whether no paper has anything of a question, so that only the newest can be offered."""
    return not ranking.items and not any(item.coverage for item in ranking.spare)


def name_paper(entry: Entry) -> str:
    """Return a paper's title with its digest's date."""
    return f"{entry.paper.title} ({entry.date.isoformat()})"


def cite(entry: Entry, passage: Passage) -> Citation:
    """Return a passage as a citation."""
    return Citation(
        entry_id=entry.id,
        title=entry.paper.title,
        date=entry.date,
        language=passage.language,
        quote=passage.text,
    )


def _join(passages: Sequence[Passage], entry: Entry) -> list[Passage]:
    """Return the passages with those that follow one another in the text as one, in its order."""
    texts = (*entry.ko, *entry.en, entry.paper.abstract or "")
    ranks = {passage.place: rank for rank, passage in enumerate(passages)}
    joined: list[tuple[int, Passage]] = []
    for passage in sorted(passages, key=lambda each: each.place):
        rank = ranks[passage.place]
        if joined:
            first, last = joined[-1]
            text = f"{last.text} {passage.text}"
            if last.source == passage.source and any(text in each for each in texts):
                joined[-1] = min(first, rank), replace(last, text=text)
                continue
        joined.append((rank, passage))
    return [passage for _, passage in sorted(joined, key=itemgetter(0))]


def _quote(text: str) -> str:
    return f"> {text}"


def _order(query: Query, passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages to quote, most wanted first.

    An opinion is the comment's, in the asker's language if it has that; of a comment in both
    languages no other answer has the other one: it says the same. Who asks in English gets no
    Korean, but for the best sentence. Where a number is asked for, what says one comes first.
    """
    own = [each for each in passages if each.source == query.language]
    comments = own or [each for each in passages if each.source in ("ko", "en")]
    if query.intent is Intent.OPINION and comments:
        return comments
    found = [each for each in passages if each.source == "abstract" or each in comments]
    if query.language == "en" and any(each.language == "en" for each in found):
        found = [each for each in found if each.language == "en" or each is found[0]]
    if asks_release(query.question.casefold()):
        return [each for each in found if says_release(each.text)] or found
    if query.intent is Intent.NUMBER:
        found.sort(key=lambda each: not has_number(each.text))
    return found


def _is_strange(query: Query, ranking: Ranking) -> bool:
    """Whether no paper has any of what a question is about: today's weather, say."""
    needed = (term for term in query.terms if not term.hint)
    telling = {place for place, term in enumerate(needed) if term.is_telling}
    return bool(telling) and telling <= ranking.unknown


def _reason(query: Query, ranking: Ranking, entries: Mapping[int, Entry]) -> str:
    if is_thanks(query.question):
        return say(query.language, "answer.welcome")
    if query.is_empty or is_errand(query.question):
        return say(query.language, "answer.unclear")
    for unmet in ("date", "author", "tag"):
        if unmet in ranking.unmet and not (unmet == "date" and _is_strange(query, ranking)):
            return say(query.language, f"answer.no_{unmet}")
    best = ranking.items[0] if ranking.items else None
    if best is not None and best.is_named and best.entry_id in entries:
        title = entries[best.entry_id].paper.title
        return say(query.language, "answer.no_detail", title=title)
    return say(query.language, "answer.none")

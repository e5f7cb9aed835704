"""What a question points at: what was talked about before, or a topic of its own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

from bot.retrieval import Intent, Query, Ranked, Ranking, Term, intents
from bot.retrieval.analysis import is_hangul, korean_stems
from bot.retrieval.patterns import Pattern
from bot.retrieval.understanding import fold_question
from bot.retrieval.words import FACETS, TOPICAL_FACETS

# From here on a paper has a topic itself, not only something near it.
_HAS = 0.7

_PAPERS = r"(?:papers?|models?|methods?|works?|stud(?:y|ies)|approach(?:es)?|techniques?|ones?)"
# Whatever else is asked, it is asked of the paper at hand.
# Not where a description follows: `the paper on …`.
_NO_DESCRIPTION = (
    "(?! (?:that|which|where|about|on|with|of|by|from|for|in|called|named|behind|to)\\b)"
)
_THIS_PAPER = Pattern(
    r"(?<![가-힣])(?:그|이|저|해당|위|방금)\s?(?:논문|연구|페이퍼)"
    rf"|\b(?:this|these) {_PAPERS}\b|\b(?:that|those) {_PAPERS}\b{_NO_DESCRIPTION}"
)
_PRONOUN = Pattern(
    r"(?<![가-힣])(?:(?:그|이|저)(?:거|건|게|걸|것)|거기|여기|(?:얘|걔)(?!기))"
    r"|(?<![가-힣])(?:그|이|저|해당|위|방금)\s?(?:저자|모델|방법|기법|데이터)"
    r"|\b(?:it|its|they|their|them)\b"
    r"|\b(?:this|these|those)\b(?! (?:days?|weeks?|months?|years?|who)\b)"
    r"|\bthat(?=(?:'s)?\W*$)|^\W*(?:(?:why|how|what|so) )?(?:is|was|does|did|can) that\b"
    rf"|\bthe (?:paper|authors?|model|method)\b{_NO_DESCRIPTION}"
)
# `Is it possible to …` points at nothing.
_IMPERSONAL = Pattern(
    r"\bit(?:'s| is| was|)(?: \w+){0,2} (?:possible|true|known|better|best|worth|feasible|necessary"
    r"|useful|helpful|hard|easy|safe|common|important|okay|ok|enough|clear|likely)"
    r"(?= (?:to|that|for|if|when|whether)\b)"
    r"|\b(?:does|do|did|would|will|can) it (?:take|cost|require|help|matter|hurt|make sense|work) "
    r"(?=to\b|if\b|whether\b|that\b|when\b)"
)
# What leads on from an answer, and may as well lead away from it.
_LEADING_ON = Pattern(
    r"^\W*(?:그럼|그러면|그래서|그런데|근데|그리고|저자들?[은는이가의]?(?![가-힣]))"
    r"|^\W*(?:and|so|but|then|ok(?:ay)?|what about|how about)\b(?=\W*\w)"
)
# Behind one of these, another thing is said.
_CLAUSE_END = Pattern(
    r"[.?!;,:]\s|\b(?:and|but|so|because|since|if|when|while|that|which|who|then|or)\b"
    r"|[가-힣](?:고|[는은인던]데|면|지만|니까|며|[해돼아어]서)\s"
)
# Before a pronoun, what makes the words of its own clause something asked of what it stands for:
# `which optimizer do they …`, `the ablation of their …`.
_ASKED_OF = Pattern(
    r"^\W*(?:[a-z]+ )?(?:what|which|how (?:many|much|large|big|long|often))\b.*"
    r"\b(?:do|does|did|is|are|was|were|has|have|had|can|could|would|will)\W*$"
    r"|\b(?:of|in|for|with|by|from|on|to|about)\W*$"
)
_COMPARED = Pattern(rf"{intents.COMPARISON.pattern}|{intents.COMPARING.pattern}")
_INDEFINITE = Pattern(r"논문|연구|페이퍼|\b(?:papers?|stud(?:y|ies)|works?|articles?)\b")
# Papers of a topic are wanted besides the one at hand; `the other one` is one of two.
_ANOTHER = Pattern(
    r"\b(?:another|(?<!the )other|more)(?: [\w-]+){0,4}"
    r" (?:papers?|stud(?:y|ies)|works?|articles?|ones?)\b"
    r"|\banother one\b|\b(?:any|some)thing else (?:on|about|for|with)\b"
    r"|(?<![가-힣])(?:또\s?)?(?:다른|딴)\s(?:[가-힣]+\s)?(?:논문|연구|페이퍼)"
    r"|(?<![가-힣])(?:그|이|저)\s?(?:거|것|논문|연구)\s?(?:말고|외에|제외)"
    r"|(?:논문|연구)[은는이도]?\s(?:또|더)\s?(?:있|없)"
)
_INSTEAD = Pattern(r"말고|대신|\b(?:instead of|other than|rather than)\b")
_ORDINALS = {
    **dict.fromkeys(("first", "첫"), 1),
    **dict.fromkeys(("second", "두"), 2),
    **dict.fromkeys(("third", "세"), 3),
    **dict.fromkeys(("fourth", "네"), 4),
    **dict.fromkeys(("fifth", "다섯"), 5),
    **dict.fromkeys(("sixth", "여섯"), 6),
    **dict.fromkeys(("seventh", "일곱"), 7),
    **dict.fromkeys(("eighth", "여덟"), 8),
    **dict.fromkeys(("ninth", "아홉"), 9),
    **dict.fromkeys(("tenth", "열"), 10),
    **dict.fromkeys(("last", "마지막"), -1),
}
_LISTED = Pattern(
    r"\b(?:the )?(?P<en>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last"
    r"|[0-9]{1,2}(?=st|nd|rd|th))(?:st|nd|rd|th)? (?:one|paper|study|work|article|result)\b"
    r"(?! (?:on|about|that|which|to|by|from|with|for|where)\b)"
    r"|(?<![가-힣0-9])(?P<ko>[첫두세네열]|다섯|여섯|일곱|여덟|아홉|[0-9]{1,2})\s?번\s?째"
    r"(?!\s?(?:저자|문장|단락|줄|실험|그림|표|단계))(?:\s?(?:논문|연구|[거것게건꺼]))?"
    r"|(?<![가-힣0-9])(?P<number>[0-9]{1,2})번\s?(?:논문|연구|[거것게건꺼])"
    r"|(?<![가-힣])(?P<last>마지막)\s?(?:논문|연구|[거것게건꺼])"
    r"|\bthe (?P<end>first|second|third|fourth|fifth|last)\W*$"
)
# What is asked, and not only named.
_ASKED = Pattern(rf"{intents.ASKING.pattern}|[은는]\W*$")
_DEFINED = Pattern(
    r"^\W*what(?:'s| is| are) (?:an? )?[a-z-]+\W*$"
    r"|^\W*[가-힣a-z]+(?:이란|[이가란])?\s(?:뭐|뭔|무엇|무슨)"
)
# How much of what, and why, was said before.
_BARE = Pattern(
    r"\W*(?:(?:and|but|so|ok|by)\s)?(?:how(?: (?:much|many|so|come|well|exactly))?"
    r"|why(?: not| so| is that)?|in what way)\W*"
    r"|\W*(?:(?:근데|그런데|그럼|그래서|그게|대체|정확히)\s)?(?:얼마나?|왜|어떻게|어느\s?정도|몇\s?[가-힣]{1,2})"
    r"(?:요|나요|야|이야|예요|인데|인가요|지|죠|길래|그런데|그래|그렇대|된대|됐대|했대|하는데)?\W*"
)
_TO_THE_BOT = Pattern(r"\byou\b|(?<![가-힣])(?:너[는희]?|넌|니가|네가)(?![가-힣])|당신")
# Words that a question puts its own way weigh less, and are no topic.
_TOPIC = 0.8
# Who brings so many describes another paper, pronouns or not.
_MANY_TOPICS = 5
# In words; whoever writes more has something of their own to ask.
_SHORT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a question may be about.

    `entries` are ids, most likely first; `listed` those of the last list, in its order, and
    `question` what it answered. `is_recent` where nothing points at them but that the asker was
    just told of them.
    """

    entries: tuple[int, ...] = ()
    listed: tuple[int, ...] = ()
    question: str = ""
    is_recent: bool = False


NO_CONTEXT = Context()


def choose_listed(question: str, context: Context) -> tuple[str, Context]:
    """Return the question with `it` for `the second one`, and that as what it is about.

    They come back as they are where the question names none of the list, or there is none.
    """
    text = question.casefold()
    listed = context.listed if len(context.listed) > 1 else context.entries[:1]
    match = _LISTED.search(text) if listed else None
    if match is None or len(text) != len(question):
        return question, context
    name = next(filter(None, match.groups()))
    place = _ORDINALS.get(name) or int(name)
    if place == 0 or place > len(listed):
        return question, context
    pointer = "it" if match.group().isascii() else "그 논문"
    asked = f"{question[: match.start()]}{pointer}{question[match.end() :]}"
    chosen = listed[place - 1 if place > 0 else place]
    return asked, replace(context, entries=(chosen,))


def compares(query: Query) -> bool:
    """Return whether a question asks how two things differ."""
    return _COMPARED.search(fold_question(query.question)) is not None


def asks_only_about(query: Query, places: Set[int]) -> bool:
    """Return whether a question is short or points back, and has no topic but these terms."""
    if len(query.question.split()) > _SHORT and not refers_back(query.question):
        return False
    needed = [term for term in query.terms if not term.hint]
    return not any(
        _is_topic(term) and place not in places and not _COMPARED.search(term.text)
        for place, term in enumerate(needed)
        if not is_facet(term)
    )


def refers_back(question: str) -> bool:
    """Return whether a question points back by a word: `… it …`, `그 논문 …`."""
    text = _IMPERSONAL.sub(" ", fold_question(question))
    return _THIS_PAPER.search(text) is not None or _PRONOUN.search(text) is not None


def asks_for_another(query: Query) -> bool:
    """Return whether papers of a topic are wanted that are not the one at hand."""
    if _ANOTHER.search(fold_question(query.question)) is None:
        return False
    return bool(query.authors or query.tags) or any(
        _is_topic(term) and not is_facet(term) for term in query.terms
    )


def leads_on(question: str) -> bool:
    """Return whether a question begins as if it went on: `그럼 …`, `and …`."""
    return _LEADING_ON.search(fold_question(question)) is not None


def has_own_topic(query: Query, ranking: Ranking, entry_id: int) -> bool:
    """Return whether a question brings a topic that its pronoun, or it as a whole, is about.

    A topic is what the index knows and the paper at hand has not: before the pronoun, or anywhere
    in a question that only leads on or brings many.
    """
    topics = [term.text for term in _topics(query, ranking, entry_id)]
    if len(topics) >= _MANY_TOPICS:
        return True
    text = _IMPERSONAL.sub(" ", fold_question(query.question))
    if _THIS_PAPER.search(text):
        return False
    pronoun = _PRONOUN.search(text)
    if pronoun is None:
        return bool(topics)
    before = text[: pronoun.start()]
    ends = [match.end() for match in _CLAUSE_END.finditer(before)]
    start = ends[-1] if ends else 0
    compared = compares(query)
    if compared or (intents.ASKING.search(text) and _ASKED_OF.search(before[start:])):
        before = before[:start]
    return any(topic.split()[0] in before for topic in topics)


def count_topics(query: Query, ranking: Ranking, entry_id: int) -> int:
    """Return how many topics a question has that the paper at hand has not."""
    return sum(1 for _ in _topics(query, ranking, entry_id))


def names_besides(query: Query, named: Ranked) -> bool:
    """Return whether a question points at a paper and only then names another: `does it use …`."""
    text = _IMPERSONAL.sub(" ", fold_question(query.question))
    pointer = _THIS_PAPER.search(text) or _PRONOUN.search(text)
    if pointer is None or _INSTEAD.search(text):
        return False
    needed = [term for term in query.terms if not term.hint]
    places = (text.find(needed[place].text.split()[0]) for place in named.names)
    return all(place >= pointer.start() for place in places)


def is_fragment(query: Query) -> bool:
    """Return whether a question has no topic at all, only what may be asked of any paper."""
    if query.dated or query.authors or query.tags or query.wants_list:
        return False
    text = fold_question(query.question)
    if len(text.split()) > _SHORT or _INDEFINITE.search(text) or _TO_THE_BOT.search(text):
        return False
    if _BARE.fullmatch(text):
        return True
    terms = [term for term in query.terms if not term.hint]
    if not all(is_facet(term) for term in terms if _is_topic(term)):
        return False
    if query.intent is Intent.OPINION:
        return True
    facts = (intents.AUTHORS, intents.WHEN, intents.LINK, intents.TAGS, intents.TITLE)
    if any(pattern.search(text) for pattern in facts):
        return True
    if _DEFINED.search(text) and any(_is_among(TOPICAL_FACETS, term) for term in terms):
        return False
    return _ASKED.search(text) is not None and any(map(is_facet, terms))


def is_facet(term: Term) -> bool:
    """Return whether a term is what may be asked of any paper: `limitations`, `데이터셋은`."""
    return _is_among(FACETS, term)


def _is_among(words: Set[str], term: Term) -> bool:
    return all(
        word in words or (is_hangul(word) and not words.isdisjoint(korean_stems(word)))
        for word in term.text.split()
    )


def follows(query: Query) -> bool:
    """Return whether a question is about what its asker was told before, unless it says not."""
    text = fold_question(query.question)
    described = query.intent is Intent.KNOWN_ITEM and _INDEFINITE.search(text)
    if described and not _THIS_PAPER.search(text):
        return False
    points = refers_back(query.question) or leads_on(query.question)
    return points or is_fragment(query) or _is_one_sided(query)


def _is_one_sided(query: Query) -> bool:
    """Whether a question compares something with nothing that it names: `MLP보다 나아?`."""
    if len(query.question.split()) > _SHORT or query.intent is Intent.OPINION:
        return False
    terms = (term for term in query.terms if _is_topic(term) and not is_facet(term))
    return compares(query) and sum(not _COMPARED.search(term.text) for term in terms) == 1


def _topics(query: Query, ranking: Ranking, entry_id: int) -> Iterator[Term]:
    found = next((item for item in ranking.items if item.entry_id == entry_id), None)
    needed = [term for term in query.terms if not term.hint]
    for place, term in enumerate(needed):
        is_met = found is not None and found.strengths[place] >= _HAS
        is_known = place not in ranking.unknown
        if _is_topic(term) and is_known and not is_met and not is_facet(term):
            yield term


def _is_topic(term: Term) -> bool:
    return term.weight >= _TOPIC and not term.hint

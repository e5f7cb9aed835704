"""What is wanted of a paper as a whole: its abstract, a summary, what is like it. Pure."""

from __future__ import annotations

import enum
from collections.abc import Set
from dataclasses import dataclass

from bot.retrieval import Intent, Query
from bot.retrieval.patterns import Pattern
from bot.retrieval.understanding import fold_question


class Wish(enum.StrEnum):
    """What is wanted of a paper, where nothing in particular is asked of it."""

    ABSTRACT = "abstract"
    SUMMARY = "summary"
    DETAILS = "details"
    SIMILAR = "similar"
    BY_AUTHORS = "by authors"
    CITATION = "citation"


SUMMARIES = (Wish.SUMMARY, Wish.DETAILS)
LISTS = (Wish.SIMILAR, Wish.BY_AUTHORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrasing:
    """`asked` is in a question with the wish; it has no words but those that are all `words`."""

    asked: Pattern
    words: Pattern


_PHRASINGS = {
    Wish.ABSTRACT: _Phrasing(
        asked=Pattern(r"\babstract\b|초록|앱스트랙트"),
        words=Pattern(
            r"abstract|초록\w*|앱스트랙트\w*|full|whole|complete|original|text|전문|전체|원문"
        ),
    ),
    Wish.CITATION: _Phrasing(
        asked=Pattern(
            r"\bbib\W?(?:tex)?\b|빕텍|^\W*cite\b|\b(?:i|to) cite\b|\bcitation\W*$"
            r"|인용\s?(?:정보|형식|문구|방법|하려면|은 어떻게)"
        ),
        words=Pattern(
            r"bib\w*|tex|빕텍\w*|cit(?:e|ation)|인용\w*|format|entry|형식\w*|정보\w*|문구\w*|방법\w*"
        ),
    ),
    Wish.BY_AUTHORS: _Phrasing(
        asked=Pattern(
            r"\b(?:other|more|another|else)\b.*\b(?:authors?|they|them|team|group|lab)\b"
            r"|\bauthors?\b.*\b(?:other|more|previous|earlier|further) (?:papers?|works?|stud)"
            r"|\bsame (?:authors?|team|group|lab)\b"
            r"|(?:저자|연구진|연구팀|팀|사람)[가-힣]*\s+(?:[가-힣]+\s+)?(?:다른|딴|이전)\s"
            r"|(?:같은|동일한?)\s(?:저자|연구진|연구팀|팀|사람)"
        ),
        words=Pattern(
            r"other|more|another|else|same|authors?|papers?|works?|stud(?:y|ies)|first|last|lead(?:ing)?"
            r"|senior|corresponding|written|wrote|publish(?:ed)?|team|group|lab|previous|earlier"
            r"|저자\w*|연구\w*|팀\w*|다른|딴|이전|같은|동일한?|첫|번째|마지막|교신\w*|제|제?1|논문\w*|사람\w*"
        ),
    ),
    Wish.SIMILAR: _Phrasing(
        asked=Pattern(
            r"\b(?:similar|related)\b|\b(?:papers?|works?|ones?|more|anything|something) like\b"
            r"|비슷한|유사한|(?:관련|연관)(?:된|되는)?\s?(?:논문|연구|[것거게])"
        ),
        words=Pattern(
            r"similar|related|relat\w*|like|papers?|works?|ones?|other|topic|recommend"
            r"|비슷\w*|유사\w*|관련\w*|연관\w*|논문\w*|연구\w*|다른|주제\w*|추천\w*"
        ),
    ),
    Wish.DETAILS: _Phrasing(
        asked=Pattern(
            r"\bmore (?:details?|info|information|about)\b|\bin (?:more |greater )?details?\b"
            r"|\btell me more\b|\belaborate\b|\bdetails\W*$"
            r"|^\W*(?:(?:show|say) )?more\W*$|^\W*go on\W*$"
            r"|더\s?(?:자세|상세|알려|말해|설명|얘기|이야기|보여)|(?:자세|상세)(?:히|하게|한)"
            r"|^\W*(?:더|계속)\W*$"
        ),
        words=Pattern(
            r"more|details?|info|information|elaborate|자세\w*|상세\w*|설명\w*|내용\w*|더|계속"
        ),
    ),
    Wish.SUMMARY: _Phrasing(
        asked=Pattern(
            r"요약|정리|\btl\W{0,2}dr\b|\bsummar|\bgist\b"
            r"|\bin (?:a|one|two|three|a few) (?:sentences?|lines?|words?)\b|\boverview\b"
            r"|(?:한|두|세)\s?(?:줄|문장|마디)|짧게|간단히|간략|핵심|요점|쉽게"
            r"|\b(?:main|key|core|central) (?:ideas?|points?|contributions?|takeaways?|findings?)\b"
            r"|^\W*explain\W*$|^\W*설명|결론|\bcontributions?\W*$|\bexplain (?:it|this|that)\b|기여"
        ),
        words=Pattern(
            r"요약\w*|정리\w*|tl|dr|tldr|summar\w*|gist|sentences?|lines?|words?|overview|short|brief"
            r"|briefly|quick|main|key|points?|idea|one|two|three|few|[한두세]|줄\w*|문장\w*|마디\w*"
            r"|짧게|간단\w*|간략\w*|핵심\w*|요점\w*|내용\w*|논문\w*|아이디어\w*|쉽게"
            r"|ideas|core|central|contributions?|takeaways?|findings?|기여\w*|결론\w*|설명\w*|five|5|simple|simply"
            r"|easy|easily"
        ),
    ),
}
_FIRST_AUTHOR = Pattern(r"\b(?:first|lead|leading) author|(?:첫\s?번째|제?\s?1)\s?저자")
_LAST_AUTHOR = Pattern(r"\b(?:last|senior|corresponding) author|(?:마지막|교신)\s?저자")
_THANKS = Pattern(
    r"\W*(?:ok(?:ay)?|great|cool|nice|perfect|got it|awesome|good (?:bot|job|answer)|well done)\W*"
    r"|\W*(?:(?:ok(?:ay)?|great|cool|nice|perfect|got it|awesome)\W+)?"
    r"(?:thanks?(?: you)?|thx|ty|cheers)(?: (?:so much|a lot|very much|you|bot|again|that helps"
    r"|for (?:that|this|it|the help|your help)))*\W*"
    r"|\W*(?:(?:정말|진짜|너무|아주|오|네|넵|응)\W*)?"
    r"(?:(?:고마|고맙|감사|수고|알겠|좋네|훌륭|완벽)\w*|땡큐|오케이|좋아요?|굿|대박|그렇구나|그렇군요)"
    r"(?:\s(?:합니다|해요))?[\W\u110f\u1112]*"  # and laughter, as it is folded
)


_POLITELY = r"(?:and|now|ok|please|can you|could you)"
_TELLING = r"(?:say|answer|tell me|show|give|write|translate|repeat|explain|summarize)"
_LANGUAGES = {
    language: Pattern(
        rf"\W*(?:{_POLITELY} )*(?:{_TELLING} (?:(?:it|that|this|me|again|the answer) )*)?"
        rf"(?:in |to |into )?{english}(?:,? (?:please|version|translation))?\W*"
        rf"|\W*(?:(?:그럼|이거|이걸|그거|그걸|답변?을?|방금 거)\s)?(?:{korean})(?:으?로)?"
        r"(?:\s?(?:다시|주세요|줘|요|(?:말|답|대답|번역|알려|보여|써|해|부탁|설명|요약)\w*+))*+\W*"
    )
    for language, english, korean in (
        ("en", "english", "영어|영문"),
        ("ko", "korean", "한국어|한국말|한글|국문|우리말"),
    )
}


_MORE = Pattern(
    r"\W*(?:(?:and|show|give|list|any|see|are there)(?: me)? )*(?:the )?"
    r"(?:more|next|rest|others|all)"
    r"(?: (?:papers?|ones?|please|results?|of them|page|ten|10))*\W*"
    r"|\W*(?:더|다음|나머지\w*+|전부|다|계속)"
    r"(?:\s?(?:다|더|전부|모두|페이지|줘|(?:논문|보여|알려|있|없)\w*+))*+\W*"
)


def find_wish(query: Query, names: Set[int] = frozenset()) -> Wish | None:
    """Return what a question wants of a paper as a whole, None if it asks for anything else.

    `names` are the places of the terms that only name the paper.
    """
    if query.dated or query.tags or any(author.tokens for author in query.authors):
        return None
    if query.intent is Intent.OPINION:
        return None
    text = fold_question(query.question)
    needed = [term for term in query.terms if not term.hint]
    told = [
        word
        for place, term in enumerate(needed)
        if term.is_telling and place not in names
        for word in term.text.split()
    ]
    for wish, phrasing in _PHRASINGS.items():
        if phrasing.asked.search(text) and all(map(phrasing.words.fullmatch, told)):
            return wish
    return None


def choose_authors(question: str, authors: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of a paper's authors a question means: the first, the last, or all of them."""
    text = fold_question(question)
    if _FIRST_AUTHOR.search(text):
        return authors[:1]
    return authors[-1:] if _LAST_AUTHOR.search(text) else authors


def is_thanks(question: str) -> bool:
    """Return whether somebody only says thanks, or that all is well."""
    return _THANKS.fullmatch(fold_question(question)) is not None


def find_language(question: str) -> str | None:
    """Return the language (`ko` or `en`) where nothing but the last answer in it is asked for."""
    text = fold_question(question)
    return next((each for each, asked in _LANGUAGES.items() if asked.fullmatch(text)), None)


def asks_for_more(question: str) -> bool:
    """Return whether nothing but the rest of a list is asked for."""
    return _MORE.fullmatch(fold_question(question)) is not None

"""Whether the bot is asked to do something, or about itself, not what papers say. Pure.

`Write me a poem` has words that papers have, and none answers it. An errand opens a question and
says what it is about, so that `generate code with tree search` may still describe a paper.
"""

from __future__ import annotations

from bot.retrieval.patterns import Pattern
from bot.retrieval.understanding import fold_question

_OPENING = (
    r"^\W*(?:(?:hey|hi|hello|ok|so|now|just|please|pls|plz|can you|could you|would you|will you"
    r"|i (?:want|need) you to|i'd like you to|help me)\b\W*)*"
)
_DOING = r"(?:write|compose|draft|make|create|generate|tell|give|sing|fix|debug|solve|summari[sz]e)"
_TEXTS = (
    r"(?:poems?|haikus?|limericks?|songs?|lyrics|story|stories|essays?|articles?|e-?mails?|letters?"
    r"|jokes?|riddles?|scripts?|regex|functions?|programs?|code|bugs?|errors?|texts?|sentences?"
    r"|homework)(?=\W*$|\s*[,.:;!?]|\s+(?:about|for|to|that|in|of|on|which|from|like)\b)"
)
_TEXTS_KO = (
    r"(?:(?<!\w)시|하이쿠|노래|가사|소설|동화|편지|이메일|메일|정규식|함수|스크립트|프로그램|자소서|자기소개서"
    r"|에세이|독후감|일기|루틴|식단|일정|여행 계획|농담)[을를도]?"
)
_PLEASE_KO = r"\s?(?:좀\s?)?(?:해\s?)?(?:줘|주|봐|달라)"
_ERRANDS = (
    # Something is to be written, mended or solved.
    Pattern(
        rf"{_OPENING}{_DOING}\s+(?:(?:me|us)\s+)?(?:a|an|some|another|my|this|these)\s+"
        rf"(?:[\w-]+\s+)?{_TEXTS}"
        rf"|\b(?:can|could|would|will) you\s+{_DOING}\s+(?:me\s+)?{_TEXTS}"
        r"|\btranslate\s*(?:this|the following)?\s*[\"'\u201c\u2018:]"
        rf"|{_TEXTS_KO}\s*(?:(?:한|하나|몇)\s?[편개통]?\s*)?(?:좀\s*)?(?:써|짜|지어|만들어|작성|불러|해){_PLEASE_KO}"
        rf"|(?<!\w)(?:이|내|제|우리)\s?(?:코드|숙제|과제|에러|버그|문장|글)[가-힣]{{0,2}}\s*(?:[가-힣]+\s)?"
        rf"(?:디버깅|고쳐|풀어|해결|수정|교정|첨삭|리뷰){_PLEASE_KO}"
        rf"|번역{_PLEASE_KO}[가-힣]*\s*[:\"'\u201c]|[\"'\u201d\u2019][을를]?\s*(?:[가-힣]+로\s)?번역\s?해"
        rf"|숙제\s?(?:도와|풀어){_PLEASE_KO}"
    ),
    # A sum, an equation.
    Pattern(
        r"^\W*(?:(?:what(?:'s| is)|solve|calculate|compute)\s+)?"
        r"(?:\d+\s*(?:times|plus|minus|divided by|[+*\u00d7])\s*\d+\W*$"
        r"|[\dx+*^() -]*[\dx]\s*=\s*-?\d+)"
        r"|^\W*\d+\s*(?:곱하기|더하기|빼기|나누기)\s*\d+"
    ),
    # What a machine at home or a friend would do.
    Pattern(
        rf"{_OPENING}(?:play|set|book|order|plan)\s+(?:me\s+)?(?:(?:a|an|the|some|my)\s+)?"
        r"(?:music|songs?|timer|alarm|reminder|table|taxi|flight|hotel|pizza|trip|party|vacation"
        r"|holiday|wedding|meal)\b"
        rf"|{_OPENING}(?:pretend|role-?play|act as (?:an?|my))\b"
        r"|(?:음악|노래|타이머|알람|택시|피자|치킨)[을를]?\s*(?:[가-힣\d]+\s)?"
        rf"(?:틀어|켜|꺼|맞춰|불러|시켜|주문){_PLEASE_KO}"
    ),
    # It is to be another, or to tell its secrets.
    Pattern(
        rf"{_OPENING}(?:ignore|forget|disregard|override)\s+"
        r"(?:(?:all|any|the|your|my|previous|prior|above|earlier|of)\s+)+"
        r"(?:instructions?|rules?|prompts?|directions?|guidelines?)\b"
        rf"|{_OPENING}you are now\b"
        rf"|{_OPENING}(?:print|reveal|show|output|repeat|leak|tell)\s+(?:me\s+)?"
        r"(?:(?:the|all|full|entire|hidden)\s+)*"
        r"(?:system prompt|api keys?|passwords?|contents? of the database)\W*$"
        r"|(?:지시|명령|규칙|지침|프롬프트)[가-힣]*\s*(?:[가-힣]+\s)?(?:무시하|잊어버리|잊)고"
        r"\s*(?:[가-힣]+\s){0,4}[가-힣]*(?:해|줘|봐|라|세요)\W*$"
        r"|^\W*(?:시스템 프롬프트|(?:관리자 )?비밀번호|api 키)[를을]?\s*"
        r"(?:출력|공개|보여|알려|말해)"
    ),
    # Who or what it is.
    Pattern(
        r"\byour (?:(?:own|hidden|initial|full|secret)\s+)*"
        r"(?:system prompt|prompt|instructions|rules|configuration|api key|password|name|creator"
        r"|age)\b"
        r"|\bare you (?:an?|real|human|alive|sentient|conscious|ok|okay|chatgpt|gpt|claude)\b"
        r"|\bwho (?:made|built|created|trained|programmed|are) you\b|\bhow (?:old )?are you\b"
        r"|\babout yourself\b"
        r"|(?<!\w)(?:너|넌|네|니|당신|봇)[는은의가]?\s*"
        r"(?:이름|누구|정체|몇 ?살|나이|(?:시스템 )?프롬프트)"
        r"|이름이? 뭐[가-힣]*\s*너|누가\s*(?:널|너를|당신을)"
    ),
)
_OF_PAPERS = Pattern(r"\b(?:papers?|digests?|studies|research)\b|논문|연구|다이제스트")


def is_errand(question: str) -> bool:
    """Return whether the bot is asked to do what it cannot, or about itself."""
    text = fold_question(question)
    return not _OF_PAPERS.search(text) and any(each.search(text) for each in _ERRANDS)

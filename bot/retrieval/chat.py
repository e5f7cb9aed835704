"""Korean as it is typed in a chat -> as texts spell it: `효과있나염ㅋㅋ` is `효과 있나요`. Pure."""

from __future__ import annotations

from bot.retrieval.patterns import Pattern

# Laughs, tears, nods: letters that are no syllable.
_LETTERS = Pattern("[\u3131-\u318e]+")
# `나염`, `까여`, `주세용`: how `요` is said for fun.
_POLITE = Pattern(
    "(?<=[나까네데어아해려지돼봐줘죠군래세게좀])(?:[여염욤]|(?<=[나까네해세줘봐좀])용)(?![가-힣])"
)
# `알려주셈`, `추천해주삼`: how one asks for it.
_PLEASE = Pattern("(?<=[가-힣][주하])[셈삼](?![가-힣])")
# Who is asked, not what: `아시는 분 계신가요`.
_WHOEVER = Pattern(
    r"(?<![가-힣])(?:혹시\s)?(?:아시는|아는|아실|(?:설명|정리|추천|공유|요약)?\s?해\s?주실|알려\s?주실"
    r"|(?:읽어|써|해|돌려)?\s?보신|읽으신|써본|읽어본)\s?(?:분|사람)들?(?:이|은|께서)?"
    r"(?:\s?(?:계신가|계세|계실까|계신지|계시나|있나|있으신가|있을까|있|없나|없으신가)[요지]?)?(?![가-힣])"
)
# Whether it was ever: `다룬 적 있어?`.
_EVER = Pattern("(?<=[룬온쓴한된본낸뤘])\\s?적(?=(?:이|은|도)?\\s?[있없])")
# How long the summary should be.
_LINES = Pattern(r"(?<![가-힣\d])(?:[1-9]|한|두|세|네|다섯)\s?줄(?:로|만|짜리)?\s?(?=요약|정리)")
# Words that only look as if `있` or `없` began another one.
_ONE_WORD = ("쓸모", "쓸데", "형편", "터무니", "뜬금", "끄떡", "남아", "관계", "끊임", "상관")
# Syllables that end in ㄴ or ㄹ, as a verb does before what it is said of.
_SAID_OF = "".join(
    chr(0xAC00 + syllable * 28 + final) for syllable in range(399) for final in (4, 8)
)
_THING = (
    "[거꺼것건걸](?:들?[이은을도만]?|임|이?(?:야|에요|예요|지|죠|냐|니|다|라|라고|라는|라던데|래|네|네요"
    "|었지|였지|었나|였나|었는데|였는데|더라|였더라)|인가요?|인지|인데|일까요?)(?![가-힣])"
)
_FIRST = "(?<![가-힣])"
# Where a space was left out: behind what is matched, which may be nothing.
_UNSPACED = Pattern(
    "|".join(
        (
            # `조절하는방법`, `크롤러논문`, `논문있어`
            "(?<=[가-힣](?:하는|되는|키는))(?=방법|기법|모델|연구|데이터|논문)",
            "(?<=[가-힣])(?=논문)",
            "(?<=논문)(?=있|없|뭐|알려|찾아|추천)",
            # `효과있음`
            f"(?<=[가-힣]{{2}}){''.join(f'(?<!{word})' for word in _ONE_WORD)}"
            "(?=[있없](?:음|나|어|는|을|냐|니|지|던|으|습|었|네|대|다))",
            # `설명좀`, `구글꺼`
            "(?<=[가-힣]{2})(?=(?:좀요?|꺼(?:임|야|지|는|가|를)?)(?![가-힣]))",
            # `제거하는거임`, `본거지`
            f"(?<=[가-힣][{_SAID_OF}던])(?={_THING})",
            f"{_FIRST}[본쓴낸한된뺀푼온준단](?={_THING})",
            # `여러장`, `두문제`, `큰모델`, `몇배`
            "여러(?=[개장번명곳가])",
            f"{_FIRST}[한두세네](?=문제|가지|단계|모델|방법|이미지|문장|언어|토큰|시간|장(?:으로|만))",
            f"{_FIRST}(?:큰|새|작은|약한|강한)(?=모델)",
            f"{_FIRST}몇(?=[가-힣])",
            # `안쓰고`, `못푸는`
            f"{_FIRST}안(?=[쓰쓴쓸써씀]|[하되][고는면지게도던]|[한된]다|했|해[도서]|됨|돼"
            "|나[오온와]|좋|맞)",
            f"{_FIRST}못(?=[푸푼풀쓰쓴맞찾]|따라)",
            # `왜씀`, `뭐가나음`
            f"{_FIRST}(?:[왜뭐뭘]|어케|언제)(?=[쓰써씀썼하함해했됨되돼냄낸냈있]|나[오온옴와왔])",
            f"{_FIRST}뭐가(?=[나낫좋더])",
        )
    )
)


def spell_out(text: str) -> str:
    """Return a question without what only a chat has, its words apart."""
    if text.isascii():
        return text
    for pattern in (_LETTERS, _WHOEVER, _EVER, _LINES):
        text = pattern.sub(" ", text)
    text = _PLEASE.sub("세요", _POLITE.sub("요", text))
    return _UNSPACED.sub(r"\g<0> ", text)

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
# Where a space was left out: `조절하는방법`, `크롤러논문`, `논문있어`, `효과있음`, `설명좀`,
# `두문제`, `몇배`, `왜씀`.
_UNSPACED = Pattern(
    "(?<=[가-힣](?:하는|되는|키는))(?=(?:방법|기법|모델|연구|데이터|논문))"
    "|(?<=[가-힣])(?=논문)|(?<=논문)(?=있|없|뭐|알려|찾아|추천)"
    "|(?<=[가-힣]{2})(?=[있없](?:음|나|어|는|을|냐|니|지|던|으|습|었|네|대|다))"
    "|(?<=[가-힣]{2})(?=(?:좀요?|꺼(?:임|야|지|는|가|를)?)(?![가-힣]))"
    "|(?<=여러)(?=[개장번명곳가])"
    "|(?:(?<=\\s[한두세네])|(?<=^[한두세네]))(?=문제|가지|단계|모델|방법|이미지|문장|언어|토큰|장(?:으로|만))"
    "|(?:(?<=\\s몇)|(?<=^몇))(?=[가-힣])"
    "|(?:(?<=\\s[왜뭐뭘])|(?<=^[왜뭐뭘])|(?<=\\s어케)|(?<=\\s언제))"
    "(?=[쓰써씀썼하함해했됨되돼냄낸냈있]|나[오온옴와왔])"
    "|(?:(?<=\\s뭐가)|(?<=^뭐가))(?=[나낫좋더])"
)
# `제거하는거임`, `만든거야`: the thing that does it, without a space.
_DOING = "".join(chr(0xAC00 + syllable * 28 + final) for syllable in range(399) for final in (4, 8))
_THING = Pattern(
    f"(?<=[가-힣][{_DOING}던])(?=[거꺼것건걸](?:들?[이은을도만]?|임"
    "|이?(?:야|에요|예요|지|죠|냐|니|다|라|라고|라는|라던데|래|네|네요|었지|였지|었나|였나|었는데|였는데|더라|였더라)"
    "|인가요?|인지|인데|일까요?)(?![가-힣]))"
)


def spell_out(text: str) -> str:
    """Return a question without what only a chat has, its words apart."""
    for pattern in (_LETTERS, _WHOEVER, _EVER, _LINES):
        text = pattern.sub(" ", text)
    text = _PLEASE.sub("세요", _POLITE.sub("요", text))
    text = _THING.sub(" ", text)
    return _UNSPACED.sub(" ", text)

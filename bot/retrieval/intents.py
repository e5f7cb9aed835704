"""What tells the intent of a question: patterns over its folded text. Pure data."""

from __future__ import annotations

import re

from bot.retrieval.patterns import Pattern

OPINION = Pattern(
    r"\b(?:opinion|think|thinks|thought|thoughts|comment(?:s|ed|ary|ator)?|curator|view on|take on"
    r"|remark(?:s|ed)?|impression|react(?:ion|ed)?|feel(?:s|ing)? about|say about|says? about"
    r"|skeptical"
    r"|impressed|concern(?:s|ed)?|criticis\w+|wonder(?:s|ed)?|curious|(?:digest|its) (?:author"
    r"|writer))\b"
    r"|의견|생각(?!의|하는 모델| 사슬|의 사슬)|코멘트|커멘트|감상|소감|평가했|평했|평가하(?!는)"
    r"|어떻게 보|뭐라고|뭐라 |견해|궁금해\s?했"
    r"|어떻게 평|작성자|글쓴이|필자|큐레이터|느낌|느꼈|인상|회의적|긍정적|부정적"
)
NUMBER = Pattern(
    r"\bhow (?:many|much|large|big|long|fast|often|far|high|low|small)\b|\b(?:what"
    r"|which) (?:[\w-]+ ){0,5}"
    r"(?:percent\w*|accuracy|scores?|size|fraction|ratio|proportion|share|number|rate|speed-?up"
    r"|overhead|value|resolution|length|perplexity|fid|improvement|gain|count)\b"
    r"|\bby how much\b|\bnumber of\b|\bpercent(?:age)?\b|^(?:[\w-]+ ){0,6}(?:accuracy|score"
    r"|speedup|win rate|overhead)\b"
    r"|몇|얼마|며칠|어디까지|퍼센트|수치|비율은|개수|점수는|정확도는|정확도가|크기는|규모는|(?:샘플|토큰|문제"
    r"|파라미터) ?수는"
)
# Which numbers are an answer to such a question.
UNITS = (
    (
        Pattern(
            r"\bhow (?:long (?:did|does|do|would|will|it|to)|quick)|시간|얼마나 걸|며칠"
            r"|몇 ?(?:초|분|일)"
        ),
        Pattern(
            r"(?:\d[\d.,]*|hundreds of|thousands of)[ -]?(?:ms|s|seconds?|minutes?|hours?|days?"
            r"|weeks?|초|분|시간|일)\b"
            r"|\d(?:초|분|시간|일)"
        ),
    ),
    (
        Pattern(r"percent|accuracy|\brate\b|퍼센트|비율|정확도|승률|통과율|성공률|몇 ?%"),
        Pattern(r"\d\s?\\?%|\d:\d|퍼센트"),
    ),
    (
        Pattern(r"how (?:much )?fast|speed-?up|faster|빠르|가속|속도"),
        Pattern(r"\d\s?(?:x|\u00d7|times|배)|\d\s?\\?%", re.IGNORECASE),
    ),
    (
        Pattern(r"how (?:large|big)|size|parameters|크기|규모|파라미터"),
        Pattern(r"\d\s?(?:b|m|billion|million|k|억|만)\b|\d[BMT]", re.IGNORECASE),
    ),
)
LIST = Pattern(
    r"\bpapers\b|\b(?:what (?:came out|was|were|is|are|did) (?:[\w-]+ ){0,3}(?:out|posted"
    r"|published|released"
    r"|covered|in the digest|new|come out|write)|anything (?:on|about|new|by|from)|came out|list of"
    r"|what's new|everything (?:on|by|about|from|tagged)|(?:studies|works|articles) (?:on|by"
    r"|about|from))\b"
    r"|논문들|논문\s?목록|목록|리스트|뭐가 있|뭐 있|뭐가 나왔|뭐 나왔|어떤 (?:게|것이|것들이|거"
    r"|논문들이) (?:있|나)"
    r"|모아|정리해|논문 (?:다|전부|모두)|연구들|논문은? 뭐가 있"
)
FILTERED_LIST = Pattern(
    r"논문|연구|글|나온 (?:거|것|게)|뭐|무엇|어떤|\bpapers?\b|\bwhat\b|\bwhich\b|\banything\b"
    r"|\bdigest\b"
    r"|\bshow\b|\blist\b|\bfind\b|\bworks?\b"
)
KNOWN_ITEM = Pattern(
    r"\b(?:which|what) (?:paper|study|work|article|method|model|technique|approach|dataset"
    r"|benchmark"
    r"|algorithm|framework|system)\b|\bpaper (?:that|which|where|about|on|with|for|of)\b|^paper\b"
    r"|\bname of the\b|\bis there (?:a|an|any)\b|\bthe one (?:that|where|which|about|on)\b"
    r"|(?:논문|연구|방법|모델|기법)(?:은|는|이|가|을|를)?\s*(?:[?.!]|$|뭐|뭔|이름|제목|찾|알려"
    r"|있|어떤|무엇|무슨)"
    r"|(?:어떤|무슨|어느) (?:논문|연구)"
)
# Without one of these a question only describes a paper.
ASKING = Pattern(
    r"\b(?:what|which|how|who|whom|whose|when|where|why|do|does|did|is|are|was|were|can|could|has"
    r"|have|will|would|should)\b|\?"
    r"|뭐|뭘|무엇|무슨|어떤|어떻|어느|왜|얼마|몇|언제|누구|누가|어디|나요|가요|까요|습니까|는지|은지|인지|알려|설명|(?:냐|니|지|어|야|해)$"
)
COMPARISON = Pattern(
    r"\b(?:vs\.?|versus|compar(?:e|ed|ing|ison)|difference between|better than"
    r"|outperform\w*)\b"
    r"|비교|차이|대비|보다 (?:나은|좋은|얼마)"
)
# Words that only say that things are compared.
COMPARING = Pattern(r"^(?:vs|versus|compar|differ|better|비교|차이|대비)")
EXCLUSION = Pattern(
    r"\b(?:except(?: for)?|excluding|other than|but not|not about"
    r"|not on)\s+(?P<en>[\w-]{1,40}(?: [\w-]{1,40})?)"
    r"|(?<![\w-])(?P<ko>[\w-]{1,40}?)\s*(?:은|는|을|를)?\s*(?:말고|제외하고|제외한|빼고|아닌)"
)
# What a question asks of a paper besides its texts.
AUTHORS = Pattern(
    r"\bwho (?:wrote|are|is|were|authored|made|did)\b|\bauthors? of\b|\b(?:its|the) authors\b"
    r"|\bauthors?\W*$|\bhow many authors\b"
    r"|저자(?:가|는|들[이은]?)?\s*(?:누구|알려|목록|몇|\W*$)|누가\s*(?:쓴|썼|만든|만들)"
    r"|누구\s*(?:논문|꺼|거|야)|(?:쓴|만든) 사람"
)
# Words that say which of them.
WHICH_AUTHOR = Pattern(r"^(?:first|last|lead|leading|senior|corresponding)$|^(?:교신|주)저자")
TAGS = Pattern(
    r"\b(?:what|which) tags?\b|\btags of\b|\btagged (?:with|as)\b|\btags?\W*$|태그[가는들]?"
)
WHEN = Pattern(
    r"\bwhen (?:was|did|were|is|has)\b[^?]{0,80}\b(?:posted|published|out|released|appear(?:ed)?"
    r"|covered|added|announced|shared)\b|\b(?:what|which) (?:date|day|digest)\b|\bdate of\b"
    r"|언제\s*(?:나[온왔]|올[라린]|게시|소개|공개|발표|실[린렸]|다[룬뤘]|논문|거|꺼|야|였)"
    r"|언제\W*$|날짜|며칠\s?자|어느 (?:날|다이제스트)"
)
LINK = Pattern(
    r"\b(?:link|url|arxiv|where can i (?:read|find))\b|링크|주소|원문|어디서 (?:봐|볼|읽)|아카이브"
)
TITLE = Pattern(
    r"\btitle\b|\bname of (?:the|this) paper\b|\bwhat (?:is|was) (?:it|this|the paper) called\b"
    r"|제목|(?:논문|이거|이건) 이름"
)
LATEST = Pattern(
    r"\b(?:latest|newest|recent|new|last)\b"
    r"|최신|최근|마지막|새로 (?:나온|나왔|올라온|올라왔)|새로운|새 논문"
)
# Words that only say so.
LATELY = Pattern(r"^(?:new|recent|last|새로|새|새로운|최근|최신)")

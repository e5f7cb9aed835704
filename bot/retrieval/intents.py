"""What tells the intent of a question: patterns over its folded text. Pure data."""

from __future__ import annotations

import re

from bot.retrieval.patterns import Pattern

OPINION = Pattern(
    r"\b(?:do|does|did)(?! (?:[\w-]+ )?(?:models?|llms?)\b)\b[^.?!;]{0,60}\bthink\b"
    r"|\b(?:opinion|thinks|(?<!of )(?<!of-)thoughts?|comment(?:s|ed|er|ary|ator)?|curator|view on"
    r"|take on|remark(?:s|ed)?|impression|react(?:ion|ed)?|feel(?:s|ing)? about|say about"
    r"|says? about|skeptical"
    r"|impressed|concern(?:s|ed)?|criticis\w+|wonder(?:s|ed)?|curious|(?:digest|its) (?:author"
    r"|writer))\b"
    r"|의견|생각(?!의|하는 모델| 사슬|의 사슬)|코멘트|커멘트|감상|소감|평가했|평했|평가하(?!는)"
    r"|어떻게 보|뭐라고|뭐라 |견해|궁금해\s?했"
    r"|(?:논문|연구|글)[은는이]? 어(?:땠|때\W*$)|어땠대"
    r"|어떻게 평|작성자|글쓴이|필자|큐레이터|느낌|느꼈|인상|회의적|긍정적|부정적"
)
NUMBER = Pattern(
    r"\bhow (?:many|much|large|big|long|fast|often|far|high|low|small)\b|\b(?:what"
    r"|which) (?:[\w-]+ ){0,5}"
    r"(?:percent\w*|accuracy|scores?|size|fraction|ratio|proportion|share|number|rate|speed-?up"
    r"|overhead|value|resolution|length|perplexity|fid|improvement|gain|count)\b"
    r"|\bby how much\b|\bnumber of\b|\bpercent(?:age)?\b|^(?:[\w-]+ ){0,6}(?:accuracy|score"
    r"|speedup|win rate|overhead)\b"
    r"|\bprices?\b|\bpricing\b|가격(?!\s?대비)|요금"
    r"|(?:gpu|학습|훈련|추론|걸린)\s?시간(?:은|이|도)?\W*$|몇|얼마|며칠|어디까지|퍼센트|수치|비율은|개수|점수는|정확도는|정확도가|크기는|규모는|(?:샘플|토큰|문제"
    r"|파라미터) ?수는"
    r"|(?:성능|점수|성적|스코어|속도|비용|크기)[은는이가]? (?:어떻게 [되돼]|어느 ?정도)"
)
# The size of one of these is how many it has, not how large a model is.
_NOT_COUNTED = "".join(
    f"(?<!{each} )"
    for each in (
        *("batch", "vocabulary", "vocab", "patch", "window", "step", "block", "group", "chunk"),
        *("context", "image", "sample", "배치", "어휘", "패치", "윈도우", "블록", "그룹", "청크"),
    )
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
        Pattern(
            r"percent|accuracy|(?<!learning )(?<!frame )(?<!sampling )\brate\b"
            r"|퍼센트|비율|정확도|승률|통과율|성공률|몇 ?(?:%|퍼|프로)"
        ),
        Pattern(r"\d\s?\\?%|\d:\d|퍼센트"),
    ),
    (
        Pattern(r"how (?:much )?fast|speed-?up|faster|빠[르른름]|빨라|빨리|가속|속도|몇 ?배"),
        Pattern(r"\d\s?\$?\\?(?:x|\u00d7|times|배)|\d\s?\\?%", re.IGNORECASE),
    ),
    (
        Pattern(r"\bpric(?:e[sd]?|ing)\b|가격|요금|몇 ?(?:달러|원)"),
        Pattern(
            r"[$\u20ac\xa3\uffe6]\s?\d|\d\s?(?:달러|센트|원(?!본|래)|dollars?|cents?|usd)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Pattern(
            rf"how (?:large|big)|{_NOT_COUNTED}size|parameters|{_NOT_COUNTED}크기|규모|파라미터"
        ),
        Pattern(r"\d\s?(?:b|m|billion|million|k|억|만)\b|\d[BMT]", re.IGNORECASE),
    ),
)
LIST = Pattern(
    r"\bpapers\b|\b(?:what (?:came out|was|were|is|are|did|has|have) (?:[\w-]+ ){0,3}(?:out|posted"
    r"|publish(?:ed)?|released?"
    r"|covered|in the digest|new|come out|write|written)"
    r"|anything (?:on|about|new|by|from)|came out|list of"
    r"|what's new|everything (?:on|by|about|from|tagged)|(?:studies|works|articles) (?:on|by"
    r"|about|from))\b"
    r"|논문들|논문\s?목록|(?:목록|리스트)(?!\s[가-힣]+(?:하는|되는|인|의)\s)"
    r"|뭐가 있|뭐 있|뭐가 나왔|뭐 나왔|어떤 (?:게|것이|것들이|거"
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
    r"\b(?:vs\.?|versus|compar(?:e|ed|ing|ison)|differ(?:ences?)?|outperform\w*"
    r"|(?:better|worse|faster|slower|larger|smaller) than"
    r"|which (?:one |of (?:them|the two|these) )?(?:is|are|has|does|uses?|was) (?:[\w-]+ ){0,2}"
    r"(?:better|worse|faster|slower|larger|smaller|bigger|cheaper|longer|newer|older|more|less))\b"
    r"|비교|차이|대비|보다 (?:나은|좋은|얼마)|달라|다르|다른\s?점|나아|낫"
    r"|(?:중에?서?|둘 중)\s*(?:뭐|무엇|어느|어떤)[가-힣]*\s*(?:[게것쪽][이가]?\s*)?더"
)
# Words that only say that things are compared.
COMPARING = Pattern(
    r"^(?:vs|versus|compar|differ|better|worse|(?:fast|slow|larg|small|bigg|cheap|long|new|old)er|비교|차이|대비|달라|다르|다른\s?점"
    r"|나아|낫)"
)
# A day's digest summed up is its list: that is what its comments are.
SUMMARY = Pattern(
    r"\b(?:summari[sz]e|sum up|recap|(?:summary|overview) of)\b(?=.{0,40}\bdigests?\b)"
    r"|요약(?=\s*(?:좀\s*)?(?:해|부탁|$))"
)
# Words that only ask what a term means.
MEANING = Pattern(
    r"\b(?:means?|stands? for)\W*$|^\W*define\b"
    r"|(?<![가-힣])(?:(?:무슨|어떤)\s)?(?:(?:약자|줄임말)[가은는의]?\s?)?뜻(?:이|은|을|이야|이에요|인가요|이지|인지|이죠)?"
    r"(?:\s(?:뭐|뭔|무엇|알려|설명|좀)[가-힣\s]*)?\W*$"
)
EXCLUSION = Pattern(
    r"(?:\b(?:except(?: for)?|excluding|other than|but not|not (?:about|on|using))"
    r"|n['\u2019]t (?:about|on|using?))\s+"
    r"(?:(?:the|those|any|ones?|papers?|about|on|that use)\s+){0,5}"
    r"(?P<en>[\w-]{1,40}(?: [\w-]{1,40})?)"
    r"|(?<![\w-])(?P<ko>[\w-]{1,40}?)\s*(?:은|는|을|를)?\s*(?:말고|제외하고|제외한|빼고|아닌)"
)
# What is left of `not by …` without the name.
UNWANTED = Pattern(
    r"\b(?:not|except(?: for)?|excluding|other than|besides)\b|말고|제외(?:하고|한)?|빼고|아닌"
)
# What a question asks of a paper besides its texts.
# Who wrote it, in words that say nothing else: they are no part of what the paper is about.
_WHOSE = r"\s*(?:누구(?![를의와]|에게)[가-힣]{0,6}|(?:누군|알려|말해|궁금)[가-힣]{0,5}|\W{0,9}$)"
ASKED_AUTHORS = Pattern(
    r"\b(?:(?:first|lead|main|last|senior|corresponding)[ -]authors?"
    r"|names? of (?:all )?the authors?"
    r"|who (?:first |originally )?(?:wrote|authored|created|invented|developed|proposed|introduced"
    r"|made|published)|who(?:'s| is| are) behind)\b"
    r"|(?:제\s?[1-9일이]\s?|(?<!\w)[1-9](?=저자)"
    r"|(?<!\w)(?:주|공동|교신|대표|첫|첫\s?번째|마지막)\s?)?"
    r"저자(?:님|분)?들?(?:이|가|은|는|을|를|의)?"
    rf"(?:\s?(?:이름|성함|명단|목록)[이가은는을를도]?)?(?:\s?좀)?{_WHOSE}"
    r"|누가\s*(?:쓴|썼|작성|집필|저술)[가-힣]{0,5}"
    rf"|(?:쓴|작성한|집필한|저술한)\s?(?:사람|분|이)들?[이은을]?{_WHOSE}",
    re.IGNORECASE,
)
AUTHORS = Pattern(
    ASKED_AUTHORS.pattern + r"|\bwho (?:are|is|were|did)\b|\bauthors? of\b|\b(?:its|the) authors\b"
    r"|\bauthors?\W*$|\bhow many authors\b"
    r"|저자(?:가|는|들[이은]?)?\s*몇|누가\s*만[든들]|누구\s*(?:논문|꺼|거|야)|(?:쓴|만든) 사람"
)
# Whether somebody is one of them.
WHETHER_AUTHOR = Pattern(
    r"\bon (?:the|that|this) (?:[\w-]+ ){1,8}paper\b|\bwork(?:ed)? on (?!papers|anything)"
    r"|\ban? (?:co-?)?authors? (?:of|on)\b"
    r"|들어가\s?있|[껴끼][어]?\s?있|참여(?:했|했어|함)|저자(?:야|임|인가|인지|맞)"
)
# Words that say which of them.
WHICH_AUTHOR = Pattern(r"^(?:first|last|lead|leading|senior|corresponding)$|^(?:교신|주)저자")
TAGS = Pattern(
    r"\b(?:what|which) tags?\b|\btags of\b|\btagged (?:with|as)\b|\btags?\W*$|태그[가는들]?"
)
# When it came, in words that say nothing else.
ASKED_DATE = Pattern(
    r"몇\s?월(?:에|달)?(?:\s?(?:며칠|몇\s?일))?(?:\s?(?:자|날|에|[거꺼]))?(?:야|임|지|예요|에요|인가요|인지)?(?![가-힣])"
    r"|(?:며칠|몇\s?일)\s?(?:자|날|에|[거꺼])(?:야|임|지|예요|에요|인가요|인지)?(?![가-힣])"
    r"|언제\s?[거꺼쯤]\s?(?:야|임|지|예요|에요|인가요|인지|나)?(?![가-힣])"
)
WHEN = Pattern(
    ASKED_DATE.pattern + r"|"
    r"\bwhen (?:was|did|were|is|has)\b[^?]{0,80}\b(?:posted|published|out|released|appear(?:ed)?"
    r"|covered|added|announced|shared)\b|\b(?:what|which) (?:date|day|digest)\b|\bdate of\b"
    r"|\b(?:release|publication|posting) date\b|\bdate\W*$"
    r"|언제\s*(?:나[온왔]|올[라린]|게시|소개|공개|발표|실[린렸]|다[룬뤘]|논문|거|꺼|야|였)"
    r"|언제\W*$|날짜|(?:공개|발표|게시|출시)일|며칠\s?자|어느 (?:날|다이제스트)"
)
# Words that only ask for it.
DATE = Pattern(
    r"^(?:(?:release|publication|posting)? ?(?:date|day)s?|released?|publication|published|posted"
    r"|announced|appear(?:ed)?|added|shared|날짜\w?|(?:공개|발표|게시|출시)일\w?|나온지|출시\w*)$"
)
LINK = Pattern(
    r"\b(?:link|url|arxiv|where can i (?:read|find))\b|링크|주소|원문|어디서 (?:봐|볼|읽)|아카이브"
)
TITLE = Pattern(
    r"\btitle\b|\bname of (?:the|this) paper\b|\bwhat (?:is|was) (?:it|this|the paper) called\b"
    r"|제목|(?:논문|이거|이건) 이름"
)
# A question with one of these may describe a paper; without them it can only name one.
DESCRIBING = Pattern(
    r"\b(?:papers?|stud(?:y|ies)|works?|articles?|research|about|on)\b|논문|연구|페이퍼|관한|관련|대한|대해"
)
LATEST = Pattern(
    r"\b(?:latest|newest|recent|new|last)\b"
    r"|최신|최근|요즘|요새|마지막|새로 (?:나온|나왔|올라온|올라왔)|새로운|새 논문"
)
# Papers of a topic are wanted by their dates.
_PAPERS_KO = r"(?:[\w-]+\s+){0,3}(?:논문|연구|글|동향|소식)"
NEWEST = Pattern(
    r"\b(?:latest|newest|most recent)\b.*\b(?:papers?|stud(?:y|ies)|works?|research|articles?)\b"
    r"|\b(?:latest|newest|most recent|what's new|anything new)\s+(?:on|in|about|for|with)\b"
    r"|\b(?:recent|new)\s+(?:[\w-]+\s+){0,3}(?:papers|studies|works?|research|articles)\b"
    r"|\b(?:last|recent)\s+(?:papers?|stud(?:y|ies)|articles?)\b"
    rf"|최신\s*{_PAPERS_KO}|최신\W*$"
    rf"|(?:최근[에의]?|요즘|요새|새로 (?:나온|올라온)|새)\s+{_PAPERS_KO}"
    r"|(?:최근[에의]?|요즘|요새)\s+(?:[\w-]+\s+){0,3}(?:나온|나왔|올라온|올라왔|소개)"
)
# Papers of a topic, where that is all that is said of them: Korean has no plural for it.
OF_A_TOPIC = Pattern(
    r"(?<![한된은는던])\s(?:논문|연구|페이퍼)(?:[을를은는이가도]|들[을은이]?)?(?:\s?좀)?\s*"
    r"(?:추천|찾아|보여|알려|소개해|있|없|부탁|\W*$)"
    r"|(?:관련(?:된|한)?|대한|관한|다룬|다루는)\s?(?:논문|연구|페이퍼)"
    r"|\b(?:recommend|suggest|any|some|good)\b.{0,30}\bpaper (?:on|about)\b"
)
# So many terms ask for a topic; more of them describe a paper.
MOST_OF_A_TOPIC = 3
# How many papers there are, in words that say nothing else.
COUNTING = Pattern(
    r"\bhow many (?:of the )?(?:papers|studies|articles)\b"
    r"(?!\s+(?:does|do|is|was|were|have they)\b)"
    r"(?:(?: are there| do you have| have you)?(?: in (?:total|all)| altogether))?"
    r"|\bhow many(?= (?:[\w-]+ ){1,3}(?:papers|studies|articles)\b(?!\s+(?:does|do|is|was|were)\b))"
    r"|\b(?:total )?(?:number|count) of (?:the |all )?(?:papers|studies|articles)\b"
    r"|\b(?:number|count) of(?= (?:[\w-]+ ){1,3}(?:papers|studies|articles)\b)"
    r"|(?:(?:전체|모든|총)\s*)?(?:논문|연구)들?[이은는의]?\s*(?:(?:총|전부|모두|다)\s*)?"
    r"(?:몇\s?(?:편|개|건)[가-힣]{0,4}|(?:개수|편수|숫자|수)(?:[는가를]|$|\W))"
    r"|몇\s?(?:편|개|건)의?\s*논문",
    re.IGNORECASE,
)
# All papers there are, where nothing else is asked.
EVERYTHING = Pattern(
    r"\b(?:all|every)\b.*\bpapers?\b|(?:모든|전체)\s*논문|논문\s*(?:전부|전체|모두|다)(?!\w)"
)
# How many papers are wanted.
WANTED = Pattern(
    r"^\W*(?P<lead>(?:(?:please|can|could|you|show|give|list|find|get|recommend|suggest|name|me|us"
    r"|what|are|the|last|latest|newest|most|recent|some|any|i|want|need)\s+)*)(?:(?:top|best)\s+)?"
    r"(?P<en>\d{1,2}|one|two|three|four|five)(?=\s+(?:most recent |latest |newest |recent"
    r" |other |more )?(?:papers|studies|articles)\b)"
    r"|(?:논문\s*)?(?<!\d)(?P<ko>\d{1,2}|한|두|세|네|다섯)\s?(?:개|편)(?:만|정도|쯤)(?:\s?좀)?"
    r"|(?:논문|연구)\s*(?P<all>\d{1,2})\s?(?:개|편)|\btop\s?(?P<top>\d{1,2})\W*$",
    re.IGNORECASE,
)
# Words that only say so.
LATELY = Pattern(r"^(?:new|recent|last|새로|새|새로운|최근|최신)")

"""Words that questions are made of: what to leave out, and what tells an intent. Pure data."""

from __future__ import annotations

import re

_ENGLISH = """
    a about above according after all also am an and another any anybody anyone anything are article
    articles as at author authors available be because been before being between both but by came
    can come coming could curator describe described describes did digest digests discuss discussed
    discusses discussing do does doing done each either else ever every explain find for from get
    give given gives got had happen happened has have he hello help her hey hi him his how however i
    if in into is it its just kind know let like list listed look looking looked made make makes
    many may me mention mentioned mentions might more most much my name named need no nor not of
    off on one ones only or other others our out over paper papers people please point posted
    publication publications publish published put really recall recent recently regarding related
    remember research researchers said same saw say says seen she should show shown so some somebody
    someone something sort such suggest take talk talked talks tell than thanks that the their them
    then there these they thing things think this those though thought thoughts through title titled
    to today told too topic topics try trying under up us use used uses using was we well went were
    what whats when where whether which while who whom whose why will with work works would write
    written wrote you your say's there's i'm i've it's that's cover covered covers covering opinion
    opinions view views take comment comments commented commentary note notes noted writer reviewer
    exactly actually did does tagged tag tags report reported reports
    propose proposed proposes present presented presents introduce introduced introduces study
    studies studied call called archive stuff wrt via per versus vs etc
    claim claims claimed claiming find finds found finding findings
"""
_KOREAN = """
    그 그거 그것 그게 그런 그럼 그리고 나 내 너 저 제 누가 누구 누구의 대하여 대한 대해 대해서 더 등 또는 뭐 뭐가
    뭐야 뭐지 뭔가 뭔지 뭘 뭐라고 무슨 무엇 무엇을 무엇이 무엇인가 및 보여줘 보여주 설명 설명해줘 수 알려주세요
    알려줘 알려주 알려 어디 어때 어땠 어떤 어느 어떻게 어떤가 어떤지 언제 왜 위한 위해 이 이것 이거 이런 있나
    있나요 있는 있는지 있어 있어요 있었 있었나 있었지 있을까 있 있던 없나 없나요 없는 없어 저 좀 찾아줘 찾아
    찾고 찾 통한 통해 통해서 것 거 게 건 걸 관한 관한거 관련 관련된 관해 관련해 논문 논문들 논문중 연구 연구들
    나온 나왔 나왔던 나왔나 나왔어 나왔는지 나오 나온거 올라온 올라왔 소개 소개된 소개한 소개했 소개됐 다룬 다루 다뤘
    다루는 다룬거 저자 저자들 작성자 글쓴이 필자 다이제스트 코멘트 커멘트 의견 감상 생각 생각해 생각했 생각하 견해
    평 목록 리스트 정리 정리해줘 쓴 썼 쓰인 발표 발표한 발표된 발표했 공저 언급 언급한 언급했 언급된 말 말하 말했
    말한 이야기 얘기 했던 했나 했어 했지 하는 하나 하면 할 한 해 된 되는 됐 됐나 되나 되었 될 인가 인지 중 중에 중에서
    때 땐 혹시 기억 기억나 제목 이름 최근 요즘 태그 달린 붙은 달 것들 거야 건가 거지 얼마 얼마나 얼마였 얼만큼 몇 몇개
    개 번 명 정도 어느정도 무언가 라고 이라고 이라는 라는 해줘 줘 주세요 주라 부탁 부탁해 궁금 궁금해 사용 사용한
    사용했 사용하 이용 이용한 쓰는 제안 제안한 제안된 제안하 제안했 주장 주장한 주장하 주장했 보고 보고한 보고했
    논문이 논문은 논문의 논문에 논문에서 논문을 따르면 의하면 나타났 나타난 어떠 그래서 근데 그런데 아 음 네 예 안녕
    안녕하세요 했다 한다 했다는 했다고 한다는 하다 경우 위해서 가지고 같은 같이 정확히 구체적 전부 모두 모든 다 또
    봤 본 봤던 보 볼 보면 싶 싶어 모아 모아줘 골라 뽑아 뽑아줘 날 날짜 일자 게재 게시 공개된 결과는 결론 연구는 연구가 것은
    진짜 대체 도대체 그거있잖아 있잖아 이렇게 저렇게 그렇게 아는 알 알고 아나 나요 까 대해선 관한게 종류 이유 점 점은 부분
    썼는지 썼나 썼다 쓰나 쓸 수가 않 않나 아닌 아니 않은 이상 이하
"""
FUNCTION_WORDS = frozenset(
    """
    a about all am an and any are as at be been being between both but by can could did do does for
    from had has have he her him his how i if in into is it its just like me more most my no nor not
    of off on one or other our out over please she should so some such than that the their them then
    there these they this those to too under up us was we were what when where whether which while
    who whose why will with would you your s
    """.split()
)
KOREAN_STOP_WORDS = frozenset(_KOREAN.split())
STOP_WORDS = FUNCTION_WORDS | KOREAN_STOP_WORDS | frozenset(_ENGLISH.split())

# Korean words that say little, and that English text says otherwise.
WEAK_KOREAN = frozenset(
    """
    여러 다른 가장 매우 잘 큰 작은 새로운 새 만든 만드 만들 바꾼 바꾸 바꿔 고친 고쳐 고쳐서 고치 키우 키운 늘린 늘리
    줄인 줄이 나눠 나눈 나누 섞은 섞 섞어 합친 합쳐 합치 얻 얻은 버리 버린 뽑 뽑은 막 막는 붙여 붙인 붙이 넣은 넣 넣어
    빼 뺀 쓸때 없이 함께 모델 효과적 중요 가능 필요 다양 각 두 세 한번 계속 다시 먼저 그냥 결국 아주 너무 많이 많은 적은
    좋은 좋 나은 나 높은 낮은 높 낮 길 긴 짧은 빠른 느린 쉬운 어려운 강한 약한 직접 따로 스스로 푸 푼 풀 하나 하나로 때문
    보여준 보여주 알아낸 밝힌 밝혀낸 찾아낸 이런거 위 아래 앞 뒤 전체 일부 특정 경우 동안 사이 대부분 처음 마지막
    """.split()
)

# A Korean word with such an end is a verb; what it says rarely stands in a paper as it is asked.
KOREAN_VERB = re.compile(
    r"(?:나요|는가|는지|을까|ㄹ까|니까|습니까|습니다|었다|았다|였다|했다|한다|된다|이다|었어|았어|였어|했어|됐어|었지|았지"
    r"|었나|았나|였나|했나|됐나|하나|되나|려면|려고|하려|면서|도록|지만|는데|은데|어도|아도|어서|아서|여서|해서|하면|되면"
    r"|었을|았을|였을|했을|던데|던가|다던|다는|라는|다며|래요|대요|군요|네요|지요|죠|까요|이요|줘|봐|어요|아요|해요|돼요"
    r"|였는지|했는지|었는지|았는지|었던|았던|였던|했던|하던|인가|인지|건가|일까|려는|시킨|시키는|하는|되는|리는|이는|우는|하게|되게"
    r"|었|았|였|했|됐|렸|켰|췄|졌|쳤|줬|갔|왔|봤)$"
)

OPINION = re.compile(
    r"\b(?:opinion|think|thinks|thought|thoughts|comment(?:s|ed|ary|ator)?|curator|view on|take on"
    r"|remark(?:s|ed)?|impression|react(?:ion|ed)?|feel(?:s|ing)? about|say about|says? about|skeptical"
    r"|impressed|concern(?:s|ed)?|criticis\w+|wonder(?:s|ed)?|curious|(?:digest|its) (?:author|writer))\b"
    r"|의견|생각(?!의|하는 모델| 사슬|의 사슬)|코멘트|커멘트|감상|소감|평가했|평했|평가하(?!는)|어떻게 보|뭐라고|뭐라 |견해|궁금해\s?했"
    r"|어떻게 평|작성자|글쓴이|필자|큐레이터|느낌|느꼈|인상|회의적|긍정적|부정적"
)
NUMBER = re.compile(
    r"\bhow (?:many|much|large|big|long|fast|often|far|high|low|small)\b|\bwhat (?:percent\w*|accuracy"
    r"|score|size|fraction|ratio|proportion|share|number|rate|speed-?up|pass rate|learning rate"
    r"|cost|overhead|value|resolution|length|batch size|parameter count|perplexity)\b"
    r"|\bby how much\b|\bnumber of\b|\bpercent(?:age)?\b|\bhow .{0,30}(?:many|much)\b"
    r"|몇|얼마|퍼센트|몇\s?개|수치|비율은|개수|점수는|정확도는|정확도가|성능은 몇|크기는|규모는"
)
LIST = re.compile(
    r"\b(?:(?:which|what|list|show|any|all|the|give me|find|recent|other|more) (?:\w+ ){0,3}papers\b|papers (?:on|about|from"
    r"|by|in|with|tagged|that|of|related|regarding|published|posted|dealing|covering)|what (?:came out|was|were|is|are)"
    r" (?:\w+ )?(?:out|posted|published|released|covered|in the digest|new)|anything (?:on|about|new|by|from)"
    r"|came out|list of|papers\b.{0,40}\?*$|what's new|everything (?:on|by|about|from|tagged))"
    r"|논문들|논문\s?목록|목록|리스트|뭐가 있|뭐 있|뭐가 나왔|뭐 나왔|어떤 (?:게|것이|것들이|거|논문들이) (?:있|나)"
    r"|모아|정리해|나온 (?:논문|거|것|게|연구)|논문 (?:다|전부|모두|좀|있|보여|찾아|뭐|알려)|논문(?:은|이)? ?(?:있|뭐)"
    r"|논문\??$|쓴 (?:논문|거|글)|연구들|연구 (?:좀|있|뭐)"
)
KNOWN_ITEM = re.compile(
    r"\b(?:which|what) (?:paper|study|work|article|method|model|technique|approach|dataset|benchmark"
    r"|algorithm|framework|system)\b|\bpaper (?:that|which|where|about|on|with|showing|proposing)\b"
    r"|\bname of the\b|\bis there a\b|\bthe (?:one|paper) (?:that|where|which|about|on)\b"
    r"|어떤 논문|무슨 논문|어느 논문|논문 (?:제목|이름)|논문이 (?:뭐|무엇|뭔)|논문(?:은|이)? (?:뭐|무엇|뭔|어떤)|그 논문"
)
COMPARISON = re.compile(
    r"\b(?:vs\.?|versus|compared? (?:to|with|against)|difference between|better than|outperform\w*)\b"
    r"|비교|차이|대비|보다 (?:나은|좋은|얼마)"
)
EXCLUSION = re.compile(
    r"\b(?:except(?: for)?|excluding|other than|but not|not about|not on)\s+(?P<en>[\w-]+(?: [\w-]+)?)"
    r"|(?P<ko>[\w가-힣-]+)\s*(?:은|는|을|를)?\s*(?:말고|제외하고|제외한|빼고|아닌)"
)

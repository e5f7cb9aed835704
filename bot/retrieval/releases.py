"""Where a paper's code, models and data are: what asks for that, and what says so. Pure."""

from __future__ import annotations

from bot.retrieval.patterns import Pattern

_THING = r"(?:code(?:s|base)?|weights|models?|checkpoints?|data(?:sets?)?|implementation)"
_THING_KO = "(?:소스 ?코드|코드|가중치|웨이트|모델|체크포인트|데이터셋|데이터)"
_ASKED = Pattern(
    r"(?<![-\w])git ?hub\b(?! ?(?:issue|copilot|pull|commit|repositories))"
    r"|\b(?:code|codebase|project) ?(?:link|url|repo|repository)\b"
    r"|\brepo(?:sitory)?(?: link| url)?\W*$"
    r"|\blink to (?:the |its |their )?(?:code|repo)|^(?:[\w.*^-]+ ){1,3}code ?\?"
    rf"|\b(?:is|are|was|were)\b.{{1,80}}\b{_THING}\b.{{0,60}}"
    r"\b(?:available|released|public|publicly|open|open-?sourced?|out)\W*$"
    r"|\b(?:did|does|do|have|has)\b.{1,60}\b(?:release|released|publish|published|share|shared"
    rf"|open-?sourced?)\b.{{0,30}}\b{_THING}\b"
    r"|\b(?:is|are|was|were)\b.{1,60}\bopen[- ]?sourced?\W*$"
    rf"|\b{_THING} (?:available|released|public|open-?sourced?)\W*$"
    rf"|\bwhere (?:can i|do i|to) (?:get|find|download)\b.{{0,60}}\b{_THING}\b"
    r"|(?<![-\w가-힣])깃 ?허?[브헙](?! ?(?:이슈|코파일럿|커밋))"
    r"|(?:소스 ?)?코드(?:도|는|가|를|랑)? ?(?:공개|있(?:음|나|어|는지|을까|니|냐)|어디|링크|주소"
    r"|레포|받(?:을|아|나|는|음)|풀(?:렸|었)|나왔|올라)"
    rf"|{_THING_KO}(?:도|는|가|를|랑)? ?(?:다 ?)?(?:공개(?:했|됐|되었|함|됨|돼|하나|하고|여부)"
    r"|풀(?:렸|었)|받을 수|다운)"
    r"|오픈 ?소스(?:야|임|인가|인지|됐|했|로 ?(?:공개|풀))"
)
_SAID = Pattern(
    r"\b(?:codes?|codebase|models?|weights|data|datasets?|benchmarks?|checkpoints?|implementations?"
    r"|resources|repositor(?:y|ies)|frameworks?|artifacts|librar(?:y|ies)|kernels?)\b[^.]{0,120}?"
    r"\b(?:is|are|be|been|made)\s(?:(?:all|also|soon|publicly|freely|openly|fully)\s)*"
    r"(?:available|released?|open-?sourced?|public|found|accessible|published)\b"
    r"|\b(?:we|to) (?:\w+ )?(?:release|open-?source|publish|make|share)\b[^.]{0,120}"
    r"\b(?:codes?|models?|weights|data|datasets?|checkpoints?|implementation|resources|available)\b"
    r"|\b(?:codes?|models?|data) (?:is |are )?(?:released|available)?\W{0,2}"
    r"at:? ?\\?(?:url|href|http)"
    r"|https?://[^\s)]{0,40}(?:github|huggingface|hf\.co)"
    rf"|{_THING_KO}[^.]{{0,40}}공개(?:했|됐|되|한|하|할)|공개(?:된|한) {_THING_KO}"
)


def asks_release(folded: str) -> bool:
    """Whether a folded question asks where code or models are, or whether they are public."""
    return _ASKED.search(folded) is not None


def says_release(text: str) -> bool:
    """Whether a sentence says that code, models or data are public, or where."""
    return _SAID.search(text.casefold()) is not None

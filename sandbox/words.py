"""What the demo itself says, in the language that its user chose."""

from __future__ import annotations

from typing import Any

_EN = {
    "welcome": "Paper Digest, a Discord bot, in a small Discord of its own: no token, no network.",
    "page": "See it as in Discord, in a browser: {url}",
    "begins": "It is {now} in “{guild}”. The bot starts and posts the first digest by itself …",
    "goes_on": "It is {now} in “{guild}”. Kept from before: {count} posts in #{channel}.",
    "thread": "thread",
    "only_you": "Only you can see this",
    "edited": "✎ edited: “{title}”",
    "reacted": "{emoji} {name}: “{title}”",
    "no_answer": "The bot did not answer in time.",
    "no_choices": "The bot offers nothing for this.",
    "choices": "What the bot offers while you type “{text}”:",
    "deferred": "(nothing is shown)",
    "unknown": "There is no command /{name} here. These are registered:",
    "refused": "Discord's client refuses: {reason}.",
    "option_missing": "{option} is required",
    "option_unfit": "{option}: {given} does not fit",
    "option_unknown": "{option}: {given} is not known here",
    "option_channel_type": "{option}: {given} is no channel of that type",
    "option_length": "{option}: not between {low} and {high} characters",
    "option_value": "{option}: not between {low} and {high}",
    "no_button": "There is no button {number}. Buttons carry their number, as in [1: …].",
    "no_buttons": "There is no button to press yet.",
    "no_person": "Nobody here is called {name}. There are {names}.",
    "language": "Your Discord now speaks English.",
    "person": "You are now {name}, {role}.",
    "manager": "who may manage this server",
    "member": "an ordinary member",
    "tomorrow": "It is now {now}.",
    "nothing_due": "Nothing was due: every digest so far has been posted.",
    "killed": "Killed the bot (SIGKILL, process {pid}).",
    "restarted": "It runs again (process {pid}), knows what it had posted, and its buttons work.",
    "bye": "Bye! (`make demo ARGS='--keep DIR'` keeps what was posted.)",
    "kept": "Kept in {folder}; the same command goes on from here.",
    "first_steps": "Try /paper s1, then press 1. `help` lists everything, Tab completes.",
    "help_commands": "Slash commands",
    "help_here": "In this demo",
    "help_number": "a number presses the button that carries it",
    "help_text": "any other line is sent to #{channel} as a message",
    "help_locale": "your language; the bot answers in it",
    "help_tomorrow": "go to the next 09:00; the bot posts the next digest by itself",
    "help_kill": "kill the bot without warning and start it again",
    "help_react": "react to the newest message",
    "help_as": "be somebody else: {names}",
    "help_quit": "end both (or Ctrl-C, Ctrl-D)",
}
_KO = {
    "welcome": "논문 소식 봇을 작은 가상 디스코드에서 돌려요. 토큰도 인터넷도 필요 없어요.",
    "page": "브라우저에서 디스코드처럼 보기: {url}",
    "begins": "“{guild}” 서버는 지금 {now}. 봇이 켜져서 첫 소식을 스스로 올려요 …",
    "goes_on": "“{guild}” 서버는 지금 {now}. #{channel}에 지난번 글 {count}개가 남아 있어요.",
    "thread": "스레드",
    "only_you": "나에게만 보이는 메시지",
    "edited": "✎ 수정됨: “{title}”",
    "reacted": "{emoji} {name}: “{title}”",
    "no_answer": "봇이 제때 답하지 않았어요.",
    "no_choices": "봇이 제안하는 것이 없어요.",
    "choices": "“{text}”까지 입력하면 봇이 제안하는 것:",
    "deferred": "(보이는 답이 없어요)",
    "unknown": "/{name} 명령은 없어요. 등록된 명령은 다음과 같아요.",
    "refused": "디스코드 앱이 거절했어요: {reason}.",
    "option_missing": "“{option}” 옵션을 채워 주세요",
    "option_unfit": "“{option}” 옵션에 쓸 수 없는 값이에요: {given}",
    "option_unknown": "“{option}” 옵션에 적은 것이 여기에 없어요: {given}",
    "option_channel_type": "“{option}” 옵션에 고를 수 없는 종류의 채널이에요: {given}",
    "option_length": "“{option}” 옵션은 {low}~{high}자로 적어 주세요",
    "option_value": "“{option}” 옵션은 {low}에서 {high}까지예요",
    "no_button": "{number}번 버튼은 없어요. 버튼 앞에 [1: …]처럼 번호가 있어요.",
    "no_buttons": "아직 누를 버튼이 없어요.",
    "no_person": "{name}: 여기 없는 사람이에요. 지금 있는 사람은 {names}.",
    "language": "이제 디스코드가 한국어로 보여요.",
    "person": "이제 {name}, {role}.",
    "manager": "서버를 관리하는 사람이에요",
    "member": "일반 멤버예요",
    "tomorrow": "지금은 {now}.",
    "nothing_due": "올릴 것이 없어요. 지금까지의 소식을 모두 올렸어요.",
    "killed": "봇을 강제로 껐어요(SIGKILL, 프로세스 {pid}).",
    "restarted": "다시 켜졌어요(프로세스 {pid}). 올린 글을 기억하고 버튼도 그대로예요.",
    "bye": "안녕히 가세요! (`make demo ARGS='--keep DIR'`로 올린 글을 남길 수 있어요.)",
    "kept": "{folder}에 남겼어요. 같은 명령으로 이어서 할 수 있어요.",
    "first_steps": "/논문 s1 을 입력한 다음 1을 눌러 보세요. `help`는 도움말, Tab은 자동 완성.",
    "help_commands": "슬래시 명령",
    "help_here": "이 데모에서",
    "help_number": "그 번호가 붙은 버튼 누르기",
    "help_text": "그 밖의 줄은 #{channel}에 메시지로 보내기",
    "help_locale": "사용하는 언어 바꾸기. 봇도 그 언어로 답해요",
    "help_tomorrow": "다음 09:00로 가기. 봇이 다음 소식을 스스로 올려요",
    "help_kill": "봇을 예고 없이 껐다가 다시 켜기",
    "help_react": "마지막 메시지에 반응 남기기",
    "help_as": "다른 사람 되기: {names}",
    "help_quit": "모두 끝내기(Ctrl-C, Ctrl-D도)",
}
WORDS = {"en": _EN, "ko": _KO}


def language_of(locale: str) -> str:
    """Return `ko` or `en` for a Discord locale."""
    return "ko" if locale.startswith("ko") else "en"


def word(locale: str, key: str, **values: Any) -> str:
    """Return a sentence of the demo in a locale's language."""
    return WORDS[language_of(locale)][key].format(**values)

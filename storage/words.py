"""Words that `storage.text` needs to know: Korean endings, stop words, names of Greek letters."""

from __future__ import annotations

# Particles (josa), as they follow a noun.
_PARTICLES = """
    에서는 에서도 에서의 에서만 에서 에게서 에게는 에게 에는 에도 에만 에의 에
    으로서 으로써 으로는 으로도 으로의 으로만 으로부터 으로
    로서 로써 로는 로도 로의 로만 로부터 로
    까지의 까지는 까지도 까지 부터 마다 조차 마저 처럼 보다는 보다 만큼 대로 밖에
    이나 이라는 이라고 이라면 이라 이란 라는 라고 라면 란 이며 이고 이랑 랑 한테 께서
    들은 들이 들을 들의 들에게 들에서 들에 들과 들도 들로 들
    과의 와의 과는 와는 과 와 은 는 이 가 을 를 의 도 만 나 야
"""
# What makes a verb or an adjective of a noun (hada, doeda, sikida, -jeok), and the copula.
_VERB_ENDINGS = """
    하는데 하는지 하는 하고 하며 하면 하지 하기 하게 하여 하도록 하려는 하던 한다는 한다 한 할 함
    합니다 했습니다 했던 했고 했다 했을 해서 해야 해도 해
    되는지 되는 되어 되고 되며 되면 되지 되기 되었다 됩니다 됐다 된다 된 될 됨 돼
    시키는 시키고 시켜서 시켜 시킨다 시킨 시킬
    적인 적으로 적이고 입니다 입니까 인가요 인가 인지 일까 이다 이었다 였다 인 일 요
"""
ENDINGS = tuple(_PARTICLES.split() + _VERB_ENDINGS.split())

# Words that a question is made of rather than what it is about.
_ENGLISH_STOP_WORDS = """
    a about above after all also am an and any are as at be been being between both but by can could
    did do does doing each find for from had has have having he her him his how i if in into is it
    its me more most my no nor not of on or other our out over paper papers please she should show
    so some such tell than that the their them then there these they this those through to up us was
    we were what when where which while who whom whose why will with work works would you your
"""
_KOREAN_STOP_WORDS = """
    그 그것 그리고 나 내 너 누가 누구 대하여 대한 대해 더 등 또는 뭐 뭐가 뭐야 뭔가 뭘 무슨 무엇
    무엇을 무엇이 및 보여줘 설명 설명해줘 수 알려주세요 알려줘 어디 어때 어떤 어떻게 언제 왜 위한
    위해 이 이것 이런 있나 있나요 있는 있는지 있어 있어요 저 좀 찾아줘 통한 통해 것 관한 관련 관련된
    논문
"""
STOP_WORDS = frozenset(_ENGLISH_STOP_WORDS.split() + _KOREAN_STOP_WORDS.split())

# From alpha to omega, without the final sigma, which `fold` turns into the other.
_GREEK_NAMES = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma
    tau upsilon phi chi psi omega
"""
GREEK_NAMES = tuple(_GREEK_NAMES.split())

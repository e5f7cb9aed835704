"""Discord's numbers, as its documentation and its OpenAPI file give them; the stricter of both.

Lengths are UTF-16 code units: what Discord's clients count, and never less than its servers do.
"""

from __future__ import annotations

import re

# docs: Message, Create Message
CONTENT = 2000
NONCE = 25
ATTACHMENTS = 10
ATTACHMENT_NAME = 1024
ATTACHMENT_DESCRIPTION = 1024
REACTIONS = 20

# docs: Reference, Uploading Files: what anybody may send without paying
FILE_BYTES = 10 * 1024 * 1024
REQUEST_BYTES = 25 * 1024 * 1024

# docs: Message, Embed Limits
EMBEDS = 10
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELDS = 25
EMBED_FIELD_NAME = 256
EMBED_FIELD_VALUE = 1024
EMBED_FOOTER = 2048
EMBED_AUTHOR = 256
EMBED_TOTAL = 6000
EMBED_URL = 2048

# docs: Component Reference
ACTION_ROWS = 5
BUTTONS_IN_ROW = 5
BUTTON_LABEL = 80
BUTTON_URL = 512
CUSTOM_ID = 100
SELECT_OPTIONS = 25
SELECT_PLACEHOLDER = 150
OPTION_TEXT = 100
MODAL_TITLE = 45
MODAL_COMPONENTS = 5
INPUT_LABEL = 45
INPUT_PLACEHOLDER = 100
INPUT_VALUE = 4000

# docs: Allowed Mentions Object
MENTION_IDS = 100

# docs: Channel, Start Thread; Forum Tag; Modify Channel
THREAD_NAME = 100
AUTO_ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
FORUM_TAGS = 20
FORUM_TAG_NAME = 20
APPLIED_TAGS = 5
EMOJI_NAME = 100
CHANNEL_NAME = 100
TOPIC = 1024
FORUM_TOPIC = 4096
ACTIVE_THREADS = 1000
SLOWMODE_SECONDS = 21600
PAGE = 100

# docs: Application Commands
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100
COMMAND_OPTIONS = 25
COMMAND_CHOICES = 25
CHOICE_NAME = 100
CHOICE_VALUE = 100
COMMAND_TOTAL = 8000
SLASH_COMMANDS = 100
CONTEXT_COMMANDS = 15

# docs: Receiving and Responding, on interactions
INTERACTION_SECONDS = 3.0
TOKEN_MINUTES = 15

# docs: Gateway, on its rate limits
GATEWAY_SENDS = 120
GATEWAY_SENDS_SECONDS = 60.0

# The locales of the OpenAPI file
LOCALES = frozenset(
    (
        *("ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr"),
        *("he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro"),
        *("ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW"),
    )
)

HTTP_URL = re.compile(r"https?://[^\s/$.?#].\S*", re.IGNORECASE)


def length(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

"""What the bot has to be allowed, and the link that invites it with exactly that."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord.utils import oauth_url

# Each permission with what it is for. Not here, though used where a server gives them: Manage
# Channels (adds a forum's missing tags) and Manage Threads (deletes a forum post that /verify found
# doubled, uses tags that are kept for moderators). Both reach far beyond the bot's own posts.
PERMISSIONS: Mapping[str, str] = {
    "view_channel": "to see the channels that get the digest, and whether they are still there",
    "send_messages": "to post the digest, and to answer mentions",
    "send_messages_in_threads": "to open papers' threads with the abstract, and to post in forums",
    "create_public_threads": "to give each paper, or each digest, a thread",
    "embed_links": "to post papers as cards; without it they are plain text",
    "attach_files": "to send pictures and files with posts and answers",
    "read_message_history": "to see what it has posted already, so that nothing is posted twice",
}
SCOPES = ("bot", "applications.commands")


def invite_url(application_id: int) -> str:
    """Return the address at which a server's manager can invite the bot."""
    permissions = discord.Permissions(**dict.fromkeys(PERMISSIONS, True))
    return oauth_url(application_id, permissions=permissions, scopes=SCOPES)

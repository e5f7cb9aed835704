"""Slash commands, one file per group; loaded by name from `bot.client`."""

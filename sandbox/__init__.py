"""A Discord of its own on the loopback: REST API v10 and gateway, for tests and the demo.

    server.Sandbox ── rest/* ──► world (state) ──► events.Hub ──► gateway (bots), subscribers (page)
          │                          ▲
          └── users.Person ──────────┘   people: commands, clicks, messages
                   ▲
    page/ ─────────┘   the demo's web page: what a person sees and does, in a browser

It imports nothing of the bot and states Discord's numbers for itself (`limits.py`), so that a
number that is wrong on one side shows.
"""

"""A simulated year of the real bot against the sandbox, and an audit of what came of it.

`plan` draws everything that is to happen from a seed; `world` furnishes the sandbox and keeps the
bot alive, `driver` goes through the plan and keeps a journal; `rules` and `audit` know nothing of
the bot's ledger and recompute, from the plan, the journal and docs/design.md, what must stand in
the channels.
"""

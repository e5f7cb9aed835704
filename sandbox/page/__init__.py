"""The demo's web page: it looks like Discord, and the real bot is behind it.

    browser ── GET / and files ──► site.py (guard.py: who may ask, and what a page may do)
       │  ├─── GET /api/…  ──────► view.py: the world as one person sees it, markdown as a tree
       │  ├─── POST /api/… ──────► actions.py: what that person does; controls.py: the demo's own
       │  └─── GET /api/events ──► stream.py: what changes, as server-sent events

No text of a message ever becomes markup: the server gives trees, the page makes text nodes.
"""

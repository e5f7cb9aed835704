-- Single messages that the bot posts by itself, and what readers follow. Instants are ISO 8601,
-- UTC; days are local dates.

-- `kind` follow: a user's daily direct message; recap: a subscription's week, `day` its Monday.
CREATE TABLE mailings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    contents TEXT NOT NULL,      -- JSON: what it says, as far as that must stay between two tries
    expires_at TEXT NOT NULL,    -- not sent any more after this
    state TEXT NOT NULL,         -- open, done, skipped
    claimed INTEGER NOT NULL DEFAULT 0,  -- it may have been sent
    owner TEXT,
    lease_until TEXT,
    channel_id INTEGER,
    anchor INTEGER NOT NULL DEFAULT 0,   -- a message older than it
    message_id INTEGER,
    created_at TEXT NOT NULL,
    UNIQUE (kind, subject_id, day)
) STRICT;

CREATE INDEX mailings_open ON mailings (id) WHERE state = 'open';
CREATE INDEX mailings_by_day ON mailings (day);
CREATE INDEX deliveries_by_day ON deliveries (day);

-- Users who follow, or have followed, something.
CREATE TABLE followers (
    user_id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,            -- HH:MM, wall clock
    timezone TEXT NOT NULL,      -- IANA
    guild_id INTEGER,            -- where they last spoke of it; null: in a direct message
    language TEXT NOT NULL,      -- what they read there: ko or en
    parked TEXT,                 -- message key
    changes INTEGER NOT NULL DEFAULT 0   -- of what is due to them
) STRICT;

CREATE TABLE follows (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES followers (user_id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('author', 'tag', 'keyword')),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (user_id, kind, key)
) STRICT;

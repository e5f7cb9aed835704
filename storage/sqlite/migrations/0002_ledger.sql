-- Subscriptions, and the ledger of what was sent to them. Instants are ISO 8601, UTC.

CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER NOT NULL UNIQUE,
    guild_id INTEGER,
    at TEXT NOT NULL,            -- HH:MM, wall clock
    timezone TEXT NOT NULL,      -- IANA
    language TEXT NOT NULL,
    threads TEXT NOT NULL,
    tags TEXT NOT NULL,          -- JSON list; empty: every paper
    start TEXT NOT NULL,
    since TEXT,                  -- the newest digest when it was made
    chosen TEXT NOT NULL,        -- JSON list of options that a member has said
    state TEXT NOT NULL,         -- target (only /post so far), active, ended
    created_at TEXT NOT NULL,
    created_by INTEGER,
    parked TEXT,                 -- message key
    parked_at TEXT,
    told INTEGER NOT NULL DEFAULT 0  -- somebody was told that posting stopped; until it works again
) STRICT;

CREATE INDEX subscriptions_by_guild ON subscriptions (guild_id);

-- One row for each local day on which a subscription had its delivery.
CREATE TABLE delivery_days (
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id),
    day TEXT NOT NULL,
    PRIMARY KEY (subscription_id, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_days_by_day ON delivery_days (day);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription_id INTEGER NOT NULL REFERENCES subscriptions (id),
    digest_date TEXT NOT NULL,
    run INTEGER NOT NULL,
    day TEXT NOT NULL,
    anchor INTEGER NOT NULL,     -- a message older than everything that is sent
    threads TEXT NOT NULL,
    language TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    reopened INTEGER NOT NULL DEFAULT 0,  -- its digest changed after it was finished
    changes INTEGER NOT NULL DEFAULT 0,   -- of its digest, since it was opened
    UNIQUE (subscription_id, digest_date, run)
) STRICT;

CREATE INDEX deliveries_unfinished ON deliveries (subscription_id) WHERE finished_at IS NULL;

-- entry_id 0 is the digest itself. Entries may go; what was posted of them stays recorded.
CREATE TABLE steps (
    delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
    entry_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,   -- order of the first claim within the delivery
    state TEXT NOT NULL,
    owner TEXT,
    lease_until TEXT,
    channel_id INTEGER,
    message_id INTEGER,
    revision TEXT,
    PRIMARY KEY (delivery_id, entry_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX steps_claimed ON steps (owner) WHERE state = 'claimed';
CREATE INDEX steps_by_entry ON steps (entry_id, delivery_id);

CREATE INDEX deliveries_by_date ON deliveries (digest_date);

-- Grows whenever an entry is added, changed or removed: what was not due is worth another look.
CREATE TABLE digests_version (version INTEGER NOT NULL) STRICT;
INSERT INTO digests_version (version) VALUES (0);

-- Digests that were delivered and have changed since: their posts are looked over again.
CREATE TABLE changed_digests (date TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_added AFTER INSERT ON entries
BEGIN
    UPDATE digests_version SET version = version + 1;
    INSERT OR IGNORE INTO changed_digests (date)
    SELECT new.date WHERE EXISTS (SELECT 1 FROM deliveries WHERE digest_date = new.date);
END;

CREATE TRIGGER entry_changed AFTER UPDATE OF revision, date ON entries
BEGIN
    UPDATE digests_version SET version = version + 1;
    INSERT OR IGNORE INTO changed_digests (date)
    SELECT DISTINCT digest_date FROM deliveries WHERE digest_date IN (old.date, new.date);
END;

CREATE TRIGGER entry_removed AFTER DELETE ON entries
BEGIN
    UPDATE digests_version SET version = version + 1;
    INSERT OR IGNORE INTO changed_digests (date)
    SELECT old.date WHERE EXISTS (SELECT 1 FROM deliveries WHERE digest_date = old.date);
END;

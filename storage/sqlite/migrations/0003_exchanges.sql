-- Questions and their answers. `asked_at` is in Unix milliseconds, lists are JSON.

CREATE TABLE exchanges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER,            -- null in a direct message
    channel_id INTEGER NOT NULL, -- or thread
    user_id INTEGER NOT NULL,
    message_id INTEGER,          -- the answer's
    language TEXT NOT NULL,
    question TEXT NOT NULL,
    context TEXT NOT NULL,       -- ids of the entries that the question was taken to be about
    cited TEXT NOT NULL,         -- ids of the entries that the answer is from
    asked_at INTEGER NOT NULL
) STRICT;

CREATE INDEX exchanges_by_place ON exchanges (channel_id, user_id, id);
CREATE INDEX exchanges_by_message ON exchanges (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX exchanges_by_age ON exchanges (asked_at);

CREATE TABLE exchange_ratings (
    exchange_id INTEGER NOT NULL REFERENCES exchanges (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    helped INTEGER NOT NULL,
    PRIMARY KEY (exchange_id, user_id)
) STRICT, WITHOUT ROWID;

-- Who asked when, for a few days: a deleted answer still counts. `scope` is the server, or the
-- channel of direct messages.
CREATE TABLE askings (
    scope INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT;

CREATE INDEX askings_by_scope ON askings (scope, asked_at);
CREATE INDEX askings_by_user ON askings (user_id, asked_at);
CREATE INDEX askings_by_age ON askings (asked_at);

-- A thread has the id of the message that it hangs on: a paper's thread is found by it.
CREATE INDEX steps_by_message ON steps (message_id) WHERE name = 'paper';

-- What readers made of a paper's post, in numbers only: who it was is not stored.

CREATE TABLE engagement (
    message_id INTEGER PRIMARY KEY,       -- the post's, and so its thread's
    messages INTEGER NOT NULL DEFAULT 0,  -- people's, in the thread
    bots INTEGER NOT NULL DEFAULT 0,      -- bots', in the thread
    reactions INTEGER NOT NULL DEFAULT 0  -- people who reacted to the post
) STRICT;

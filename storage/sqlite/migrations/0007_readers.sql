-- What readers chose for themselves, and who is told of a digest.

CREATE TABLE readers (
    user_id INTEGER PRIMARY KEY,
    language TEXT NOT NULL       -- ko or en
) STRICT;

ALTER TABLE subscriptions ADD COLUMN role_id INTEGER NOT NULL DEFAULT 0;  -- 0: nobody is pinged
ALTER TABLE subscriptions ADD COLUMN recap INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN crosspost INTEGER NOT NULL DEFAULT 0;

-- As the subscription had it when the delivery was opened.
ALTER TABLE deliveries ADD COLUMN role_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN crosspost INTEGER NOT NULL DEFAULT 0;

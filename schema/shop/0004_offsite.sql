-- The owner's consent to off-site backups, and how they go. One row, from the first consent on.
CREATE TABLE offsite (
    id                  INTEGER PRIMARY KEY CHECK (id = 1),
    enabled             INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    changed_at_utc      TEXT NOT NULL,
    -- Locks copies and cannot open them.
    recipient           TEXT NOT NULL,
    -- What opens them, locked with a passphrase that is kept nowhere.
    key_file            BLOB NOT NULL,
    -- The local backup that went through last, and the set that it became.
    last_copy           TEXT,
    last_set            TEXT,
    last_success_at_utc TEXT,
    -- What that one sent.
    last_sent_bytes     INTEGER,
    failures            INTEGER NOT NULL DEFAULT 0,
    next_attempt_at_utc TEXT,
    last_error          TEXT
) STRICT;

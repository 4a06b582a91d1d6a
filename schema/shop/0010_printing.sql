-- What waits for the printer, in the order in which it was asked for. Made into bytes only when its turn comes, so that
-- it fits the paper that is in by then.
CREATE TABLE print_jobs (
    seq                 INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Of whoever asked, so that asking twice prints once.
    id                  TEXT NOT NULL UNIQUE,
    kind                TEXT NOT NULL CHECK (kind IN ('receipt', 'drawer', 'test', 'text')),
    sale_id             TEXT REFERENCES sales (id),
    -- A text's heading and lines; '' for the other kinds.
    body                TEXT NOT NULL DEFAULT '',
    -- 'printing' when the program ends is one of which nobody knows how far it came.
    state               TEXT NOT NULL CHECK (state IN ('waiting', 'printing', 'done', 'dropped')),
    -- Says on it that it is a copy: asked for as one, or it may have come out before.
    copy                INTEGER NOT NULL DEFAULT 0 CHECK (copy IN (0, 1)),
    attempts            INTEGER NOT NULL DEFAULT 0,
    last_error          TEXT NOT NULL DEFAULT '',
    asked_by            TEXT NOT NULL,
    asked_at_utc        TEXT NOT NULL,
    ended_at_utc        TEXT,
    CHECK ((kind = 'receipt') = (sale_id IS NOT NULL))
) STRICT;
CREATE INDEX print_jobs_unended ON print_jobs (seq) WHERE state IN ('waiting', 'printing');
CREATE INDEX print_jobs_by_sale ON print_jobs (sale_id) WHERE sale_id IS NOT NULL;

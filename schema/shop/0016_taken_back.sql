-- Goods that the distributor took back, and what the shop says of it.

CREATE TABLE taken_back (
    -- The hub's return.
    id               TEXT PRIMARY KEY,
    number           TEXT NOT NULL,
    collected_on     TEXT NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'cancelled')),
    told_at_utc      TEXT NOT NULL,
    confirmed_at_utc TEXT,
    answer_hash      BLOB
) STRICT;

CREATE TABLE taken_back_lines (
    return_id TEXT NOT NULL REFERENCES taken_back (id),
    line_no   INTEGER NOT NULL,
    sku       TEXT NOT NULL,
    name      TEXT NOT NULL,
    -- As the distributor says.
    quantity  INTEGER NOT NULL,
    expires   TEXT,
    reason    TEXT NOT NULL,
    -- As the shop says; null until it has said.
    confirmed INTEGER,
    PRIMARY KEY (return_id, line_no)
) STRICT, WITHOUT ROWID;

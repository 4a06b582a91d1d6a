-- What customers asked for in vain: how it is taken back, and goods that the shop does not sell.

-- The request that told it, by which it can be taken back; nothing where none was told.
ALTER TABLE missed_demand ADD COLUMN request_id TEXT;
CREATE UNIQUE INDEX missed_demand_request ON missed_demand (request_id) WHERE request_id IS NOT NULL;

-- Recorded by a slip of the finger, and taken back on the same day.
CREATE TABLE missed_taken_back (
    id            INTEGER PRIMARY KEY,
    -- What is taken back; nothing where another copy of the shop did it.
    missed_id     INTEGER UNIQUE REFERENCES missed_demand (id),
    product_id    INTEGER NOT NULL REFERENCES products (id),
    quantity      INTEGER NOT NULL CHECK (quantity > 0),
    business_date TEXT NOT NULL,
    at_utc        TEXT NOT NULL
) STRICT;

-- Goods that no product is, in the words that somebody searched by.
CREATE TABLE wishes (
    id                TEXT PRIMARY KEY,
    text              TEXT NOT NULL,
    by_whom           TEXT NOT NULL,
    business_date     TEXT NOT NULL,
    at_utc            TEXT NOT NULL,
    taken_back_at_utc TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX wishes_by_date ON wishes (business_date);

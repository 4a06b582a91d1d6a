-- What tells one copy of this database from another, and what became known of the copies.

-- Of this copy, and a digest of where it lies; '' until the program has looked, see shop::copies.
ALTER TABLE shop ADD COLUMN instance TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN place TEXT NOT NULL DEFAULT '';

-- Within a series receipts are numbered without a gap. A copy begins a series of its own, so that no two copies of a
-- shop ever give out the same number.
CREATE TABLE receipt_series (
    first_number INTEGER PRIMARY KEY,
    -- 1, 2, 3 ...: the last one is the current one.
    serial       INTEGER NOT NULL UNIQUE,
    begun_at_utc TEXT NOT NULL,
    reason       TEXT NOT NULL
) STRICT;
INSERT INTO receipt_series (first_number, serial, begun_at_utc, reason) VALUES (1, 1, '', 'first');

-- What happened to this database that its owner should know. The detail is JSON.
CREATE TABLE incidents (
    id     INTEGER PRIMARY KEY,
    at_utc TEXT NOT NULL,
    kind   TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

-- Events of this shop that only the hub had: another copy wrote them. They have had their effect here, and are no part
-- of this copy's own log. A 'known' one is this copy's own after all, and stands here for its place in the hub's order:
-- another copy of it had sent it before this one did.
CREATE TABLE recovered_events (
    event_id           TEXT PRIMARY KEY,
    epoch              INTEGER NOT NULL,
    seq                INTEGER NOT NULL,
    kind               TEXT NOT NULL,
    version            INTEGER NOT NULL,
    at_utc             TEXT NOT NULL,
    utc_offset_minutes INTEGER NOT NULL,
    business_date      TEXT NOT NULL,
    payload            TEXT NOT NULL,
    received_at_utc    TEXT NOT NULL,
    state              TEXT NOT NULL CHECK (state IN ('applied', 'quarantined', 'known')),
    error              TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX recovered_events_in_order ON recovered_events (epoch, seq);

-- The sale was taken back by another copy; the day's figures have it from there.
ALTER TABLE voids ADD COLUMN recovered INTEGER NOT NULL DEFAULT 0;

-- Up to here, in the order of the hub's copy, every event is known here: written here or recovered.
ALTER TABLE sync_state ADD COLUMN merged_epoch INTEGER NOT NULL DEFAULT 1;
ALTER TABLE sync_state ADD COLUMN merged_seq INTEGER NOT NULL DEFAULT 0;
UPDATE sync_state SET merged_epoch = epoch, merged_seq = acked_seq;

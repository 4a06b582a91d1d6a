-- Copies of a shop's database that speak for the same device, and notes that newer ones have taken the place of.

CREATE TABLE device_instances (
    device_id TEXT NOT NULL REFERENCES devices (id),
    -- The identity that a copy of the shop's database gives itself.
    instance TEXT NOT NULL,
    first_heard_utc TEXT NOT NULL,
    last_heard_utc TEXT NOT NULL,
    PRIMARY KEY (device_id, instance)
);

-- The copy that spoke last, and the copy that the current epoch was granted to.
ALTER TABLE devices ADD COLUMN instance TEXT;
ALTER TABLE devices ADD COLUMN epoch_instance TEXT;

-- What the distributor should look at. One row for each thing that is wrong, however often it is noticed.
CREATE TABLE alarms (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    kind TEXT NOT NULL,
    raised_at_utc TEXT NOT NULL,
    last_at_utc TEXT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (shop_id, kind)
);

-- What a note is about: of two notes on one topic the later one holds.
ALTER TABLE notes ADD COLUMN topic TEXT NOT NULL DEFAULT '';
CREATE INDEX notes_by_topic ON notes (shop_id, topic, position);
-- Of the notes up to here some are gone, because newer ones on their topic had long come.
ALTER TABLE shops ADD COLUMN notes_compacted_to BIGINT NOT NULL DEFAULT 0;

-- Pictures of goods, and forms by which goods were added.

CREATE TABLE product_photos (
    product_id     INTEGER PRIMARY KEY REFERENCES products (id),
    -- JPEG, at most 320 pixels wide and high.
    content        BLOB NOT NULL,
    -- The beginning of its SHA-256: part of its address, so that a browser may keep it for good.
    version        TEXT NOT NULL,
    changed_at_utc TEXT NOT NULL
) STRICT;

-- A form that adds a product carries an id: sent twice, it adds one.
CREATE TABLE product_requests (
    id           TEXT PRIMARY KEY,
    content_hash BLOB NOT NULL,
    product_id   INTEGER NOT NULL REFERENCES products (id),
    at_utc       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

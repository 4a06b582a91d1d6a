-- Off-site backups of the shops, SQLite. The same tables and columns in the same order as
-- schema/hub/postgres/0003_offsite.sql. All of it was sealed on the shop's device: the hub can read none of it.

CREATE TABLE backup_parts (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    -- SHA-256 of content.
    hash BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    received_at_utc TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (shop_id, hash)
) STRICT;

-- So that the room that a shop takes is summed up without reading what is in it.
CREATE INDEX backup_parts_room ON backup_parts (shop_id, bytes);

-- A set is the first chain_parts parts of its chain.
CREATE TABLE backup_sets (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    chain_id TEXT NOT NULL,
    chain_parts INTEGER NOT NULL,
    key_hash BLOB NOT NULL,
    manifest_hash BLOB NOT NULL,
    -- Of all its parts.
    bytes INTEGER NOT NULL,
    received_at_utc TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
) STRICT;

CREATE TABLE backup_chains (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    chain_id TEXT NOT NULL,
    -- From 1, without a gap.
    position INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (shop_id, chain_id, position)
) STRICT, WITHOUT ROWID;

-- Leave to read a shop's sets, for a device that takes the place of a dead one.
CREATE TABLE backup_grants (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    code_hash BLOB NOT NULL UNIQUE,
    token_hash BLOB NOT NULL UNIQUE,
    expires_at_utc TEXT NOT NULL
) STRICT;

-- Off-site backups of the shops, PostgreSQL. The same tables and columns in the same order as
-- schema/hub/sqlite/0003_offsite.sql. All of it was sealed on the shop's device: the hub can read none of it.

CREATE TABLE backup_parts (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    -- SHA-256 of content.
    hash BYTEA NOT NULL,
    bytes BIGINT NOT NULL,
    received_at_utc TEXT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (shop_id, hash)
);

-- So that the room that a shop takes is summed up without reading what is in it.
CREATE INDEX backup_parts_room ON backup_parts (shop_id, bytes);

-- A set is the first chain_parts parts of its chain.
CREATE TABLE backup_sets (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    chain_id TEXT NOT NULL,
    chain_parts BIGINT NOT NULL,
    key_hash BYTEA NOT NULL,
    manifest_hash BYTEA NOT NULL,
    -- Of all its parts.
    bytes BIGINT NOT NULL,
    received_at_utc TEXT NOT NULL,
    PRIMARY KEY (shop_id, id)
);

CREATE TABLE backup_chains (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    chain_id TEXT NOT NULL,
    -- From 1, without a gap.
    position BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (shop_id, chain_id, position)
);

-- Leave to read a shop's sets, for a device that takes the place of a dead one.
CREATE TABLE backup_grants (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    code_hash BYTEA NOT NULL UNIQUE,
    token_hash BYTEA NOT NULL UNIQUE,
    expires_at_utc TEXT NOT NULL
);

-- People who open the hub's pages, SQLite. The same tables and columns in the same order as
-- schema/hub/postgres/0010_users.sql.

CREATE TABLE users (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- In lower case. Nobody else in the whole hub has it: credentials holds it by its SHA-256.
    login TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'dispatcher', 'salesman', 'supplier')),
    -- argon2id in PHC form.
    password_hash TEXT NOT NULL,
    -- 'id' or 'en'.
    language TEXT NOT NULL,
    -- A salesman's route; null for one who drives none yet.
    route_id TEXT,
    -- Whose products a supplier's login sees; null for others.
    supplier TEXT,
    active INTEGER NOT NULL,
    -- Counts the changes, so that nobody overwrites what they have not seen.
    version INTEGER NOT NULL,
    created_at_utc TEXT NOT NULL,
    password_at_utc TEXT NOT NULL,
    last_login_utc TEXT,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, login)
) STRICT, WITHOUT ROWID;

-- Who is logged in; whose a secret is stands in credentials, too.
CREATE TABLE sessions (
    tenant_id TEXT NOT NULL,
    -- SHA-256 of the secret in the cookie.
    hash BLOB NOT NULL,
    -- '' for somebody who came in by the hub's PIN.
    user_id TEXT NOT NULL,
    started_at_utc TEXT NOT NULL,
    -- To about ten minutes.
    used_at_utc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id);

-- People who open the hub's pages, SQLite. The same tables and columns in the same order as
-- schema/hub/postgres/0007_users.sql.

CREATE TABLE users (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- In lower case; of one person in the whole hub, see logins.
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

-- Whose login a name is, in the whole hub: the tenant of a person who logs in follows from it.
CREATE TABLE logins (
    login TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who is logged in. Whoever presents the secret is of the tenant and is the user that the row says.
CREATE TABLE sessions (
    -- SHA-256 of the secret in the cookie.
    hash BLOB PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    -- '' for somebody who came in by the hub's PIN.
    user_id TEXT NOT NULL,
    started_at_utc TEXT NOT NULL,
    -- To about ten minutes.
    used_at_utc TEXT NOT NULL
) STRICT, WITHOUT ROWID;


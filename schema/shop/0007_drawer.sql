-- Opening and closing the day: what is in the drawer.

-- What the drawer was opened with, and what was put in or taken out by hand. Of several floats of a date the last holds.
CREATE TABLE drawer_entries (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Made when the form was shown, so that a form sent twice is one entry.
    id            TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL CHECK (kind IN ('float', 'in', 'out')),
    amount        INTEGER NOT NULL CHECK (amount >= 0),
    reason        TEXT NOT NULL DEFAULT '',
    note          TEXT NOT NULL DEFAULT '',
    by_whom       TEXT NOT NULL,
    business_date TEXT NOT NULL REFERENCES trading_days (business_date),
    at_utc        TEXT NOT NULL
) STRICT;
CREATE INDEX drawer_entries_by_date ON drawer_entries (business_date, seq);
CREATE TRIGGER drawer_entries_are_kept BEFORE DELETE ON drawer_entries
BEGIN SELECT RAISE(ABORT, 'what went through the drawer only grows'); END;
CREATE TRIGGER drawer_entries_are_final BEFORE UPDATE ON drawer_entries
BEGIN SELECT RAISE(ABORT, 'what went through the drawer only grows'); END;

-- A day may be closed again after something was sold late: the last closing of a date holds.
CREATE TABLE drawer_closings (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    business_date TEXT NOT NULL REFERENCES trading_days (business_date),
    -- What the book said was in the drawer then.
    expected      INTEGER NOT NULL,
    -- Nothing: a past day that nobody counted.
    counted       INTEGER CHECK (counted >= 0),
    -- Notes and coins as JSON, value to number; '' where only the sum was told.
    pieces        TEXT NOT NULL DEFAULT '',
    -- Sales of the date then, to tell what came after.
    receipts      INTEGER NOT NULL,
    note          TEXT NOT NULL DEFAULT '',
    by_whom       TEXT NOT NULL,
    at_utc        TEXT NOT NULL
) STRICT;
CREATE INDEX drawer_closings_by_date ON drawer_closings (business_date, seq);
CREATE TRIGGER drawer_closings_are_kept BEFORE DELETE ON drawer_closings
BEGIN SELECT RAISE(ABORT, 'a count of the drawer is kept'); END;
CREATE TRIGGER drawer_closings_are_final BEFORE UPDATE ON drawer_closings
BEGIN SELECT RAISE(ABORT, 'a count of the drawer is kept'); END;

-- A day's figures are asked for by its date.
CREATE INDEX voids_by_date ON voids (business_date);
CREATE INDEX customer_ledger_by_date ON customer_ledger (business_date);

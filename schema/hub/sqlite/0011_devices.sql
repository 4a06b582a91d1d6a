-- What is known of the shops' devices, and ways through the audit log, SQLite. The same tables and columns in the same order as
-- schema/hub/postgres/0011_devices.sql.

-- Since when a device is shut out by hand; null for one that is not. Its stock stays on the book.
ALTER TABLE devices ADD COLUMN blocked_at_utc TEXT;
-- The program that spoke last, such as '0.1.0'; null where it has not told.
ALTER TABLE devices ADD COLUMN program TEXT;

-- The audit log is looked through by day and by what it is about.
CREATE INDEX audit_by_moment ON audit (tenant_id, at_utc);
CREATE INDEX audit_by_subject ON audit (tenant_id, subject, seq);

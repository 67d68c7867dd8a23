CREATE TABLE t (n);
CREATE TABLE anyhandler_migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL, checksum TEXT) WITHOUT ROWID;
INSERT INTO anyhandler_migrations VALUES ('1.sql', '2026-01-01 00:00:00', '0000');

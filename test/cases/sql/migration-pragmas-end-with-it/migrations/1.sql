PRAGMA legacy_alter_table = ON;
PRAGMA defer_foreign_keys = ON;
PRAGMA user_version = 3;
CREATE TABLE t (n);

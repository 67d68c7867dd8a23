-- As in https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE new_customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO new_customer SELECT id, name FROM customer;
DROP TABLE customer;
ALTER TABLE new_customer RENAME TO customer;
PRAGMA foreign_key_check;
COMMIT;
PRAGMA foreign_keys=ON;

PRAGMA foreign_keys=OFF;
CREATE TABLE new_customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);
INSERT INTO new_customer (id, name) SELECT id, name FROM customer;
DROP TABLE customer;
ALTER TABLE new_customer RENAME TO customer;
PRAGMA foreign_keys=ON;

CREATE TABLE t (n INTEGER);
UPDATE sqlite_schema SET sql = 'x';

CREATE TABLE t (n INTEGER);
INSERT INTO t VALUES (1), (2), (3);
UPDATE t SET n = n * 10;
SELECT sum(n) AS total FROM t;

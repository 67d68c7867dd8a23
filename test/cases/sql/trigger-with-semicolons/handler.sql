CREATE TABLE t (n INTEGER, state TEXT);
CREATE TABLE log (line TEXT);
CREATE TRIGGER remember AFTER UPDATE ON t WHEN new.n > 1 BEGIN
  INSERT INTO log VALUES ('was ' || old.n || ';');
  UPDATE t SET state = CASE WHEN new.n > 5 THEN 'big' ELSE 'small' END;
END;
INSERT INTO t VALUES (1, NULL);
UPDATE t SET n = 7;
SELECT line, state FROM log, t;

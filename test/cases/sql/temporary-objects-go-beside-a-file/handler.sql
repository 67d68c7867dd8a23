CREATE TABLE IF NOT EXISTS kept (who TEXT);
CREATE TEMP TABLE IF NOT EXISTS mine (who TEXT);
INSERT INTO kept VALUES (:who);
INSERT INTO mine VALUES (:who);
SELECT (SELECT group_concat(who) FROM kept) AS kept, (SELECT group_concat(who) FROM mine) AS mine;

CREATE TEMP TABLE IF NOT EXISTS mine (who TEXT);
INSERT INTO mine VALUES (:who);
SELECT group_concat(who) AS who FROM mine;

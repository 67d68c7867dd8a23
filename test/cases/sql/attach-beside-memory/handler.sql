ATTACH DATABASE (env('DIR') || '/other.db') AS other;
CREATE TABLE IF NOT EXISTS main.mine (who TEXT);
CREATE TABLE IF NOT EXISTS other.kept (who TEXT);
INSERT INTO mine VALUES (:who);
INSERT INTO kept VALUES (:who);
SELECT (SELECT group_concat(who) FROM mine) AS mine, (SELECT group_concat(who) FROM kept) AS kept;

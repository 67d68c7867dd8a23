ATTACH env('DIR') || '/other.db' AS other;
CREATE TABLE IF NOT EXISTS other.kept (who TEXT);
INSERT INTO kept VALUES (:who);
SELECT group_concat(who) AS who FROM other.kept;

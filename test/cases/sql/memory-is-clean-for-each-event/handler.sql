CREATE TABLE IF NOT EXISTS seen (n INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT);
INSERT INTO seen (who) VALUES (:who);
SELECT group_concat(who) AS who, max(n) AS n FROM seen;

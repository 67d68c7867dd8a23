INSERT INTO kept VALUES (:who);
INSERT INTO scratch VALUES (:who);
SELECT (SELECT group_concat(who) FROM kept) AS kept, (SELECT group_concat(who) FROM scratch) AS scratch;

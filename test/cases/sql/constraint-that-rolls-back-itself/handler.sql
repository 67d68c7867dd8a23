INSERT INTO visits VALUES (:other);
INSERT OR ROLLBACK INTO visits VALUES (:who);
SELECT group_concat(who) AS who FROM visits;

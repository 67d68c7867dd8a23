INSERT INTO visits (who) VALUES (:who) RETURNING id, (SELECT count(*) FROM visits) AS before;

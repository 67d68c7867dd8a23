INSERT INTO visits (who) VALUES (:who);
SELECT count(*) AS n, CASE WHEN :fail THEN json('{') END AS trouble FROM visits;

INSERT INTO visits (who) VALUES (:who);
SELECT count(*) AS n, CASE WHEN :fail THEN 9e999 END AS trouble FROM visits;

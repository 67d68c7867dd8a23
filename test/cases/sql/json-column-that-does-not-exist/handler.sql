-- json: tags
SELECT 1 AS n;

-- json: tags
SELECT 'a, b' AS tags;

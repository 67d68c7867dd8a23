-- answer: rows
SELECT value AS key, typeof(event(value)) AS type, event(value) AS value
FROM json_each('["integer", "real", "text", "yes", "no", "nothing", "missing", "object", "array"]');

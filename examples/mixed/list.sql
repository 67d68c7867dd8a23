-- GET /notes: all notes, the newest first.

SELECT 200 AS statusCode, json_group_array(json_object('id', id, 'text', text)) AS body
FROM (SELECT * FROM notes ORDER BY id DESC);

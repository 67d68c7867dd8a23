-- The second step of POST /notes: {"text": "…"} or {"fault": "…"} from check.mjs.
-- answer: row

INSERT INTO notes (text) SELECT event('text') WHERE event('text') IS NOT NULL;

SELECT 201 AS statusCode, json_object('id', last_insert_rowid()) AS body WHERE changes() = 1
UNION ALL
SELECT 400, json_object('error', event('fault')) WHERE event('fault') IS NOT NULL;

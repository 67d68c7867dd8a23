-- GET /{slug}: counts the visit and leads on.
-- answer: row

UPDATE links SET hits = hits + 1 WHERE slug = event('pathParameters.slug');

SELECT 302 AS statusCode, json_object('location', url, 'cache-control', 'no-store') AS headers, '' AS body
FROM links WHERE slug = event('pathParameters.slug')
UNION ALL
SELECT 404, json_object('content-type', 'text/plain'), 'There is no such link.';

-- GET /{slug}: counts the visit and redirects. Without a slug it uses the last link of this client.
-- answer: row

CREATE TEMP TABLE request AS
-- Only API Gateway has path parameters; behind other front doors the handler reads the path.
SELECT coalesce(param('slug'), nullif(ltrim(path(), '/'), ''), cookie('last')) AS slug;

UPDATE links SET hits = hits + 1 WHERE slug = (SELECT slug FROM request);

SELECT 302 AS statusCode, json_object('location', url, 'cache-control', 'no-store') AS headers, '' AS body
FROM links WHERE slug = (SELECT slug FROM request)
UNION ALL
SELECT 404, json_object('content-type', 'text/plain'), 'There is no such link.';
